"""The nearest street to which a straight way is free: never across water, rails or a motorway."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.errors import LayerError

if TYPE_CHECKING:
    from shapely import STRtree

    from urbanplan.model.network.street_network import StreetNetwork

_HAIR_M = 0.1
"""A way may begin or end on what it must not cross: a door in a quay, a street across rails."""
_FIRST_M = 50.0
"""Radius of the first search for a street that is not cut off; it doubles until the limit."""
_AT_ONCE = 500
"""Shapes for which all streets around are looked at together."""


class Met(NamedTuple):
    """Edge (-1 for none), metres along it and to it, and bits of the cuts in the way of the nearest, of each shape."""

    edge: NDArray[np.int64]
    offset: NDArray[np.float64]
    distance: NDArray[np.float64]
    across: NDArray[np.uint8]

    def take(self, rows: NDArray[np.int64]) -> Met:
        """Return some of the shapes."""
        return Met(self.edge[rows], self.offset[rows], self.distance[rows], self.across[rows])


def meet(
    network: StreetNetwork,
    shapes: NDArray[np.object_],
    limit: float,
    edges: NDArray[np.bool_] | None,
    exempt: NDArray[np.uint8] | None,
) -> Met:
    """Find the nearest street of each shape to which a straight way is free."""
    count = len(shapes)
    out = Met(
        np.full(count, -1, dtype=np.int64), np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, np.uint8)
    )  # fmt: skip
    tree, numbers = network.meetable_tree if edges is None else _tree_of(network, edges)
    known = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(known) or not len(numbers):
        return out
    # a limit below zero or NaN would be refused by GEOS with words that do not help the reader
    if not limit > 0:
        raise LayerError(f"max_distance_m must be above zero, not {limit}")
    (row, hit), apart = tree.query_nearest(shapes[known], max_distance=limit, return_distance=True)
    order = np.lexsort((numbers[hit], row))
    first = order[first_of_each(row[order])]
    row, hit, apart = known[row[first]], numbers[hit[first]], apart[first]
    across = _crossed(network, shapes[row], hit, None if exempt is None else exempt[row])
    _put(network, out, shapes, row[across == 0], hit[across == 0], apart[across == 0])
    out.across[row] = across
    _look_farther(network, out, shapes, (tree, numbers), limit, exempt)
    out.across[out.edge >= 0] = 0
    return out


def _tree_of(network: StreetNetwork, edges: NDArray[np.bool_]) -> tuple[STRtree, NDArray[np.int64]]:
    numbers = np.flatnonzero(edges)
    return shapely.STRtree(network.lines[numbers]), numbers


def _look_farther(
    network: StreetNetwork,
    out: Met,
    shapes: NDArray[np.object_],
    streets: tuple[STRtree, NDArray[np.int64]],
    limit: float,
    exempt: NDArray[np.uint8] | None,
) -> None:
    """Find another street for what is cut off from its nearest one, in circles that double."""
    tree, numbers = streets
    radius = min(_FIRST_M, limit)
    left = np.flatnonzero((out.across > 0) & (out.edge < 0))
    while len(left):
        for row in np.array_split(left, len(left) // _AT_ONCE + 1):
            at, near = tree.query(shapes[row], predicate="dwithin", distance=radius)
            one, hit = row[at], numbers[near]
            free = _crossed(network, shapes[one], hit, None if exempt is None else exempt[one]) == 0
            one, hit = one[free], hit[free]
            apart = shapely.distance(shapes[one], network.lines[hit])
            order = np.lexsort((hit, apart, one))
            best = order[first_of_each(one[order])]
            _put(network, out, shapes, one[best], hit[best], apart[best])
        left = left[out.edge[left] < 0]
        if radius >= limit:
            return
        radius = min(radius * 2, limit)


def _put(
    network: StreetNetwork,
    out: Met,
    shapes: NDArray[np.object_],
    row: NDArray[np.int64],
    hit: NDArray[np.int64],
    apart: NDArray[np.float64],
) -> None:
    out.edge[row], out.distance[row] = hit, apart
    out.offset[row] = offsets_of(network, hit, _meeting_points(shapes[row], network.lines[hit]))


def _crossed(
    network: StreetNetwork,
    shapes: NDArray[np.object_],
    edge: NDArray[np.int64],
    exempt: NDArray[np.uint8] | None,
) -> NDArray[np.uint8]:
    """Say what the straight ways between shapes and streets cross; bits of `CUTS`."""
    around = network.surroundings
    if around is None or not len(around.cut_kind) or not len(edge):
        return np.zeros(len(edge), dtype=np.uint8)
    legs = shapely.shortest_line(network.lines[edge], shapes)
    ends = shapely.get_coordinates(legs).reshape(-1, 2, 2)
    long = np.flatnonzero(np.hypot(*(ends[:, 1] - ends[:, 0]).T) > 2 * _HAIR_M)
    step = ends[long, 1] - ends[long, 0]
    share = (_HAIR_M / np.hypot(*step.T))[:, None]
    shorter = np.stack([ends[long, 0] + share * step, ends[long, 1] - share * step], axis=1)
    crossed = np.zeros(len(edge), dtype=np.uint8)
    crossed[long] = around.kinds_crossed(
        np.asarray(shapely.linestrings(shorter), dtype=object), None if exempt is None else exempt[long]
    )
    return crossed


def first_of_each(row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each number of a sorted array first stands."""
    new = np.ones(len(row), dtype=bool)
    new[1:] = row[1:] != row[:-1]
    return np.flatnonzero(new)


def _meeting_points(shapes: NDArray[np.object_], lines: NDArray[np.object_]) -> NDArray[np.object_]:
    points = shapes.copy()
    extended = np.flatnonzero(shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
    if len(extended):
        bridge = shapely.shortest_line(lines[extended], shapes[extended])
        points[extended] = shapely.get_point(bridge, 0)
    return points


def offsets_of(
    network: StreetNetwork, edge: NDArray[np.int64], points: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return the metres along edges at which points lie nearest to them."""
    # as a share of the drawing, so that a network that brought its own lengths (osmnx) stays within them
    share = shapely.line_locate_point(network.lines[edge], points, normalized=True)
    offset: NDArray[np.float64] = share * network.length_m[edge]
    return offset
