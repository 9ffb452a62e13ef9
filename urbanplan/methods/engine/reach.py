"""Reach: what lies within cut-offs of every origin, and what it is worth under decays, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.methods.decay import Decay
from urbanplan.methods.engine.arcs import Arcs
from urbanplan.methods.engine.costs import limit_units
from urbanplan.methods.engine.counting import (
    clear,
    count_block,
    count_home,
    count_shared,
    hand_out,
    meet_bundles,
)
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.kernel import bare
from urbanplan.methods.engine.positions import Positions, Sides
from urbanplan.methods.engine.region import Region, gather, localise, new_region, settle
from urbanplan.methods.engine.simd import LANES, vectors
from urbanplan.methods.engine.stops import Stops, check_places, check_weights, gather_stops
from urbanplan.methods.engine.tables import Tables, tabulate
from urbanplan.methods.engine.tally import Block, Question, Tally, new_tally
from urbanplan.methods.engine.threads import count_threads, in_turn, split

_ROWS_APART = 48
"""Rows of the core that a batch of blocks may span: neighbours enough to share one region."""
_MOST_BLOCKS = 16


class Reach(NamedTuple):
    """What each origin reaches.

    Attributes
    ----------
    within : ndarray of float64, shape (origins, cut-offs, variables)
        Sum of the weights whose cost is at most the cut-off; NaN for an origin that lies on no street.
    decayed : ndarray of float64, shape (origins, decays, variables)
        Sum of the weights times the decay of their cost.
    """

    within: NDArray[np.float64]
    decayed: NDArray[np.float64]


def reach(
    engine: Engine,
    origins: Positions,
    places: Positions,
    weights: ArrayLike,
    *,
    cutoffs: Sequence[float] = (),
    decays: Sequence[Decay] = (),
    limit: float | None = None,
    place: ArrayLike | None = None,
    threads: int | None = None,
) -> Reach:
    """Add up what can be reached from every origin, for all cut-offs, decays and variables at once.

    Parameters
    ----------
    engine : Engine
        Streets; `engine.reversed` adds up who can come to the origins instead.
    origins : Positions
        Where journeys begin.
    places : Positions
        Entrances of the places to reach.
    weights : array_like of float, shape (n, v) or (n,)
        What stands at each place (jobs, beds, one), not negative.
    cutoffs : sequence of float
        Metres or seconds; what lies exactly at a cut-off is within it.
    decays : sequence of Decay
        How much places count by their cost.
    limit : float, optional
        Cost beyond which no decay counts; needed where a decay has no end of its own.
    place : array_like of int, optional
        Row of `weights` to which each entrance belongs; a place with several counts once, at the nearest.
    threads : int, optional
        Threads that work; by default one a core. Results do not depend on it.

    Returns
    -------
    Reach
        Zero where an origin reaches nothing, NaN where it lies on no street.

    Raises
    ------
    InputError
        If a weight is negative or unknown, a cut-off negative, or a decay never ends.
    """
    table = check_weights(weights)
    number = check_places(place, len(places.row), len(table))
    stops, on_chain, _ = gather_stops(engine, places, table, number)
    cuts, back = np.unique([limit_units(cutoff) for cutoff in cutoffs], return_inverse=True)
    curves = tabulate(decays, limit)
    farthest = max([*cuts.tolist(), *curves.ends.tolist()], default=0)
    question = Question(
        farthest,
        cuts.astype(np.int32),
        curves.steps,
        curves.starts,
        curves.shifts,
        curves.offsets,
        curves.ends,
    )
    order, anchor = neighbours(engine, origins)
    starts = engine.departures(origins.take(order))
    home = stand_on(on_chain, starts)
    within = np.full((len(origins.row), len(cuts), table.shape[1]), np.nan)
    pieces = np.full((len(origins.row), len(curves.ends), table.shape[1]), np.nan)
    batches = batch(anchor)
    wide, workers = vectors(), count_threads(threads)

    def work(part: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        limits = batches[part[0] : part[1] + 1]
        counted = np.empty((limits[-1] - limits[0], len(cuts), table.shape[1]))
        weighed = np.empty((limits[-1] - limits[0], len(curves.ends), table.shape[1]))
        region, tally = (
            new_region(engine.rows, len(engine.arcs.head), _MOST_BLOCKS * LANES),
            new_tally(stops, question),
        )
        _reach_batches(
            wide, engine.arcs, starts, home, stops, question, limits, region, tally, counted, weighed
        )
        return counted, weighed, int(limits[0])

    for counted, weighed, begin in in_turn(work, split(len(batches) - 1, workers), workers):
        rows = order[begin : begin + len(counted)]
        within[rows], pieces[rows] = counted, weighed
    return Reach(within[:, back.reshape(-1)] if len(cutoffs) else within, _join(pieces, curves, len(decays)))


def neighbours(engine: Engine, origins: Positions) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the origins that lie on a street, neighbours next to each other, and the row near which each lies."""
    sides = engine.departures(origins)
    anchor = np.where(origins.row >= 0, origins.row, np.maximum(sides.row_a, sides.row_b))
    placed = np.flatnonzero(origins.placed)
    order = placed[np.lexsort((origins.key[placed], origins.chain[placed], anchor[placed]))]
    return order, anchor[order]


def stand_on(on_chain: NDArray[np.int32], starts: Sides) -> NDArray[np.int32]:
    """Return the bundle of places on the chain on which each origin stands, -1 where there is none."""
    if not len(on_chain):
        return np.full(len(starts.chain), -1, dtype=np.int32)
    return np.where(starts.chain >= 0, on_chain[starts.chain], -1).astype(np.int32)


def batch(anchor: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return where each batch of blocks begins, and the end of the last one."""
    count = len(anchor)
    limits = [0]
    first = anchor[::LANES].tolist()
    last = (
        anchor[np.minimum(np.arange(LANES - 1, count + LANES - 1, LANES), count - 1)].tolist()
        if count
        else []
    )
    begin = 0
    for block in range(1, len(first)):
        if last[block] - first[begin] > _ROWS_APART or block - begin >= _MOST_BLOCKS:
            limits.append(block * LANES)
            begin = block
    return np.array([*limits, count] if count else limits, dtype=np.int64)


@bare
def _reach_batches(
    wide: bool | None, arcs: Arcs, starts: Sides, home: Any, stops: Stops, question: Question, limits: Any,
    region: Region, tally: Tally, within: Any, decayed: Any,
) -> None:  # fmt: skip
    number = 0
    for batch_number in range(len(limits) - 1):
        epoch = batch_number + 1
        first, after = limits[batch_number], limits[batch_number + 1]
        count = gather(arcs, starts, first, after, question.limit, region, epoch)
        localise(arcs, region, count, epoch)
        met = meet_bundles(stops, region, count, epoch, tally)
        for begin in range(first, after, LANES):
            number += 1
            block = Block(begin, min(begin + LANES, after), number, epoch, count)
            settle(wide, starts, block.begin, block.end, question.limit, region, count)
            clear(tally)
            touched = count_home(wide, block, starts, home, stops, question, region, tally)
            touched = count_block(wide, block, stops, question, region, tally, met, touched)
            count_shared(wide, question, tally, stops.shared_weight, touched)
            hand_out(block, limits[0], question, tally, within, decayed)


def _join(pieces: NDArray[np.float64], curves: Tables, decays: int) -> NDArray[np.float64]:
    """Add up the pieces of each decay."""
    joined = np.zeros((len(pieces), decays, pieces.shape[2]))
    for piece, decay in enumerate(curves.decay):
        joined[:, decay] += pieces[:, piece]
    return joined
