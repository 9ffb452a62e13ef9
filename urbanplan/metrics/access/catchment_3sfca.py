"""Places per 1,000 people who divide themselves between places (3SFCA)."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.catchment import three_step
from urbanplan.methods.competition import PEOPLE, rivals, rivals_drawn, told_of_cells
from urbanplan.methods.decay import stepped
from urbanplan.methods.uncertainty import repeated
from urbanplan.metrics.access.catchment_e2sfca import SHARED, WEIGHTS
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Places per 1,000 people who choose between places: {category}",
    unit="1/1000 people",
    direction="higher",
    supports=("cell",),
    standard=False,
    formula=r"A_c = 1000 \sum_j \frac{G_{cj} f(d_{cj})}{\sum_i G_{ij} P_i f(d_{ij})}, \quad G_{cj} = \frac{f(d_{cj})}{\sum_k f(d_{ck})}",
    references=("wan2012",),
    requires=("population",),
    variants={"category": SHARED},
)
def catchment_3sfca(
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
    """Measure how many places of a kind there are for every 1,000 people, who divide themselves between those in reach.

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
    near_m, middle_m, max_distance_m : float
        Outer limits of the rings, as in `access.catchment_e2sfca`.
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
    The three-step floating catchment area: people with several places in reach burden each of them less, where
    `access.catchment_e2sfca` counts them at every one as if there were no other. Summed over people it is the number of
    places that they reach.
    """
    chosen = places[places["category"] == category]
    rings = stepped(list(zip((near_m, middle_m, max_distance_m), WEIGHTS, strict=True)))
    found = rivals(chosen, walk, cells, rings, limit_m=max_distance_m, max_off_street_m=max_off_street_m)
    shared = three_step(found.table, found.offered, found.people, rings)
    value, reason = found.told(shared.access * PEOPLE)
    sure = None
    if draws:
        drawn = rivals_drawn(
            lambda ways, offered, people: three_step(ways, offered, people, rings).access * PEOPLE,
            chosen,
            walk,
            cells,
            rings,
            limit_m=max_distance_m,
            max_off_street_m=max_off_street_m,
        )
        sure = repeated(drawn, len(chosen), draws=draws)
    return told_of_cells(cells, units, value, reason, sure)
