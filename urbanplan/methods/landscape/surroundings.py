"""How much of the ground around points is covered by some classes of land cover."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.landscape.sweeping import Floats, Ints
from urbanplan.model.land_cover import CoverRaster


class Around(NamedTuple):
    """The cells around each point.

    Attributes
    ----------
    covered, known : ndarray of int64, shape (points,)
        Cells of the classes asked for, and cells of any class.
    cells : int
        Cells in a whole disc.
    """

    covered: Ints
    known: Ints
    cells: int


def cover_around(
    raster: CoverRaster, x: Floats, y: Floats, classes: tuple[int, ...], *, radius_m: float
) -> Around:
    """Count the cells of some classes whose centre lies within a distance of the centre of each point's cell.

    Parameters
    ----------
    raster : CoverRaster
        Land cover at one date.
    x, y : ndarray of float64, shape (points,)
        Coordinates in metres.
    classes : tuple of int
        Numbers of the classes.
    radius_m : float
        Distance; what lies outside the raster is not known.
    """
    reach = int(radius_m // raster.cell_m)
    down = np.arange(-reach, reach + 1)
    half = np.floor(np.sqrt(np.maximum((radius_m / raster.cell_m) ** 2 - down**2, 0.0))).astype(np.int64)
    row = np.floor((raster.north - y) / raster.cell_m).astype(np.int64)
    col = np.floor((x - raster.west) / raster.cell_m).astype(np.int64)
    covered, known = np.zeros(len(row), dtype=np.int64), np.zeros(len(row), dtype=np.int64)
    if not len(row):
        return Around(covered, known, int((2 * half + 1).sum()))
    window = _window(raster, row, col, reach)
    sums = _running(raster, window, classes)
    height, width = window[1] - window[0], window[3] - window[2]
    for step, side in zip(down, half, strict=True):
        at = row + step - window[0]
        seen = (at >= 0) & (at < height)
        west = np.clip(col - side - window[2], 0, width)
        east = np.clip(col + side + 1 - window[2], 0, width)
        for total, of in zip((covered, known), sums, strict=True):
            total[seen] += of[at[seen], east[seen]] - of[at[seen], west[seen]]
    return Around(covered, known, int((2 * half + 1).sum()))


def _window(raster: CoverRaster, row: Ints, col: Ints, reach: int) -> tuple[int, int, int, int]:
    rows, columns = raster.shape
    top, bottom = np.clip([row.min() - reach, row.max() + reach + 1], 0, rows)
    left, right = np.clip([col.min() - reach, col.max() + reach + 1], 0, columns)
    return int(top), int(bottom), int(left), int(right)


def _running(
    raster: CoverRaster, window: tuple[int, int, int, int], classes: tuple[int, ...]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return running counts along each row of the window: of cells of the classes, and of cells of any class."""
    shape = (window[1] - window[0], window[3] - window[2] + 1)
    covered, known = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
    top = 0
    for strip in raster.strips(window):
        bottom = top + len(strip)
        there = np.ones(strip.shape, dtype=bool) if raster.nodata is None else strip != raster.nodata
        np.cumsum(np.isin(strip, classes) & there, axis=1, out=covered[top:bottom, 1:])
        np.cumsum(there, axis=1, out=known[top:bottom, 1:])
        top = bottom
    return covered, known
