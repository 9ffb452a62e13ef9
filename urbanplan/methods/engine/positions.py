"""Positions: where journeys begin and end, exact to the millimetre along a street."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.costs import UNREACHED
from urbanplan.methods.engine.kernel import inner

ALONG, BACK = 1, 2
"""Bits of `Sides.way`: the chain is open along its direction, and against it."""


class Positions(NamedTuple):
    """Points on the streets, as an engine sees them; made by `Engine.at` and `Engine.at_nodes`.

    Attributes
    ----------
    row : ndarray of int32, shape (p,)
        Row of the core where the point is a junction, else -1.
    chain : ndarray of int32, shape (p,)
        Chain on which the point lies otherwise; -1 with row -1 where it lies on no street that is open.
    key : ndarray of int64, shape (p,)
        Order of points along a chain.
    along, back : ndarray of int32, shape (p,)
        Cost from the chain's beginning to the point and from the point back to the beginning.
    access : ndarray of int32, shape (p,)
        Cost between the point and what it stands for (a door, a person).
    """

    row: NDArray[np.int32]
    chain: NDArray[np.int32]
    key: NDArray[np.int64]
    along: NDArray[np.int32]
    back: NDArray[np.int32]
    access: NDArray[np.int32]

    @property
    def placed(self) -> NDArray[np.bool_]:
        """Whether each point lies on a street at all."""
        return (self.row >= 0) | (self.chain >= 0)

    def take(self, rows: NDArray[np.int64]) -> Positions:
        """Return the positions of the given rows."""
        return Positions._make(column[rows] for column in self)

    def where(self, mine: NDArray[np.bool_], other: Positions) -> Positions:
        """Return these positions where `mine` says so, else the other ones."""
        pairs: Any = zip(self, other, strict=True)
        return Positions._make(np.where(mine, one, another) for one, another in pairs)


class Sides(NamedTuple):
    """The two ways on to or off a position: rows of the core with the cost between them and the position.

    Attributes
    ----------
    row_a, row_b : ndarray of int32, shape (p,)
        Rows of the core; -1 where there is none on that side.
    cost_a, cost_b : ndarray of int32, shape (p,)
        Cost from the position to the row (origins) or from the row to the position (places), access included.
    chain, key, along, back, access : ndarray
        As in `Positions`, in the direction of travel.
    way : ndarray of uint8, shape (p,)
        Which ways the chain is open: `ALONG`, `BACK` or both.
    """

    row_a: NDArray[np.int32]
    cost_a: NDArray[np.int32]
    row_b: NDArray[np.int32]
    cost_b: NDArray[np.int32]
    chain: NDArray[np.int32]
    key: NDArray[np.int64]
    along: NDArray[np.int32]
    back: NDArray[np.int32]
    access: NDArray[np.int32]
    way: NDArray[np.uint8]

    def take(self, rows: NDArray[np.int64]) -> Sides:
        """Return the sides of the given positions."""
        return Sides._make(column[rows] for column in self)


class Links(NamedTuple):
    """How chains hang on the core, in one direction of travel.

    Attributes
    ----------
    begin_out, end_in : ndarray of int32, shape (c,)
        Rows from which travel along each chain starts, and at which it arrives; -1 at a dead end.
    end_out, begin_in : ndarray of int32, shape (c,)
        Rows from which travel against the chain starts, and at which it arrives; -1 at a dead end.
    cost_along, cost_back : ndarray of int32, shape (c,)
        Cost of the whole chain each way, `UNREACHED` where closed.
    """

    begin_out: NDArray[np.int32]
    end_in: NDArray[np.int32]
    end_out: NDArray[np.int32]
    begin_in: NDArray[np.int32]
    cost_along: NDArray[np.int32]
    cost_back: NDArray[np.int32]

    def mirrored(self) -> Links:
        """Return the same chains for travel the other way round in time: every arc reversed."""
        return Links(
            begin_out=self.begin_in, end_in=self.end_out, end_out=self.end_in, begin_in=self.begin_out,
            cost_along=self.cost_back, cost_back=self.cost_along,
        )  # fmt: skip


def departures(links: Links, positions: Positions) -> Sides:
    """Return how journeys leave the positions."""
    chain = np.maximum(positions.chain, 0)
    on_chain = positions.chain >= 0
    rest = _less(_at(links.cost_along, chain), positions.along)
    return _sides(
        links,
        positions,
        row_a=np.where(on_chain, _at(links.begin_in, chain), positions.row),
        row_b=np.where(on_chain, _at(links.end_in, chain), -1),
        cost_a=np.where(on_chain, _where_open(_at(links.cost_back, chain), positions.back), 0),
        cost_b=rest,
    )


def arrivals(links: Links, positions: Positions) -> Sides:
    """Return how journeys come to the positions."""
    chain = np.maximum(positions.chain, 0)
    on_chain = positions.chain >= 0
    rest = _less(_at(links.cost_back, chain), positions.back)
    return _sides(
        links,
        positions,
        row_a=np.where(on_chain, _at(links.begin_out, chain), positions.row),
        row_b=np.where(on_chain, _at(links.end_out, chain), -1),
        cost_a=np.where(on_chain, _where_open(_at(links.cost_along, chain), positions.along), 0),
        cost_b=rest,
    )


def _sides(
    links: Links,
    positions: Positions,
    *,
    row_a: NDArray[np.int32],
    row_b: NDArray[np.int32],
    cost_a: NDArray[np.int32],
    cost_b: NDArray[np.int32],
) -> Sides:
    chain = np.maximum(positions.chain, 0)
    full_a = np.minimum(cost_a.astype(np.int64) + positions.access, UNREACHED).astype(np.int32)
    full_b = np.minimum(cost_b.astype(np.int64) + positions.access, UNREACHED).astype(np.int32)
    row_a = np.where(full_a < UNREACHED, row_a, -1).astype(np.int32)
    row_b = np.where(full_b < UNREACHED, row_b, -1).astype(np.int32)
    along = (_at(links.cost_along, chain) < UNREACHED) * np.uint8(ALONG)
    back = (_at(links.cost_back, chain) < UNREACHED) * np.uint8(BACK)
    return Sides(
        row_a=row_a,
        cost_a=np.where(row_a >= 0, full_a, UNREACHED).astype(np.int32),
        row_b=row_b,
        cost_b=np.where(row_b >= 0, full_b, UNREACHED).astype(np.int32),
        chain=positions.chain,
        key=positions.key,
        along=positions.along,
        back=positions.back,
        access=positions.access,
        way=np.where(positions.chain >= 0, along | back, 0).astype(np.uint8),
    )


def _at(values: NDArray[np.int32], chain: NDArray[np.int32]) -> NDArray[np.int32]:
    # a network of lone points has no chain to look at
    return values[chain] if len(values) else np.full(len(chain), UNREACHED, dtype=np.int32)


def _where_open(whole: NDArray[np.int32], part: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(whole < UNREACHED, part, UNREACHED).astype(np.int32)


def _less(whole: NDArray[np.int32], part: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(whole < UNREACHED, whole - part, UNREACHED).astype(np.int32)


@inner
def direct(starts: Any, start: int, ends: Any, end: int) -> Any:
    """Return the cost straight along a chain from one position on it to another, both accesses included.

    `starts` and `ends` are `Sides` or hold the same columns.
    """
    cost = np.int64(UNREACHED)
    way = ends.way[end]
    if way & ALONG and ends.key[end] >= starts.key[start]:
        cost = np.int64(ends.along[end]) - starts.along[start]
    if way & BACK and ends.key[end] <= starts.key[start]:
        cost = min(cost, np.int64(starts.back[start]) - ends.back[end])
    return min(cost + starts.access[start] + ends.access[end], np.int64(UNREACHED))
