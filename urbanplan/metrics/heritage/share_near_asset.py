"""Share of people who live near heritage."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.people import share_of_people_where
from urbanplan.methods.travel.access import distances
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Share of people within walking distance of a heritage asset",
    unit="share",
    supports=("zone", "city"),
    formula=r"s_D = \frac{\sum_c P_c \, [d_c \le D]}{\sum_c P_c}",
    requires=("population",),
)
def share_near_asset(
    heritage_assets: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    max_distance_m: float = 500.0,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Measure which share of the people of each unit live within 500 m on foot of a heritage asset.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls: points, lines or polygons.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    units : GeoDataFrame
        Zones or the city.
    max_distance_m : float
        How far people walk; exactly this distance counts.
    max_off_street_m : float
        Of people farther than this from every street nothing is known.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the people in cells where assets and streets are mapped), coverage
        (share of the unit's people in such cells), n (cells within reach), low and high (if none, or all, of the
        people elsewhere lived within reach), reason. Coverage below one half is unknown.

    Notes
    -----
    From the middle of each cell along the streets to where a street crosses, or comes nearest to, the asset's outline.
    Neither better nor worse: living beside heritage may be a boon or a burden.
    """
    metres, reason = distances(heritage_assets, walk, cells, max_off_street_m=max_off_street_m)
    within = np.nan_to_num(metres, nan=np.inf) <= max_distance_m
    return share_of_people_where(cells, units, within, reason)
