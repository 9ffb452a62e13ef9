"""Street segments of an OpenStreetMap file, projected and cut where they leave the area that is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.crs import WGS84, transform_points

if TYPE_CHECKING:
    from urbanplan.sources.osm.reading import Objects

_NEAR_M = 1e-6
"""Cuts nearer to a node than this are the node."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Straight pieces of ways between two nodes.

    Attributes
    ----------
    node_id : ndarray of int64, shape (n,)
        OpenStreetMap ids ascending, then (negative) the cuts.
    xy : ndarray of float64, shape (n, 2)
        Coordinates in metres.
    u, v : ndarray of int64, shape (s,)
        Node numbers, in the order in which the way is drawn.
    way : ndarray of int64, shape (s,)
        Row of the way in `Objects.way_id`.
    counts : dict of str to int
        Segments dropped for lack of a node or outside the clip, and cut.
    """

    node_id: NDArray[np.int64]
    xy: NDArray[np.float64]
    u: NDArray[np.int64]
    v: NDArray[np.int64]
    way: NDArray[np.int64]
    counts: dict[str, int]


def street_segments(objects: Objects, rows: NDArray[np.int64], *, clip: Any, crs: Any) -> Segments:
    """Return the segments of the given ways inside the clip.

    Parameters
    ----------
    objects : Objects
        As read from the file.
    rows : ndarray of int64
        Rows of the ways to use.
    clip : Polygon or MultiPolygon or None
        Area to keep, in `crs`; a segment that crosses its edge is cut there, at a new node with a negative id.
    crs : CRS or str
        Projected CRS in metres.
    """
    size = np.diff(objects.ref_offsets)[rows]
    flat = _ranges(objects.ref_offsets[rows], size)
    refs, lonlat = objects.refs[flat], objects.ref_xy[flat]
    node_id, first, node = np.unique(refs, return_index=True, return_inverse=True)
    xy = np.full((len(node_id), 2), np.nan)
    placed = np.isfinite(lonlat[first, 0])
    lon, lat = lonlat[first[placed]].T
    xy[placed] = np.stack(transform_points(lon, lat, WGS84, crs, where="OpenStreetMap"), axis=1)
    inner = np.ones(max(len(flat) - 1, 0), dtype=bool)
    inner[(np.cumsum(size) - 1)[:-1]] = False
    u, v, way = node[:-1][inner], node[1:][inner], np.repeat(rows, size)[:-1][inner]
    whole = placed[u] & placed[v]
    counts = {"segments_without_node": int((~whole).sum())}
    used = whole & (u != v)
    segments = Segments(node_id, xy, u[used], v[used], way[used], counts)
    return segments if clip is None or not len(segments.u) else _clipped(segments, clip)


def _ranges(start: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    before = np.cumsum(size) - size
    return np.repeat(start - before, size) + np.arange(int(size.sum()))


def _clipped(segments: Segments, clip: Any) -> Segments:
    low, high = np.minimum(segments.u, segments.v), np.maximum(segments.u, segments.v)
    pair, pair_of = np.unique(low * len(segments.node_id) + high, return_inverse=True)
    a, b = np.divmod(pair, len(segments.node_id))
    drawn = np.asarray(shapely.linestrings(np.stack([segments.xy[a], segments.xy[b]], axis=1)), dtype=object)
    shapely.prepare(clip)
    inside = shapely.contains_properly(clip, drawn)
    crossing = np.flatnonzero(~inside)
    crossing = crossing[shapely.intersects(clip, drawn[crossing])]
    pieces = _pieces(
        shapely.intersection(drawn[crossing], clip), segments.xy[a[crossing]], segments.xy[b[crossing]]
    )
    of, start, end = crossing[pieces[0]], pieces[1], pieces[2]
    return _with_cuts(segments, (a, b), pair_of, inside, (of, start, end))


def _pieces(
    parts: NDArray[np.object_], a: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each part of a cut segment, which segment it is of and how far along (metres) it begins and ends."""
    single, of = shapely.get_parts(parts, return_index=True)
    linear = shapely.get_dimensions(single) == 1
    single, of = single[linear], of[linear]
    length = np.hypot(*(b - a).T)[of]
    along = (b - a)[of] / np.where(length > 0, length, 1.0)[:, None]
    ends = [shapely.get_coordinates(shapely.get_point(single, at)) - a[of] for at in (0, -1)]
    position = np.sort(np.stack([(end * along).sum(axis=1) for end in ends], axis=1), axis=1)
    position[position < _NEAR_M] = 0.0
    position = np.where(position > length[:, None] - _NEAR_M, length[:, None], position)
    longer = position[:, 1] - position[:, 0] > _NEAR_M
    order = np.lexsort((position[longer, 0], of[longer]))
    return of[longer][order], position[longer, 0][order], position[longer, 1][order]


def _with_cuts(
    segments: Segments,
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    pair_of: NDArray[np.int64],
    inside: NDArray[np.bool_],
    pieces: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]],
) -> Segments:
    """Put the pieces of cut segments in the place of the segments, with new nodes at the cuts."""
    a, b = ends
    of, start, end = pieces
    n = len(segments.node_id)
    step = segments.xy[b] - segments.xy[a]
    length = np.hypot(*step.T)
    count = 0
    nodes: list[NDArray[np.int64]] = []
    places: list[NDArray[np.float64]] = []
    for position, corner, at_corner in ((start, a[of], start == 0.0), (end, b[of], end == length[of])):
        cut = ~at_corner
        number = corner.copy()
        number[cut] = n + count + np.arange(int(cut.sum()))
        count += int(cut.sum())
        share = (position[cut] / length[of[cut]])[:, None]
        places.append(segments.xy[a[of[cut]]] + share * step[of[cut]])
        nodes.append(number)
    row, piece = _joined(pair_of, of)
    kept = np.flatnonzero(inside[pair_of])
    straight = segments.u[row] == a[pair_of[row]]
    u = np.where(straight, nodes[0][piece], nodes[1][piece])
    v = np.where(straight, nodes[1][piece], nodes[0][piece])
    order = np.argsort(np.concatenate([kept, row]), kind="stable")
    gone = len(segments.u) - len(kept) - len(np.unique(row))
    return Segments(
        node_id=np.concatenate([segments.node_id, -1 - np.arange(count)]),
        xy=np.concatenate([segments.xy, *places]),
        u=np.concatenate([segments.u[kept], u])[order],
        v=np.concatenate([segments.v[kept], v])[order],
        way=np.concatenate([segments.way[kept], segments.way[row]])[order],
        counts={**segments.counts, "segments_outside": int(gone), "segments_cut": len(of)},
    )


def _joined(pair_of: NDArray[np.int64], of: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every (segment, piece) of the same pair of nodes: several ways may share one pair."""
    begin = np.searchsorted(of, pair_of, side="left")
    many = np.searchsorted(of, pair_of, side="right") - begin
    return np.repeat(np.arange(len(pair_of)), many), _ranges(begin, many)
