"""Matrices: costs from many origins to many destinations, 32 origins a sweep over a contraction hierarchy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.arcs import Arcs
from urbanplan.methods.engine.costs import UNREACHED, limit_units
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.hierarchy import Hierarchy
from urbanplan.methods.engine.kernel import bare
from urbanplan.methods.engine.positions import Positions, Sides, direct
from urbanplan.methods.engine.simd import LANES, meet_row, vectors
from urbanplan.methods.engine.sweeps import sweep
from urbanplan.methods.engine.threads import count_threads, in_turn, split


class Slope(NamedTuple):
    """The part of a hierarchy over which journeys from some origins to some destinations may run.

    Attributes
    ----------
    slot : ndarray of int32, shape (r,)
        Slot of each row of the core, ascending with rank; -1 where no journey runs.
    up, down : Arcs
        Arcs between slots.
    """

    slot: NDArray[np.int32]
    up: Arcs
    down: Arcs


def matrix(
    engine: Engine,
    origins: Positions,
    destinations: Positions,
    *,
    limit: float | None = None,
    threads: int | None = None,
) -> NDArray[np.float64]:
    """Work out the cost from every origin to every destination.

    Parameters
    ----------
    engine : Engine
        Streets; its contraction hierarchy is built at the first call.
    origins, destinations : Positions
        Where journeys begin and end.
    limit : float, optional
        Greatest cost in metres or seconds that is of interest.
    threads : int, optional
        Threads that work; by default one a core. Results do not depend on it.

    Returns
    -------
    ndarray of float64, shape (origins, destinations)
        Metres or seconds; NaN where there is no way or it is beyond the limit.

    Raises
    ------
    InputError
        If the limit is negative.
    """
    if len(destinations.row) < len(origins.row):
        # a sweep serves 32 origins whatever the number of destinations: let the smaller side be swept from
        return matrix(engine.reversed, destinations, origins, limit=limit, threads=threads).T
    units, workers, wide = limit_units(limit), count_threads(threads), vectors()
    starts, ends = engine.departures(origins), engine.arrivals(destinations)
    slope = climb(engine.hierarchy, starts, ends)
    order = np.argsort(np.maximum(starts.row_a, starts.row_b), kind="stable")
    starts = _in_slots(starts.take(order), slope)
    ends = _in_slots(ends, slope)
    by_chain = np.flatnonzero(ends.chain >= 0)
    by_chain = by_chain[np.argsort(ends.chain[by_chain], kind="stable")]
    first = np.searchsorted(ends.chain[by_chain], starts.chain, side="left")
    after = np.searchsorted(ends.chain[by_chain], starts.chain, side="right")
    costs = np.empty((len(order), len(ends.chain)))
    slots = len(slope.up.first) - 1
    blocks = -(-len(order) // LANES)

    def work(part: tuple[int, int]) -> None:
        lanes = np.empty((slots + 1) * LANES, dtype=np.int32)
        marks, heap = np.zeros(slots + 1, dtype=np.uint8), np.empty(slots + 1, dtype=np.int64)
        strip = np.empty((LANES, len(ends.chain)), dtype=np.int32)
        for block in range(*part):
            begin, end = block * LANES, min(block * LANES + LANES, len(order))
            sweep(wide, slope.up, slope.down, starts, begin, end, units, lanes, marks, heap)
            collect(wide, lanes, slots, ends, strip)
            straighten(starts, ends, begin, end, first, after, by_chain, strip)
            hand_out(strip, begin, end, order, units, costs)

    for _ in in_turn(work, split(blocks, workers), workers):
        pass
    return costs


def climb(hierarchy: Hierarchy, starts: Sides, ends: Sides) -> Slope:
    """Find the part of a hierarchy that journeys may use: all that lies above their ends."""
    rank, up, down = hierarchy.rank, hierarchy.up, hierarchy.down
    ascent = _above(up, _ranks(rank, starts))
    descent = _above(hierarchy.rising, _ranks(rank, ends))
    used = ascent | descent
    slot = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
    upward = _among(up, slot, ascent, ascent)
    downward = _among(down, slot, used, descent)
    return Slope(slot[rank], upward, downward)


def _among(
    arcs: Arcs, slot: NDArray[np.int32], leaving: NDArray[np.bool_], reaching: NDArray[np.bool_]
) -> Arcs:
    """Return the arcs from and to some rows only, between the slots of all that are used."""
    kept = np.repeat(leaving, np.diff(arcs.first)) & reaching[arcs.head]
    before = np.append(0, np.cumsum(kept))
    used = np.flatnonzero(slot >= 0)
    first = np.append(before[arcs.first[used]], before[-1])
    return Arcs(first, slot[arcs.head[kept]], arcs.cost[kept])


def _ranks(rank: NDArray[np.int32], sides: Sides) -> NDArray[np.int32]:
    rows = np.concatenate([sides.row_a, sides.row_b])
    ranks: NDArray[np.int32] = rank[rows[rows >= 0]]
    return ranks


def _above(arcs: Arcs, ranks: NDArray[np.int32]) -> NDArray[np.bool_]:
    above = np.zeros(len(arcs.first) - 1, dtype=np.bool_)
    above[ranks] = True
    _mark_above(arcs.first, arcs.head, above)
    return above


@bare
def _mark_above(first: Any, head: Any, above: Any) -> None:
    for rank in range(len(above)):
        if above[rank]:
            for arc in range(first[rank], first[rank + 1]):
                above[head[arc]] = True


def _in_slots(sides: Sides, slope: Slope) -> Sides:
    """Return sides with slots for rows; what hangs on none leads to the last slot, which nothing reaches."""
    last = len(slope.up.first) - 1
    slots = np.append(slope.slot, last).astype(np.int32)
    return sides._replace(row_a=slots[sides.row_a], row_b=slots[sides.row_b])


@bare
def collect(wide: bool | None, lanes: Any, slots: int, ends: Sides, strip: Any) -> None:
    """Write the cost from each origin of a block to every destination."""
    row_a, row_b, cost_a, cost_b = ends.row_a, ends.row_b, ends.cost_a, ends.cost_b
    row = lanes[slots * LANES :]
    for at in range(len(row_a)):
        meet_row(wide, row, lanes, row_a[at], row_b[at], cost_a[at], cost_b[at])
        for lane in range(LANES):
            strip[lane, at] = row[lane]
            row[lane] = UNREACHED


@bare
def straighten(
    starts: Sides, ends: Sides, begin: int, end: int, first: Any, after: Any, by_chain: Any, strip: Any
) -> None:
    """Lower the costs between origins and destinations on the same chain to the way straight along it."""
    for origin in range(begin, end):
        if starts.chain[origin] < 0:
            continue
        for at in range(first[origin], after[origin]):
            goal = by_chain[at]
            straight = direct(starts, origin, ends, goal)
            strip[origin - begin, goal] = min(strip[origin - begin, goal], straight)


@bare
def hand_out(strip: Any, begin: int, end: int, order: Any, limit: int, costs: Any) -> None:
    """Write the costs of a block to the rows of its origins, in metres or seconds."""
    for origin in range(begin, end):
        row = order[origin]
        for goal in range(strip.shape[1]):
            units = strip[origin - begin, goal]
            costs[row, goal] = units / 1000 if units <= limit else np.nan
