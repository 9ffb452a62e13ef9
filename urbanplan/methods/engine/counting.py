"""Counting: what a block of origins finds in its region, added up for every cut-off and decay at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.kernel import bare, inner
from urbanplan.methods.engine.positions import Sides, direct
from urbanplan.methods.engine.region import Region
from urbanplan.methods.engine.simd import LANES, add_scaled, add_within, decay_row, meet_row, span_row
from urbanplan.methods.engine.stops import Stops
from urbanplan.methods.engine.tally import Block, Question, Tally


@bare
def meet_bundles(stops: Stops, region: Region, count: int, epoch: int, tally: Tally) -> int:
    """List the bundles that a region meets, each once, with the slots of their ends; return how many."""
    met = 0
    for slot in range(count):
        row = region.member[slot]
        for at in range(stops.first[row], stops.first[row + 1]):
            bundle = stops.bundle[at]
            one = slot_of(region, stops.row_a[bundle], epoch, count)
            if not stops.leading[at] and one < count:
                continue
            tally.bundle[met] = bundle
            tally.one[met] = one
            tally.other[met] = slot_of(region, stops.row_b[bundle], epoch, count)
            met += 1
    return met


@inner
def slot_of(region: Region, row: int, epoch: int, none: int) -> int:
    """Return the slot of a row of the core; `none` where the region does not hold it."""
    return region.slot[row] if row >= 0 and region.stamp[row] == epoch else none


@inner
def first_cutoff(cutoffs: Any, low: int) -> int:
    """Return the number of the first cut-off that is not below a cost."""
    cut = 0
    while cut < len(cutoffs) and cutoffs[cut] < low:
        cut += 1
    return cut


@inner
def count_row(
    wide: bool | None, question: Question, tally: Tally, low: int, high: int, weight: Any, entry: int
) -> None:
    """Add what stands at an entrance to the sums; the costs of all lanes lie between `low` and `high`."""
    cutoffs, everyone, row = question.cutoffs, tally.everyone, tally.row
    variables = everyone.shape[1]
    for cut in range(first_cutoff(cutoffs, low), len(cutoffs)):
        if high <= cutoffs[cut]:
            for variable in range(variables):
                everyone[cut, variable] += weight[entry, variable]
            break
        for variable in range(variables):
            at = cut * variables + variable
            add_within(wide, tally.sums, at, row, cutoffs[cut], weight[entry, variable])
    for decay in range(len(question.ends)):
        if low <= question.ends[decay]:
            start, shift = question.starts[decay], question.shifts[decay]
            offset, end = question.offsets[decay], question.ends[decay]
            decay_row(wide, tally.factor, row, question.steps, start, shift, offset, end)
            for variable in range(variables):
                at = (len(cutoffs) + decay) * variables + variable
                add_scaled(wide, tally.sums, at, tally.factor, weight[entry, variable])


@bare
def count_row_apart(wide: bool | None, question: Question, tally: Tally, weight: Any, entry: int) -> None:
    """Do what `count_row` does for costs of which nothing is known yet."""
    low, high = span_row(wide, tally.row, 0)
    count_row(wide, question, tally, np.int64(low), np.int64(high), weight, np.int64(entry))


@inner
def keep_nearest(tally: Tally, place: int, number: int, touched: int) -> int:
    """Keep the nearest entrance of a place that has several; return how many such places were met."""
    fresh = tally.met[place] != number
    if fresh:
        tally.met[place] = number
        tally.touched[touched] = place
    for lane in range(LANES):
        tally.best[place, lane] = tally.row[lane] if fresh else min(tally.best[place, lane], tally.row[lane])
    return touched + 1 if fresh else touched


@bare
def clear(tally: Tally) -> None:
    """Begin a block with empty sums."""
    for at in range(tally.sums.shape[0]):
        for lane in range(LANES):
            tally.sums[at, lane] = 0.0
    for cut in range(tally.everyone.shape[0]):
        for variable in range(tally.everyone.shape[1]):
            tally.everyone[cut, variable] = 0.0


@bare
def count_home(
    wide: bool | None, block: Block, starts: Sides, home: NDArray[np.int32], stops: Stops, question: Question,
    region: Region, tally: Tally,
) -> np.int64:  # fmt: skip
    """Count bundles on which origins of the block stand, with the way straight along the street.

    Returns how many places with several entrances were met.
    """
    touched = np.int64(0)
    for first in range(block.begin, block.end):
        bundle = home[first]
        if bundle < 0 or tally.own[bundle] == block.number:
            continue
        tally.own[bundle] = block.number
        one = slot_of(region, stops.row_a[bundle], block.epoch, block.slots)
        other = slot_of(region, stops.row_b[bundle], block.epoch, block.slots)
        for entry in range(stops.entry[bundle], stops.entry[bundle + 1]):
            meet_row(wide, tally.row, region.lanes, one, other, stops.cost_a[entry], stops.cost_b[entry])
            for lane in range(LANES):
                origin = min(block.begin + lane, block.end - 1)
                if home[origin] == bundle:
                    straight = direct(starts, origin, stops, entry)
                    tally.row[lane] = min(tally.row[lane], straight)
            if stops.shared[entry] >= 0:
                touched = keep_nearest(tally, stops.shared[entry], block.number, touched)
            else:
                count_row_apart(wide, question, tally, stops.weight, entry)
    return touched


@bare
def count_block(
    wide: bool | None, block: Block, stops: Stops, question: Question, region: Region, tally: Tally, met: int, touched: int
) -> int:  # fmt: skip
    """Count bundles on which no origin of the block stands; return how many places with several entrances were met."""
    lows, highs, cutoffs = region.low, region.high, question.cutoffs
    for slot in range(block.slots + 1):
        lows[slot], highs[slot] = span_row(wide, region.lanes, slot)
    for item in range(met):
        bundle, one, other = tally.bundle[item], tally.one[item], tally.other[item]
        if min(lows[one], lows[other]) > question.limit or tally.own[bundle] == block.number:
            continue
        for entry in range(stops.entry[bundle], stops.entry[bundle + 1]):
            cost_a, cost_b = stops.cost_a[entry], stops.cost_b[entry]
            low = min(lows[one] + cost_a, lows[other] + cost_b)
            high = min(highs[one] + cost_a, highs[other] + cost_b)
            if low > question.limit:
                continue
            shared = stops.shared[entry]
            if len(question.ends) == 0 and shared < 0:
                cut = first_cutoff(cutoffs, low)
                if high <= cutoffs[cut]:
                    # all origins of the block alike: no need to look at each
                    for variable in range(tally.everyone.shape[1]):
                        tally.everyone[cut, variable] += stops.weight[entry, variable]
                    continue
            meet_row(wide, tally.row, region.lanes, one, other, cost_a, cost_b)
            if shared >= 0:
                touched = keep_nearest(tally, shared, block.number, touched)
            else:
                count_row(wide, question, tally, low, high, stops.weight, entry)
    return touched


@bare
def count_shared(wide: bool | None, question: Question, tally: Tally, weight: Any, touched: int) -> None:
    """Count the places with several entrances, each once, at its nearest entrance."""
    for at in range(touched):
        place = np.int64(tally.touched[at])
        for lane in range(LANES):
            tally.row[lane] = tally.best[place, lane]
        count_row_apart(wide, question, tally, weight, place)


@bare
def hand_out(block: Block, base: int, question: Question, tally: Tally, within: Any, decayed: Any) -> None:
    """Write the sums of a block to the results of its origins; the first row is that of origin `base`."""
    variables, cuts = tally.everyone.shape[1], len(question.cutoffs)
    for variable in range(variables):
        everyone = 0.0
        for cut in range(cuts):
            everyone += tally.everyone[cut, variable]
            for origin in range(block.begin, block.end):
                share = tally.sums[cut * variables + variable, origin - block.begin]
                within[origin - base, cut, variable] = everyone + share
        for decay in range(len(question.ends)):
            for origin in range(block.begin, block.end):
                share = tally.sums[(cuts + decay) * variables + variable, origin - block.begin]
                decayed[origin - base, decay, variable] = share
