"""Tallies: what a block of origins finds in its region, added up for every cut-off and decay at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.kernel import bare, inner
from urbanplan.methods.engine.positions import Sides, direct
from urbanplan.methods.engine.region import Region
from urbanplan.methods.engine.stops import Stops
from urbanplan.methods.engine.simd import LANES, add_scaled, add_within, decay_row, meet_row, span_row


class Question(NamedTuple):
    """What is asked of every origin.

    Attributes
    ----------
    limit : int
        Greatest cost that any cut-off or decay looks at.
    cutoffs : ndarray of int32, shape (c,)
        Ascending.
    tables : ndarray of float32, shape (d, t, 2)
        Value and slope of each decay at the beginning of each step.
    shifts, offsets, ends : ndarray of int32, shape (d,)
        Step of each table in powers of two, cost that is added before looking it up, cost beyond which it is zero.
    """

    limit: int
    cutoffs: NDArray[np.int32]
    tables: NDArray[np.float32]
    shifts: NDArray[np.int32]
    offsets: NDArray[np.int32]
    ends: NDArray[np.int32]


class Block(NamedTuple):
    """Neighbouring origins that are worked on together.

    Attributes
    ----------
    begin, end : int
        The origins.
    number : int
        Number of the block, from 1.
    epoch : int
        Number of the batch of blocks that share a region, from 1.
    count : int
        Slots of the region.
    """

    begin: int
    end: int
    number: int
    epoch: int
    count: int


class Tally(NamedTuple):
    """Working space of one thread.

    Attributes
    ----------
    sums : ndarray of float64, shape ((c + d) * v, 32)
        Sums by cut-off and decay, variable and lane.
    everyone : ndarray of float64, shape (c, v)
        What all origins of the block find within a cut-off but not all within the one before.
    row : ndarray of int32, shape (32,)
        Costs to the entrance at hand.
    factor : ndarray of float32, shape (32,)
        Decay of these costs.
    own : ndarray of int32, shape (b,)
        Block that last looked at each bundle because an origin stands on it.
    met : ndarray of int32, shape (g,)
        Block that last met each place with several entrances.
    touched : ndarray of int32, shape (g,)
        Places with several entrances that the block met.
    best : ndarray of int32, shape (g, 32)
        Cost to the nearest entrance of each of them.
    bundle, one, other : ndarray of int32, shape (b,)
        Bundles that the region meets, and the slots of their ends.
    """

    sums: NDArray[np.float64]
    everyone: NDArray[np.float64]
    row: NDArray[np.int32]
    factor: NDArray[np.float32]
    own: NDArray[np.int32]
    met: NDArray[np.int32]
    touched: NDArray[np.int32]
    best: NDArray[np.int32]
    bundle: NDArray[np.int32]
    one: NDArray[np.int32]
    other: NDArray[np.int32]


def new_tally(stops: Stops, question: Question) -> Tally:
    """Make working space for a question about places."""
    bundles, variables = len(stops.row_a), stops.weight.shape[1]
    shared = len(stops.shared_weight)
    results = (len(question.cutoffs) + len(question.ends)) * variables
    return Tally(
        sums=np.zeros((results, LANES)),
        everyone=np.zeros((len(question.cutoffs), variables)),
        row=np.empty(LANES, dtype=np.int32),
        factor=np.empty(LANES, dtype=np.float32),
        own=np.zeros(bundles, dtype=np.int32),
        met=np.zeros(shared, dtype=np.int32),
        touched=np.empty(shared, dtype=np.int32),
        best=np.empty((shared, LANES), dtype=np.int32),
        bundle=np.empty(bundles, dtype=np.int32),
        one=np.empty(bundles, dtype=np.int32),
        other=np.empty(bundles, dtype=np.int32),
    )


@bare
def meet_bundles(stops: Stops, region: Region, count: int, epoch: int, tally: Tally) -> int:
    """List the bundles that a region meets, each once, with the slots of their ends; return how many."""
    first, bundles, leading, row_a, row_b = stops.first, stops.bundle, stops.leading, stops.row_a, stops.row_b
    stamp, slots, member = region.stamp, region.slot, region.member
    bundle_out, one_out, other_out = tally.bundle, tally.one, tally.other
    met = 0
    for slot in range(count):
        for at in range(first[member[slot]], first[member[slot] + 1]):
            bundle = bundles[at]
            a, b = row_a[bundle], row_b[bundle]
            one = slots[a] if a >= 0 and stamp[a] == epoch else np.int32(count)
            if not leading[at] and one < count:
                continue
            bundle_out[met] = bundle
            one_out[met] = one
            other_out[met] = slots[b] if b >= 0 and stamp[b] == epoch else np.int32(count)
            met += 1
    return met


@inner
def first_cutoff(cutoffs: Any, low: int) -> int:
    """Return the number of the first cut-off that is not below a cost."""
    cut = 0
    while cut < len(cutoffs) and cutoffs[cut] < low:
        cut += 1
    return cut


@inner
def count_row(
    wide: Any, cutoffs: Any, tables: Any, shifts: Any, offsets: Any, ends: Any, sums: Any, everyone: Any, row: Any,
    factor: Any, low: int, high: int, weight: Any, entry: int,
) -> None:  # fmt: skip
    """Add what stands at an entrance to the sums; the costs of all lanes lie between `low` and `high`."""
    variables = everyone.shape[1]
    for cut in range(first_cutoff(cutoffs, low), len(cutoffs)):
        if high <= cutoffs[cut]:
            for variable in range(variables):
                everyone[cut, variable] += weight[entry, variable]
            break
        for variable in range(variables):
            add_within(wide, sums, cut * variables + variable, row, cutoffs[cut], weight[entry, variable])
    for decay in range(len(ends)):
        if low <= ends[decay]:
            decay_row(wide, factor, row, tables, decay, shifts[decay], offsets[decay], ends[decay])
            for variable in range(variables):
                at = (len(cutoffs) + decay) * variables + variable
                add_scaled(wide, sums, at, factor, weight[entry, variable])


@inner
def slot_of(slot: Any, stamp: Any, row: int, epoch: int, none: int) -> int:
    """Return the slot of a row of the core; `none` where the region does not hold it."""
    return slot[row] if row >= 0 and stamp[row] == epoch else none


@inner
def count_shared(
    place: int, met_by: Any, touching: Any, best: Any, row: Any, number: int, touched: int
) -> int:
    """Keep the nearest entrance of a place that has several; return how many such places were met."""
    if met_by[place] != number:
        met_by[place] = number
        touching[touched] = place
        for lane in range(LANES):
            best[place, lane] = row[lane]
        return touched + 1
    for lane in range(LANES):
        best[place, lane] = min(best[place, lane], row[lane])
    return touched


@bare
def count_row_apart(
    wide: Any, cutoffs: Any, tables: Any, shifts: Any, offsets: Any, ends: Any, sums: Any, everyone: Any, row: Any,
    factor: Any, weight: Any, entry: int,
) -> None:  # fmt: skip
    """Do what `count_row` does for costs of which nothing is known yet."""
    low, high = span_row(wide, row, 0)
    count_row(
        wide, cutoffs, tables, shifts, offsets, ends, sums, everyone, row, factor, low, high, weight, entry
    )


@bare
def clear(tally: Tally) -> None:
    """Begin a block with empty sums."""
    sums, everyone = tally.sums, tally.everyone
    for at in range(sums.shape[0]):
        for lane in range(LANES):
            sums[at, lane] = 0.0
    for cut in range(everyone.shape[0]):
        for variable in range(everyone.shape[1]):
            everyone[cut, variable] = 0.0


@bare
def tally_home(
    wide: Any,
    block: Block,
    starts: Sides,
    home: Any,
    stops: Stops,
    question: Question,
    region: Region,
    tally: Tally,
) -> int:
    """Add up what stands on the bundles on which origins of the block stand, with the way straight along the street.

    Returns how many places with several entrances were met.
    """
    cutoffs, tables, ends = question.cutoffs, question.tables, question.ends
    sums, everyone, row, own = tally.sums, tally.everyone, tally.row, tally.own
    touched = 0
    for first in range(block.begin, block.end):
        bundle = home[first]
        if bundle < 0 or own[bundle] == block.number:
            continue
        own[bundle] = block.number
        one = slot_of(region.slot, region.stamp, stops.row_a[bundle], block.epoch, block.count)
        other = slot_of(region.slot, region.stamp, stops.row_b[bundle], block.epoch, block.count)
        for entry in range(stops.entry[bundle], stops.entry[bundle + 1]):
            meet_row(wide, row, region.lanes, one, other, stops.cost_a[entry], stops.cost_b[entry])
            for lane in range(LANES):
                origin = min(block.begin + lane, block.end - 1)
                if home[origin] == bundle:
                    row[lane] = min(row[lane], direct(
                        starts.key[origin], starts.along[origin], starts.back[origin], stops.key[entry],
                        stops.along[entry], stops.back[entry], stops.way[entry],
                        np.int64(starts.access[origin]) + stops.access[entry],
                    ))  # fmt: skip
            if stops.shared[entry] >= 0:
                touched = count_shared(
                    stops.shared[entry], tally.met, tally.touched, tally.best, row, block.number, touched
                )
            else:
                count_row_apart(
                    wide,
                    cutoffs,
                    tables,
                    question.shifts,
                    question.offsets,
                    ends,
                    sums,
                    everyone,
                    row,
                    tally.factor,
                    stops.weight,
                    entry,
                )
    return touched


@bare
def tally_block(
    wide: Any,
    block: Block,
    stops: Stops,
    question: Question,
    region: Region,
    tally: Tally,
    met: int,
    touched: int,
) -> int:
    """Add up what the origins of a block find on bundles where none of them stands.

    Returns how many places with several entrances were met.
    """
    cutoffs, tables, shifts, offsets, ends = (
        question.cutoffs,
        question.tables,
        question.shifts,
        question.offsets,
        question.ends,
    )
    limit, number = question.limit, block.number
    sums, everyone, row, factor, own = tally.sums, tally.everyone, tally.row, tally.factor, tally.own
    bundles, ones, others = tally.bundle, tally.one, tally.other
    entries, costs_a, costs_b, shared, weight = (
        stops.entry,
        stops.cost_a,
        stops.cost_b,
        stops.shared,
        stops.weight,
    )
    lanes, lows, highs = region.lanes, region.low, region.high
    met_by, touching, best = tally.met, tally.touched, tally.best
    for slot in range(block.count + 1):
        lows[slot], highs[slot] = span_row(wide, lanes, slot)
    for item in range(met):
        bundle, one, other = bundles[item], ones[item], others[item]
        if min(lows[one], lows[other]) > limit or own[bundle] == number:
            continue
        for entry in range(entries[bundle], entries[bundle + 1]):
            cost_a, cost_b = costs_a[entry], costs_b[entry]
            low = min(lows[one] + cost_a, lows[other] + cost_b)
            high = min(highs[one] + cost_a, highs[other] + cost_b)
            if low > limit:
                continue
            if len(ends) == 0 and shared[entry] < 0:
                cut = first_cutoff(cutoffs, low)
                if high <= cutoffs[cut]:
                    for variable in range(everyone.shape[1]):
                        everyone[cut, variable] += weight[entry, variable]
                    continue
            meet_row(wide, row, lanes, one, other, cost_a, cost_b)
            if shared[entry] >= 0:
                touched = count_shared(shared[entry], met_by, touching, best, row, number, touched)
            else:
                count_row(
                    wide,
                    cutoffs,
                    tables,
                    shifts,
                    offsets,
                    ends,
                    sums,
                    everyone,
                    row,
                    factor,
                    low,
                    high,
                    weight,
                    entry,
                )
    return touched


@bare
def tally_shared(wide: Any, question: Question, tally: Tally, shared_weight: Any, touched: int) -> None:
    """Add up the places with several entrances, each once, at its nearest entrance."""
    cutoffs, tables, ends = question.cutoffs, question.tables, question.ends
    sums, everyone, row, best = tally.sums, tally.everyone, tally.row, tally.best
    for at in range(touched):
        place = tally.touched[at]
        for lane in range(LANES):
            row[lane] = best[place, lane]
        count_row_apart(
            wide,
            cutoffs,
            tables,
            question.shifts,
            question.offsets,
            ends,
            sums,
            everyone,
            row,
            tally.factor,
            shared_weight,
            place,
        )


@bare
def hand_out(block: Block, base: int, question: Question, tally: Tally, within: Any, decayed: Any) -> None:
    """Write the sums of a block to the results of its origins."""
    variables = tally.everyone.shape[1]
    sums, all_found = tally.sums, tally.everyone
    for variable in range(variables):
        everyone = 0.0
        for cut in range(len(question.cutoffs)):
            everyone += all_found[cut, variable]
            for origin in range(block.begin, block.end):
                within[origin - base, cut, variable] = (
                    everyone + sums[cut * variables + variable, origin - block.begin]
                )
        for decay in range(len(question.ends)):
            at = (len(question.cutoffs) + decay) * variables + variable
            for origin in range(block.begin, block.end):
                decayed[origin - base, decay, variable] = sums[at, origin - block.begin]
