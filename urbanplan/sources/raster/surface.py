"""Surfaces on the city's own grid: elevation between pixels is interpolated, classes and counts are not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from urbanplan.base.crs import check_projected_metres, transform_info, transform_points
from urbanplan.base.errors import LayerError
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.raster.geotiff import ONLY, Choice, Patch, read_patch, write_geotiff

if TYPE_CHECKING:
    import xarray as xr
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from urbanplan.base.crs import Bounds

    Floats = NDArray[np.float64]

Resampling = Literal["bilinear", "nearest", "none"]
RESAMPLING: dict[str, Resampling] = {
    "elevation": "bilinear",
    "surface": "nearest",
    "building_heights": "nearest",
    "buildings_seen": "nearest",
    "land_cover": "nearest",
    "population": "none",
    "built_up": "none",
}
"""How the values of a kind may be moved to other pixels; counts never, they are shared out to cells instead."""
_STEP = 16
"""Every how many pixels the transformation is computed; between them it is straight to a millimetre."""
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
    patch = read_patch(path, bounds, system, kind=kind, record=record, choice=choice)
    if RESAMPLING[kind] != "none" and not _aligned(patch, system, resolution_m):
        info = transform_info(patch.crs, system, where=path.name)
        record.operation, record.pipeline, record.operation_accuracy_m = (
            info.operation,
            info.pipeline,
            info.accuracy_m,
        )
        patch = _resampled(patch, bounds, system, RESAMPLING[kind], resolution_m)
    rows, cols = patch.pixels.shape
    x, _ = patch.ground(np.arange(cols) + 0.5, np.full(cols, 0.5))
    _, y = patch.ground(np.full(rows, 0.5), np.arange(rows) + 0.5)
    attributes = {
        "crs_wkt": patch.crs.to_wkt(),
        "transform": tuple(patch.transform)[:6],
        "dtype": patch.dtype,
    }
    if patch.nodata is not None:
        attributes["nodata"] = patch.nodata
    return xr.DataArray(patch.pixels, coords={"y": y, "x": x}, dims=("y", "x"), name=kind, attrs=attributes)


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
    record = QualityRecord(layer=kind, file=Path(path).name, source=source)
    write_geotiff(read_raster(path, bounds, crs, kind=kind, record=record, choice=choice), Path(target))
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
    import xarray as xr  # noqa: PLC0415 - heavy, only where a raster is written
    from affine import Affine  # noqa: PLC0415

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
    attributes = {"crs_wkt": system.to_wkt(), "transform": tuple(transform)[:6], "dtype": "float32"}
    write_geotiff(xr.DataArray(grid, dims=("y", "x"), name=kind, attrs=attributes), Path(target))


def _aligned(patch: Patch, crs: Any, resolution_m: float | None) -> bool:
    """Tell whether the raster's own pixels serve as they are."""
    upright = (
        patch.transform.b == 0 and patch.transform.d == 0 and patch.transform.a > 0 and patch.transform.e < 0
    )
    return bool(resolution_m is None and upright and patch.crs.equals(crs, ignore_axis_order=True))


def _resampled(
    patch: Patch, bounds: Bounds, crs: Any, resampling: Resampling, resolution_m: float | None
) -> Patch:
    from affine import Affine  # noqa: PLC0415 - comes with rasterio

    side = resolution_m or _ground_resolution(patch, crs)
    west, north = np.floor(bounds[0] / side) * side, np.ceil(bounds[3] / side) * side
    cols, rows = int(np.ceil((bounds[2] - west) / side)), int(np.ceil((north - bounds[1]) / side))
    x, y = west + (np.arange(cols) + 0.5) * side, north - (np.arange(rows) + 0.5) * side
    source_x, source_y = _carried(x, y, crs, patch.crs)
    col, row = patch.pixel(source_x, source_y)
    take = _bilinear if resampling == "bilinear" else _nearest
    return Patch(
        take(patch.pixels, row - 0.5, col - 0.5),
        Affine(side, 0, west, 0, -side, north),
        crs,
        patch.dtype,
        patch.nodata,
    )


def _ground_resolution(patch: Patch, crs: Any) -> float:
    """Return the height of a pixel in metres at the middle of the raster, to two digits."""
    rows, cols = patch.pixels.shape
    x, y = patch.ground(np.array([cols / 2, cols / 2]), np.array([rows / 2, rows / 2 + 1]))
    east, north = transform_points(x, y, patch.crs, crs, where="the raster")
    size = float(np.hypot(np.diff(east), np.diff(north))[0])
    return float(f"{size:.2g}")


def _carried(x: Floats, y: Floats, source: Any, target: Any) -> tuple[Floats, Floats]:
    """Return where the pixels of a grid lie in another CRS: computed on a coarse lattice, straight in between."""
    at_col, at_row = (
        np.unique([*range(0, len(x), _STEP), len(x) - 1]),
        np.unique([*range(0, len(y), _STEP), len(y) - 1]),
    )
    node_x, node_y = np.meshgrid(x[at_col], y[at_row])
    found = transform_points(node_x.ravel(), node_y.ravel(), source, target, where="the city")
    out = []
    for part in found:
        coarse = part.reshape(node_x.shape)
        wide = np.stack([np.interp(np.arange(len(x)), at_col, line) for line in coarse])
        out.append(np.stack([np.interp(np.arange(len(y)), at_row, line) for line in wide.T]).T)
    return out[0], out[1]


def _nearest(values: Floats, row: Floats, col: Floats) -> Floats:
    rows, cols = np.floor(row + 0.5).astype("int64"), np.floor(col + 0.5).astype("int64")
    inside = (rows >= 0) & (rows < values.shape[0]) & (cols >= 0) & (cols < values.shape[1])
    out = np.full(row.shape, np.nan)
    out[inside] = values[rows[inside], cols[inside]]
    return out


def _bilinear(values: Floats, row: Floats, col: Floats) -> Floats:
    """Interpolate between the four nearest pixels; where some are unknown, among the known; outside, unknown."""
    top, left = np.floor(row), np.floor(col)
    total, weight = np.zeros(row.shape), np.zeros(row.shape)
    for down in (0, 1):
        for right in (0, 1):
            near = _nearest(values, top + down, left + right)
            share = np.abs(1 - down - (row - top)) * np.abs(1 - right - (col - left))
            known = np.isfinite(near) & (share > 0)
            total[known] += near[known] * share[known]
            weight[known] += share[known]
    out = np.full(row.shape, np.nan)
    known = (weight > 0) & np.isfinite(_nearest(values, row, col))
    out[known] = total[known] / weight[known]
    return out
