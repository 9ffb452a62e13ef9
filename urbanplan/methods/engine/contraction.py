"""Contraction: streets become a core of junctions joined by chains, on which every point keeps its exact place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.arcs import Arcs, gather_arcs
from urbanplan.methods.engine.chains import Chains, HalfEdges, ends, half_edges, trace_chains
from urbanplan.methods.engine.costs import UNREACHED, to_units
from urbanplan.methods.engine.hilbert import hilbert_rank
from urbanplan.methods.engine.positions import Links, Positions
from urbanplan.methods.engine.turns import Turns, lay_junctions, split_nodes

if TYPE_CHECKING:
    from urbanplan.model.network import StreetNetwork


class Edges(NamedTuple):
    """Edges of the network: both ends, length in millimetres, cost both ways."""

    u: NDArray[np.int32]
    v: NDArray[np.int32]
    length: NDArray[np.int64]
    forward: NDArray[np.int32]
    backward: NDArray[np.int32]


class Contraction(NamedTuple):
    """What becomes of streets: see `Engine`."""

    arcs: Arcs
    links: Links
    chains: Chains
    nodes: Positions
    row_node: NDArray[np.int64]


def contract(
    x: NDArray[np.float64], y: NDArray[np.float64], edges: Edges, turns: Turns | None = None
) -> Contraction:
    """Contract streets to their core.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        Coordinates of the nodes in metres.
    edges : Edges
        Streets between them.
    turns : Turns, optional
        Turns that cost something or are forbidden.
    """
    halves = half_edges(len(x), edges.u, edges.v, edges.forward, edges.backward)
    split = split_nodes(len(x), turns)
    kept = ends(halves, split)
    chains = trace_chains(halves, kept, edges.forward, edges.backward)
    core = kept & ~_dead_ends(halves, split, chains)
    junctions = lay_junctions(halves, core, hilbert_rank(x, y), turns)
    links = Links(
        begin_out=junctions.leave[chains.first],
        end_in=junctions.arrive[chains.last],
        end_out=junctions.leave[chains.last],
        begin_in=junctions.arrive[chains.first],
        cost_along=chains.cost_along,
        cost_back=chains.cost_back,
    )
    arcs = gather_arcs(
        len(junctions.node),
        np.concatenate([links.begin_out, links.end_out, junctions.tail]),
        np.concatenate([links.end_in, links.begin_in, junctions.head]),
        np.concatenate([chains.cost_along, chains.cost_back, junctions.cost]),
    )
    row = np.full(len(x), -1, dtype=np.int32)
    row[junctions.node] = np.arange(len(junctions.node), dtype=np.int32)
    row[split] = -1
    return Contraction(arcs, links, chains, _node_positions(halves, chains, edges, row), junctions.node)


def _dead_ends(halves: HalfEdges, split: NDArray[np.bool_], chains: Chains) -> NDArray[np.bool_]:
    """Say which nodes are dead ends that a search of the core need never visit; a lone street keeps one."""
    begin, end = halves.tail[chains.first], halves.tail[chains.last]
    dead: NDArray[np.bool_] = np.diff(halves.first) == 1
    lone = dead[begin] & dead[end]
    dead[np.minimum(begin[lone], end[lone])] = False
    # where a turn is forbidden, going into a dead end and out again may be the way round it
    dead[begin[split[end]]] = False
    dead[end[split[begin]]] = False
    return dead


def _node_positions(halves: HalfEdges, chains: Chains, edges: Edges, row: NDArray[np.int32]) -> Positions:
    n = len(row)
    chain = np.full(n, -1, dtype=np.int32)
    key = np.zeros(n, dtype=np.int64)
    along, back = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    entered = np.flatnonzero((chains.chain >= 0) & (row[np.where(chains.flipped, edges.v, edges.u)] < 0))
    point = np.where(chains.flipped[entered], edges.v[entered], edges.u[entered])
    chain[point], key[point] = chains.chain[entered], chains.ordinal[entered].astype(np.int64) << 32
    along[point], back[point] = chains.along[entered], chains.back[entered]
    last = chains.last >> 1
    closing = np.flatnonzero(row[halves.tail[chains.last]] < 0)
    point = halves.tail[chains.last[closing]]
    chain[point] = closing
    key[point] = (chains.ordinal[last[closing]].astype(np.int64) + 1) << 32
    along[point] = np.where(chains.cost_along[closing] < UNREACHED, chains.cost_along[closing], 0)
    back[point] = np.where(chains.cost_back[closing] < UNREACHED, chains.cost_back[closing], 0)
    return Positions(row, chain, key, along, back, np.zeros(n, dtype=np.int32))


def along_edge(chains: Chains, edges: Edges, edge: NDArray[np.int64], offset: NDArray[np.int64]) -> Positions:
    """Return positions within edges, at a number of millimetres from their first ends."""
    length = np.maximum(edges.length[edge], 1)
    onward = _share(edges.forward[edge], offset, length)
    home = _share(edges.backward[edge], offset, length)
    flipped = chains.flipped[edge]
    # a chain that meets the edge from its second end travels it backward
    ahead = np.where(flipped, edges.backward[edge] - home, onward)
    behind = np.where(flipped, edges.forward[edge] - onward, home)
    step = np.where(flipped, length - offset, offset)
    key = (chains.ordinal[edge].astype(np.int64) << 32) | step
    return Positions(
        row=np.full(len(edge), -1, dtype=np.int32),
        chain=chains.chain[edge],
        key=key,
        along=(chains.along[edge] + np.where(ahead < UNREACHED, ahead, 0)).astype(np.int32),
        back=(chains.back[edge] + np.where(behind < UNREACHED, behind, 0)).astype(np.int32),
        access=np.zeros(len(edge), dtype=np.int32),
    )


def edge_costs(network: StreetNetwork, cost: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the cost of each edge both ways, `UNREACHED` where closed."""
    if cost == "length":
        there: Any = network.length_m
        back: Any = network.length_m
    else:
        there, back = network.seconds_forward, network.seconds_backward
    named = f"{cost} of the street network"
    forward = to_units(np.where(network.forward, there, np.inf), named)
    backward = to_units(np.where(network.backward, back, np.inf), named)
    return forward, backward


def _share(
    whole: NDArray[np.int32], offset: NDArray[np.int64], length: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the part of an edge's cost that belongs to its first `offset` millimetres, rounded half up."""
    part = (whole.astype(np.int64) * offset + length // 2) // length
    return np.where(whole < UNREACHED, part, UNREACHED)
