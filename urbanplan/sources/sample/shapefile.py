"""Writing a shapefile as Thai offices hand it over: cp874 text that nothing declares, Indian 1975 coordinates."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.base.crs import transform_points
from urbanplan.base.io import atomic_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

PRJ = (
    'PROJCS["Indian_1975_UTM_Zone_47N",GEOGCS["GCS_Indian_1975",DATUM["D_Indian_1975",'
    'SPHEROID["Everest_Adjustment_1937",6377276.345,300.8017]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",99.0],PARAMETER["Scale_Factor",0.9996],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
UTM, INDIAN_1975 = "EPSG:32647", "EPSG:24047"
ENCODING = "cp874"
POLYGON = 5
DBF_DATE = (126, 1, 1)


def to_indian_1975(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Indian 1975 / UTM 47N coordinates of points in WGS 84 / UTM 47N.

    The height that the shift adds is left out of a map, so the inverse alone would be millimetres off: corrections
    make the forward operation land on the given points.
    """
    x, y = transform_points(points[:, 0], points[:, 1], UTM, INDIAN_1975)
    for _ in range(3):
        east, north = transform_points(x, y, INDIAN_1975, UTM)
        x, y = x + points[:, 0] - east, y + points[:, 1] - north
    return np.column_stack([x, y])


def write_shapefile(
    target: Path, areas: Sequence[Any], fields: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]
) -> None:
    """Write polygons with text attributes: `.shp`, `.shx`, `.dbf`, `.prj`, `.cpg`.

    Parameters
    ----------
    target : Path
        The `.shp`; the others stand beside it.
    areas : sequence of Polygon
        In WGS 84 / UTM 47N; they are written in Indian 1975 / UTM 47N.
    fields : sequence of (str, int)
        Name and width in bytes of each column.
    rows : sequence of sequences of str
        Texts of each polygon, in the order of the fields.
    """
    moved = shapely.transform(np.array(areas, dtype=object), to_indian_1975)
    shapes = [_shape(area) for area in moved]
    lengths = [len(shape) // 2 for shape in shapes]
    offsets = np.concatenate([[50], 50 + np.cumsum([length + 4 for length in lengths])]).astype(int)
    bounds = shapely.total_bounds(moved).tolist()
    records = b"".join(
        struct.pack(">2i", number, len(shape) // 2) + shape for number, shape in enumerate(shapes, start=1)
    )
    index = b"".join(struct.pack(">2i", *pair) for pair in zip(offsets[:-1].tolist(), lengths, strict=True))
    parts = {
        ".shp": _header(100 + len(records), bounds) + records,
        ".shx": _header(100 + len(index), bounds) + index,
        ".dbf": dbf_bytes(fields, rows),
        ".prj": PRJ.encode("ascii"),
        ".cpg": b"OEM 874",
    }
    for suffix, content in parts.items():
        with atomic_path(target.with_suffix(suffix)) as path:
            path.write_bytes(content)


def dbf_bytes(fields: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a dBASE table of texts in cp874 without a language mark, dated like everything here."""
    width = 1 + sum(size for _, size in fields)
    head = struct.pack("<4B I 2H 20x", 3, *DBF_DATE, len(rows), 33 + 32 * len(fields), width)
    columns = b"".join(
        struct.pack("<11s c 4x 2B 14x", name.encode("ascii"), b"C", size, 0) for name, size in fields
    )
    body = b"".join(
        b" "
        + b"".join(text.encode(ENCODING).ljust(size) for text, (_, size) in zip(row, fields, strict=True))
        for row in rows
    )
    return head + columns + b"\r" + body + b"\x1a"


def _header(size: int, bounds: Sequence[float]) -> bytes:
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack(
        "<2i 8d", 1000, POLYGON, *bounds, 0.0, 0.0, 0.0, 0.0
    )


def _shape(area: Any) -> bytes:
    """Return one polygon record; the outer ring runs with the clock, as the format wants it."""
    polygon = shapely.orient_polygons(area, exterior_cw=True)
    rings = [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]
    starts = np.cumsum([0, *(len(ring) for ring in rings[:-1])])
    points = np.vstack(rings)
    return (
        struct.pack("<i 4d 2i", POLYGON, *area.bounds, len(rings), len(points))
        + starts.astype("<i4").tobytes()
        + points.astype("<f8").tobytes()
    )
