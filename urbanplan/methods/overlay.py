"""Overlay of areas: one layer without overlaps, whatever overlapped in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_POLYGON = 2
"""Dimension of an area."""
_SLIVER_M2 = 1e-6
"""What rounding leaves of an area that was taken away whole."""


def planar(frame: GeoDataFrame) -> GeoDataFrame:
    """Give every place to one area only: the smaller area wins over the larger one that it lies in or overlaps.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in a projected CRS; other geometries and empty ones are left out, invalid ones are repaired.

    Returns
    -------
    GeoDataFrame
        The same columns, CRS and order; on the index given, less the areas of which nothing is left.

    Notes
    -----
    Of areas of the same size the one that stands first wins. The union of all areas is not changed.
    """
    shapes = polygonal(np.asarray(frame.geometry.to_numpy(), dtype=object))
    size = shapely.area(shapes)
    rank = np.empty(len(shapes), dtype=np.int64)
    rank[np.lexsort((np.arange(len(shapes)), size))] = np.arange(len(shapes))
    larger, smaller = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    wins = rank[smaller] < rank[larger]
    larger, smaller = larger[wins], smaller[wins]
    # neighbours that only touch are the usual case and cost nothing to leave alone
    overlap = ~shapely.touches(shapes[larger], shapes[smaller])
    larger, smaller = larger[overlap], smaller[overlap]
    rows, begin = np.unique(larger, return_index=True)
    taken = np.empty(len(rows), dtype=object)
    for number, part in enumerate(np.split(smaller, begin[1:]) if len(rows) else ()):
        taken[number] = shapes[part[0]] if len(part) == 1 else shapely.union_all(shapes[part])
    shapes[rows] = polygonal(shapely.difference(shapes[rows], taken))
    left = shapely.area(shapes) > _SLIVER_M2
    out = frame[left].copy()
    return out.set_geometry(
        type(frame.geometry)(shapes[left], index=out.index, crs=frame.crs, name=frame.geometry.name)
    )


def polygonal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the areal part of each geometry, repaired where it is invalid; an empty polygon where there is none.

    Parameters
    ----------
    shapes : ndarray of object, shape (n,)
        Geometries of any kind; None counts as empty.

    Returns
    -------
    ndarray of object, shape (n,)
        Polygons and MultiPolygons.
    """
    out = np.array(shapes, dtype=object)
    out[shapely.is_missing(out)] = shapely.Polygon()
    invalid = np.flatnonzero(~shapely.is_valid(out))
    out[invalid] = shapely.make_valid(out[invalid])
    kind = shapely.get_type_id(out)
    mixed = np.flatnonzero(
        (kind != shapely.GeometryType.POLYGON) & (kind != shapely.GeometryType.MULTIPOLYGON)
    )
    for row in mixed:
        parts = shapely.get_parts(shapely.get_parts(out[row]))
        areas = parts[shapely.get_dimensions(parts) == _POLYGON]
        out[row] = shapely.Polygon() if not len(areas) else shapely.union_all(areas)
    return out
