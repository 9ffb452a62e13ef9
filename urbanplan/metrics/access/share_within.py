"""Share of people within walking distance of a place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.people import share_of_people_where
from urbanplan.methods.travel.access import distances
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Share of people within walking distance of a {category}",
    unit="share",
    direction="higher",
    supports=("zone", "city"),
    formula=r"s_D = \frac{\sum_c P_c \, [d_c \le D]}{\sum_c P_c}",
    requires=("population",),
    variants={"category": CATEGORIES},
)
def share_within(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "food",
    max_distance_m: float = 500.0,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Measure which share of the people of each unit live within 500 m on foot of a place of a kind.

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
    max_distance_m : float
        How far people walk; exactly this distance counts.
    max_off_street_m : float
        Of people farther than this from every street nothing is known.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the people in cells where places and streets are mapped), coverage
        (share of the unit's people in such cells), n (cells within reach), low and high (if none, or all, of the
        people elsewhere lived within reach), reason. Coverage below one half is unknown.

    Notes
    -----
    Distances as in `access.nearest`. People whose streets lead to no place at all on the map are unknown.
    """
    metres, reason = distances(places, walk, cells, category=category, max_off_street_m=max_off_street_m)
    within = np.nan_to_num(metres, nan=np.inf) <= max_distance_m
    return share_of_people_where(cells, units, within, reason)
