"""The engine: a street network made ready for searches in one kind of cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.arcs import Arcs, gather_arcs, reverse_arcs
from urbanplan.methods.engine.chains import Chains, HalfEdges, ends, half_edges, trace_chains
from urbanplan.methods.engine.costs import COSTS, UNITS, UNREACHED, to_units
from urbanplan.methods.engine.hierarchy import Hierarchy, build_hierarchy
from urbanplan.methods.engine.hilbert import hilbert_rank
from urbanplan.methods.engine.positions import Links, Positions, Sides, arrivals, departures

if TYPE_CHECKING:
    from urbanplan.model.network import StreetNetwork


class Ways(NamedTuple):
    """Travel along the edges of chains, in the direction in which an engine travels them.

    Attributes
    ----------
    chain, ordinal, flipped : ndarray, shape (m,)
        Place of each edge, as in `Chains`.
    along, back : ndarray of int32, shape (m,)
        Cost from the chain's beginning to the edge, and from the edge back to the beginning.
    cost_along, cost_back : ndarray of int32, shape (m,)
        Cost of the edge in the direction of its chain, and against it; `UNREACHED` where closed.
    """

    chain: NDArray[np.int32]
    ordinal: NDArray[np.int32]
    flipped: NDArray[np.bool_]
    along: NDArray[np.int32]
    back: NDArray[np.int32]
    cost_along: NDArray[np.int32]
    cost_back: NDArray[np.int32]


class Edges(NamedTuple):
    """Edges of the network: both ends, length in millimetres, cost both ways."""

    u: NDArray[np.int32]
    v: NDArray[np.int32]
    length: NDArray[np.int64]
    forward: NDArray[np.int32]
    backward: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Engine:
    """Streets contracted to a core of junctions, in which every point keeps its exact place.

    Attributes
    ----------
    cost : str
        length (metres) or seconds.
    arcs : Arcs
        The core: junctions in Hilbert order and the chains that join them.
    links : Links
        How chains hang on the core.
    chains : Chains
        Where each edge lies in its chain.
    edges : Edges
        Edges of the network.
    nodes : Positions
        Where each node of the network lies.
    mirrored : bool
        Whether every street is travelled the other way round: journeys *to* the origins.
    """

    cost: str
    arcs: Arcs
    links: Links
    chains: Chains
    edges: Edges
    nodes: Positions
    mirrored: bool = False

    @classmethod
    def build(cls, network: StreetNetwork, *, cost: str = "length", reverse: bool = False) -> Engine:
        """Make a street network ready for searches.

        Parameters
        ----------
        network : StreetNetwork
            Streets of one mode of travel.
        cost : str
            length: journeys cost metres; seconds: they cost the network's seconds.
        reverse : bool
            Whether journeys shall run to the origins instead of from them.

        Returns
        -------
        Engine
            To be given to `nearest`, `reach`, `matrix` and the other searches.

        Raises
        ------
        InputError
            If the cost is neither, the network has no node, or an edge has no usable length or time.
        """
        if cost not in COSTS:
            raise InputError(f"a journey costs {' or '.join(COSTS)}, not {cost!r}")
        if not len(network.node_id):
            raise InputError("the street network has no nodes; nothing can be reached on it")
        length = to_units(network.length_m, "length_m of the street network").astype(np.int64)
        forward, backward = _edge_costs(network, cost)
        edges = Edges(network.edge_u, network.edge_v, length, forward, backward)
        engine = contract(network.node_x, network.node_y, edges, cost=cost)
        return engine.reversed if reverse else engine

    @property
    def rows(self) -> int:
        """Number of rows of the core."""
        return len(self.arcs.first) - 1

    @cached_property
    def reversed(self) -> Engine:
        """The same streets with every journey turned round: its origins are where people arrive."""
        turned = replace(
            self, arcs=reverse_arcs(self.arcs), links=self.links.mirrored(), mirrored=not self.mirrored
        )
        turned.__dict__["reversed"] = self  # there and back is the same engine, with what it has worked out
        return turned

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """Ranks and shortcuts for `matrix`; worked out once, at its first use."""
        if self.mirrored:
            return self.reversed.hierarchy.mirrored
        return build_hierarchy(self.arcs)

    @cached_property
    def ways(self) -> Ways:
        """How each edge is travelled within its chain."""
        chains, edges = self.chains, self.edges
        along = np.where(chains.flipped, edges.backward, edges.forward)
        back = np.where(chains.flipped, edges.forward, edges.backward)
        place = (chains.chain, chains.ordinal, chains.flipped)
        if self.mirrored:
            return Ways(*place, along=chains.back, back=chains.along, cost_along=back, cost_back=along)
        return Ways(*place, along=chains.along, back=chains.back, cost_along=along, cost_back=back)

    def at(self, edge: ArrayLike, offset_m: ArrayLike, *, access: ArrayLike = 0.0) -> Positions:
        """Return positions on edges, as `StreetNetwork.snap` finds them.

        Parameters
        ----------
        edge : array_like of int, shape (p,)
            Number of the edge; -1 where a point lies on no street.
        offset_m : array_like of float, shape (p,)
            Metres along the edge from its first end; rounded to millimetres, at most its length.
        access : array_like of float, shape (p,) or a single number
            Cost between the point on the street and what it stands for, in metres or seconds like the engine's.

        Raises
        ------
        InputError
            If an edge does not exist, or an offset or access is negative or unknown.
        """
        number = np.asarray(edge, dtype=np.int64).reshape(-1)
        on_street = number >= 0
        if len(number) and (number.min() < -1 or number.max() >= len(self.edges.u)):
            raise InputError(
                f"edges are numbered 0 to {len(self.edges.u) - 1} (-1: on no street), "
                f"but one is {int(number[np.argmax(np.where(on_street, number, -number))])}"
            )
        offset = np.where(
            on_street, np.broadcast_to(np.asarray(offset_m, dtype=np.float64), number.shape), 0.0
        )
        extra = np.where(on_street, np.broadcast_to(np.asarray(access, dtype=np.float64), number.shape), 0.0)
        along = to_units(offset, "offset_m of a position").astype(np.int64)
        return self._place(number, along, to_units(extra, "access of a position"))

    def at_nodes(self, node: ArrayLike, *, access: ArrayLike = 0.0) -> Positions:
        """Return positions at nodes of the network.

        Raises
        ------
        InputError
            If a node does not exist or an access is negative or unknown.
        """
        number = np.asarray(node, dtype=np.int64).reshape(-1)
        if len(number) and (number.min() < 0 or number.max() >= len(self.nodes.row)):
            raise InputError(
                f"nodes are numbered 0 to {len(self.nodes.row) - 1}; a position names another one"
            )
        extra = np.broadcast_to(np.asarray(access, dtype=np.float64), number.shape)
        return self.nodes.take(number)._replace(access=to_units(extra, "access of a position"))

    def departures(self, positions: Positions) -> Sides:
        """Return how journeys leave the positions."""
        return departures(self.links, self._facing(positions))

    def arrivals(self, positions: Positions) -> Sides:
        """Return how journeys come to the positions."""
        return arrivals(self.links, self._facing(positions))

    def _facing(self, positions: Positions) -> Positions:
        # a mirrored engine travels every chain the other way round in time
        return positions._replace(along=positions.back, back=positions.along) if self.mirrored else positions

    def _place(
        self, edge: NDArray[np.int64], offset: NDArray[np.int64], access: NDArray[np.int32]
    ) -> Positions:
        some = np.maximum(edge, 0)
        if not len(self.edges.u):
            none = np.full(len(edge), -1, dtype=np.int32)
            zero = np.zeros(len(edge), dtype=np.int32)
            return Positions(none, none, zero.astype(np.int64), zero, zero, access)
        inside = (edge >= 0) & (offset > 0) & (offset < self.edges.length[some])
        inner = along_edge(self.chains, self.edges, some, offset)
        node = np.where(offset <= 0, self.edges.u[some], self.edges.v[some])
        columns = [np.where(inside, a, b) for a, b in zip(inner, self.nodes.take(node), strict=True)]
        row, chain = (np.where(edge >= 0, column, -1).astype(np.int32) for column in columns[:2])
        return Positions(row, chain, columns[2], columns[3], columns[4], access)


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


def contract(x: NDArray[np.float64], y: NDArray[np.float64], edges: Edges, *, cost: str) -> Engine:
    """Contract streets to their core; see `Engine.build`."""
    n = len(x)
    halves = half_edges(n, edges.u, edges.v, edges.forward, edges.backward)
    kept = ends(halves, np.zeros(n, dtype=bool))
    chains = trace_chains(halves, kept, edges.forward, edges.backward)
    begin, end = halves.tail[chains.first], halves.tail[chains.last]
    core = kept & ~_dead_ends(halves, begin, end)
    order = np.flatnonzero(core)
    order = order[np.argsort(hilbert_rank(x[order], y[order]), kind="stable")]
    row = np.full(n, -1, dtype=np.int32)
    row[order] = np.arange(len(order), dtype=np.int32)
    first, last = row[begin], row[end]
    links = Links(first, last, last, first, chains.cost_along, chains.cost_back)
    tail = np.concatenate([links.begin_out, links.end_out])
    head = np.concatenate([links.end_in, links.begin_in])
    arcs = gather_arcs(len(order), tail, head, np.concatenate([chains.cost_along, chains.cost_back]))
    return Engine(cost, arcs, links, chains, edges, _node_positions(halves, chains, edges, row))


def _edge_costs(network: StreetNetwork, cost: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
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


def _dead_ends(halves: HalfEdges, begin: NDArray[np.int32], end: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say which points are dead ends that a search of the core need never visit; a lone street keeps one."""
    dead = np.diff(halves.first) == 1
    lone = dead[begin] & dead[end]
    dead[np.minimum(begin[lone], end[lone])] = False
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
