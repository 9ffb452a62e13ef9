"""Rasters: GeoTIFF, NetCDF and Zarr, told by name and by nothing else, checked and read by window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.base.crs import WGS84, label, parse_crs, transform_points
from urbanplan.base.datum import plan
from urbanplan.base.errors import LayerError
from urbanplan.base.extent import check_extent
from urbanplan.base.io import atomic_path
from urbanplan.sources.protocol.local import check_local, parsing
from urbanplan.sources.raster.gridded import is_gridded, opened_grid

if TYPE_CHECKING:
    import xarray as xr
    from affine import Affine
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.base.crs import Bounds
    from urbanplan.base.notes import Note
    from urbanplan.model.quality import QualityRecord

_LIMITS = {
    "elevation": (-500.0, 9_000.0),
    "surface": (-500.0, 9_900.0),
    "building_heights": (0.0, 1_000.0),
    "buildings_seen": (0.0, 1.0),
}
"""What values of a kind can be: metres from the Dead Sea shore to Everest, the tallest building, a share."""
_MAX_PIXELS = 200_000_000
_EDGE_POINTS = 21
_NODATA = -9999.0
_TILE = 256


@dataclass(frozen=True)
class Patch:
    """The part of a raster that matters, in physical values.

    Attributes
    ----------
    pixels : ndarray of float64, shape (rows, columns)
        NaN where nothing is known.
    transform : Affine
        From (column, row) to the coordinates of the raster's CRS.
    crs : CRS
        The raster's CRS.
    dtype : str
        The type that the file stores.
    nodata : float or None
        The number that stands for "unknown" in the file.
    """

    pixels: NDArray[np.float64]
    transform: Affine
    crs: CRS
    dtype: str
    nodata: float | None

    def ground(
        self, col: NDArray[np.floating[Any]], row: NDArray[np.floating[Any]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the coordinates of places given in pixels, counted from the upper left corner."""
        return _applied(self.transform, col, row)

    def pixel(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the column and row (with fractions) of coordinates."""
        return _applied(~self.transform, x, y)


def _applied(
    transform: Affine, x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Apply an affine transform to arrays; its own operators change between releases."""
    a, b, c, d, e, f = tuple(transform)[:6]
    return a * x + b * y + c, d * x + e * y + f


@dataclass(frozen=True)
class Choice:
    """Which part of a file that holds several grids.

    Attributes
    ----------
    variable : str or None
        Variable of a NetCDF or Zarr file.
    date : str or None
        YYYY[-MM[-DD]] of its time step.
    """

    variable: str | None = None
    date: str | None = None


ONLY = Choice()
"""The only grid of a file."""


def read_patch(
    path: Path, bounds: Bounds, crs: CRS, *, kind: str, record: QualityRecord, choice: Choice = ONLY
) -> Patch:
    """Read the part of a raster that covers an extent, with a margin of one pixel.

    Parameters
    ----------
    path : Path
        A file on this machine.
    bounds : tuple of float
        West, south, east, north in `crs`.
    crs : CRS
        Of the bounds; the raster may be in another.
    kind : str
        The layer: its values are checked against what they can be.
    record : QualityRecord
        Takes what the file says.
    choice : Choice
        Which grid of the file, where it holds several.

    Raises
    ------
    MissingFileError
        If there is no such file.
    NoCrsError
        If it has no CRS or an impossible one.
    LayerError
        If it is not a raster that is read, damaged, has several bands, lies elsewhere, or holds impossible values.
    """
    with opened(path, choice) as file:
        if file.count != 1:
            raise LayerError(f"{path.name}: has {file.count} bands; give a file with the one band to use")
        if file.transform.is_identity:
            raise LayerError(
                f"{path.name}: is not placed on the ground (no geotransform); georeference it first"
            )
        extent = extent_of(file)
        record.add(*_placed(extent, file.crs, bounds, crs, path.name))
        system = parse_crs(file.crs, where=path.name)
        record.crs, record.crs_from, record.read = label(system), "file", file.width * file.height
        window = window_of(file, bounds, crs, system, path.name)
        if window.width * window.height > _MAX_PIXELS:
            raise LayerError(
                f"{path.name}: {window.width:,} x {window.height:,} pixels lie in the area; resample it to coarser pixels first"
            )
        masked = file.read(1, window=window, masked=True)
        values = np.ma.filled(masked.astype("float64"), np.nan) * file.scales[0] + file.offsets[0]
        nodata = file.nodatavals[0]
        _check_values(values, kind, path, nodata)
        record.kept = int(np.isfinite(values).sum())
        record.drop("no_data", values.size - record.kept)
        return Patch(values, file.window_transform(window), system, file.dtypes[0], nodata)


def _placed(extent: Bounds, label_crs: object, bounds: Bounds, crs: CRS, where: str) -> tuple[Note, ...]:
    """Refuse a raster whose CRS cannot be true, also where it could be true for another city than this."""
    west, south, east, north = bounds
    x, y = np.array([(west + east) / 2]), np.array([(south + north) / 2])
    lon, lat = transform_points(x, y, crs, WGS84, where="the city")
    notes = check_extent(extent, label_crs, where=where)
    with suppress(
        LayerError
    ):  # elsewhere under any CRS: that is told with both extents, when the window is sought
        check_extent(extent, label_crs, near=(float(lon[0]), float(lat[0])), where=where)
    return notes


@contextmanager
def opened(path: Path, choice: Choice = ONLY) -> Iterator[Any]:
    """Open a raster of this machine, by the reader that its name tells, and nothing that only looks like one."""
    if is_gridded(path):
        with opened_grid(path, choice.variable, choice.date) as grid:
            yield grid
        return
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is read

    check_local(path)
    with parsing(path, "GeoTIFF"), rasterio.open(path.resolve(), driver="GTiff") as file:
        yield file


def extent_of(file: Any) -> Bounds:
    """Return what a raster covers, in its own CRS."""
    col, row = np.array([0.0, file.width, 0.0, file.width]), np.array([0.0, 0.0, file.height, file.height])
    x, y = _applied(file.transform, col, row)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def window_of(file: Any, bounds: Bounds, crs: CRS, system: CRS, where: str) -> Any:
    """Return the pixels that an extent in another CRS touches, and one more all round.

    Parameters
    ----------
    file : open raster
        With `transform`, `width` and `height`.
    bounds : tuple of float
        West, south, east, north in `crs`.
    crs, system : CRS
        Of the bounds, and of the raster.
    where : str
        What the sentence of an error calls the raster.

    Raises
    ------
    LayerError
        If the raster lies elsewhere.
    """
    from rasterio.windows import Window  # noqa: PLC0415 - heavy, only where a raster is read

    west, south, east, north = bounds
    along = np.linspace(0, 1, _EDGE_POINTS)
    xs = np.concatenate(
        [
            west + (east - west) * along,
            np.full(_EDGE_POINTS, east),
            west + (east - west) * along,
            np.full(_EDGE_POINTS, west),
        ]
    )
    ys = np.concatenate(
        [
            np.full(_EDGE_POINTS, south),
            south + (north - south) * along,
            np.full(_EDGE_POINTS, north),
            south + (north - south) * along,
        ]
    )
    x, y = transform_points(xs, ys, crs, system, where="the city")
    cols, rows = _applied(~file.transform, x, y)
    left, right = int(np.floor(cols.min())) - 1, int(np.ceil(cols.max())) + 1
    top, bottom = int(np.floor(rows.min())) - 1, int(np.ceil(rows.max())) + 1
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, file.width), min(bottom, file.height)
    if left >= right or top >= bottom:
        raise LayerError(
            f"{where}: covers {_degrees(extent_of(file), system)}, the city {_degrees(bounds, crs)}; they do not meet"
        )
    return Window(left, top, right - left, bottom - top)


