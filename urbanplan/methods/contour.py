"""Marching squares: where a surface that is given at the corners of a grid lies at or below a level, as polygons."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats, Ints

_SOUTH, _EAST, _NORTH, _WEST = range(4)
"""Sides of a square of the grid."""

_CUTS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_WEST, _SOUTH),),
    2: ((_SOUTH, _EAST),),
    3: ((_WEST, _EAST),),
    4: ((_EAST, _NORTH),),
    6: ((_SOUTH, _NORTH),),
    7: ((_WEST, _NORTH),),
    8: ((_NORTH, _WEST),),
    9: ((_NORTH, _SOUTH),),
    11: ((_NORTH, _EAST),),
    12: ((_EAST, _WEST),),
    13: ((_EAST, _SOUTH),),
    14: ((_SOUTH, _WEST),),
}
"""The sides that the border crosses, by which corners lie inside: 1 south-west, 2 south-east, 4 north-east, 8 north-west."""

_SADDLES: dict[tuple[int, bool], tuple[tuple[int, int], ...]] = {
    (5, False): ((_WEST, _SOUTH), (_EAST, _NORTH)),
    (5, True): ((_WEST, _NORTH), (_EAST, _SOUTH)),
    (10, False): ((_SOUTH, _EAST), (_NORTH, _WEST)),
    (10, True): ((_SOUTH, _WEST), (_NORTH, _EAST)),
}
"""The same where opposite corners lie inside: apart, or joined if the middle of the square lies inside too."""


def area_below(values: Floats, level: float, *, west: float, south: float, step: float) -> BaseGeometry:
    """Draw the area in which a surface is at most a level, its border straight within each square of the grid.

    Parameters
    ----------
    values : ndarray of float64, shape (rows, columns)
        The surface at the corners of the grid, rows northwards; infinite is above every level.
    level : float
        The level.
    west, south : float
        Coordinates of the first corner.
    step : float
        Side of a square.

    Returns
    -------
    Polygon or MultiPolygon
        Empty where nothing is at or below the level.

    Raises
    ------
    InputError
        If a value is not a number, or the step not above zero.

    Notes
    -----
    Beyond the grid the surface counts as high, so that every area ends within it. Where the surface is infinite on one
    side of the border, the border lies at the last corner inside.
    """
    surface = np.asarray(values, dtype=np.float64)
    if np.isnan(surface).any() or not step > 0:
        raise InputError("a contour needs a number at every corner of its grid, and a step above zero")
    padded = np.pad(surface, 1, constant_values=np.inf) - level
    one, other = _sides(padded)
    if not len(one):
        return shapely.MultiPolygon()
    x, y = _crossings(padded)
    ends = np.stack([np.stack([x[side], y[side]], axis=1) for side in (one, other)], axis=1)
    lines = shapely.linestrings((ends - 1) * step + (west, south))
    drawn: BaseGeometry = shapely.build_area(shapely.multilinestrings(lines))
    return drawn


def _sides(heights: Floats) -> tuple[Ints, Ints]:
    """Return the sides of squares that each piece of the border joins, numbered as `_crossings` numbers them."""
    inside = heights <= 0
    kind = inside[:-1, :-1] + 2 * inside[:-1, 1:] + 4 * inside[1:, 1:] + 8 * inside[1:, :-1]
    middle = (heights[:-1, :-1] + heights[:-1, 1:] + heights[1:, 1:] + heights[1:, :-1]) <= 0
    pieces = [(kind == number, cuts) for number, cuts in _CUTS.items()]
    pieces += [((kind == number) & (middle == joined), cuts) for (number, joined), cuts in _SADDLES.items()]
    one, other = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for where, cuts in pieces:
        row, column = np.nonzero(where)
        for begin, end in cuts:
            one.append(_number(begin, row, column, heights.shape))
            other.append(_number(end, row, column, heights.shape))
    return np.concatenate(one), np.concatenate(other)


def _number(side: int, row: Ints, column: Ints, shape: tuple[int, ...]) -> Ints:
    rows, columns = shape
    across = rows * (columns - 1)
    if side in {_SOUTH, _NORTH}:
        return (row + (side == _NORTH)) * (columns - 1) + column
    return across + row * columns + column + (side == _EAST)


def _crossings(heights: Floats) -> tuple[Floats, Floats]:
    """Return where the border crosses each side, those that run east first, in squares from the first corner."""
    rows, columns = heights.shape
    row, column = np.mgrid[0:rows, 0 : columns - 1]
    along = _share(heights[:, :-1], heights[:, 1:])
    up_row, up_column = np.mgrid[0 : rows - 1, 0:columns]
    up = _share(heights[:-1], heights[1:])
    x = np.concatenate([(column + along).ravel(), up_column.ravel()])
    y = np.concatenate([row.ravel(), (up_row + up).ravel()])
    return x.astype(np.float64), y.astype(np.float64)


def _share(one: Floats, other: Floats) -> NDArray[np.float64]:
    """Return the share of each side at which it is crossed, never quite at a corner: borders must not touch there."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = one / (one - other)
    share = np.where(np.isinf(one), 1.0, np.where(np.isinf(other), 0.0, share))
    return np.clip(np.nan_to_num(share, nan=0.5), 1e-6, 1 - 1e-6)
