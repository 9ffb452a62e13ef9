"""Labels: the k nearest places of every junction, spread backwards from the places in one pass.

A label is a cost and a place in one number, `cost << 32 | place << 1 | spread`, so that labels sort by cost and then by
place, and places at the same cost come out in the same order wherever they are asked from.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.kernel import bare, inner
from urbanplan.methods.engine.positions import Sides, direct

TILE = 12
"""Rows of a tile in powers of two: so many that their labels stay close to the processor."""

EMPTY = np.int64(2**62)
"""No label: above every label."""


@inner
def push_label(keys: Any, rows: Any, size: int, key: int, row: int) -> int:
    """Put a label of a row into a heap of `size` labels and return the new size."""
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if keys[above] <= key:
            break
        keys[at] = keys[above]
        rows[at] = rows[above]
        at = above
    keys[at] = key
    rows[at] = row
    return size + 1


@inner
def pop_label(keys: Any, rows: Any, size: int) -> int:
    """Take the smallest label out of a heap of `size` labels and return the new size."""
    size -= 1
    key, row = keys[size], rows[size]
    at = 0
    while True:
        child = (at << 2) + 1
        if child >= size:
            break
        least = child
        smallest = keys[child]
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < smallest:
                smallest = keys[other]
                least = other
        if key <= smallest:
            break
        keys[at] = smallest
        rows[at] = rows[least]
        at = least
    keys[at] = key
    rows[at] = row
    return size


@inner
def insert(labels: Any, begin: int, k: int, label: int) -> bool:
    """Put a label into the k places from `begin`, unless k better ones or a better one of its place are there."""
    last = begin + k - 1
    if label | 1 >= labels[last]:
        return False
    place = label & 0xFFFFFFFE
    at = begin
    while labels[at] <= label | 1:
        if labels[at] & 0xFFFFFFFE == place:
            return False
        at += 1
    while at < last and labels[at] & 0xFFFFFFFE != place:
        labels[at], label = label, labels[at]
        at += 1
    labels[at] = label
    return True


class Front(NamedTuple):
    """Where labels still have to be spread.

    Attributes
    ----------
    head : ndarray of int32, shape (t,)
        Row of each tile that came to wait last, -1 where none waits.
    next : ndarray of int32, shape (r,)
        Row that waits behind each row; -1 behind the last one, -2 for a row that does not wait.
    keys, rows : ndarray
        Heap of labels of the tile at hand.
    """

    head: NDArray[np.int32]
    next: NDArray[np.int32]
    keys: NDArray[np.int64]
    rows: NDArray[np.int32]


def new_front(rows: int, k: int) -> Front:
    """Make working space for a core of so many rows."""
    room = max(k, 4) << (TILE + 1)
    return Front(
        head=np.full((rows >> TILE) + 1, -1, dtype=np.int32),
        next=np.full(rows, -2, dtype=np.int32),
        keys=np.empty(room, dtype=np.int64),
        rows=np.empty(room, dtype=np.int32),
    )


@inner
def wait(row: int, head: Any, behind: Any) -> None:
    """Let a row wait until its tile has its turn."""
    if behind[row] == -2:  # noqa: PLR2004  (does not wait yet)
        behind[row] = head[row >> TILE]
        head[row >> TILE] = row


@bare
def spread(
    arcs: Any, labels: Any, k: int, limit: int, rows: Any, costs: Any, places: Any, front: Any
) -> None:
    """Spread labels from seeds until nothing changes any more.

    Tiles take turns, so that a large city is worked on one neighbourhood at a time; the labels that come out are
    the same in whatever order that is done.
    """
    head, behind = front.head, front.next
    for seed in range(len(rows)):
        if rows[seed] >= 0 and costs[seed] <= limit:
            label = np.int64(costs[seed]) << 32 | np.int64(places[seed]) << 1
            if insert(labels, np.int64(rows[seed]) * k, k, label):
                wait(rows[seed], head, behind)
    waiting = True
    while waiting:
        waiting = False
        for tile in range(len(head)):
            if head[tile] >= 0:
                waiting = True
                _spread_tile(arcs, labels, k, limit, front, tile)


@bare
def _spread_tile(arcs: Any, labels: Any, k: int, limit: int, front: Any, tile: int) -> None:
    first, heads, costs, head, behind = arcs.first, arcs.head, arcs.cost, front.head, front.next
    keys, rows = front.keys, front.rows
    size = _collect(labels, k, head, behind, keys, rows, tile)
    while size > 0:
        label, row = keys[0], rows[0]
        size = pop_label(keys, rows, size)
        at = np.int64(row) * k
        last = at + k
        while at < last and labels[at] < label:
            at += 1
        if at == last or labels[at] != label:
            continue  # a better label has taken its place
        labels[at] = label | 1
        for arc in range(first[row], first[row + 1]):
            further = (label >> 32) + costs[arc]
            if further > limit:
                continue
            new = further << 32 | label & 0xFFFFFFFE
            reached = heads[arc]
            if insert(labels, np.int64(reached) * k, k, new):
                if reached >> TILE == tile and size < len(keys):
                    size = push_label(keys, rows, size, new, reached)
                else:
                    wait(reached, head, behind)


@inner
def _collect(labels: Any, k: int, head: Any, behind: Any, keys: Any, rows: Any, tile: int) -> int:
    """Put the labels of a tile that were not spread yet on the heap; return how many."""
    size = 0
    row = head[tile]
    while row >= 0 and size + k <= len(keys):
        after = behind[row]
        behind[row] = -2
        for at in range(np.int64(row) * k, np.int64(row) * k + k):
            if labels[at] & 1 == 0 and labels[at] < EMPTY:
                size = push_label(keys, rows, size, labels[at], row)
        row = after
    head[tile] = row
    return size


@bare
def expand(
    labels: Any, k: int, limit: int, order: Any, sides: Sides, first: Any, places: Sides, number: Any, best: Any, cost: Any,
    place: Any,
) -> None:  # fmt: skip
    """Write the k nearest places of origins: through both ends of their chains, or straight along them.

    Entrances on chain i are `first[i]` to `first[i + 1]` - 1 of `places`, and belong to places `number`.
    """
    for at in range(len(order)):
        origin = order[at]
        for near in range(k):
            best[near] = EMPTY
        _add_labels(labels, k, limit, sides.row_a[origin], sides.cost_a[origin], best)
        _add_labels(labels, k, limit, sides.row_b[origin], sides.cost_b[origin], best)
        chain = sides.chain[origin]
        if chain >= 0:
            for entry in range(first[chain], first[chain + 1]):
                straight = direct(sides, origin, places, entry)
                if straight <= limit:
                    insert(best, 0, k, straight << 32 | np.int64(number[entry]) << 1)
        for near in range(k):
            found = best[near] < EMPTY
            cost[origin, near] = (best[near] >> 32) / 1000 if found else np.nan
            place[origin, near] = (best[near] & 0xFFFFFFFF) >> 1 if found else -1


@inner
def _add_labels(labels: Any, k: int, limit: int, row: int, through: int, best: Any) -> None:
    """Put what is near a row of the core among the best, as far as within the limit."""
    if row < 0:
        return
    for near in range(np.int64(row) * k, np.int64(row) * k + k):
        label = labels[near] + (np.int64(through) << 32)
        if label >> 32 > limit or label >= best[k - 1]:
            break
        insert(best, 0, k, label & ~1)
