"""Intervals of access from cells: places drawn anew, and another speed, again and again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.travel.access import costs
from urbanplan.methods.travel.listed import listed
from urbanplan.methods.uncertainty import FASTEST, Drawn, Measure, bootstrap, repeated, with_interval
from urbanplan.model.network import StreetNetwork


def nearest_drawn(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str,
    k: int = 1,
    limit: float = np.inf,
    cost: str = "length",
    max_off_street_m: float,
) -> Drawn:
    """Return what measures the cost to the k-th nearest place in one draw.

    Parameters
    ----------
    places, network, cells, category, cost, max_off_street_m
        As in `access.several_distances`.
    k : int
        Which of the nearest.
    limit : float
        Farther is unknown.
    """
    few = listed(places, network, cells, category=category, k=k, cost=cost, max_off_street_m=max_off_street_m)

    def drawn(pace: float, times: Floats) -> Floats:
        away = few.nearest(k, pace, times)[:, -1]
        return np.where(away > limit, np.nan, away)

    return drawn


def nearest_interval(
    table: pd.DataFrame,
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str,
    k: int = 1,
    limit: float,
    cost: str = "length",
    unit: float = 1.0,
    max_off_street_m: float,
    draws: int,
) -> pd.DataFrame:
    """Return a table of costs to the k-th nearest place with the interval, or as it is where no draw is asked for.

    Parameters
    ----------
    table : DataFrame
        With `value`, one row a cell.
    places, network, cells, category, k, limit, cost, max_off_street_m
        As in `nearest_drawn`.
    unit : float
        What one metre or second is in the unit of the values.
    draws : int
        How many.
    """
    if not draws:
        return table
    drawn = nearest_drawn(
        places, network, cells, category=category, k=k, limit=limit, cost=cost, max_off_street_m=max_off_street_m
    )  # fmt: skip
    return with_interval(
        table, repeated(lambda pace, times: drawn(pace, times) * unit, len(places), draws=draws)
    )


def reach_interval(
    table: pd.DataFrame,
    measure: Measure,
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str,
    limit: float,
    max_off_street_m: float,
    draws: int,
) -> pd.DataFrame:
    """Return a table of what is within reach with the interval, or as it is where no draw is asked for.

    Parameters
    ----------
    table : DataFrame
        With `value`, one row a cell.
    measure : callable
        Takes a table of costs and how often each place was drawn, and returns a value a cell; it counts nothing beyond the limit.
    places, network, cells, category, limit, max_off_street_m
        As in `access.costs`.
    draws : int
        How many.
    """
    if not draws:
        return table
    # what is slower to walk to lies within the limit for those who are faster
    ways, _ = costs(
        places, network, cells, category=category, limit=limit * FASTEST, max_off_street_m=max_off_street_m
    )
    return with_interval(table, bootstrap(ways, np.ones(ways.places), measure, draws=draws))
