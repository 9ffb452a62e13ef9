"""Mean walking distance to the nearest place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.access_intervals import nearest_drawn
from urbanplan.methods.people import mean_drawn, mean_over_people
from urbanplan.methods.travel.access import distances
from urbanplan.methods.uncertainty import repeated, with_interval
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Mean walking distance to the nearest {category}",
    unit="m",
    direction="lower",
    supports=("zone", "city"),
    formula=r"\bar d = \frac{\sum_c P_c d_c}{\sum_c P_c}",
    requires=("population",),
    variants={"category": CATEGORIES},
)
def nearest_mean(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "food",
    max_distance_m: float = 20_000.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how far the people of each unit walk on average to the nearest place of a kind.

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
    category : str
        Which places.
    max_distance_m, max_off_street_m : float
        As in `access.nearest`.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the units: value (m), coverage (share of the unit's people whose distance is known), n (cells
        behind it), reason. Less than half is unknown.

    Notes
    -----
    The mean of `access.nearest` over people, not over land. People whose distance is unknown leave both sums: where
    they are cut off from the streets the mean speaks for the others only, and coverage says so.
    """
    metres, reason = distances(places, walk, cells, category=category, max_off_street_m=max_off_street_m)
    far = np.nan_to_num(metres) > max_distance_m
    table = mean_over_people(
        cells, units, np.where(far, np.nan, metres), np.where(far, Reason.BEYOND_LIMIT.value, reason)
    )
    if not draws:
        return table
    drawn = nearest_drawn(
        places, walk, cells, category=category, limit=max_distance_m, max_off_street_m=max_off_street_m
    )
    return with_interval(table, repeated(mean_drawn(cells, units, drawn), len(places), draws=draws))