def _degrees(bounds: Bounds, crs: CRS) -> str:
    legs, _ = plan(crs, WGS84, None, "the raster")
    x, y = np.array(bounds[::2]), np.array(bounds[1::2])
    for leg in legs:
        x, y = leg.transform(x, y)
    return f"longitude {x[0]:.3f} to {x[1]:.3f}, latitude {y[0]:.3f} to {y[1]:.3f}"


def _check_values(values: NDArray[np.float64], kind: str, path: Path, nodata: float | None) -> None:
    known = values[np.isfinite(values)]
    if not known.size:
        raise LayerError(f"{path.name}: knows nothing in the area of the city; give a raster that covers it")
    low, high = float(known.min()), float(known.max())
    if kind in {"population", "built_up"} and low < 0:
        share = f"{int((known < 0).sum()):,} pixels are negative, e.g. {low:g}"
        mend = (
            "declare the number that means 'no data' in the file"
            if nodata is None
            else f"only {nodata:g} is declared as 'no data'"
        )
        raise LayerError(f"{path.name}: counts cannot be fewer than none: {share}; {mend}")
    unit = "" if kind == "buildings_seen" else " m"
    if kind in _LIMITS and not (_LIMITS[kind][0] <= low and high <= _LIMITS[kind][1]):
        raise LayerError(
            f"{path.name}: {kind} from {low:g} to {high:g}{unit} is impossible; declare its 'no data' number or ask for the file again"
        )


def write_geotiff(array: xr.DataArray, target: Path) -> None:
    """Write a surface as GeoTIFF, whole or not at all, with the same bytes for the same values."""
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is written
    from affine import Affine  # noqa: PLC0415

    dtype = str(array.attrs["dtype"])
    whole = np.issubdtype(np.dtype(dtype), np.integer) and array.name == "land_cover"
    nodata = float(array.attrs.get("nodata", 0.0)) if whole else _NODATA
    values = np.where(np.isfinite(array.values), array.values, nodata).astype(dtype if whole else "float32")
    rows, cols = values.shape
    tiled = {"tiled": True, "blockxsize": _TILE, "blockysize": _TILE} if min(rows, cols) >= _TILE else {}
    profile = {
        "driver": "GTiff",
        "width": cols,
        "height": rows,
        "count": 1,
        "dtype": values.dtype,
        "nodata": nodata,
        "compress": "deflate",
    }
    wkt = parse_crs(array.attrs["crs_wkt"]).to_wkt("WKT2_2019")
    with (
        atomic_path(target) as draft,
        rasterio.open(
            draft, "w", crs=wkt, transform=Affine(*array.attrs["transform"]), **profile, **tiled
        ) as file,
    ):
        file.write(values, 1)
        file.update_tags(AREA_OR_POINT="Area")
        file.set_band_description(1, f"{array.name} ({label(parse_crs(wkt))})")
