"""What a raster shows inside footprints: one value for each building, from the cells that are its own."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Grid, areas_in_squares

Floats = NDArray[np.float64]
_WHOLE = 0.999
_HALF = 0.5
_TILE = 1024
"""Cells on a side of what is looked at together, so that a large raster needs little memory beside itself."""


def values_in_footprints(
    footprints: NDArray[np.object_],
    raster: Floats,
    *,
    west: float,
    north: float,
    cell_m: float,
    quantile: float = 0.9,
) -> Floats:
    """Return a high value of a raster inside each footprint, from cells that no neighbour shares.

    Parameters
    ----------
    footprints : ndarray of polygons, shape (n,)
        In the raster's CRS.
    raster : ndarray of float64, shape (rows, columns)
        North up; NaN where not known.
    west, north : float
        The raster's north-western corner.
    cell_m : float
        Side of a cell.
    quantile : float
        Which of the values inside is taken (0-1): a high one is the roof's, and no single odd cell decides.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where no cell lies at least half in the footprint, or none of those is known.

    Notes
    -----
    Cells that lie wholly inside are taken; a building without one takes the cells that it fills by half or more, so that
    the street beside it does not lower its roof.
    """
    if not 0 <= quantile <= 1:
        raise InputError(f"quantile is {quantile:g}; it must lie between 0 and 1")
    if (shapely.get_type_id(footprints) < shapely.GeometryType.POLYGON).any():
        raise InputError("a footprint is not a polygon; give outlines of buildings")
    rows, cols = raster.shape
    bounds = shapely.bounds(footprints)
    left = np.clip(np.floor((bounds[:, 0] - west) / cell_m), 0, cols).astype(np.int64)
    top = np.clip(np.floor((north - bounds[:, 3]) / cell_m), 0, rows).astype(np.int64)
    tile = (top // _TILE) * (cols // _TILE + 1) + left // _TILE
    out = np.full(len(footprints), np.nan)
    for which in np.unique(tile):
        members = np.flatnonzero(tile == which)
        c0, r0 = int(left[members].min()), int(top[members].min())
        c1 = int(np.clip(np.ceil((bounds[members, 2].max() - west) / cell_m), c0, cols))
        r1 = int(np.clip(np.ceil((north - bounds[members, 1].min()) / cell_m), r0, rows))
        if c1 > c0 and r1 > r0:
            corner = (west + c0 * cell_m, north - r0 * cell_m)
            out[members] = _in_window(footprints[members], raster[r0:r1, c0:c1], *corner, cell_m, quantile)
    return out


def _in_window(
    footprints: NDArray[np.object_], raster: Floats, west: float, north: float, cell_m: float, quantile: float
) -> Floats:
    rows = raster.shape[0]
    row, col = (part.ravel() for part in np.indices(raster.shape))
    grid = Grid(west, north - rows * cell_m, cell_m, row, col)
    number, square, area = areas_in_squares(footprints, grid)
    value = raster[rows - 1 - row[square], col[square]]
    share = area / cell_m**2
    usable = np.isfinite(value) & (share >= _HALF)
    number, value, share = number[usable], value[usable], share[usable]
    has_whole = np.zeros(len(footprints), dtype=bool)
    has_whole[number[share >= _WHOLE]] = True
    kept = (share >= _WHOLE) | ~has_whole[number]
    return _quantile(number[kept], value[kept], len(footprints), quantile)


def _quantile(number: NDArray[np.int64], value: Floats, count: int, quantile: float) -> Floats:
    """Return a quantile of each group, interpolated between its two nearest values."""
    order = np.lexsort((value, number))
    value = value[order]
    size = np.bincount(number, minlength=count)
    start = np.cumsum(size) - size
    out = np.full(count, np.nan)
    some = size > 0
    place = quantile * (size[some] - 1)
    low = start[some] + np.floor(place).astype(np.int64)
    high = start[some] + np.ceil(place).astype(np.int64)
    out[some] = value[low] + (value[high] - value[low]) * (place - np.floor(place))
    return out
