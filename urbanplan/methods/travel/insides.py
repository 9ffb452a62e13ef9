"""What an origin stands inside of costs nothing: answers of the engine, put right for that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from urbanplan.methods.decay import Decay, cut_off, within
from urbanplan.methods.grid_areas import Floats, Ints

HAIR = 1e-6
"""Costs are whole millimetres or milliseconds: what is a hair beyond a limit is exactly at it."""


class Few(NamedTuple):
    """The few nearest places of each origin.

    Attributes
    ----------
    cost : ndarray of float64, shape (categories, origins, k)
        Metres or seconds, ascending; NaN where there are fewer than k.
    place : ndarray of int64, shape (categories, origins, k)
        Positions of the places, -1 where the cost is NaN; of places at the same cost the first comes first.
    """

    cost: Floats
    place: Ints

    @classmethod
    def none(cls, categories: int, origins: int, k: int) -> Few:
        """Return what is known where there is nothing to find."""
        shape = (categories, origins, k)
        return cls(np.full(shape, np.nan), np.full(shape, -1, dtype=np.int64))


class Sums(NamedTuple):
    """What each origin reaches.

    Attributes
    ----------
    within : ndarray of float64, shape (origins, cut-offs, variables)
        Sum of the weights of the places whose cost is at most the cut-off.
    decayed : ndarray of float64, shape (origins, decays, variables)
        Sum of the weights, each times the decay of its cost.
    """

    within: Floats
    decayed: Floats


def insert(few: Few, origin: Ints, place: Ints, category: Ints) -> Few:
    """Put places that cost nothing among the few nearest.

    Parameters
    ----------
    few : Few
        The nearest along streets.
    origin, place : ndarray of int64
        Pairs that cost nothing.
    category : ndarray of int64, shape (places,)
        Category of each place.
    """
    if not len(origin):
        return few
    rows = np.unique(origin)
    listed = few.place[:, rows] >= 0
    kind, row, _ = np.nonzero(listed)
    group = np.concatenate(
        [kind * len(rows) + row, category[place] * len(rows) + np.searchsorted(rows, origin)]
    )
    number = np.concatenate([few.place[:, rows][listed], place])
    cost = np.concatenate([few.cost[:, rows][listed], np.zeros(len(place))])
    order = np.lexsort((cost, number, group))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(group[order]) != 0) | (np.diff(number[order]) != 0)
    kept = order[fresh]
    kept = kept[np.lexsort((number[kept], cost[kept], group[kept]))]
    rank = np.arange(len(kept)) - np.searchsorted(group[kept], group[kept])
    near = rank < few.cost.shape[2]
    kind, row = np.divmod(group[kept[near]], len(rows))
    out = Few(few.cost.copy(), few.place.copy())
    out.cost[:, rows], out.place[:, rows] = np.nan, -1
    out.cost[kind, rows[row], rank[near]] = cost[kept[near]]
    out.place[kind, rows[row], rank[near]] = number[kept[near]]
    return out


def stop(curve: Decay, limit: float | None) -> float:
    """Return the cost beyond which a decay counts nothing: its end, or the limit of the search."""
    return min((end for end in (curve.end, limit) if end is not None), default=np.inf)


def corrected(
    sums: Sums,
    origin: Ints,
    way: Floats,
    weights: Floats,
    *,
    cutoffs: Sequence[float],
    decays: Sequence[Decay],
    stops: Sequence[float],
) -> Sums:
    """Count places at no cost that the engine counted by the way to their doors.

    Parameters
    ----------
    sums : Sums
        What the engine added up; changed in place.
    origin, way, weights : ndarray, shape (p,), (p,) and (p, variables)
        For each pair that costs nothing: the origin, what the streets would cost (NaN where no way led so far), and what
        stands at the place.
    cutoffs, decays, stops : sequence
        What was asked, and the cost beyond which each decay counts nothing.
    """
    measures = [
        *((sums.within[:, at], cut_off(limit=far + HAIR)) for at, far in enumerate(cutoffs)),
        *((sums.decayed[:, at], within(curve, limit=far + HAIR))
          for at, (curve, far) in enumerate(zip(decays, stops, strict=True))),
    ]  # fmt: skip
    for counted, curve in measures:
        counted[origin] = np.nan_to_num(counted[origin])
        gain = curve(np.zeros(len(origin))) - curve(way)
        np.add.at(counted, origin, gain[:, None] * weights)
    return sums
