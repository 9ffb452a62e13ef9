"""Rings of outlines and holes: told apart by how they lie, whatever way round they are wound."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.notes import Note

_AREAL = 2  # the dimension of an area


def wound(geometry: NDArray[np.object_], *, clockwise: bool) -> list[Note]:
    """Note outlines that run the other way than their format asks for; it changes no area.

    Parameters
    ----------
    geometry : ndarray of geometries
        As read; None where there is none.
    clockwise : bool
        Whether the format asks for outlines that run clockwise.
    """
    areal = np.flatnonzero((shapely.get_dimensions(geometry) == _AREAL) & ~shapely.is_empty(geometry))
    parts, owner = shapely.get_parts(geometry[areal], return_index=True)
    plain = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings = shapely.get_exterior_ring(parts[plain])
    odd = np.unique(owner[plain][shapely.is_ccw(rings) == clockwise])
    return [Note("wound_other_way", {"count": len(odd), "total": len(areal)})] if len(odd) else []


def by_lie(geometry: NDArray[np.object_]) -> tuple[NDArray[np.object_], list[Note]]:
    """Return areas whose rings were wound the wrong way round, put together by which ring lies in which.

    A Shapefile tells holes from outlines by their winding alone; written the other way round, an outline is lost as a
    hole of another, or a hole becomes an area. Rings that cross are left as they are, to be mended and told.

    Parameters
    ----------
    geometry : ndarray of geometries
        As read; None where there is none.
    """
    out, count = geometry.copy(), 0
    wrong = np.flatnonzero((shapely.get_dimensions(geometry) == _AREAL) & ~shapely.is_valid(geometry))
    for row in wrong:
        rings = shapely.polygons(shapely.get_rings(shapely.get_parts(geometry[row])))
        if len(rings) < 2 or not shapely.is_valid(rings).all() or _cross(rings):  # noqa: PLR2004 - one lies in another
            continue
        found = shapely.make_valid(geometry[row], method="linework")
        if shapely.get_dimensions(found) == _AREAL and found.geom_type != "GeometryCollection":
            out[row], count = found, count + 1
    return out, [Note("rings_by_lie", {"count": count})] if count else []


def _cross(rings: NDArray[np.object_]) -> bool:
    one, other = shapely.STRtree(rings).query(rings, predicate="overlaps")
    return bool((one != other).any())
