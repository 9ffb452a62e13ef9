"""The nearest few places of origins, and which of them would be nearest had others been mapped."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.travel.asked import Asked
from urbanplan.model.network import StreetNetwork

_SPARE = 20
"""Places listed beyond those that are asked for: that a draw misses all of them happens once in 500 million draws."""


class Listed(NamedTuple):
    """The nearest few places of each origin.

    Attributes
    ----------
    cost : ndarray of float64, shape (origins, few)
        Ascending; NaN where there are fewer.
    place : ndarray of int64, shape (origins, few)
        Positions of the places, -1 where the cost is NaN.
    """

    cost: Floats
    place: Ints

    def nearest(self, k: int, pace: float, times: Floats) -> Floats:
        """Return the costs of each origin to its k nearest places in one draw.

        Parameters
        ----------
        k : int
            How many.
        pace : float
            What costs are multiplied by.
        times : ndarray of float64, shape (places,)
            How often each place was drawn; one that was drawn twice is two places.

        Returns
        -------
        ndarray of float64, shape (origins, k)
            NaN where fewer are reached.
        """
        met = np.cumsum(np.where(self.place >= 0, times[self.place], 0.0), axis=1)
        out = np.full((len(self.cost), k), np.nan)
        for rank in range(k):
            at = np.argmax(met > rank, axis=1) if met.shape[1] else np.zeros(len(met), dtype=np.int64)
            found = met[:, -1] > rank if met.shape[1] else np.zeros(len(met), dtype=bool)
            rows = np.flatnonzero(found)
            out[rows, rank] = self.cost[rows, at[rows]] * pace
        return out


def listed(
    places: GeoDataFrame,
    network: StreetNetwork,
    origins: GeoDataFrame,
    *,
    category: str | None = None,
    k: int,
    cost: str = "length",
    max_off_street_m: float,
) -> Listed:
    """List the nearest places of each origin, so many that a draw of them holds k.

    Parameters
    ----------
    places, network, origins, category, cost, max_off_street_m
        As in `access.distances`.
    k : int
        How many places are asked for.
    """
    asked = Asked(places, network, origins, category, cost, max_off_street_m)
    if asked.no_places:
        return Listed(np.full((len(origins), 1), np.nan), np.full((len(origins), 1), -1, dtype=np.int64))
    few = asked.nearest(min(2 * int(k) + _SPARE, int(np.bincount(asked.kind).max())))
    return Listed(few.cost[asked.number], few.place[asked.number])
