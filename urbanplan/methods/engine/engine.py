"""The engine: a street network made ready for searches in one kind of cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.arcs import Arcs, reverse_arcs
from urbanplan.methods.engine.chains import Chains
from urbanplan.methods.engine.contraction import Edges, along_edge, contract, edge_costs
from urbanplan.methods.engine.costs import COSTS, to_units
from urbanplan.methods.engine.hierarchy import Hierarchy, build_hierarchy
from urbanplan.methods.engine.positions import Links, Positions, Sides, arrivals, departures
from urbanplan.methods.engine.turns import Turns, turns_of

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
        Where each node of the network lies; one with named turns at the end of one of its streets.
    row_node : ndarray of int64, shape (r,)
        Node of the network at each row of the core.
    mirrored : bool
        Whether every street is travelled the other way round: journeys *to* the origins.
    """

    cost: str
    arcs: Arcs
    links: Links
    chains: Chains
    edges: Edges
    nodes: Positions
    row_node: NDArray[np.int64]
    mirrored: bool = False

    @classmethod
    def build(
        cls,
        network: StreetNetwork,
        *,
        cost: str = "length",
        reverse: bool = False,
        turns: Turns | None = None,
    ) -> Engine:
        """Make a street network ready for searches.

        Parameters
        ----------
        network : StreetNetwork
            Streets of one mode of travel.
        cost : str
            length: journeys cost metres; seconds: they cost the network's seconds.
        reverse : bool
            Whether journeys shall run to the origins instead of from them.
        turns : Turns, optional
            Turns that cost something or are forbidden; by default those of the network. Its seconds count only where
            journeys cost seconds.

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
        edges = Edges(network.edge_u, network.edge_v, length, *edge_costs(network, cost))
        if turns is None and network.turns is not None:
            turns = turns_of(network.turns, cost)
        core = contract(network.node_x, network.node_y, edges, turns)
        engine = cls(cost, core.arcs, core.links, core.chains, edges, core.nodes, core.row_node)
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
    def split(self) -> NDArray[np.bool_]:
        """Whether each node has named turns."""
        rows = np.bincount(self.row_node, minlength=len(self.nodes.row))
        return (rows > 0) & (self.nodes.row < 0)

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
        offset = np.minimum(offset, self.edges.length[some])
        node = np.where(offset <= 0, self.edges.u[some], self.edges.v[some])
        within = (offset > 0) & (offset < self.edges.length[some])
        # at a junction with named turns it matters which street one is on
        inside = (edge >= 0) & (within | self.split[node])
        inner = along_edge(self.chains, self.edges, some, offset)
        at = inner.where(inside, self.nodes.take(node))
        row, chain = np.where(edge >= 0, at.row, -1), np.where(edge >= 0, at.chain, -1)
        return at._replace(row=row.astype(np.int32), chain=chain.astype(np.int32), access=access)
