"""The few nearest places, with those that an origin stands inside of put in front."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from urbanplan.methods.grid_areas import Floats, Ints


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
