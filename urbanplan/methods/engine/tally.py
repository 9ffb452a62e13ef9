"""Tallies: what is asked of origins, and the sums that answer it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.simd import LANES
from urbanplan.methods.engine.stops import Stops


class Question(NamedTuple):
    """What is asked of every origin.

    Attributes
    ----------
    limit : int
        Greatest cost that any cut-off or decay looks at.
    cutoffs : ndarray of int32, shape (c,)
        Ascending.
    steps : ndarray of float32, shape (t, 2)
        Tables of the decays, one after the other: value and slope at the beginning of each step.
    starts : ndarray of int64, shape (d,)
        Where each table begins.
    shifts, offsets, ends : ndarray of int32, shape (d,)
        Step of each table in powers of two, cost that is added before looking it up, cost beyond which it is zero.
    """

    limit: int
    cutoffs: NDArray[np.int32]
    steps: NDArray[np.float32]
    starts: NDArray[np.int64]
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
    slots : int
        Slots of the region.
    """

    begin: int
    end: int
    number: int
    epoch: int
    slots: int


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
