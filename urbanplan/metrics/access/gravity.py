"""Places within walking distance, the nearer the more they count."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods import decay, opportunity
from urbanplan.methods.access_intervals import reach_interval
from urbanplan.methods.aggregate import causes, explained
from urbanplan.methods.travel.access import weighed
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Places on foot, weighed by distance: {category}",
    unit="1",
    direction="higher",
    supports=("cell",),
    standard=False,
    formula=r"A_c = \sum_{j: d_{cj} \le D} f(d_{cj}), \quad f(d) = 2^{-d/h}",
    references=("hansen1959", "conway2018"),
    variants={"category": CATEGORIES},
)
def gravity(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str = "food",
    family: str = "exponential",
    half_life_m: float = 400.0,
    max_distance_m: float = 1600.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Add up the places of a kind that people of each cell can walk to, each weighed by how near it is.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid.
    category : str
        Which places.
    family : str
        How weights fall: exponential, gaussian, cumulative_gaussian, logistic, soft_threshold, linear, power or
        cut_off.
    half_life_m : float
        At this distance a place counts half of what it does at the door, whatever the family; at twice the distance a
        quarter where they fall exponentially.
    max_distance_m : float
        Farther places do not count; at the default a place counts 1/16 there.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another walking speed, for the interval; 0 for none.

    Returns
    -------
    DataFrame
        On the index of the cells: value (as many places as if all were next door), low and high (90 % of the draws lie
        between them), reason. 0 where there are some in the city but none within reach.

    Notes
    -----
    Hansen's measure. Distances as in `access.nearest`; the default half-life is a convention, five minutes on foot, and
    not an observation of how people of this city walk. The interval tells of chance in mapping places, as if those on
    the map were a sample of all, and of walking speeds, which differ by 10 %.
    """
    weight = decay.halving(family, half_life=half_life_m)
    value, reason = weighed(
        places,
        walk,
        cells,
        category=category,
        decay=weight,
        limit=max_distance_m,
        max_off_street_m=max_off_street_m,
    )
    bounded = decay.within(weight, limit=max_distance_m)
    return reach_interval(
        explained(cells, value, *causes(reason)),
        lambda ways, offered: opportunity.gravity(ways, offered, bounded),
        places,
        walk,
        cells,
        category=category,
        limit=max_distance_m,
        max_off_street_m=max_off_street_m,
        draws=draws,
    )
