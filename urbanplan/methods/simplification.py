"""Simplified topology of streets: chains of segments between the points where something happens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.model.network.parts import lowest_joined

_THROUGH = 2
"""Number of segments that meet at a point which streets only pass through."""


@dataclass(frozen=True, eq=False)
class Chains:
    """Chains of segments, each running from one end point to another.

    Attributes
    ----------
    start, end : ndarray of int64, shape (m,)
        Points at which each chain begins and ends.
    forward, backward : ndarray of bool, shape (m,)
        Whether the chain may be travelled from start to end, and from end to start.
    offsets : ndarray of int64, shape (m + 1,)
        Chain i consists of entries `offsets[i]` to `offsets[i + 1] - 1` of `segment` and `reverse`.
    segment : ndarray of int64, shape (s,)
        Segments in the order in which the chain meets them; every segment stands exactly once.
    reverse : ndarray of bool, shape (s,)
        Whether the chain meets the segment from v to u.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    offsets: NDArray[np.int64]
    segment: NDArray[np.int64]
    reverse: NDArray[np.bool_]


def chains(
    count: int,
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    forward: NDArray[np.bool_],
    backward: NDArray[np.bool_],
) -> Chains:
    """Join street segments into chains between junctions, dead ends and places where the direction changes.

    Parameters
    ----------
    count : int
        Number of points.
    u, v : ndarray of int64, shape (s,)
        Points at the two ends of each segment, u different from v, no two segments between the same points.
    forward, backward : ndarray of bool, shape (s,)
        Whether the segment may be travelled from u to v, and from v to u.

    Returns
    -------
    Chains
        Ordered by the numbers of their end points, the same whatever the order of the segments. A one-way chain
        runs in its direction of travel, a two-way chain from its lower end point. A ring that meets no other
        street is one chain that begins and ends at its lowest point.

    Notes
    -----
    Each segment gives two darts, 2i from u to v and 2i + 1 from v to u. A dart's successor is the one by which a
    traveller goes on through a point that streets only pass through; pointer doubling then finds, for all darts at
    once, the last dart of their chain and how many steps away it is, in log2 of the longest chain passes.
    """
    tail = np.stack([u, v], axis=1).ravel().astype(np.int64)
    opened = np.stack([forward, backward], axis=1).ravel()
    head = tail[np.arange(len(tail)) ^ 1]
    successor, is_end = _successors(count, tail, head, opened)
    last, steps = _last_darts(successor)
    first = np.flatnonzero(is_end[tail])
    first = first[_is_canonical(first, last[first], tail, head, opened)]
    final = last[first]
    order = np.lexsort((tail[final], head[first], head[final], tail[first]))
    first, final = first[order], final[order]
    size = steps[first] + 1
    offsets = np.zeros(len(first) + 1, dtype=np.int64)
    np.cumsum(size, out=offsets[1:])
    row_of_last = np.full(len(tail), -1, dtype=np.int64)
    row_of_last[final] = np.arange(len(first))
    member = np.flatnonzero(row_of_last[last] >= 0)
    row = row_of_last[last[member]]
    dart = np.empty(len(member), dtype=np.int64)
    dart[offsets[row] + size[row] - 1 - steps[member]] = member
    return Chains(
        start=tail[first],
        end=head[final],
        forward=opened[first],
        backward=opened[first ^ 1],
        offsets=offsets,
        segment=dart >> 1,
        reverse=(dart & 1).astype(bool),
    )


def _successors(
    count: int, tail: NDArray[np.int64], head: NDArray[np.int64], opened: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each dart's successor (itself where its chain ends) and whether each point is an end point."""
    degree = np.bincount(tail, minlength=count)
    by_tail = np.argsort(tail, kind="stable")
    begin = np.concatenate([[0], np.cumsum(degree)])
    passed = np.flatnonzero(degree == _THROUGH)
    one, two = by_tail[begin[passed]], by_tail[begin[passed] + 1]
    same = (opened[one ^ 1] == opened[two]) & (opened[two ^ 1] == opened[one]) & (head[one] != head[two])
    is_end = degree > 0
    is_end[passed[same]] = False
    is_end[_ring_starts(count, tail, head, is_end)] = True
    other = np.arange(len(tail))
    other[one], other[two] = two, one
    back = np.arange(len(tail)) ^ 1
    return np.where(is_end[head], np.arange(len(tail)), other[back]), is_end


def _ring_starts(
    count: int, tail: NDArray[np.int64], head: NDArray[np.int64], is_end: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the lowest point of every ring that meets no other street."""
    inner = ~is_end[tail] & ~is_end[head]
    lowest = lowest_joined(count, tail[inner], head[inner])
    used, open_ended = np.zeros((2, count), dtype=bool)
    used[lowest[tail[inner]]] = True
    open_ended[lowest[head[is_end[tail]]]] = True
    return np.flatnonzero(used & ~open_ended)


def _last_darts(successor: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the last dart of each dart's chain and the number of steps to it, by pointer doubling."""
    last = successor
    steps = (successor != np.arange(len(successor))).astype(np.int64)
    while True:
        further = last[last]
        if np.array_equal(further, last):
            return last, steps
        steps = steps + steps[last]
        last = further


def _is_canonical(
    first: NDArray[np.int64],
    final: NDArray[np.int64],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    opened: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Say of each chain and its mirror image which one to keep."""
    there, back = opened[first], opened[first ^ 1]
    start, end = tail[first], head[final]
    lower = (start < end) | ((start == end) & (head[first] < tail[final]))
    # a single segment is never a loop, so a loop's second and last but one points always differ
    kept: NDArray[np.bool_] = np.where(there != back, there, lower)
    return kept


def distinct(
    u: NDArray[np.int64], v: NDArray[np.int64], forward: NDArray[np.bool_], backward: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Keep each pair of points once: the first segment between them, open wherever one of them is open.

    Parameters
    ----------
    u, v : ndarray of int64, shape (s,)
        Points at the two ends of each segment.
    forward, backward : ndarray of bool, shape (s,)
        Whether the segment may be travelled from u to v, and from v to u.

    Returns
    -------
    tuple of (ndarray of int64, ndarray of bool, ndarray of bool)
        Rows that are kept, ascending (segments from a point to itself are not), and their directions.
    """
    low, high = np.minimum(u, v), np.maximum(u, v)
    order = np.lexsort((high, low))
    order = order[low[order] != high[order]]
    if not len(order):
        return order, forward[order], backward[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    kept = order[new]
    upward = np.where(u[order] == low[order], forward[order], backward[order])
    downward = np.where(u[order] == low[order], backward[order], forward[order])
    up = np.logical_or.reduceat(upward, np.flatnonzero(new))
    down = np.logical_or.reduceat(downward, np.flatnonzero(new))
    from_low = u[kept] == low[kept]
    there, back = np.where(from_low, up, down), np.where(from_low, down, up)
    ascending = np.argsort(kept)
    return kept[ascending], there[ascending], back[ascending]
