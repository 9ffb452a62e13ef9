"""Answers for origins with several doors, joined from those of each door: whichever is nearer counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.travel.insides import HAIR, Few, Sums


def least_of_each(origin: Ints, place: Ints, cost: Floats) -> tuple[Ints, Ints, Floats]:
    """Return each pair of an origin and a place once, at its least cost."""
    order = np.lexsort((cost, place, origin))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(origin[order]) != 0) | (np.diff(place[order]) != 0)
    kept = order[fresh]
    return origin[kept], place[kept], cost[kept]


def joined(few: Few, start_of: Ints, origins: int) -> Few:
    """Return the few nearest places of origins from those of their starts.

    Parameters
    ----------
    few : Few
        The nearest of each start.
    start_of : ndarray of int64, shape (starts,)
        Origin of each start, ascending.
    origins : int
        How many there are; each has a start.
    """
    categories, _, k = few.cost.shape
    out = Few.none(categories, origins, k)
    for kind in range(categories):
        start, rank = np.nonzero(few.place[kind] >= 0)
        origin, place, cost = least_of_each(
            start_of[start], few.place[kind][start, rank], few.cost[kind][start, rank]
        )
        order = np.lexsort((place, cost, origin))
        origin, place, cost = origin[order], place[order], cost[order]
        at = np.arange(len(origin)) - np.searchsorted(origin, origin)
        near = at < k
        out.cost[kind, origin[near], at[near]] = cost[near]
        out.place[kind, origin[near], at[near]] = place[near]
    return out


def added_up(table: CostTable, weights: Floats, cutoffs: Sequence[float], decays: Sequence[Decay]) -> Sums:
    """Add up what each origin reaches from the list of its pairs.

    Parameters
    ----------
    table : CostTable
        Pairs within the farthest limit.
    weights : ndarray of float64, shape (places, variables)
        What stands at each place.
    cutoffs, decays : sequence
        What is asked for; decays end at their limit.
    """
    variables = weights.shape[1]
    sums = Sums(*(np.zeros((table.origins, len(of), variables)) for of in (cutoffs, decays)))
    for one in range(variables):
        each = weights[table.place, one]
        for at, cutoff in enumerate(cutoffs):
            sums.within[:, at, one] = table.by_origin(np.where(table.cost_m <= cutoff + HAIR, each, 0.0))
        for at, curve in enumerate(decays):
            sums.decayed[:, at, one] = table.by_origin(curve(table.cost_m) * each)
    return sums
