"""Rings around things: the ground within some distance of any of them, and not nearer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


def ring_areas(
    things: NDArray[np.object_], edges_m: Sequence[float], within: BaseGeometry
) -> list[BaseGeometry]:
    """Return the rings around things: from 0 to the first edge, from it to the second, and so on.

    Parameters
    ----------
    things : ndarray of geometries
        Points, lines or polygons; the ground of a polygon belongs to the first ring.
    edges_m : sequence of float
        Outer edges, ascending.
    within : Polygon or MultiPolygon
        Rings are cut to it.

    Returns
    -------
    list of Polygon or MultiPolygon
        Rings that do not overlap; together the ground within the last edge.
    """
    inner: BaseGeometry = shapely.Polygon()
    rings = []
    for edge in edges_m:
        outer = shapely.union_all(shapely.buffer(things, edge, quad_segs=16))
        rings.append(shapely.intersection(shapely.difference(outer, inner), within))
        inner = outer
    return rings
