"""Things in units that may lap over each other, as versions of one zone do: each unit counts for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def shares_in_each(features: GeoDataFrame, units: GeoDataFrame) -> tuple[Ints, Ints, Floats]:
    """Return which share of each feature lies in each unit, whatever other units hold of it.

    Parameters
    ----------
    features : GeoDataFrame
        Points, lines or polygons, also mixed.
    units : GeoDataFrame
        Polygons.

    Returns
    -------
    feature, unit : ndarray of int64, shape (k,)
        Positions of a feature and a unit that has a part of it, in the order of units.
    share : ndarray of float64, shape (k,)
        Of its area, length, or (of points) 1.
    """
    shapes, areas = features.geometry.to_numpy(), units.geometry.to_numpy()
    if not len(shapes) or not len(areas):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    unit, feature = shapely.STRtree(shapes).query(areas, predicate="intersects")
    part = shapely.intersection(shapes[feature], areas[unit])
    dimension = shapely.get_dimensions(shapes[feature])
    size = np.where(dimension == 2, shapely.area(part), shapely.length(part))  # noqa: PLR2004 - an area
    whole = np.where(dimension == 2, shapely.area(shapes[feature]), shapely.length(shapes[feature]))  # noqa: PLR2004
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(dimension == 0, 1.0, size / whole)
    real = share > 0
    order = np.lexsort((feature[real], unit[real]))
    return feature[real][order], unit[real][order], share[real][order]
