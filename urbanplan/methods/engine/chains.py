"""Chains: streets between junctions, traced through every point where travel can only go on.

A chain is travelled as one piece, so that searches never stop where nothing can be decided; what stands along it keeps its
exact place. Its travel need not cost the same both ways, and one way may be closed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.costs import UNREACHED
from urbanplan.methods.engine.kernel import kernel

_THROUGH = 2
"""Street ends at a point where travel can only go on."""


class Chains(NamedTuple):
    """Chains, and where each edge lies in its own.

    Half-edge 2e leaves the first end of edge e, half-edge 2e + 1 its second.

    Attributes
    ----------
    chain : ndarray of int32, shape (m,)
        Chain of each edge; -1 for one that is closed both ways.
    ordinal : ndarray of int32, shape (m,)
        Number of the edge along its chain, from 0.
    flipped : ndarray of bool, shape (m,)
        Whether the chain meets the edge from its second end.
    along, back : ndarray of int32, shape (m,)
        Cost from the chain's beginning to where it meets the edge, and from there back to the beginning.
    first, last : ndarray of int64, shape (c,)
        Half-edge with which each chain begins, and the one that leaves its end.
    cost_along, cost_back : ndarray of int32, shape (c,)
        Cost of the whole chain each way, `UNREACHED` where that way is closed.
    """

    chain: NDArray[np.int32]
    ordinal: NDArray[np.int32]
    flipped: NDArray[np.bool_]
    along: NDArray[np.int32]
    back: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    cost_along: NDArray[np.int32]
    cost_back: NDArray[np.int32]


class HalfEdges(NamedTuple):
    """Street ends around each point.

    Attributes
    ----------
    tail, head : ndarray of int32, shape (2 m,)
        Point that each half-edge leaves, and the one it leads to.
    opened : ndarray of bool, shape (2 m,)
        Whether it may be travelled.
    first : ndarray of int64, shape (n + 1,)
        Half-edges that leave point i are `around[first[i]:first[i + 1]]`.
    around : ndarray of int64
        Half-edges of every edge that is open at least one way.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    opened: NDArray[np.bool_]
    first: NDArray[np.int64]
    around: NDArray[np.int64]


def half_edges(
    count: int,
    u: NDArray[np.int32],
    v: NDArray[np.int32],
    forward: NDArray[np.int32],
    backward: NDArray[np.int32],
) -> HalfEdges:
    """Return the street ends around each of `count` points."""
    tail = np.stack([u, v], axis=1).ravel()
    opened = np.stack([forward, backward], axis=1).ravel() < UNREACHED
    present = np.flatnonzero(opened | opened[np.arange(len(tail)) ^ 1])
    around = present[np.argsort(tail[present], kind="stable")]
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail[present], minlength=count), out=first[1:])
    return HalfEdges(tail, tail[np.arange(len(tail)) ^ 1], opened, first, around)


def ends(halves: HalfEdges, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say of each point whether chains end there: wherever travel may do something else than go on.

    Parameters
    ----------
    halves : HalfEdges
        Street ends around each point.
    held : ndarray of bool, shape (n,)
        Points at which chains shall end in any case.
    """
    degree = np.diff(halves.first)
    passed = np.flatnonzero((degree == _THROUGH) & ~held)
    one = halves.around[halves.first[passed]]
    two = halves.around[halves.first[passed] + 1]
    onward = (
        (one >> 1 != two >> 1)
        & (halves.opened[one] == halves.opened[two ^ 1])
        & (halves.opened[one ^ 1] == halves.opened[two])
    )
    kept = np.ones(len(degree), dtype=bool)
    kept[passed[onward]] = False
    return kept


def trace_chains(
    halves: HalfEdges, kept: NDArray[np.bool_], forward: NDArray[np.int32], backward: NDArray[np.int32]
) -> Chains:
    """Trace every chain between points that are kept; rings without one keep their lowest point.

    Parameters
    ----------
    halves : HalfEdges
        Street ends around each point.
    kept : ndarray of bool, shape (n,)
        Points at which chains end; the lowest point of a lone ring is added here.
    forward, backward : ndarray of int32, shape (m,)
        Cost of each edge both ways.

    Raises
    ------
    InputError
        If a chain is longer than the engine can count.
    """
    m = len(forward)
    chain = np.full(m, -1, dtype=np.int32)
    ordinal = np.zeros(m, dtype=np.int32)
    flipped = np.zeros(m, dtype=np.bool_)
    limits = np.empty((2, max(m, 1)), dtype=np.int64)
    count = _trace(halves.head, halves.first, halves.around, kept, chain, ordinal, flipped, limits)
    first, last = limits[0, :count].copy(), limits[1, :count].copy()
    ahead = np.where(flipped, backward, forward).astype(np.int64)
    behind = np.where(flipped, forward, backward).astype(np.int64)
    along, cost_along = _sums(chain, ordinal, ahead, count)
    back, cost_back = _sums(chain, ordinal, behind, count)
    return Chains(chain, ordinal, flipped, along, back, first, last, cost_along, cost_back)


@kernel
def _trace(
    head: NDArray[np.int32],
    first: NDArray[np.int64],
    around: NDArray[np.int64],
    kept: NDArray[np.bool_],
    chain: NDArray[np.int32],
    ordinal: NDArray[np.int32],
    flipped: NDArray[np.bool_],
    limits: NDArray[np.int64],
) -> int:
    count = 0
    for lone_rings in (False, True):
        for point in range(len(kept)):
            if lone_rings and not kept[point] and chain[around[first[point]] >> 1] < 0:
                kept[point] = True
            elif lone_rings or not kept[point]:
                continue
            for place in range(first[point], first[point + 1]):
                half = around[place]
                if chain[half >> 1] >= 0:
                    continue
                limits[0, count] = half
                steps = 0
                while True:
                    chain[half >> 1] = count
                    ordinal[half >> 1] = steps
                    flipped[half >> 1] = half & 1
                    reached = head[half]
                    if kept[reached]:
                        break
                    onward = around[first[reached]]
                    half = around[first[reached] + 1] if onward == half ^ 1 else onward
                    steps += 1
                limits[1, count] = half ^ 1
                count += 1
    return count


def _sums(
    chain: NDArray[np.int32], ordinal: NDArray[np.int32], costs: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return what lies before each edge on its chain, and each chain's whole; closed ways count nothing."""
    rows = np.flatnonzero(chain >= 0)
    rows = rows[np.lexsort((ordinal[rows], chain[rows]))]
    closed = np.zeros(count, dtype=bool)
    closed[chain[rows]] = costs[rows] >= UNREACHED
    counted = np.where(closed[chain[rows]], 0, costs[rows])
    through = np.cumsum(counted)
    start = np.flatnonzero(ordinal[rows] == 0)
    offset = np.repeat((through - counted)[start], np.diff(np.append(start, len(rows))))
    before = np.zeros(len(chain), dtype=np.int64)
    before[rows] = through - counted - offset
    whole = np.bincount(chain[rows], weights=counted, minlength=count)
    if len(whole) and whole.max() >= UNREACHED:
        longest = int(np.argmax(whole))
        edge = int(rows[np.searchsorted(chain[rows], longest)])
        raise InputError(
            f"the street that begins with edge {edge} costs {whole[longest] / 1000:,.0f} m or s, more than the "
            f"engine counts ({UNREACHED / 1000:,.0f}); mend its length or speed"
        )
    return before.astype(np.int32), np.where(closed, UNREACHED, whole).astype(np.int32)
