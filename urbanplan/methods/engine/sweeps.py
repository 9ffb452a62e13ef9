"""Sweeps over a contraction hierarchy: up from 32 origins, then down to everything."""

from __future__ import annotations

from typing import Any

import numpy as np

from urbanplan.methods.engine.arcs import Arcs
from urbanplan.methods.engine.costs import UNREACHED
from urbanplan.methods.engine.heap import pop, push
from urbanplan.methods.engine.kernel import bare, inner
from urbanplan.methods.engine.positions import Sides
from urbanplan.methods.engine.simd import LANES, push_row


@bare
def sweep(
    wide: bool | None, up: Arcs, down: Arcs, starts: Sides, begin: int, end: int, limit: int, lanes: Any, marks: Any,
    heap: Any,
) -> None:  # fmt: skip
    """Work out the cost from each origin of a block to every slot: up from the origins, then down."""
    slots = len(up.first) - 1
    for at in range(len(lanes)):
        lanes[at] = UNREACHED
    size = _set_out(starts, begin, end, limit, lanes, marks, heap)
    while size > 0:
        slot = heap[0]
        size = pop(heap, size)
        for arc in range(up.first[slot], up.first[slot + 1]):
            if marks[up.head[arc]] == 0:
                marks[up.head[arc]] = 1
                size = push(heap, size, np.int64(up.head[arc]))
        push_row(wide, lanes, slot, up.first[slot], up.first[slot + 1], up.head, up.cost, limit, marks)
    for slot in range(slots - 1, -1, -1):
        if marks[slot]:
            marks[slot] = 0
            push_row(
                wide, lanes, slot, down.first[slot], down.first[slot + 1], down.head, down.cost, limit, marks
            )


@inner
def _set_out(starts: Sides, begin: int, end: int, limit: int, lanes: Any, marks: Any, heap: Any) -> int:
    """Put the slots near the origins of a block on the heap; return how many."""
    slots = len(marks) - 1
    size = 0
    for lane in range(LANES):
        origin = min(begin + lane, end - 1)
        for side in range(2):
            slot = starts.row_a[origin] if side == 0 else starts.row_b[origin]
            cost = starts.cost_a[origin] if side == 0 else starts.cost_b[origin]
            if slot < slots and cost <= limit:
                if marks[slot] == 0:
                    marks[slot] = 1
                    size = push(heap, size, np.int64(slot))
                lanes[slot * LANES + lane] = min(lanes[slot * LANES + lane], cost)
    return size
