"""The bare ground under a scene: a coarser raster carried to finer cells, and what it is fit for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError

if TYPE_CHECKING:
    from xarray import DataArray

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

COARSEST_GROUND_M = 100.0
"""Ground of coarser cells than this carries views of mountain scale only: a street's own height is not in it."""


def cell_of(elevation: DataArray) -> float:
    """Return the side of a raster's cells in metres.

    Raises
    ------
    InputError
        If it has fewer than two rows or columns, or its cells are not squares.
    """
    x, y = elevation["x"].to_numpy(), elevation["y"].to_numpy()
    if len(x) < 2 or len(y) < 2:  # noqa: PLR2004 - a side is a difference of two
        raise InputError(
            f"elevation has {len(y)} x {len(x)} cells; give a raster that covers the views, or raise `views.reach_m`"
        )
    side = float(x[1] - x[0])
    if abs(side + float(y[1] - y[0])) > 1e-6 * side:
        raise InputError("elevation must have square cells, west to east and north to south; resample it")
    return side


def covered(elevation: DataArray) -> Box:
    """Return west, south, east, north of the outer edges of a raster's cells."""
    half = cell_of(elevation) / 2
    x, y = elevation["x"].to_numpy(), elevation["y"].to_numpy()
    return float(x[0]) - half, float(y[-1]) - half, float(x[-1]) + half, float(y[0]) + half


def carried(elevation: DataArray, x: Floats, y: Floats) -> Floats:
    """Carry a raster to the cells of another grid: straight between the centres of four cells.

    Parameters
    ----------
    elevation : DataArray
        Metres, dimensions y (north to south) and x; NaN where unknown.
    x, y : ndarray of float64, shape (cols,) and (rows,)
        Centres of the finer cells.

    Returns
    -------
    ndarray of float64, shape (rows, cols)
        NaN where one of the four cells that count is unknown, and outside the raster. Within half a cell of its edge the
        outermost cells hold. Nothing finer than the raster is in it, however small the cells.
    """
    values = np.asarray(elevation.to_numpy(), dtype=np.float64)
    side, (west, south, east, north) = cell_of(elevation), covered(elevation)
    left, share_x = _place((x - west) / side - 0.5, values.shape[1])
    above, share_y = _place((north - y) / side - 0.5, values.shape[0])
    wide = _mixed(values[:, left], values[:, left + 1], share_x[None, :])
    out = _mixed(wide[above], wide[above + 1], share_y[:, None])
    out[:, (x < west) | (x > east)] = np.nan
    out[(y < south) | (y > north)] = np.nan
    return out


def _place(position: Floats, count: int) -> tuple[NDArray[np.int64], Floats]:
    """Return the cell before each position and how far on to the next it lies."""
    held = np.clip(position, 0, count - 1)
    before = np.minimum(held.astype(np.int64), count - 2)
    return before, held - before


def _mixed(one: Floats, other: Floats, share: Floats) -> Floats:
    """Return the weighted mean of two; a value that has no weight need not be known."""
    out: Floats = np.where(share == 0, one, np.where(share == 1, other, one * (1 - share) + other * share))
    return out
