"""What it costs people to walk to places and to share them, once nobody would be better off elsewhere (RAAM)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.competition import in_order, rivals, rivals_drawn, told_of_cells
from urbanplan.methods.congestion import equilibrium
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.decay import cut_off
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.uncertainty import repeated
from urbanplan.metrics.access.catchment_e2sfca import SHARED
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

_SETTLED = 1e-4
"""People could still save so little of all that they bear."""


@metric(
    name="Walk and crowding together: {category}",
    unit="1",
    direction="lower",
    supports=("cell",),
    standard=False,
    formula=r"A_c = \min_j \left(\frac{D_j}{\rho} + \frac{d_{cj}}{\tau}\right)",
    references=("saxon2019",),
    requires=("population",),
    variants={"category": SHARED},
)
def congestion_raam(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "health",
    congestion_m: float = 1000.0,
    max_distance_m: float = 5000.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure what people bear, walking and crowding together, when they choose places of a kind so that they bear least.

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
    congestion_m : float
        The walk that is as bad as a place as crowded as the mean (tau).
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
        On the index of the units: value (1: a place as crowded as the mean, next door), coverage (1 where places and streets
        are mapped, else 0), reason. Unknown where no place is within reach: beyond the limit.

    Notes
    -----
    The rational agent access model: everybody chooses the place where walking and congestion together cost least, and
    congestion is what the others' choices make it; at equilibrium nobody would be better off elsewhere. Mean congestion
    (rho) is all people who reach a place over all places that are reached. People choose in turn, from west to east,
    until they could save less than a ten-thousandth of all that they bear.
    """
    chosen = in_order(places[places["category"] == category])
    everybody = in_order(cells)
    found = rivals(
        chosen,
        walk,
        everybody,
        cut_off(limit=max_distance_m),
        limit_m=max_distance_m,
        max_off_street_m=max_off_street_m,
    )
    settled = equilibrium(
        found.table, found.offered, found.people, travel_scale=congestion_m, tolerance=_SETTLED
    )
    far = np.isnan(settled.cost) & (found.reason == "") & found.people.any()
    # without people there is no mean congestion to measure by
    value, reason = found.told(settled.cost if found.people.any() else np.full(len(cells), np.nan))
    reason[far] = Reason.BEYOND_LIMIT.value
    sure = None
    if draws and found.people.any():

        def settle(ways: CostTable, offered: Floats, people: Floats) -> Floats:
            near = ways.within(max_distance_m)
            if not (offered[near.place] > 0).any():
                return np.full(len(everybody), np.nan)
            return equilibrium(near, offered, people, travel_scale=congestion_m, tolerance=_SETTLED).cost

        drawn = rivals_drawn(
            settle,
            chosen,
            walk,
            everybody,
            cut_off(limit=max_distance_m),
            limit_m=max_distance_m,
            max_off_street_m=max_off_street_m,
        )
        sure = repeated(drawn, len(chosen), draws=draws)
    return told_of_cells(everybody, units, value, reason, sure)
