"""How far people walk until there is room for all of them (balancing cost)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import people_of
from urbanplan.methods.competition import told_of_cells
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.opportunity import balancing_cost
from urbanplan.methods.travel.access import costs
from urbanplan.methods.uncertainty import FASTEST, repeated
from urbanplan.metrics.access.catchment_e2sfca import SHARED
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Walking distance with room for everybody: {category}",
    unit="m",
    direction="lower",
    supports=("cell",),
    standard=False,
    formula=r"\min\{D : n \, |\{j : d_{cj} \le D\}| > P_c\}",
    references=("barboza2021",),
    requires=("population",),
    variants={"category": SHARED},
)
def balancing_distance(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "health",
    room_people: float = 1000.0,
    max_distance_m: float = 5000.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how far people of each cell walk until the places of a kind within reach have room for all who live in the cell.

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
    room_people : float
        How many people one place has room for (n): a convention, because how much room places have is not in the layer.
    max_distance_m : float
        Nobody walks farther than this.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the units: value (m), coverage (1 where places and streets are mapped, else 0), reason. 0 where nobody
        lives; unknown where there is never room for all: beyond the limit.

    Notes
    -----
    The balancing cost: the least distance within which more is offered than the people of the cell alone would fill. It
    knows nothing of people of other cells who want the same places. Distances as in `access.nearest`.
    """
    chosen = places[places["category"] == category]
    table, reason = costs(chosen, walk, cells, limit=max_distance_m, max_off_street_m=max_off_street_m)
    people = people_of(cells)
    value = balancing_cost(table, np.full(len(chosen), room_people), np.nan_to_num(people))
    out = reason.copy()
    out[(out == "") & np.isnan(value)] = Reason.BEYOND_LIMIT.value
    out[np.isnan(people) & (reason != Reason.NO_PLACES.value)] = Reason.POPULATION_UNKNOWN.value
    sure = None
    if draws:
        ways, _ = costs(
            chosen, walk, cells, limit=max_distance_m * FASTEST, max_off_street_m=max_off_street_m
        )

        def drawn(pace: float, times: Floats) -> Floats:
            room = balancing_cost(ways.slower(pace), room_people * times, np.nan_to_num(people))
            return np.where(room > max_distance_m, np.nan, room)

        sure = repeated(drawn, len(chosen), draws=draws)
    return told_of_cells(cells, units, np.where(out == "", value, np.nan), out, sure)
