"""Places per 1,000 people who share them (E2SFCA)."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.catchment import two_step
from urbanplan.methods.competition import PEOPLE, competition, rivals_drawn, told_of_cells
from urbanplan.methods.decay import stepped
from urbanplan.methods.uncertainty import repeated
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork

SHARED: dict[str, str] = {name: CATEGORIES[name] for name in ("health", "school")}
"""Categories of places whose room is limited, so that people compete for it."""

WEIGHTS = (1.0, 0.68, 0.22)
"""What a place in each ring of distance counts."""


@metric(
    name="Places per 1,000 people who share them: {category}",
    unit="1/1000 people",
    direction="higher",
    supports=("cell",),
    formula=r"A_c = 1000 \sum_j \frac{f(d_{cj})}{\sum_i P_i f(d_{ij})}",
    references=("luo2003", "luo2009"),
    requires=("population",),
    variants={"category": SHARED},
)
def catchment_e2sfca(
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
    """Measure how many places of a kind there are on foot for every 1,000 people who share them.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known. Each counts as one, because how much
        room it has is not in the layer.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`: these people compete.
    units : GeoDataFrame
        Those of the cells to tell the value of.
    category : str
        Which places.
    near_m, middle_m, max_distance_m : float
        Outer limits of the three rings of distance f, which count 1, 0.68 and 0.22; beyond the last nothing counts.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the units: value (places per 1,000 people), coverage (1 where places and streets are mapped,
        else 0), reason. 0 where no place is within reach.

    Notes
    -----
    The enhanced two-step floating catchment area: each place is divided between the people in its catchment, then each
    cell adds up what it has of the places in its own. Summed over people it is the number of places that they reach.
    The weights are those of its authors for 10, 20 and 30 minutes by car, here over rings that people walk. Nobody
    outside the grid competes, so that places near the border look emptier than they are. Where the number of people
    who compete for a place within reach is unknown, so is the value.
    """
    chosen = places[places["category"] == category]
    rings = stepped(list(zip((near_m, middle_m, max_distance_m), WEIGHTS, strict=True)))
    found = competition(chosen, walk, cells, rings, limit_m=max_distance_m, max_off_street_m=max_off_street_m)
    sure = None
    if draws:
        drawn = rivals_drawn(
            lambda ways, offered, people: two_step(ways, offered, people, rings).access * PEOPLE,
            chosen,
            walk,
            cells,
            rings,
            limit_m=max_distance_m,
            max_off_street_m=max_off_street_m,
        )
        sure = repeated(drawn, len(chosen), draws=draws)
    return told_of_cells(cells, units, found.per_person * PEOPLE, found.reason, sure)
