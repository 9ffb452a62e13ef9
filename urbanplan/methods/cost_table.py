"""The table that accessibility is worked out from: which origin reaches which place, and at what cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats, Ints


@dataclass(frozen=True)
class CostTable:
    """Costs from origins to the places within their reach; pairs that are not listed are out of reach.

    Rows are sorted by origin, then cost, then place, however they were given, so that sums never depend on it.

    Attributes
    ----------
    origin, place : ndarray of int64, shape (k,)
        Positions of an origin (0 to origins - 1) and a place (0 to places - 1).
    cost_m : ndarray of float64, shape (k,)
        Cost between them in metres; any other unit will do, as long as decays use the same.
    origins, places : int
        How many there are, within reach of each other or not.

    Raises
    ------
    InputError
        If a position is outside the range, a pair stands twice, or a cost is negative or not a number.
    """

    origin: Ints
    place: Ints
    cost_m: Floats
    origins: int
    places: int

    def __post_init__(self) -> None:
        origin = np.array(self.origin, dtype=np.int64)
        place = np.array(self.place, dtype=np.int64)
        cost = np.array(self.cost_m, dtype=np.float64)
        if not len(origin) == len(place) == len(cost):
            raise InputError("cost table: origin, place and cost_m must have the same length")
        for name, number, count in (("origin", origin, self.origins), ("place", place, self.places)):
            if len(number) and (number.min() < 0 or number.max() >= count):
                raise InputError(
                    f"cost table: {name} must be from 0 to {count - 1}, has {number.min()} to {number.max()}"
                )
        if not (cost >= 0).all() or np.isinf(cost).any():
            raise InputError(
                "cost table: a cost is negative, infinite or not a number; leave out what is out of reach"
            )
        order = _order(origin, cost, place)
        pair = np.sort(origin * max(self.places, 1) + place)
        if (pair[1:] == pair[:-1]).any():
            first = pair[1:][pair[1:] == pair[:-1]][0]
            raise InputError(
                f"cost table: origin {first // self.places} and place {first % self.places} stand together twice; keep the lower cost"
            )
        for name, column in (("origin", origin), ("place", place), ("cost_m", cost)):
            object.__setattr__(self, name, column[order])

    def slower(self, pace: float) -> CostTable:
        """Return the table at another pace: all costs times a number above zero."""
        return CostTable(self.origin, self.place, self.cost_m * pace, self.origins, self.places)

    def within(self, limit: float) -> CostTable:
        """Return the pairs that cost no more than a limit."""
        near = self.cost_m <= limit
        return CostTable(self.origin[near], self.place[near], self.cost_m[near], self.origins, self.places)

    def by_origin(self, value: Floats) -> Floats:
        """Add up a value of the pairs for each origin; zero where an origin reaches nothing."""
        return np.bincount(self.origin, weights=value, minlength=self.origins).astype(np.float64)

    def by_place(self, value: Floats) -> Floats:
        """Add up a value of the pairs for each place; zero where nobody reaches a place."""
        return np.bincount(self.place, weights=value, minlength=self.places).astype(np.float64)

    def supply(self, opportunities: ArrayLike) -> Floats:
        """Return what each place offers as numbers, after checking them.

        Raises
        ------
        InputError
            If there is not one number per place, or one is negative, infinite or not a number.
        """
        return _weights(opportunities, self.places, "opportunities", "place")

    def demand(self, people: ArrayLike) -> Floats:
        """Return the people of each origin as numbers, after checking them.

        Raises
        ------
        InputError
            If there is not one number per origin, or one is negative, infinite or not a number.
        """
        return _weights(people, self.origins, "people", "origin")


def _order(origin: Ints, cost: Floats, place: Ints) -> Ints | slice:
    """Return what sorts rows by origin, cost and place; nothing needs doing where they are sorted already."""
    by_place = place[1:] > place[:-1]
    by_cost = (cost[1:] > cost[:-1]) | ((cost[1:] == cost[:-1]) & by_place)
    if ((origin[1:] > origin[:-1]) | ((origin[1:] == origin[:-1]) & by_cost)).all():
        return slice(None)
    return np.lexsort((place, cost, origin)).astype(np.int64)


def _weights(given: ArrayLike, count: int, name: str, of: str) -> Floats:
    numbers = np.asarray(given, dtype=np.float64)
    if numbers.shape != (count,):
        raise InputError(f"{name}: need one number per {of}, that is {count}, not shape {numbers.shape}")
    wrong = ~((numbers >= 0) & np.isfinite(numbers))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"{name}: {of} {at} has {numbers[at]}; weights must be zero or more: leave out what is unknown"
        )
    return numbers
