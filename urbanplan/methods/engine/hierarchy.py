"""Contraction hierarchy: junctions ranked by importance, with shortcuts over the less important ones.

Every cheapest way climbs to more important junctions and descends again, so that costs from many origins to many
destinations need two short sweeps instead of a search each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.arcs import Arcs, gather_arcs, reverse_arcs, tails
from urbanplan.methods.engine.heap import pop, push
from urbanplan.methods.engine.kernel import bare, inner

_SETTLED = 60
"""Junctions that a search for another way looks at before a shortcut is added without need."""
_HEAP = 1024
_SHIFT = 1 << 20
"""Keeps importance above zero."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Ranks of the rows of a core, and the arcs between ranks.

    Attributes
    ----------
    rank : ndarray of int32, shape (r,)
        Rank of each row, 0 the least important.
    up, down : Arcs
        Arcs and shortcuts that lead to higher ranks, and to lower ones.
    """

    rank: NDArray[np.int32]
    up: Arcs
    down: Arcs

    @cached_property
    def rising(self) -> Arcs:
        """The arcs that lead down, turned round."""
        return reverse_arcs(self.down)

    @cached_property
    def mirrored(self) -> Hierarchy:
        """The hierarchy of the same streets with every arc turned round."""
        return Hierarchy(self.rank, self.rising, reverse_arcs(self.up))


class _Draft(NamedTuple):
    """A core that is being contracted: each arc stands in the list of its tail and in that of its head."""

    out: NDArray[np.int32]
    into: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    cost: NDArray[np.int32]
    next_out: NDArray[np.int32]
    next_in: NDArray[np.int32]
    size: NDArray[np.int64]
    depth: NDArray[np.int32]


class _Search(NamedTuple):
    """Working space of the searches for other ways."""

    cost: NDArray[np.int32]
    stamp: NDArray[np.int64]
    epoch: NDArray[np.int64]
    keys: NDArray[np.int64]
    from_row: NDArray[np.int32]
    from_cost: NDArray[np.int32]
    to_row: NDArray[np.int32]
    to_cost: NDArray[np.int32]
    shortcut: NDArray[np.int32]


def build_hierarchy(arcs: Arcs) -> Hierarchy:
    """Rank the rows of a core and add shortcuts."""
    rows = len(arcs.first) - 1
    room = 4 * len(arcs.head) + 1024
    while True:
        rank = np.full(rows, -1, dtype=np.int32)
        kept = np.empty((3, room), dtype=np.int32)
        queue = np.empty(rows + 1, dtype=np.int64)
        count = _contract_all(*_drafts(arcs, room), queue, rank, kept)
        if count >= 0:
            break
        room *= 2
    tail, head, cost = rank[kept[0, :count]], rank[kept[1, :count]], kept[2, :count]
    climbs = head > tail
    up = gather_arcs(rows, tail[climbs], head[climbs], cost[climbs])
    down = gather_arcs(rows, tail[~climbs], head[~climbs], cost[~climbs])
    return Hierarchy(rank, up, down)


def _drafts(arcs: Arcs, room: int) -> tuple[_Draft, _Search]:
    rows, count = len(arcs.first) - 1, len(arcs.head)
    tail = tails(arcs)
    lists = {name: np.empty(room, dtype=np.int32) for name in ("tail", "head", "cost", "next_out", "next_in")}
    lists["tail"][:count], lists["head"][:count], lists["cost"][:count] = tail, arcs.head, arcs.cost
    out, into = np.full(rows, -1, dtype=np.int32), np.full(rows, -1, dtype=np.int32)
    draft = _Draft(
        out=out,
        into=into,
        **lists,
        size=np.array([count, -1], dtype=np.int64),
        depth=np.zeros(rows, dtype=np.int32),
    )
    small = {name: np.empty(rows, dtype=np.int32) for name in ("from_row", "from_cost", "to_row", "to_cost")}
    search = _Search(
        cost=np.empty(rows, dtype=np.int32), stamp=np.zeros(rows, dtype=np.int64), epoch=np.zeros(1, dtype=np.int64),
        keys=np.empty(_HEAP, dtype=np.int64), **small, shortcut=np.empty((3, room), dtype=np.int32),
    )  # fmt: skip
    return draft, search


@inner
def _link(out: Any, into: Any, tail: Any, head: Any, next_out: Any, next_in: Any, arc: int) -> None:
    next_out[arc] = out[tail[arc]]
    out[tail[arc]] = arc
    next_in[arc] = into[head[arc]]
    into[head[arc]] = arc


@inner
def _unlink(first: Any, row: int, following: Any, arc: int) -> None:
    """Take an arc out of the list of a row."""
    if first[row] == arc:
        first[row] = following[arc]
        return
    at = first[row]
    while following[at] != arc:
        at = following[at]
    following[at] = following[arc]


@bare
def _witness(draft: Any, search: Any, origin: int, avoided: int, limit: int) -> None:
    """Search a little from a row, not through `avoided`, for what is within the limit."""
    out, head, costs, following = draft.out, draft.head, draft.cost, draft.next_out
    cost, stamp, keys = search.cost, search.stamp, search.keys
    search.epoch[0] += 1
    epoch = search.epoch[0]
    cost[origin], stamp[origin] = 0, epoch
    keys[0] = origin
    size, settled = 1, 0
    while size > 0 and settled < _SETTLED:
        at, row = keys[0] >> 32, keys[0] & 0xFFFFFFFF
        size = pop(keys, size)
        if at > cost[row]:
            continue
        settled += 1
        arc = out[row]
        while arc >= 0:
            reached, further = head[arc], at + costs[arc]
            arc = following[arc]
            if reached == avoided or further > limit or size == _HEAP:
                continue
            if stamp[reached] != epoch or further < cost[reached]:
                cost[reached], stamp[reached] = further, epoch
                size = push(keys, size, further << 32 | np.int64(reached))


@bare
def _shortcuts(draft: Any, search: Any, row: int) -> tuple[int, int]:
    """List the shortcuts that a row needs if it is contracted; return how many, and how many arcs it has."""
    before, after = 0, 0
    arc = draft.into[row]
    while arc >= 0:
        search.from_row[before], search.from_cost[before] = draft.tail[arc], draft.cost[arc]
        before += 1
        arc = draft.next_in[arc]
    arc = draft.out[row]
    dearest = 0
    while arc >= 0:
        search.to_row[after], search.to_cost[after] = draft.head[arc], draft.cost[arc]
        dearest = max(dearest, draft.cost[arc])
        after += 1
        arc = draft.next_out[arc]
    count = 0
    for one in range(before):
        origin = search.from_row[one]
        if after == 0 or (after == 1 and search.to_row[0] == origin):
            continue
        _witness(draft, search, origin, row, search.from_cost[one] + dearest)
        for other in range(after):
            target, through = search.to_row[other], search.from_cost[one] + search.to_cost[other]
            met = search.stamp[target] == search.epoch[0] and search.cost[target] <= through
            if target != origin and not met:
                search.shortcut[0, count], search.shortcut[1, count] = origin, target
                search.shortcut[2, count] = through
                count += 1
    return count, before + after


@bare
def _add(draft: Any, origin: int, target: int, cost: int) -> bool:
    """Add an arc, or make the one that is there cheaper; False where there is no room left."""
    arc = draft.out[origin]
    while arc >= 0:
        if draft.head[arc] == target:
            draft.cost[arc] = min(draft.cost[arc], cost)
            return True
        arc = draft.next_out[arc]
    arc = draft.size[1]
    if arc >= 0:
        draft.size[1] = draft.next_out[arc]
    else:
        arc = draft.size[0]
        if arc == len(draft.tail):
            return False
        draft.size[0] += 1
    draft.tail[arc], draft.head[arc], draft.cost[arc] = origin, target, cost
    _link(draft.out, draft.into, draft.tail, draft.head, draft.next_out, draft.next_in, arc)
    return True


@bare
def _retire(draft: Any, row: int, kept: Any, count: int) -> int:
    """Move the arcs of a contracted row to those that are kept; return how many are."""
    for side in range(2):
        arc = draft.out[row] if side == 0 else draft.into[row]
        while arc >= 0:
            after = draft.next_out[arc] if side == 0 else draft.next_in[arc]
            kept[0, count], kept[1, count], kept[2, count] = draft.tail[arc], draft.head[arc], draft.cost[arc]
            count += 1
            other = draft.head[arc] if side == 0 else draft.tail[arc]
            draft.depth[other] = max(draft.depth[other], draft.depth[row] + 1)
            if side == 0:
                _unlink(draft.into, other, draft.next_in, arc)
            else:
                _unlink(draft.out, other, draft.next_out, arc)
            draft.next_out[arc] = draft.size[1]
            draft.size[1] = arc
            arc = after
    draft.out[row] = draft.into[row] = -1
    return count


@bare
def _contract_all(draft: Any, search: Any, queue: Any, rank: Any, kept: Any) -> int | np.int64:
    """Contract every row, the least important first; return how many arcs are kept, -1 where room ran out."""
    for arc in range(draft.size[0]):
        _link(draft.out, draft.into, draft.tail, draft.head, draft.next_out, draft.next_in, arc)
    size, count, ranked = np.int64(0), np.int64(0), 0
    for row in range(len(rank)):
        added, arcs = _shortcuts(draft, search, row)
        size = push(queue, size, np.int64(2 * (added - arcs) + _SHIFT) << 32 | row)
    while size > 0:
        row = queue[0] & 0xFFFFFFFF
        size = pop(queue, size)
        added, arcs = _shortcuts(draft, search, row)
        importance = np.int64(2 * (added - arcs) + 2 * draft.depth[row] + _SHIFT)
        if size > 0 and importance > queue[0] >> 32:
            size = push(queue, size, importance << 32 | row)
            continue
        rank[row] = ranked
        ranked += 1
        if count + arcs > kept.shape[1]:
            return -1
        count = _retire(draft, row, kept, count)
        for one in range(added):
            if not _add(draft, search.shortcut[0, one], search.shortcut[1, one], search.shortcut[2, one]):
                return -1
    return count
