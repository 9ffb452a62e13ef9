"""Which unit a point, line or polygon belongs to, so that nothing is lost or counted twice."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from urbanplan.methods.areas import shared_areas
from urbanplan.methods.grid_areas import Floats, Ints, Shapes

_LINE, _POLYGON = 1, 2


def allot(features: GeoSeries | GeoDataFrame, units: GeoDataFrame) -> tuple[Ints, Ints, Floats]:
    """Divide features between units: polygons by area, lines by length, points whole.

    Parameters
    ----------
    features : GeoSeries or GeoDataFrame
        Points, lines or polygons, also mixed.
    units : GeoDataFrame
        Polygons.

    Returns
    -------
    feature, unit : ndarray of int64, shape (k,)
        Positions of a feature and a unit that has a part of it.
    share : ndarray of float64, shape (k,)
        Share of the feature that the unit has; of one feature they never add up to more than 1.

    Notes
    -----
    A point on the border of several units belongs to the one whose id comes first. A part that lies in several
    units at once (a street along a border, units that lap over each other) is divided between them.
    """
    shapes: Shapes = np.array(features.geometry.to_numpy(), dtype=object)
    dimension = shapely.get_dimensions(shapes)
    parts = [
        _points(np.flatnonzero((dimension >= 0) & (dimension < _LINE)), shapes, units),
        _lines(np.flatnonzero(dimension == _LINE), shapes, units),
        _polygons(np.flatnonzero(dimension == _POLYGON), shapes, units),
    ]
    feature, unit, share = (np.concatenate(column) for column in zip(*parts, strict=True))
    total = np.bincount(feature, weights=share, minlength=len(shapes))
    order = np.lexsort((feature, unit))
    return feature[order], unit[order], (share / np.maximum(total, 1.0)[feature])[order]


def units_of_points(points: Shapes, units: GeoDataFrame) -> Ints:
    """Find the unit that each point lies in; on a border the one whose id comes first, -1 outside all.

    Parameters
    ----------
    points : ndarray of points, shape (n,)
        May be multipoints: any of their points will do.
    units : GeoDataFrame
        Polygons.

    Returns
    -------
    ndarray of int64, shape (n,)
        Positions in `units`.
    """
    rank = np.empty(len(units), dtype=np.int64)
    rank[np.argsort(units.index.astype(str).to_numpy(), kind="stable")] = np.arange(len(units))
    unit, point = shapely.STRtree(points).query(units.geometry.to_numpy(), predicate="intersects")
    order = np.lexsort((rank[unit], point))
    point, first = np.unique(point[order], return_index=True)
    found = np.full(len(points), -1, dtype=np.int64)
    found[point] = unit[order][first]
    return found


def lengths_within(lines: Shapes, units: Shapes) -> tuple[Ints, Ints, Floats]:
    """Measure the share of each line that lies in each unit; what runs along a unit's border counts half.

    Parameters
    ----------
    lines : ndarray of lines, shape (n,)
        Lines of any length above zero.
    units : ndarray of polygons, shape (u,)
        Units.

    Returns
    -------
    line, unit : ndarray of int64, shape (k,)
        Positions of a line and a unit.
    share : ndarray of float64, shape (k,)
        Share (0-1) of the line's length.
    """
    tree = shapely.STRtree(lines)
    unit, line = tree.query(units, predicate="intersects")
    inner_unit, inner = tree.query(units, predicate="contains_properly")
    part = ~np.isin(unit * len(lines) + line, inner_unit * len(lines) + inner)
    unit, line = unit[part], line[part]
    within = shapely.length(shapely.intersection(lines[line], units[unit]))
    along = shapely.length(shapely.intersection(lines[line], shapely.boundary(units)[unit]))
    share = (within - along / 2) / shapely.length(lines[line])
    some = share > 0
    return (
        np.concatenate([inner, line[some]]),
        np.concatenate([inner_unit, unit[some]]),
        np.concatenate([np.ones(len(inner)), share[some]]),
    )


def _points(which: Ints, shapes: Shapes, units: GeoDataFrame) -> tuple[Ints, Ints, Floats]:
    unit = units_of_points(shapes[which], units)
    inside = unit >= 0
    return which[inside], unit[inside], np.ones(int(inside.sum()))


def _lines(which: Ints, shapes: Shapes, units: GeoDataFrame) -> tuple[Ints, Ints, Floats]:
    tree = shapely.STRtree(shapes[which])
    these: NDArray[np.object_] = units.geometry.to_numpy()
    unit, line = tree.query(these, predicate="intersects")
    within = shapely.length(shapely.intersection(shapes[which[line]], these[unit]))
    length = shapely.length(shapes[which[line]])
    share = np.divide(within, length, out=np.zeros(len(line)), where=length > 0)
    some = share > 0
    return which[line[some]], unit[some], share[some]


def _polygons(which: Ints, shapes: Shapes, units: GeoDataFrame) -> tuple[Ints, Ints, Floats]:
    shape, unit, area = shared_areas(GeoSeries(shapes[which], crs=units.crs), units)
    return which[shape], unit, area / shapely.area(shapes[which])[shape]
