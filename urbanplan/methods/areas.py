"""How much of what lies in which unit: shared areas, and overlaps that must not count twice."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Floats, Ints, Shapes, areas_in_squares, grid_of

_INSIDES_MEET = "2********"


def shared_areas(
    shapes: GeoSeries | GeoDataFrame, units: GeoSeries | GeoDataFrame
) -> tuple[Ints, Ints, Floats]:
    """Measure the area that each polygon shares with each unit.

    Parameters
    ----------
    shapes, units : GeoSeries or GeoDataFrame
        Valid polygons in one projected CRS; units may be the squares of a grid (then it is fast), some of them cut.

    Returns
    -------
    shape, unit : ndarray of int64, shape (k,)
        Positions of the polygon and the unit of each pair that shares area.
    area_m2 : ndarray of float64, shape (k,)
        Shared area.
    """
    these, those = _array(shapes), _array(units)
    grid, square = grid_of(those)
    parts = []
    if grid is not None:
        shape, hit, area = areas_in_squares(these, grid)
        parts.append((shape, np.flatnonzero(square)[hit], area))
    rest = np.flatnonzero(~square)
    if len(rest) and len(these):
        shape, hit, area = _cut(these, those[rest])
        parts.append((shape, rest[hit], area))
    if not parts:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    shape, unit, area = (np.concatenate(column) for column in zip(*parts, strict=True))
    return shape, unit, area


def covered_area(shapes: GeoSeries | GeoDataFrame, units: GeoSeries | GeoDataFrame) -> Floats:
    """Measure the area of each unit that the polygons cover, however often they cover it.

    Parameters
    ----------
    shapes, units : GeoSeries or GeoDataFrame
        Valid polygons in one projected CRS.

    Returns
    -------
    ndarray of float64, shape (units,)
        Square metres; 0 where no polygon lies.
    """
    alone = GeoSeries(without_overlaps(_array(shapes)), crs=shapes.crs)
    _, unit, area = shared_areas(alone, units)
    return np.bincount(unit, weights=area, minlength=len(units)).astype(np.float64)


def areas_by_class(
    shapes: GeoDataFrame, column: str, classes: tuple[str, ...], units: GeoSeries | GeoDataFrame
) -> Floats:
    """Measure the area of each class in each unit.

    Parameters
    ----------
    shapes : GeoDataFrame
        Valid polygons that do not overlap, with a class in `column`. Where a second class stands in `<column>_2`, the
        first has only the part `share` of the polygon, wherever it is cut, and the second the rest.
    column : str
        Its name.
    classes : tuple of str
        Classes to measure; polygons of others are left out.
    units : GeoSeries or GeoDataFrame
        Polygons.

    Returns
    -------
    ndarray of float64, shape (units, classes)
        Square metres.
    """
    first, share, second = class_shares(shapes, column, classes)
    chosen = np.flatnonzero((first >= 0) | (second >= 0))
    shape, unit, area = shared_areas(shapes.iloc[chosen], units)
    shape = chosen[shape]
    sums = np.zeros(len(units) * len(classes))
    for number, part in ((first, share), (second, 1.0 - share)):
        held = number[shape] >= 0
        cell = unit[held] * len(classes) + number[shape[held]]
        sums += np.bincount(cell, weights=(area * part[shape])[held], minlength=len(sums))
    return sums.reshape(len(units), len(classes))


def class_shares(shapes: GeoDataFrame, column: str, classes: tuple[str, ...]) -> tuple[Ints, Floats, Ints]:
    """Return the number of each polygon's class, the share of the ground that it has, and that of a second class.

    Parameters
    ----------
    shapes : GeoDataFrame
        With a class in `column`, and perhaps a second one in `<column>_2` and `share`.
    column : str
        Its name.
    classes : tuple of str
        Classes that are looked for.

    Returns
    -------
    first : ndarray of int64, shape (n,)
        Position of the class in `classes`, -1 for another one or none.
    share : ndarray of float64, shape (n,)
        1 where nothing is said.
    second : ndarray of int64, shape (n,)
        As `first`; -1 where there is none.
    """
    numbers = {name: number for number, name in enumerate(classes)}

    def positions(name: str) -> Ints:
        if name not in shapes:
            return np.full(len(shapes), -1, dtype=np.int64)
        return np.array([numbers.get(word, -1) for word in shapes[name]], dtype=np.int64)

    given = shapes["share"].to_numpy(dtype=np.float64) if "share" in shapes else np.ones(len(shapes))
    return positions(column), np.where(np.isfinite(given), given, 1.0), positions(f"{column}_2")


def without_overlaps(shapes: Shapes) -> Shapes:
    """Cut away from each polygon what an earlier one already covers.

    Parameters
    ----------
    shapes : ndarray of valid polygons, shape (n,)
        They may overlap or repeat.

    Returns
    -------
    ndarray of geometries, shape (n,)
        Polygons that share no area and cover together what the given ones covered; empty where nothing is left.
    """
    left, right = shapely.STRtree(shapes).query(shapes)
    pair = left < right
    left, right = left[pair], right[pair]
    # row houses touch by the thousand: asking whether insides meet is four times faster than cutting
    shared = shapely.relate_pattern(shapes[left], shapes[right], _INSIDES_MEET)
    left, right = left[shared], right[shared]
    out = shapes.copy()
    if not len(left):
        return out
    order = np.lexsort((left, right))
    later, first = np.unique(right[order], return_index=True)
    for shape, earlier in zip(later, np.split(left[order], first[1:]), strict=True):
        out[shape] = shapely.difference(shapes[shape], shapely.union_all(shapes[earlier]))
    return out


def _cut(shapes: Shapes, units: Shapes) -> tuple[Ints, Ints, Floats]:
    """Measure shared areas by cutting those shapes that no unit covers whole."""
    tree = shapely.STRtree(shapes)
    unit, shape = tree.query(units, predicate="intersects")
    whole_unit, whole_shape = tree.query(units, predicate="covers")
    width = len(shapes)
    part = ~np.isin(unit * width + shape, whole_unit * width + whole_shape)
    unit, shape = unit[part], shape[part]
    area = shapely.area(shapely.intersection(shapes[shape], units[unit]))
    some = area > 0
    return (
        np.concatenate([whole_shape, shape[some]]),
        np.concatenate([whole_unit, unit[some]]),
        np.concatenate([shapely.area(shapes[whole_shape]), area[some]]),
    )


def _array(frame: GeoSeries | GeoDataFrame) -> Shapes:
    array: NDArray[np.object_] = np.array(frame.geometry.to_numpy(), dtype=object)
    return array
