"""Surfaces on the city's own grid: elevation between pixels is interpolated, classes and counts are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.base.crs import carrier, check_projected_metres, transform_points
from urbanplan.base.errors import LayerError
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.raster.geotiff import ONLY, Choice, applied
from urbanplan.sources.raster.region import Region, open_region
from urbanplan.sources.raster.resampling import Grid, Resampling
from urbanplan.sources.raster.writing import Header, write_surface

if TYPE_CHECKING:
    import xarray as xr
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.base.crs import Bounds

    Floats = NDArray[np.float64]

RESAMPLING: dict[str, Resampling] = {
    "elevation": "bilinear",
    "surface": "nearest",
    "building_heights": "nearest",
    "buildings_seen": "nearest",
    "land_cover": "nearest",
    "population": "none",
    "population_before": "none",
    "built_up": "none",
}
"""How the values of a kind may be moved to other pixels; counts never, they are shared out to cells instead."""
_MAX_PIXELS = 200_000_000
"""Pixels that are held in memory at once, where somebody asks for all of them."""
_SENTINELS = (-9999.0, -32768.0, -99999.0)
_OFF_GRID = 0.25


def read_raster(
    path: str | Path,
    bounds: Bounds,
    crs: object,
    *,
    kind: str,
    record: QualityRecord | None = None,
    resolution_m: float | None = None,
    choice: Choice = ONLY,
) -> xr.DataArray:
    """Read the part of a raster that covers an extent, in the city's CRS.

    Parameters
    ----------
    path : path
        A GeoTIFF, NetCDF or Zarr on this machine, in any CRS.
    bounds : tuple of float
        West, south, east, north in `crs`, metres.
    crs : CRS
        Of the city, in metres.
    kind : str
        elevation (interpolated between pixels), land_cover (nearest pixel), or population (left in its own pixels).
    record : QualityRecord, optional
        Takes what the file says and what was done.
    resolution_m : float, optional
        Side of a pixel in metres; by default about as fine as the raster itself.
    choice : Choice
        Which grid of the file, where it holds several.

    Returns
    -------
    DataArray
        Dimensions y (north to south) and x, NaN where unknown, with the CRS as attribute `crs_wkt`.

    Raises
    ------
    LayerError, NoCrsError, MissingFileError
        As `clip_raster`.
    """
    import xarray as xr  # noqa: PLC0415 - heavy, only where a raster is read

    path, system = Path(path), check_projected_metres(crs, where="the city")
    record = record or QualityRecord(layer=kind, file=path.name)
    with open_region(path, bounds, system, kind=kind, record=record, choice=choice) as region:
        header, strips = _surface(region, bounds, system, kind, resolution_m, record)
        rows, cols = header.shape
        if rows * cols > _MAX_PIXELS:
            raise LayerError(
                f"{path.name}: {cols:,} x {rows:,} pixels lie in the area, more than are held in memory; use a coarser raster"
            )
        pixels = np.concatenate(list(strips))
    a, b, c, d, e, f = tuple(header.transform)[:6]
    x, y = c + a * (np.arange(cols) + 0.5) + b * 0.5, f + d * 0.5 + e * (np.arange(rows) + 0.5)
    attributes: dict[str, Any] = {
        "crs_wkt": header.crs.to_wkt(),
        "transform": (a, b, c, d, e, f),
        "dtype": header.dtype,
    }
    if header.nodata is not None:
        attributes["nodata"] = header.nodata
    return xr.DataArray(pixels, coords={"y": y, "x": x}, dims=("y", "x"), name=kind, attrs=attributes)


def count_known(path: str | Path, bounds: Bounds, crs: object, *, kind: str) -> int:
    """Return how many pixels of a raster hold a value in an extent, having checked them all; nothing is held in memory."""
    path, system = Path(path), check_projected_metres(crs, where="the city")
    record = QualityRecord(layer=kind, file=path.name)
    with open_region(path, bounds, system, kind=kind, record=record):
        return record.kept


def clip_raster(
    path: str | Path,
    target: str | Path,
    bounds: Bounds,
    crs: object,
    *,
    kind: str,
    source: str = "",
    choice: Choice = ONLY,
) -> QualityRecord:
    """Write the part of a raster that covers an extent as a GeoTIFF in the city's CRS.

    Parameters
    ----------
    path : path
        A GeoTIFF, NetCDF or Zarr on this machine, in any CRS.
    target : path
        Where to write; the file is whole or not there.
    bounds : tuple of float
        West, south, east, north in `crs`, metres.
    crs : CRS
        Of the city, in metres.
    kind : str
        elevation, land_cover or population; counts of people keep their own pixels and CRS.
    source : str
        Key of the source, for the record.
    choice : Choice
        Which grid of the file, where it holds several.

    Returns
    -------
    QualityRecord
        What the file said and what was done.

    Raises
    ------
    LayerError, NoCrsError, MissingFileError
        Each with one sentence that names file, fault and mend.
    """
    path, system = Path(path), check_projected_metres(crs, where="the city")
    record = QualityRecord(layer=kind, file=path.name, source=source)
    with open_region(path, bounds, system, kind=kind, record=record, choice=choice) as region:
        write_surface(*_surface(region, bounds, system, kind, None, record), Path(target))
    return record


def points_to_raster(
    points: GeoDataFrame,
    target: str | Path,
    bounds: Bounds,
    crs: object,
    *,
    kind: str,
    value: str,
    square_m: float,
) -> None:
    """Write values given as points of a regular grid as a GeoTIFF; each point is the middle of a pixel.

    Parameters
    ----------
    points : GeoDataFrame
        Points with a column of values; -9999 and its like are unknown.
    target : path
        Where to write; the file is whole or not there.
    bounds : tuple of float
        West, south, east, north in `crs`, metres.
    crs : CRS
        Of the city, in metres.
    kind : str
        Name of the layer.
    value : str
        The column of values.
    square_m : float
        Distance between neighbouring points, in metres.

    Raises
    ------
    LayerError
        If the points are not a regular grid of this width, or none lies in the extent.
    """
    from affine import Affine  # noqa: PLC0415 - comes with rasterio

    system = check_projected_metres(crs, where="the city")
    geometry = points.geometry.to_numpy()
    x, y = transform_points(shapely.get_x(geometry), shapely.get_y(geometry), points.crs, system, where=kind)
    west, south, east, north = bounds
    near = (x > west - square_m) & (x < east + square_m) & (y > south - square_m) & (y < north + square_m)
    if not near.any():
        raise LayerError(f"{kind}: none of its points lies in the city; check the file and its CRS")
    x, y, values = x[near], y[near], points[value].to_numpy(dtype="float64")[near]
    values = np.where(np.isin(values, _SENTINELS), np.nan, values)
    left, top = (
        float(np.median((x / square_m) % 1)) * square_m,
        float(np.median((y / square_m) % 1)) * square_m,
    )
    col, row = (x - left) / square_m, (y - top) / square_m
    if max(np.abs(col - np.round(col)).max(), np.abs(row - np.round(row)).max()) > _OFF_GRID:
        raise LayerError(
            f"{kind}: its points are not a grid of {square_m:g} m; give their distance as `point_cell_m`"
        )
    cols, rows = np.round(col).astype("int64"), np.round(row).astype("int64")
    grid = np.full((int(np.ptp(rows)) + 1, int(np.ptp(cols)) + 1), np.nan)
    grid[rows.max() - rows, cols - cols.min()] = values
    transform = Affine(
        square_m, 0, left + (cols.min() - 0.5) * square_m, 0, -square_m, top + (rows.max() + 0.5) * square_m
    )
    header = Header(kind, (grid.shape[0], grid.shape[1]), transform, system, "float32")
    write_surface(header, (grid[top:bottom] for top, bottom in header.strips()), Path(target))


def _surface(
    region: Region,
    bounds: Bounds,
    crs: CRS,
    kind: str,
    resolution_m: float | None,
    record: QualityRecord,
) -> tuple[Header, Iterator[Floats]]:
    """Return what is to be written and its values strip by strip: own pixels where they serve, else resampled ones."""
    if RESAMPLING[kind] == "none" or _aligned(region, crs, resolution_m):
        header = Header(kind, region.shape, region.transform, region.crs, region.dtype, region.nodata)
        cols = region.shape[1]
        return header, (region.read((top, bottom, 0, cols)).pixels for top, bottom in header.strips())
    _, info = carrier(region.crs, crs, None, where=record.file)
    record.operation, record.pipeline, record.operation_accuracy_m = (
        info.operation,
        info.pipeline,
        info.accuracy_m,
    )
    grid = Grid.over(region, bounds, crs, resolution_m or _ground_resolution(region, crs))
    header = Header(kind, grid.shape, grid.transform, crs, region.dtype, region.nodata)
    return header, (grid.resampled(region, RESAMPLING[kind], top, bottom) for top, bottom in header.strips())


def _aligned(region: Region, crs: CRS, resolution_m: float | None) -> bool:
    """Tell whether the raster's own pixels serve as they are."""
    place = region.transform
    upright = place.b == 0 and place.d == 0 and place.a > 0 and place.e < 0
    return bool(resolution_m is None and upright and region.crs.equals(crs, ignore_axis_order=True))


def _ground_resolution(region: Region, crs: CRS) -> float:
    """Return the height of a pixel in metres at the middle of the raster, to two digits."""
    rows, cols = region.shape
    x, y = applied(region.transform, np.array([cols / 2, cols / 2]), np.array([rows / 2, rows / 2 + 1]))
    east, north = transform_points(x, y, region.crs, crs, where="the raster")
    size = float(np.hypot(np.diff(east), np.diff(north))[0])
    return float(f"{size:.2g}")
