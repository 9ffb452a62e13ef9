"""Isochrones: the streets that are reached within a cost, cut where it is met, and the ground beside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanplan.base.errors import InputError
from urbanplan.methods.contour import area_below
from urbanplan.methods.grid_areas import Floats, Ints

_MOST_CORNERS = 40_000_000
_AT_ONCE = 8_000
"""Points on streets whose neighbourhoods are looked at together: memory stays small."""


class Ground(NamedTuple):
    """A grid of costs beside streets.

    Attributes
    ----------
    west, south : float
        First corner, a whole multiple of the step.
    step_m : float
        Side of a square.
    cost : ndarray of float64, shape (rows, columns)
        Cost to each corner: along streets, then straight to it from the best point that is near enough, or else from
        the nearest; infinite where no reached street is near.
    away_m : ndarray of float64, shape (rows, columns)
        Metres from each corner to the nearest point on a reached street; infinite where it was not looked for.
    """

    west: float
    south: float
    step_m: float
    cost: Floats
    away_m: Floats


def stretches(
    lines: NDArray[np.object_], edge: NDArray[np.int64], begin_m: Floats, end_m: Floats, length_m: Floats
) -> NDArray[np.object_]:
    """Cut streets to the stretches that are reached.

    Parameters
    ----------
    lines : ndarray of LineString, shape (m,)
        Drawings of all edges.
    edge, begin_m, end_m
        As in `engine.Pieces`.
    length_m : ndarray of float64, shape (m,)
        Length of every edge, which the metres are measured by; its drawing may differ by a little.

    Returns
    -------
    ndarray of LineString, shape (p,)
    """
    from shapely.ops import substring  # noqa: PLC0415  (it works on one line at a time)

    cut = np.array(lines[edge], dtype=object)
    share = np.stack([begin_m, end_m], axis=1) / np.maximum(length_m[edge], 1e-9)[:, None]
    for row in np.flatnonzero((share[:, 0] > 0) | (share[:, 1] < 1 - 1e-9)).tolist():
        cut[row] = substring(cut[row], *np.clip(share[row], 0, 1), normalized=True)
    return cut


def ground(x: Floats, y: Floats, cost: Floats, *, off_street_m: float, pace: float, step_m: float) -> Ground:
    """Work out the cost of the ground beside streets, on a grid.

    Parameters
    ----------
    x, y : ndarray of float64, shape (p,)
        Points along reached streets, closer together than the step.
    cost : ndarray of float64, shape (p,)
        Cost to each point.
    off_street_m : float
        How far from a street people may be; farther ground is not looked at.
    pace : float
        Cost of a metre off the streets: 1 where costs are metres.
    step_m : float
        Side of a square of the grid.

    Returns
    -------
    Ground

    Raises
    ------
    InputError
        If the step or the pace is not above zero, `off_street_m` is negative, or the grid would not fit in memory.
    """
    if not (step_m > 0 and pace > 0 and off_street_m >= 0):
        raise InputError(
            "the ground beside streets needs a step and a pace above zero, and off_street_m not below it"
        )
    if not len(x):
        nothing = np.empty((0, 0))
        return Ground(0.0, 0.0, step_m, nothing, nothing)
    reach = int(np.ceil(off_street_m / step_m)) + 1
    column, row = np.floor(x / step_m).astype(np.int64), np.floor(y / step_m).astype(np.int64)
    first_column, first_row = column.min() - reach, row.min() - reach
    shape = int(row.max() - first_row + reach + 2), int(column.max() - first_column + reach + 2)
    if shape[0] * shape[1] > _MOST_CORNERS:
        raise InputError(
            f"an isochrone of {shape[0]} by {shape[1]} squares of {step_m} m is too large; take a longer step"
        )
    costs, away = np.full(shape, np.inf), np.full(shape, np.inf)
    up, right = (side.ravel() for side in np.mgrid[-reach : reach + 2, -reach : reach + 2])

    def around(some: slice) -> tuple[tuple[Ints, Ints], Floats]:
        rows, columns = row[some, None] + up, column[some, None] + right
        distance = np.hypot(columns * step_m - x[some, None], rows * step_m - y[some, None])
        return (rows - first_row, columns - first_column), distance

    batches = [slice(begin, begin + _AT_ONCE) for begin in range(0, len(x), _AT_ONCE)]
    for some in batches:
        np.minimum.at(away, *around(some))
    for some in batches:
        corner, distance = around(some)
        near = distance <= np.maximum(away[corner], off_street_m)
        np.minimum.at(costs, corner, np.where(near, cost[some, None] + pace * distance, np.inf))
    return Ground(float(first_column * step_m), float(first_row * step_m), step_m, costs, away)


def area_within(field: Ground, limit: float, *, off_street_m: float, pace: float) -> BaseGeometry:
    """Draw the ground within a limit by marching squares.

    Parameters
    ----------
    field : Ground
        From `ground`, with the same `off_street_m` and `pace`.
    limit : float
        Greatest cost, street and ground together.
    off_street_m : float
        Greatest distance from a reached street.
    pace : float
        Cost of a metre off the streets.

    Returns
    -------
    Polygon or MultiPolygon
        Empty where nothing is within the limit.
    """
    if not field.cost.size:
        return shapely.MultiPolygon()
    # whichever is met first ends the area: the limit, or the distance from the street
    over = np.maximum(field.cost - limit, (field.away_m - off_street_m) * pace)
    return area_below(over, 0.0, west=field.west, south=field.south, step=field.step_m)
