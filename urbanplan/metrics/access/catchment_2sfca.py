"""Places per 1,000 people within walking distance of them (2SFCA)."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.catchment import two_step
from urbanplan.methods.competition import PEOPLE, competition, rivals_drawn, told_of_cells
from urbanplan.methods.decay import cut_off
from urbanplan.methods.uncertainty import repeated
from urbanplan.metrics.access.catchment_e2sfca import SHARED
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Places per 1,000 people within walking distance: {category}",
    unit="1/1000 people",
    direction="higher",
    supports=("cell",),
    standard=False,
    formula=r"A_c = 1000 \sum_{j: d_{cj} \le D} \frac{1}{\sum_{i: d_{ij} \le D} P_i}",
    references=("luo2003",),
    requires=("population",),
    variants={"category": SHARED},
)
def catchment_2sfca(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "health",
    max_distance_m: float = 1000.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how many places of a kind there are within walking distance for every 1,000 people within walking distance of them.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known. Each offers the same.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`: these people compete.
    units : GeoDataFrame
        Those of the cells to tell the value of.
    category : str
        Which places.
    max_distance_m : float
        Radius of every catchment; exactly this is within.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the units: value (places per 1,000 people), coverage (1 where places and streets are mapped, else 0),
        reason. 0 where no place is within reach.

    Notes
    -----
    The two-step floating catchment area: all within the distance count alike, nobody beyond it does, which makes sharp
    edges that `access.catchment_e2sfca` softens. Summed over people it is the number of places that they reach.
    """
    chosen = places[places["category"] == category]
    within = cut_off(limit=max_distance_m)
    found = competition(
        chosen,
        walk,
        cells,
        within,
        limit_m=max_distance_m,
        max_off_street_m=max_off_street_m,
    )
    sure = None
    if draws:
        drawn = rivals_drawn(
            lambda ways, offered, people: two_step(ways, offered, people, within).access * PEOPLE,
            chosen,
            walk,
            cells,
            within,
            limit_m=max_distance_m,
            max_off_street_m=max_off_street_m,
        )
        sure = repeated(drawn, len(chosen), draws=draws)
    return told_of_cells(cells, units, found.per_person * PEOPLE, found.reason, sure)
