"""Turns: what it costs to go from one street to another, and what is forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.chains import HalfEdges
from urbanplan.methods.engine.costs import UNREACHED, to_units

if TYPE_CHECKING:
    from urbanplan.model.network import TurnTable


class Turns(NamedTuple):
    """Turns that cost something or are forbidden, at junctions that are then travelled street by street.

    At a junction that is named here every turn that is not named is free, but for turning round: that is forbidden
    unless named, or unless there is no other way on. At junctions that are not named and at dead ends any turn is
    free, turning round included; between junctions nobody turns round.

    Attributes
    ----------
    from_edge, node, to_edge : ndarray of int64, shape (t,)
        Edge travelled before, node turned at, edge travelled after.
    cost : ndarray of int32, shape (t,)
        Cost of the turn, `UNREACHED` where forbidden.
    """

    from_edge: NDArray[np.int64]
    node: NDArray[np.int64]
    to_edge: NDArray[np.int64]
    cost: NDArray[np.int32]

    @classmethod
    def of(
        cls, from_edge: ArrayLike, node: ArrayLike, to_edge: ArrayLike, cost: ArrayLike | None = None
    ) -> Turns:
        """Name turns by the numbers of their edges and nodes.

        Parameters
        ----------
        from_edge, node, to_edge : array_like of int, shape (t,)
            Edge travelled before, node turned at, edge travelled after.
        cost : array_like of float, shape (t,), optional
            Metres or seconds; infinite, which is the default, forbids the turn.

        Raises
        ------
        InputError
            If there is not one of each, or a cost is negative or unknown.
        """
        one, at, other = (
            np.asarray(column, dtype=np.int64).reshape(-1) for column in (from_edge, node, to_edge)
        )
        units = to_units(np.full(len(at), np.inf) if cost is None else cost, "cost of a turn").reshape(-1)
        if not len(one) == len(at) == len(other) == len(units):
            raise InputError(
                "a turn needs an edge before, a node, an edge after and a cost: their numbers differ"
            )
        return cls(one, at, other, units)


def turns_of(table: TurnTable, cost: str) -> Turns:
    """Return the turns of a network: what is forbidden is so in metres too, what takes time costs no metres."""
    seconds = table.seconds
    costs = seconds if cost == "seconds" else np.where(np.isinf(seconds), np.inf, 0.0)
    return Turns.of(table.from_edge, table.node, table.to_edge, costs)


class Junctions(NamedTuple):
    """Rows of the core at which travel by each half-edge sets out and arrives, -1 at dead ends.

    Attributes
    ----------
    leave, arrive : ndarray of int32, shape (2 m,)
        Row from which each half-edge is taken; row at which travel arrives that comes back over it.
    node : ndarray of int64, shape (r,)
        Node of each row.
    tail, head, cost : ndarray of int32
        Arcs between the rows of one junction.
    """

    leave: NDArray[np.int32]
    arrive: NDArray[np.int32]
    node: NDArray[np.int64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    cost: NDArray[np.int32]


def lay_junctions(
    halves: HalfEdges, core: NDArray[np.bool_], rank: NDArray[np.int64], turns: Turns | None
) -> Junctions:
    """Lay out the rows of the core: one a junction, or one for each way in and out where turns are named.

    Parameters
    ----------
    halves : HalfEdges
        Street ends around each node.
    core : ndarray of bool, shape (n,)
        Nodes that belong to the core.
    rank : ndarray of int64, shape (n,)
        Order of nodes in space.
    turns : Turns, optional
        Named turns.
    """
    split = split_nodes(len(core), turns)
    whole = np.flatnonzero(core & ~split)
    ways = halves.around[split[halves.tail[halves.around]]]
    node = np.concatenate([whole, halves.tail[ways], halves.tail[ways]])
    order = np.argsort(rank[node], kind="stable")
    number = np.empty(len(node), dtype=np.int32)
    number[order] = np.arange(len(node), dtype=np.int32)
    row = np.full(len(core), -1, dtype=np.int32)
    row[whole] = number[: len(whole)]
    leave = row[halves.tail]
    arrive = leave.copy()
    leave[ways] = number[len(whole) : len(whole) + len(ways)]
    arrive[ways] = number[len(whole) + len(ways) :]
    if turns is None or not len(ways):
        none = np.empty(0, dtype=np.int32)
        return Junctions(leave, arrive, node[order], none, none, none)
    one, other, cost = _turns_between(halves, ways, turns)
    return Junctions(leave, arrive, node[order], arrive[one], leave[other], cost)


def split_nodes(count: int, turns: Turns | None) -> NDArray[np.bool_]:
    """Say which nodes have named turns.

    Raises
    ------
    InputError
        If a turn names a node that does not exist.
    """
    split = np.zeros(count, dtype=bool)
    if turns is not None and len(turns.node):
        if turns.node.min() < 0 or turns.node.max() >= count:
            raise InputError(f"a turn is at a node outside 0..{count - 1}")
        split[turns.node] = True
    return split


def _turns_between(
    halves: HalfEdges, ways: NDArray[np.int64], turns: Turns
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Return every turn at split nodes: half-edge come back over, half-edge taken, cost."""
    degree = np.diff(halves.first)
    many = degree[halves.tail[ways]]
    one = np.repeat(ways, many)
    step = np.arange(len(one)) - np.repeat(np.cumsum(many) - many, many)
    other = halves.around[np.repeat(halves.first[halves.tail[ways]], many) + step]
    cost = np.where((one == other) & (degree[halves.tail[one]] > 1), UNREACHED, 0).astype(np.int32)
    edges = len(halves.tail) // 2
    place = halves.tail[one].astype(np.int64)
    key = (place * edges + (one >> 1)) * edges + (other >> 1)
    named = (turns.node * edges + turns.from_edge) * edges + turns.to_edge
    order = np.argsort(named, kind="stable")
    at = np.minimum(np.searchsorted(named[order], key), len(named) - 1)
    found = named[order][at] == key
    cost[found] = turns.cost[order][at][found]
    use = cost < UNREACHED
    return one[use], other[use], cost[use]
