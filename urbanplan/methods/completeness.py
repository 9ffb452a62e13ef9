"""How complete a map is, measured from itself and from what satellites see: no register is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.methods.aggregate import Membership
from urbanplan.methods.areas import covered_area

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BUILT_SHARE = 0.02
"""Cells of which less is built up are not judged: a shed or an error of the raster would decide."""
REACH_M = 100.0
"""Built-up ground that lies farther than this from every mapped street lacks a street on the map."""
_POINTS = 5
_DECIMALS = 3
"""A thousandth of the ground is within the rounding of coordinates in files."""


def buildings_mapped(buildings: GeoDataFrame, cells: GeoDataFrame) -> Floats:
    r"""Compare mapped footprints with built-up ground: :math:`\min(1, B_c / U_c)`.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints.
    cells : GeoDataFrame
        The analysis grid with `built_up_m2`, square metres of built-up ground in each whole cell.

    Returns
    -------
    ndarray of float64, shape (cells,)
        0 to 1; NaN where nothing, or next to nothing, is built up, or that is not known.
    """
    built = cells["built_up_m2"].to_numpy(dtype="float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Floats = np.minimum(np.round(covered_area(buildings, cells) / built, _DECIMALS), 1.0)
    share[~_judged(cells)] = np.nan
    return share


def streets_mapped(lines: NDArray[np.object_], cells: GeoDataFrame, *, reach_m: float = REACH_M) -> Floats:
    """Measure which share of the ground of built-up cells lies within reach of a mapped street.

    Parameters
    ----------
    lines : ndarray of LineString
        Streets and paths.
    cells : GeoDataFrame
        The analysis grid with `built_up_m2`.
    reach_m : float
        How far built-up ground may lie from a street.

    Returns
    -------
    ndarray of float64, shape (cells,)
        0 to 1, from 5 x 5 points of each cell; NaN as in `buildings_mapped`.
    """
    judged = np.flatnonzero(_judged(cells))
    share = np.full(len(cells), np.nan)
    bounds = shapely.bounds(np.asarray(cells.geometry.array))[judged]
    steps = (np.arange(_POINTS) + 0.5) / _POINTS
    x = bounds[:, [0]] + (bounds[:, [2]] - bounds[:, [0]]) * np.tile(steps, _POINTS)
    y = bounds[:, [1]] + (bounds[:, [3]] - bounds[:, [1]]) * np.repeat(steps, _POINTS)
    near = np.zeros(x.size, dtype=bool)
    if len(lines) and len(judged):
        tree = shapely.STRtree(lines)
        near[
            np.unique(
                tree.query(shapely.points(x.ravel(), y.ravel()), predicate="dwithin", distance=reach_m)[0]
            )
        ] = True
    share[judged] = near.reshape(x.shape).mean(axis=1)
    return share


def _judged(cells: GeoDataFrame) -> NDArray[np.bool_]:
    built = cells["built_up_m2"].to_numpy(dtype="float64")
    judged: NDArray[np.bool_] = np.nan_to_num(built) >= BUILT_SHARE * shapely.area(cells.geometry.array)
    return judged


def over_built_ground(share: Floats, cells: GeoDataFrame, belongs: Membership) -> tuple[Floats, Floats]:
    """Average a share over the built-up ground of units.

    Parameters
    ----------
    share : ndarray of float64, shape (cells,)
        NaN where a cell is not judged.
    cells : GeoDataFrame
        The analysis grid with `built_up_m2`.
    belongs : Membership
        Of the cells in the units.

    Returns
    -------
    value, judged : ndarray of float64, shape (units,)
        The average, NaN where nothing is judged; and how many cells were.
    """
    known = np.isfinite(share)
    ground = np.where(known, np.nan_to_num(cells["built_up_m2"].to_numpy(dtype="float64")), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value: Floats = belongs.sum(ground * np.nan_to_num(share)) / belongs.sum(ground)
    return value, belongs.count(known)


def share_by_unit(
    points: GeoSeries, told: NDArray[np.bool_], weight: Floats, units: GeoDataFrame
) -> tuple[Floats, Floats]:
    """Return by unit which share of the weight of the things in it is told of, and how many things there are.

    Parameters
    ----------
    points : GeoSeries of Point
        Where each thing lies.
    told : ndarray of bool, shape (n,)
        Whether the map says of it what is asked.
    weight : ndarray of float64, shape (n,)
        Its weight: 1, or a length.
    units : GeoDataFrame
        Polygons.
    """
    unit, thing = _within(points, units)
    size = len(units)
    whole = np.bincount(unit, weights=weight[thing], minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Floats = np.bincount(unit, weights=(weight * told)[thing], minlength=size) / whole
    return share, np.bincount(unit, minlength=size).astype("float64")


def median_by_unit(points: GeoSeries, values: Floats, units: GeoDataFrame) -> tuple[Floats, Floats]:
    """Return by unit the lower quartile, median and upper quartile of what lies in it, shape (units, 3), and the count."""
    unit, thing = _within(points, units)
    order = np.argsort(unit, kind="stable")
    count = np.bincount(unit, minlength=len(units))
    quarters = np.full((len(units), 3), np.nan)
    for place, part in enumerate(np.split(values[thing[order]], np.cumsum(count)[:-1])):
        if len(part):
            quarters[place] = np.quantile(part, (0.25, 0.5, 0.75))
    return quarters, count.astype("float64")


def _within(points: GeoSeries, units: GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (unit, thing) for each thing in a unit; one on a common border counts in the first."""
    thing, unit = shapely.STRtree(units.geometry.array).query(points.array, predicate="intersects")
    order = np.lexsort((unit, thing))
    thing, unit = thing[order], unit[order]
    first = np.ones(len(thing), dtype=bool)
    first[1:] = thing[1:] != thing[:-1]
    return unit[first], thing[first]
