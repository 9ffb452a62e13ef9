"""GeoParquet, held against what its own metadata state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_string_dtype

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note
from urbanplan.sources.municipal.ogr import check_magic
from urbanplan.sources.municipal.raw import RawLayer
from urbanplan.sources.protocol.local import parsing

_PARQUET = b"PAR1"
_MAX_ROWS = 20_000_000
_MAX_UNPACKED = 3_000_000_000
_CORNERS = 4


def read_geoparquet(path: Path) -> RawLayer:
    """Read a GeoParquet file.

    Raises
    ------
    LayerError
        If it is none, damaged, or unpacks beyond measure.
    """
    import geopandas as gpd  # noqa: PLC0415 - heavy, only where a file is read

    check_magic(path, _PARQUET, "Parquet")
    with parsing(path, "GeoParquet"):
        stated = _stated(path)
        frame = gpd.read_parquet(path.resolve())
        others = [str(name) for name in frame.columns if str(frame[name].dtype) == "geometry"]
        table = pd.DataFrame(frame.drop(columns=others)).reset_index(drop=True)
        for name in table.columns[[is_string_dtype(kind) for kind in table.dtypes]]:
            table[name] = table[name].astype(object)  # text that is none is found out now, not later
        geometry = frame.geometry.to_numpy()
    others.remove(str(frame.geometry.name))
    notes = _contradictions(stated, geometry) if len(geometry) else []
    if others:
        notes.append(
            Note("other_geometries", {"used": str(frame.geometry.name), "columns": ", ".join(others)})
        )
    return RawLayer(table, geometry, frame.crs, "file", "utf-8 (format)", notes)


def _stated(path: Path) -> dict[str, Any]:
    """Return what the file states of its geometry, having refused one that is small on disk and does not fit the memory."""
    from pyarrow import parquet  # noqa: PLC0415 - heavy, only where such a file is read

    meta = parquet.read_metadata(path)
    size = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
    if meta.num_rows > _MAX_ROWS or size > _MAX_UNPACKED:
        raise LayerError(Fault("parquet_bomb", file=path.name, num_rows=meta.num_rows, size=size))
    try:
        geo = json.loads((meta.metadata or {}).get(b"geo", b"{}"))
        column = geo["columns"][geo["primary_column"]]
    except (ValueError, KeyError, TypeError):
        return {}
    return column if isinstance(column, dict) else {}


def _contradictions(stated: dict[str, Any], geometry: np.ndarray) -> list[Note]:
    notes = []
    box, bounds = stated.get("bbox"), shapely.total_bounds(geometry)
    given = [float(value) for value in box if isinstance(value, int | float)] if isinstance(box, list) else []
    known = len(given) == _CORNERS and bool(np.isfinite(bounds).all())
    if known and not shapely.intersects(shapely.box(*given), shapely.box(*bounds)):
        notes.append(Note("extent_contradicts"))
    kinds = stated.get("geometry_types")
    there = {shape.geom_type for shape in geometry[:100_000] if shape is not None}
    if isinstance(kinds, list) and kinds and not there <= {str(kind).removesuffix(" Z") for kind in kinds}:
        notes.append(
            Note(
                "kinds_contradict", {"stated": ", ".join(map(str, kinds)), "found": ", ".join(sorted(there))}
            )
        )
    if stated.get("edges") == "spherical":
        notes.append(Note("edges_spherical"))
    return notes
