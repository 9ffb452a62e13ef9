"""Places per 1,000 people who share them (E2SFCA), mean over the people of a unit."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.catchment import two_step
from urbanplan.methods.competition import PEOPLE, competition, rivals_drawn
from urbanplan.methods.decay import stepped
from urbanplan.methods.people import mean_drawn, mean_over_people
from urbanplan.methods.uncertainty import repeated, with_interval
from urbanplan.metrics.access.catchment_e2sfca import SHARED, WEIGHTS
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Places per 1,000 people who share them, mean over people: {category}",
    unit="1/1000 people",
    direction="higher",
    supports=("zone", "city"),
    formula=r"\bar A = \frac{\sum_c P_c A_c}{\sum_c P_c}",
    references=("luo2003", "luo2009"),
    requires=("population",),
    variants={"category": SHARED},
)
def catchment_e2sfca_mean(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "health",
    near_m: float = 500.0,
    middle_m: float = 1000.0,
    max_distance_m: float = 1600.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how many places of a kind the people of each unit have on foot for every 1,000 who share them.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known. Each counts as one.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`: these people compete.
    units : GeoDataFrame
        Zones or the city.
    category : str
        Which places.
    near_m, middle_m, max_distance_m, max_off_street_m : float
        As in `access.catchment_e2sfca`.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the units: value (places per 1,000 people), coverage (share of the unit's people for whom it is
        known), n (cells behind it), reason. Less than half is unknown.

    Notes
    -----
    The mean of `access.catchment_e2sfca` over people, not over land. Over the whole city it is the number of places
    that people reach for every 1,000 people.
    """
    chosen = places[places["category"] == category]
    rings = stepped(list(zip((near_m, middle_m, max_distance_m), WEIGHTS, strict=True)))
    found = competition(chosen, walk, cells, rings, limit_m=max_distance_m, max_off_street_m=max_off_street_m)
    table = mean_over_people(cells, units, found.per_person * PEOPLE, found.reason)
    if not draws:
        return table
    drawn = rivals_drawn(
        lambda ways, offered, people: two_step(ways, offered, people, rings).access * PEOPLE,
        chosen,
        walk,
        cells,
        rings,
        limit_m=max_distance_m,
        max_off_street_m=max_off_street_m,
    )
    return with_interval(table, repeated(mean_drawn(cells, units, drawn), len(chosen), draws=draws))
