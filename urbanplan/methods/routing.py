"""Shortest ways along streets, from place to edge and from edge to place, exact to the millimetre."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from urbanplan.model.network import StreetNetwork

UNREACHED = 2**30
"""Cost of what cannot be reached, in millimetres (1,074 km)."""

MM = 1000
"""Millimetres in a metre: whole numbers add up to the same on every machine."""

Costs = NDArray[np.int32]
Numbers = NDArray[np.int64]
_Three = tuple[Numbers, Numbers, Numbers]


class Graph(NamedTuple):
    """A network turned round, so that searches run from places backwards to where people are.

    Attributes
    ----------
    first : ndarray of int64, shape (n + 1,)
        Arcs that lead to node i are `first[i]` to `first[i + 1] - 1`.
    tail : ndarray of int32, shape (a,)
        Node that each arc comes from.
    cost : ndarray of int32, shape (a,)
        Its length in millimetres.
    u, v, length : ndarray, shape (m,)
        Ends of the edges, and their length in millimetres.
    forward, backward : ndarray of bool, shape (m,)
        Open directions.
    """

    first: Numbers
    tail: NDArray[np.int32]
    cost: Costs
    u: NDArray[np.int32]
    v: NDArray[np.int32]
    length: Numbers
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]


class Positions(NamedTuple):
    """Where people and places meet the streets.

    Attributes
    ----------
    of : ndarray of int64, shape (p,)
        Number of the person's cell or the place; a place may have several positions.
    edge : ndarray of int64, shape (p,)
        Edge of the network.
    offset, access : ndarray of int64, shape (p,)
        Millimetres along the edge from its end u, and in a straight line from there to the door.
    """

    of: Numbers
    edge: Numbers
    offset: Numbers
    access: Numbers


class Direct(NamedTuple):
    """Ways that touch no node: along one edge, or none at all. Cell, place, cost in millimetres."""

    cell: Numbers
    place: Numbers
    cost: Numbers


def graph_of(network: StreetNetwork) -> Graph:
    """Make a network ready for searches by length."""
    tails = np.repeat(np.arange(len(network.node_id), dtype=np.int32), np.diff(network.indptr))
    length = np.rint(network.length_m * MM).astype(np.int64)
    order = np.argsort(network.heads, kind="stable")
    first = np.zeros(len(network.node_id) + 1, dtype=np.int64)
    np.cumsum(np.bincount(network.heads, minlength=len(network.node_id)), out=first[1:])
    return Graph(
        first=first,
        tail=tails[order],
        cost=length[network.arc_edge[order]].astype(np.int32),
        u=network.edge_u,
        v=network.edge_v,
        length=length,
        forward=network.forward,
        backward=network.backward,
    )


def positions(graph: Graph, snapped: pd.DataFrame, of: Numbers) -> Positions:
    """Take over what `StreetNetwork.snap` or `.entrances` found; what met no street has no position.

    Parameters
    ----------
    graph : Graph
        Of the same network.
    snapped : DataFrame
        Columns edge (-1 for none), offset_m, distance_m.
    of : ndarray of int64
        What each row stands for.
    """
    edge = snapped["edge"].to_numpy(dtype=np.int64)
    met = edge >= 0
    edge = edge[met]
    offset = np.rint(snapped["offset_m"].to_numpy(dtype=float)[met] * MM).astype(np.int64)
    access = np.rint(snapped["distance_m"].to_numpy(dtype=float)[met] * MM).astype(np.int64)
    return Positions(of[met], edge, np.clip(offset, 0, graph.length[edge]), access)


def direct_ways(graph: Graph, cells: Positions, places: Positions) -> Direct:
    """Find the ways between cells and places that lie on one edge."""
    order = np.argsort(places.edge, kind="stable")
    begin = np.searchsorted(places.edge[order], cells.edge, side="left")
    count = np.searchsorted(places.edge[order], cells.edge, side="right") - begin
    cell = np.repeat(np.arange(len(cells.edge)), count)
    place = order[
        np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
    ]
    ahead = places.offset[place] - cells.offset[cell]
    edge = cells.edge[cell]
    open_ = np.where(ahead > 0, graph.forward[edge], graph.backward[edge]) | (ahead == 0)
    cost = np.abs(ahead) + cells.access[cell] + places.access[place]
    return Direct(cells.of[cell][open_], places.of[place][open_], cost[open_])


def nearest(graph: Graph, cells: Positions, places: Positions, direct: Direct, *, count: int) -> Numbers:
    """Find how far it is from each cell to the nearest place.

    Parameters
    ----------
    graph : Graph
        Streets.
    cells, places : Positions
        Where they meet the streets; each cell at most once, a place maybe several times.
    direct : Direct
        Ways that touch no node.
    count : int
        Number of cells.

    Returns
    -------
    ndarray of int64, shape (count,)
        Millimetres; `UNREACHED` where no way leads.
    """
    from urbanplan.methods.search import spread  # noqa: PLC0415 - a second to import, needed only where somebody walks

    node, cost, _ = arrivals(graph, places)
    reached = np.full(len(graph.first) - 1, UNREACHED, dtype=np.int32)
    heap, touched = _rooms(graph, len(node))
    spread(graph.first, graph.tail, graph.cost, node, cost, UNREACHED - 1, reached, heap, touched)
    out = np.full(count, UNREACHED, dtype=np.int64)
    np.minimum.at(out, direct.cell, direct.cost)
    cell, leaves, way = departures(graph, cells)
    np.minimum.at(out, cell, reached[leaves] + way)
    return np.minimum(out, UNREACHED)


def count_within(
    graph: Graph, cells: Positions, places: Positions, direct: Direct, limits: Numbers, *, count: int
) -> Numbers:
    """Count the places within reach of each cell.

    Parameters
    ----------
    graph, cells, places, direct, count
        As in `nearest`; a place with several positions counts once.
    limits : ndarray of int64, shape (k,)
        Millimetres, ascending; a place at exactly the limit counts.

    Returns
    -------
    ndarray of int64, shape (count, k)
        Number of places within each limit.

    Notes
    -----
    One search runs backwards from each place, no farther than the largest limit.
    """
    from urbanplan.methods.search import tally  # noqa: PLC0415 - a second to import, needed only where somebody walks

    out = np.zeros((count, len(limits)), dtype=np.int64)
    seeds, homes, ways, rooms = _backwards(graph, cells, places, direct, count)
    tally(graph.first, graph.tail, graph.cost, seeds, homes, ways, limits, rooms, out)
    return out


def ways_within(
    graph: Graph, cells: Positions, places: Positions, direct: Direct, limit: int, *, count: int
) -> Direct:
    """List what the best way costs from each cell to each place within reach of it.

    Parameters
    ----------
    graph, cells, places, direct, count
        As in `nearest`; of a place with several positions the best way counts.
    limit : int
        Millimetres; a place at exactly the limit is within reach.

    Returns
    -------
    Direct
        Cell, place and cost of every pair within the limit, sorted by cell, cost and place.

    Notes
    -----
    One search runs backwards from each place, no farther than the limit.
    """
    from urbanplan.methods.search import list_ways  # noqa: PLC0415 - a second to import, needed only where somebody walks

    seeds, homes, ways, rooms = _backwards(graph, cells, places, direct, count)
    found, number = list_ways(graph.first, graph.tail, graph.cost, seeds, homes, ways, limit, rooms)
    cell, place, cost = found[:, :number]
    order = np.lexsort((place, cost, cell))
    return Direct(*(column[order].astype(np.int64) for column in (cell, place, cost)))


def _backwards(
    graph: Graph, cells: Positions, places: Positions, direct: Direct, count: int
) -> tuple[_Three, _Three, _Three, tuple[Costs, Numbers, Numbers, Numbers, Numbers]]:
    """Return what searches backwards from one place after another read, and room for them to write."""
    node, cost, place = arrivals(graph, places)
    cell, leaves, way = departures(graph, cells)
    by_node = np.argsort(leaves, kind="stable")
    order = np.lexsort((direct.cost, direct.cell, direct.place))
    starts = np.arange(max(place.max(initial=-1), direct.place.max(initial=-1)) + 2)
    begin = np.searchsorted(leaves[by_node], np.arange(len(graph.first)))
    reached = np.full(len(graph.first) - 1, UNREACHED, dtype=np.int32)
    best, found = np.full(count, UNREACHED, dtype=np.int64), np.empty(count, dtype=np.int64)
    return (
        (np.searchsorted(place, starts), node, cost),
        (begin, cell[by_node], way[by_node]),
        (np.searchsorted(direct.place[order], starts), direct.cell[order], direct.cost[order]),
        (reached, best, found, *_rooms(graph, len(node))),
    )


def arrivals(graph: Graph, places: Positions) -> tuple[Numbers, Numbers, Numbers]:
    """Return by which nodes places are reached: node, cost from there to the door, place; sorted by place."""
    from_u, from_v = graph.forward[places.edge], graph.backward[places.edge]
    node = np.concatenate([graph.u[places.edge][from_u], graph.v[places.edge][from_v]]).astype(np.int64)
    rest = graph.length[places.edge] - places.offset
    cost = np.concatenate([(places.offset + places.access)[from_u], (rest + places.access)[from_v]])
    place = np.concatenate([places.of[from_u], places.of[from_v]])
    order = np.lexsort((cost, node, place))
    return node[order], cost[order], place[order]


def departures(graph: Graph, cells: Positions) -> tuple[Numbers, Numbers, Numbers]:
    """Return by which nodes people leave: cell, node, cost from the door to there."""
    to_u, to_v = graph.backward[cells.edge], graph.forward[cells.edge]
    node = np.concatenate([graph.u[cells.edge][to_u], graph.v[cells.edge][to_v]]).astype(np.int64)
    rest = graph.length[cells.edge] - cells.offset
    cost = np.concatenate([(cells.offset + cells.access)[to_u], (rest + cells.access)[to_v]])
    return np.concatenate([cells.of[to_u], cells.of[to_v]]), node, cost


def _rooms(graph: Graph, seeds: int) -> tuple[Numbers, Numbers]:
    """Return room for the queue and for the nodes that a search touches."""
    return np.empty(len(graph.tail) + seeds + 1, dtype=np.int64), np.empty(len(graph.first), dtype=np.int64)
