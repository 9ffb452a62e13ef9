"""Graphs for centrality: nodes joined by streets, or streets joined by turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.arcs import Arcs
from urbanplan.methods.engine.costs import UNITS, UNREACHED, to_units
from urbanplan.methods.engine.engine import Engine

if TYPE_CHECKING:
    from urbanplan.model.network import StreetNetwork


class Graph(NamedTuple):
    """States of travel with positive costs between them, each state belonging to an element.

    Attributes
    ----------
    arcs : Arcs
        Between states; every cost is at least one unit, so that shortest paths can be counted.
    element : ndarray of int32, shape (s,)
        Element (node or edge) that each state belongs to.
    first, state : ndarray
        States of element i are `state[first[i]:first[i + 1]]`.
    arc_edge : ndarray of int32
        Edge of the network that each arc travels; -1 where it is a turn.
    span : ndarray of int32
        Millimetres along streets that each arc travels, at least one; a turn leads from the middle of a street to the
        middle of the next.
    edges : int
        Number of edges of the network.
    """

    arcs: Arcs
    element: NDArray[np.int32]
    first: NDArray[np.int64]
    state: NDArray[np.int32]
    arc_edge: NDArray[np.int32]
    span: NDArray[np.int32]
    edges: int

    @property
    def elements(self) -> int:
        """Number of elements."""
        return len(self.first) - 1


def metric_graph(engine: Engine) -> Graph:
    """Return the nodes of a network, joined by its streets at the engine's cost.

    Of parallel streets the cheapest counts (of equal ones the first); a street without length costs one millimetre or
    millisecond.
    """
    edges = engine.edges
    number = np.arange(len(edges.u), dtype=np.int32)
    tail, head = np.concatenate([edges.u, edges.v]), np.concatenate([edges.v, edges.u])
    cost = np.maximum(np.concatenate([edges.forward, edges.backward]), 1)
    nodes = len(engine.nodes.row)
    # states are numbered as the core is, so that neighbours lie close together in memory
    order = np.argsort(_anchors(engine), kind="stable").astype(np.int32)
    rank = np.empty(nodes, dtype=np.int32)
    rank[order] = np.arange(nodes, dtype=np.int32)
    arcs, arc_edge = _arcs(nodes, rank[tail], rank[head], cost, np.concatenate([number, number]))
    span = np.maximum(edges.length[arc_edge], 1).astype(np.int32)
    return Graph(arcs, order, np.arange(nodes + 1), rank, arc_edge, span, len(edges.u))


def angular_graph(network: StreetNetwork) -> Graph:
    """Return the edges of a network, joined by the turns between them in thousandths of a degree.

    A turn costs the change of direction at the junction and half of the bends of both streets; nobody turns round
    within a junction. Going straight on costs one thousandth of a degree, so that of two ways with the same turns
    the one with fewer streets is shorter.

    References
    ----------
    Turner 2007, angular segment analysis.
    """
    m = len(network.edge_u)
    start, end, bend = _bearings(network.geom_offsets, network.geom_xy)
    opened = np.flatnonzero(np.stack([network.forward, network.backward], axis=1).ravel())
    half = np.arange(2 * m)
    tail = np.stack([network.edge_u, network.edge_v], axis=1).ravel()
    setting_out = np.stack([start, end + 180.0], axis=1).ravel()
    arriving = np.stack([end, start + 180.0], axis=1).ravel()
    by_tail = opened[np.argsort(tail[opened], kind="stable")]
    first = np.searchsorted(tail[by_tail], np.arange(len(network.node_id) + 1))
    reached = tail[half ^ 1]
    ways = np.diff(first)[reached[opened]]
    one = np.repeat(opened, ways)
    step = np.arange(len(one)) - np.repeat(np.cumsum(ways) - ways, ways)
    other = by_tail[np.repeat(first[:-1][reached[opened]], ways) + step]
    onward = one ^ 1 != other
    one, other = one[onward], other[onward]
    turn = np.abs((setting_out[other] - arriving[one] + 180.0) % 360.0 - 180.0)
    degrees = turn + (bend[one >> 1] + bend[other >> 1]) / 2
    cost = np.maximum(np.rint(degrees * UNITS), 1).astype(np.int32)
    turns = np.arange(len(one), dtype=np.int32)
    arcs, made = _arcs(2 * m, one.astype(np.int32), other.astype(np.int32), cost, turns)
    length = to_units(network.length_m, "length_m of the street network").astype(np.int64)
    span = np.maximum((length[one[made] >> 1] + length[other[made] >> 1]) // 2, 1).astype(np.int32)
    is_open = np.zeros(2 * m, dtype=bool)
    is_open[opened] = True
    states = np.bincount(opened >> 1, minlength=m)
    return Graph(
        arcs,
        (half >> 1).astype(np.int32),
        np.append(0, np.cumsum(states)),
        opened.astype(np.int32),
        np.full(len(arcs.head), -1, dtype=np.int32),
        span,
        m,
    )


def _anchors(engine: Engine) -> NDArray[np.int32]:
    sides = engine.departures(engine.nodes)
    return np.maximum(engine.nodes.row, np.maximum(sides.row_a, sides.row_b))


def _arcs(
    states: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    cost: NDArray[np.int32],
    edge: NDArray[np.int32],
) -> tuple[Arcs, NDArray[np.int32]]:
    """Return arcs by the state that they leave with the edges that they travel, of parallel ones the cheapest."""
    use = np.flatnonzero((tail != head) & (cost < UNREACHED))
    use = use[np.lexsort((edge[use], cost[use], head[use], tail[use]))]
    best = np.ones(len(use), dtype=bool)
    best[1:] = (np.diff(tail[use]) != 0) | (np.diff(head[use]) != 0)
    use = use[best]
    first = np.zeros(states + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail[use], minlength=states), out=first[1:])
    return Arcs(first, head[use], cost[use]), edge[use]


def _bearings(
    offsets: NDArray[np.int64], xy: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the bearing at the start and at the end of each line, and the sum of its bends, in degrees."""
    count = len(offsets) - 1
    line = np.repeat(np.arange(count), np.diff(offsets))
    step = np.diff(xy, axis=0)
    inside = (line[1:] == line[:-1]) & (step != 0).any(axis=1)
    of = line[1:][inside]
    bearing = np.degrees(np.arctan2(step[inside, 1], step[inside, 0]))
    start, end, bend = np.zeros(count), np.zeros(count), np.zeros(count)
    start[of[::-1]], end[of] = bearing[::-1], bearing
    bends = np.abs((np.diff(bearing) + 180.0) % 360.0 - 180.0) * (of[1:] == of[:-1])
    np.add.at(bend, of[1:], bends)
    return start, end, bend
