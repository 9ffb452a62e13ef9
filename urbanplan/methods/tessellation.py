"""Morphological tessellation: the ground that lies nearer to a building than to any other."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from scipy.spatial import Voronoi, cKDTree

from urbanplan.methods.areas import without_overlaps
from urbanplan.methods.grid_areas import Floats, Ints, Shapes
from urbanplan.methods.overlay import polygonal

REACH_M = 100.0
SMALLEST_M2 = 1.0
_INSIDES_MEET = "2********"
_RIM = 64


def tessellation(
    buildings: GeoDataFrame, *, reach_m: float = REACH_M, shrink_m: float = 0.4, segment_m: float = 2.0
) -> GeoSeries:
    """Divide the ground around buildings between them.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints; where they overlap the first by its id keeps the ground.
    reach_m : float
        How far from a building its ground goes at most.
    shrink_m, segment_m : float
        By how much footprints are drawn in, and how far apart points on their outlines stand at most.

    Returns
    -------
    GeoSeries
        A cell for each building, on the index of the buildings; None for one that is smaller than a square metre, narrower
        than twice `shrink_m`, or under another one. Cells do not overlap, and each holds the building's own footprint.

    Notes
    -----
    Voronoi cells of points on the outlines drawn in, joined by building, cut at the reach; then each footprint is given back
    to its own cell, because between walls that touch the line between points wanders by some centimetres. Docs: decision 10.

    References
    ----------
    Fleischmann et al. (2020), Morphological tessellation as a way of partitioning space: improving consistency in urban
    morphology at the plot scale.
    """
    order = np.argsort(buildings.index.astype(str).to_numpy(), kind="stable")
    shapes = without_overlaps(polygonal(np.asarray(buildings.geometry.to_numpy(), dtype=object)[order]))
    shapes = polygonal(shapes)
    kept = np.flatnonzero(shapely.area(shapes) >= SMALLEST_M2)
    inner = shapely.buffer(shapes[kept], -shrink_m, join_style="mitre")
    stands = ~shapely.is_empty(inner)
    kept, inner = kept[stands], inner[stands]
    found = np.full(len(buildings), None, dtype=object)
    if len(kept):
        own = shapes[kept]
        cells = shapely.intersection(_nearest_ground(inner, reach_m, segment_m), shapely.buffer(own, reach_m))
        found[order[kept]] = _with_own_footprints(polygonal(cells), own)
    return GeoSeries(found, index=buildings.index, crs=buildings.crs)


def _nearest_ground(inner: Shapes, reach_m: float, segment_m: float) -> Shapes:
    """Return for each outline the ground that lies nearer to it than to any other."""
    outlines = shapely.segmentize(shapely.boundary(inner), segment_m)
    xy, of = shapely.get_coordinates(outlines, return_index=True)
    # near zero the last digits of coordinates are worth more
    corner = np.floor(xy.min(axis=0))
    xy, first = np.unique(np.round(xy - corner, 6), axis=0, return_index=True)
    owner = of[first]
    rim = _rim(xy, reach_m)
    diagram = Voronoi(np.concatenate([xy, rim]))
    owner = np.concatenate([owner, np.full(len(rim), -1)])
    one, other = owner[diagram.ridge_points.T]
    ends = np.array(diagram.ridge_vertices, dtype=np.int64)
    border = (one != other) & (ends >= 0).all(axis=1)
    lines = shapely.linestrings(diagram.vertices[ends[border]])
    faces = shapely.get_parts(shapely.polygonize(lines))
    spots = shapely.get_coordinates(shapely.point_on_surface(faces))
    _, nearest = cKDTree(diagram.points).query(spots)
    return _joined(shapely.transform(faces, lambda points: points + corner), owner[nearest], len(inner))


def _rim(xy: Floats, reach_m: float) -> Floats:
    """Return points far around the others, so that each of the others has a cell with an end."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    radius = 3 * reach_m + np.hypot(*(high - low))
    angle = 2 * np.pi * np.arange(_RIM) / _RIM
    return np.asarray((low + high) / 2 + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def _joined(faces: Shapes, owner: Ints, count: int) -> Shapes:
    """Join the faces of each owner; an empty polygon where there is none."""
    out = np.full(count, shapely.Polygon(), dtype=object)
    theirs = np.flatnonzero(owner >= 0)
    theirs = theirs[np.argsort(owner[theirs], kind="stable")]
    who, begin = np.unique(owner[theirs], return_index=True)
    for at, group in zip(who, np.split(faces[theirs], begin)[1:], strict=True):
        out[at] = group[0] if len(group) == 1 else shapely.union_all(group)
    return out


def _with_own_footprints(cells: Shapes, own: Shapes) -> Shapes:
    """Take other buildings' footprints out of each cell, and put its own in."""
    cell, building = shapely.STRtree(own).query(cells, predicate="intersects")
    foreign = cell != building
    cell, building = cell[foreign], building[foreign]
    meets = shapely.relate_pattern(cells[cell], own[building], _INSIDES_MEET)
    cell, building = cell[meets], building[meets]
    order = np.lexsort((building, cell))
    out = cells.copy()
    which, begin = np.unique(cell[order], return_index=True)
    for at, others in zip(which, np.split(building[order], begin)[1:], strict=True):
        out[at] = shapely.difference(out[at], shapely.union_all(own[others]))
    lacking = ~shapely.covers(out, own)
    out[lacking] = shapely.union(out[lacking], own[lacking])
    return polygonal(out)
