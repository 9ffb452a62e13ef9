"""Regions: what a block of neighbouring origins can reach, and the cost from each of them to every junction in it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.arcs import Arcs
from urbanplan.methods.engine.costs import UNREACHED
from urbanplan.methods.engine.heap import pop, push
from urbanplan.methods.engine.kernel import bare, inner
from urbanplan.methods.engine.positions import Sides
from urbanplan.methods.engine.simd import LANES, push_row


class Region(NamedTuple):
    """Working space of one thread, used anew for every block.

    Attributes
    ----------
    least, stamp, slot : ndarray of int32, shape (r,)
        Of each row of the core: cost from the nearest origin of the block, block that met it last, its slot in the region.
    heap : ndarray of int64
        Queue of the search.
    member : ndarray of int32, shape (r,)
        Row of the core in each slot, nearest first.
    first, head, cost : ndarray
        Arcs within the region, by slot.
    lanes : ndarray of int32, shape ((r + 1) * 32,)
        Cost from each origin of the block to each slot; the slot after the last one is never reached.
    marks : ndarray of uint8, shape (r + 1,)
        Slots whose costs fell and must be passed on.
    low, high : ndarray of int32, shape (r + 1,)
        Smallest and greatest cost of each slot.
    """

    least: NDArray[np.int32]
    stamp: NDArray[np.int32]
    slot: NDArray[np.int32]
    heap: NDArray[np.int64]
    member: NDArray[np.int32]
    first: NDArray[np.int64]
    head: NDArray[np.int32]
    cost: NDArray[np.int32]
    lanes: NDArray[np.int32]
    marks: NDArray[np.uint8]
    low: NDArray[np.int32]
    high: NDArray[np.int32]


def new_region(rows: int, arcs: int, origins: int = LANES) -> Region:
    """Make working space for a core of so many rows and arcs, and so many origins at a time."""
    return Region(
        least=np.empty(rows, dtype=np.int32),
        stamp=np.zeros(rows, dtype=np.int32),
        slot=np.empty(rows, dtype=np.int32),
        heap=np.empty(arcs + 2 * origins + 1, dtype=np.int64),
        member=np.empty(rows, dtype=np.int32),
        first=np.empty(rows + 1, dtype=np.int64),
        head=np.empty(arcs, dtype=np.int32),
        cost=np.empty(arcs, dtype=np.int32),
        lanes=np.empty((rows + 1) * LANES, dtype=np.int32),
        marks=np.empty(rows + 1, dtype=np.uint8),
        low=np.empty(rows + 1, dtype=np.int32),
        high=np.empty(rows + 1, dtype=np.int32),
    )


@inner
def _seed(region: Region, size: int, row: int, cost: int, limit: int, epoch: int) -> Any:
    if row < 0 or cost > limit or (region.stamp[row] == epoch and region.least[row] <= cost):
        return size
    region.least[row] = cost
    region.stamp[row] = epoch
    return push(region.heap, size, (np.int64(cost) << 32) | row)


@bare
def gather(arcs: Arcs, starts: Sides, begin: int, end: int, limit: int, region: Region, epoch: int) -> int:
    """Collect every row within the limit of any origin `begin` to `end` - 1; return how many."""
    least, stamp, heap = region.least, region.stamp, region.heap
    size = 0
    for origin in range(begin, end):
        size = _seed(region, size, starts.row_a[origin], starts.cost_a[origin], limit, epoch)
        size = _seed(region, size, starts.row_b[origin], starts.cost_b[origin], limit, epoch)
    count = 0
    while size > 0:
        key = heap[0]
        size = pop(heap, size)
        cost = np.int32(key >> 32)
        row = np.int32(key & 0xFFFFFFFF)
        if cost > least[row]:
            continue
        region.member[count] = row
        region.slot[row] = count
        count += 1
        for arc in range(arcs.first[row], arcs.first[row + 1]):
            further = cost + arcs.cost[arc]
            if further <= limit:
                head = arcs.head[arc]
                if stamp[head] != epoch or further < least[head]:
                    least[head] = further
                    stamp[head] = epoch
                    size = push(heap, size, (np.int64(further) << 32) | head)
    return count


@bare
def localise(arcs: Arcs, region: Region, count: int, epoch: int) -> None:
    """Write the arcs among the members of the region, by slot."""
    written = 0
    for slot in range(count):
        region.first[slot] = written
        row = region.member[slot]
        for arc in range(arcs.first[row], arcs.first[row + 1]):
            head = arcs.head[arc]
            if region.stamp[head] == epoch:
                region.head[written] = region.slot[head]
                region.cost[written] = arcs.cost[arc]
                written += 1
    region.first[count] = written


@bare
def settle(
    wide: bool | None, starts: Sides, begin: int, end: int, limit: int, region: Region, count: int
) -> None:
    """Work out the cost from each origin of the block to every slot: sweeps until nothing falls any more."""
    lanes, marks = region.lanes, region.marks
    for slot in range(count + 1):
        marks[slot] = 0
        for lane in range(LANES):
            lanes[slot * LANES + lane] = UNREACHED
    for lane in range(LANES):
        origin = min(begin + lane, end - 1)
        for side in range(2):
            row = starts.row_a[origin] if side == 0 else starts.row_b[origin]
            cost = starts.cost_a[origin] if side == 0 else starts.cost_b[origin]
            if row >= 0 and cost <= limit:
                slot = region.slot[row]
                marks[slot] = 1
                lanes[slot * LANES + lane] = min(lanes[slot * LANES + lane], cost)
    slot = 0
    while slot < count:
        onward = slot + 1
        if marks[slot]:
            marks[slot] = 0
            first, last = region.first[slot], region.first[slot + 1]
            # what fell behind is passed on at once, before more is built upon what it was
            onward = min(
                onward, push_row(wide, lanes, slot, first, last, region.head, region.cost, limit, marks)
            )
        slot = onward
