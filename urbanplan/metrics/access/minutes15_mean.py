"""The 15-minute city of the people: the mean share of the kinds of places within a walk of 15 minutes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.daily_needs import needs_within, within_drawn
from urbanplan.methods.people import mean_drawn, mean_over_people
from urbanplan.methods.travel.assumed import on_foot
from urbanplan.methods.uncertainty import repeated, with_interval
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Daily needs within 15 minutes on foot, mean over people",
    unit="share",
    direction="higher",
    supports=("zone", "city"),
    formula=r"\bar s = \frac{\sum_c P_c s_c}{\sum_c P_c}",
    requires=("population",),
)
def minutes15_mean(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    max_distance_m: float = 1200.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure which share of the kinds of places that people need the people of each unit can walk to in 15 minutes.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    units : GeoDataFrame
        Zones or the city.
    max_distance_m, max_off_street_m : float
        As in `access.minutes15`.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage (share of the unit's people for whom it is known), n (cells
        behind it), reason. Less than half is unknown.

    Notes
    -----
    The mean of `access.minutes15` over people, not over land.
    """
    walked = on_foot(walk, max_distance_m)
    asked: dict[str, Any] = {
        "categories": tuple(CATEGORIES),
        "limit": walked.limit,
        "cost": walked.cost,
        "max_off_street_m": max_off_street_m,
    }
    found = needs_within(places, walk, cells, **asked)
    table = mean_over_people(cells, units, found.value, found.reason)
    if not draws:
        return table
    drawn = mean_drawn(cells, units, within_drawn(places, walk, cells, **asked))
    return with_interval(table, repeated(drawn, len(places), draws=draws))
