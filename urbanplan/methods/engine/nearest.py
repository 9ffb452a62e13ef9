"""Nearest: the k nearest places of every category from every origin, in one pass a category."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.costs import limit_units
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.labels import EMPTY, expand, new_front, spread
from urbanplan.methods.engine.positions import Positions, Sides
from urbanplan.methods.engine.stops import check_places
from urbanplan.methods.engine.threads import count_threads, in_turn, split


class Nearest(NamedTuple):
    """The nearest places of each origin.

    Attributes
    ----------
    cost : ndarray of float64, shape (categories, origins, k)
        Metres or seconds to the nearest places, ascending; NaN where fewer than k are within the limit.
    place : ndarray of int32, shape (categories, origins, k)
        Their numbers, -1 where the cost is NaN; of places at the same cost the lowest number comes first.
    """

    cost: NDArray[np.float64]
    place: NDArray[np.int32]


def nearest(
    engine: Engine,
    origins: Positions,
    places: Positions,
    *,
    category: ArrayLike | None = None,
    categories: int | None = None,
    place: ArrayLike | None = None,
    k: int = 1,
    limit: float | None = None,
    threads: int | None = None,
) -> Nearest:
    """Find the k nearest places of every category from every origin.

    Parameters
    ----------
    engine : Engine
        Streets.
    origins : Positions
        Where journeys begin.
    places : Positions
        Entrances of the places.
    category : array_like of int, shape (n,), optional
        Category of each place, from 0; by default all are of one.
    categories : int, optional
        Number of categories; by default up to the highest that occurs.
    place : array_like of int, optional
        Place to which each entrance belongs; by default each entrance is a place. A place counts once.
    k : int
        How many places to find of each category.
    limit : float, optional
        Greatest cost in metres or seconds; a place exactly at it is found.
    threads : int, optional
        Threads that work; by default one a core. Results do not depend on it.

    Returns
    -------
    Nearest
        Costs and numbers of places.

    Raises
    ------
    InputError
        If k is below one, the limit negative, or categories and places do not fit together.
    """
    if k < 1:
        raise InputError(f"at least one nearest place must be asked for, not {k}")
    number = check_places(place, len(places.row), None)
    kind, kinds = _categories(category, number, categories)
    units, workers = limit_units(limit), count_threads(threads)
    backward, starts, ends = engine.reversed.arcs, engine.departures(origins), engine.arrivals(places)
    order = np.argsort(np.maximum(starts.row_a, starts.row_b))
    cost = np.empty((kinds, len(order), k))
    found = np.empty((kinds, len(order), k), dtype=np.int32)

    def spread_one(one: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Sides, NDArray[np.int64]]:
        chosen = np.flatnonzero(places.placed & (kind == one))
        labels = np.full(engine.rows * k, EMPTY)
        rows = np.concatenate([ends.row_a[chosen], ends.row_b[chosen]])
        costs = np.concatenate([ends.cost_a[chosen], ends.cost_b[chosen]])
        seeds = np.concatenate([number[chosen], number[chosen]])
        spread(backward, labels, k, units, rows, costs, seeds, new_front(engine.rows, k))
        chosen = chosen[ends.chain[chosen] >= 0]
        chosen = chosen[np.argsort(ends.chain[chosen], kind="stable")]
        first = np.zeros(len(engine.links.begin_out) + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends.chain[chosen], minlength=len(first) - 1), out=first[1:])
        return labels, first, ends.take(chosen), number[chosen]

    for one, (labels, first, entries, belongs) in enumerate(in_turn(spread_one, range(kinds), workers)):

        def write(
            part: tuple[int, int],
            one: int = one,
            labels: NDArray[np.int64] = labels,
            first: NDArray[np.int64] = first,
            entries: Sides = entries,
            belongs: NDArray[np.int64] = belongs,
        ) -> None:
            rows = order[part[0] : part[1]]
            best = np.empty(k, dtype=np.int64)
            expand(labels, k, units, rows, starts, first, entries, belongs, best, cost[one], found[one])

        for _ in in_turn(write, split(len(order), workers), workers):
            pass
    return Nearest(cost, found)


def _categories(
    category: ArrayLike | None, number: NDArray[np.int64], categories: int | None
) -> tuple[NDArray[np.int64], int]:
    """Return the category of each entrance, and how many there are."""
    if category is None:
        return np.zeros(len(number), dtype=np.int64), 1 if categories is None else categories
    of_place = np.asarray(category, dtype=np.int64).reshape(-1)
    count = categories if categories is not None else int(of_place.max(initial=-1)) + 1
    if len(number) and number.max() >= len(of_place):
        raise InputError(
            f"an entrance belongs to place {number.max()}, but only {len(of_place)} have a category"
        )
    if len(of_place) and (of_place.min() < 0 or of_place.max() >= count):
        raise InputError(f"categories are numbered 0 to {count - 1}, but a place is of {of_place.max()}")
    return of_place[number], count
