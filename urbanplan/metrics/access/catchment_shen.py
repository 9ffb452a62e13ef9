"""Places per 1,000 people who share them, on foot and by motorcycle (Shen)."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import InputError
from urbanplan.methods.competition import PEOPLE, rivals, shared_by_modes, told_of_cells
from urbanplan.methods.decay import exponential, within
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.uncertainty import FASTEST, repeated
from urbanplan.metrics.access.catchment_e2sfca import SHARED
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Places per 1,000 people, on foot and by motorcycle: {category}",
    unit="1/1000 people",
    direction="higher",
    supports=("cell",),
    standard=False,
    formula=r"A_c = 1000 \sum_m s_m \sum_j \frac{f_m(d^m_{cj})}{\sum_k s_k \sum_i P_i f_k(d^k_{ij})}",
    references=("shen1998",),
    requires=("population",),
    variants={"category": SHARED},
)
def catchment_shen(
    places: GeoDataFrame,
    walk: StreetNetwork,
    motorcycle: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "health",
    motorcycle_share: float = 0.5,
    walk_half_life_m: float = 400.0,
    motorcycle_half_life_m: float = 2000.0,
    max_distance_m: float = 5000.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how many places of a kind there are for every 1,000 people, of whom some walk and the others ride motorcycles.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known. Each offers the same.
    walk, motorcycle : StreetNetwork
        Streets and paths open on foot, and streets open to motorcycles.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`: these people compete.
    units : GeoDataFrame
        Those of the cells to tell the value of.
    category : str
        Which places.
    motorcycle_share : float
        Share of the people of every cell who ride (0-1); a convention until the city is asked.
    walk_half_life_m, motorcycle_half_life_m : float
        Distance at which a place counts half on foot, and by motorcycle.
    max_distance_m : float
        Farther places do not count for anybody.
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
    Shen's measure: riders compete for the same places as walkers and reach more of them. The value is the mean over all
    people of a cell. Summed over people it is the number of places that they reach.
    """
    if not 0 <= motorcycle_share <= 1:
        raise InputError(f"motorcycle_share must be a share from 0 to 1, not {motorcycle_share}")
    chosen = places[places["category"] == category]
    shares = (1 - motorcycle_share, motorcycle_share)
    curves = [
        within(exponential(half_life=half), limit=max_distance_m)
        for half in (walk_half_life_m, motorcycle_half_life_m)
    ]
    modes = [
        rivals(chosen, network, cells, curve, limit_m=max_distance_m, max_off_street_m=max_off_street_m)
        for network, curve in zip((walk, motorcycle), curves, strict=True)
    ]
    sure = None
    if draws:
        farther = [
            rivals(
                chosen,
                network,
                cells,
                curve,
                limit_m=max_distance_m * FASTEST,
                max_off_street_m=max_off_street_m,
            )
            for network, curve in zip((walk, motorcycle), curves, strict=True)
        ]

        def drawn(pace: float, times: Floats) -> Floats:
            again = [
                mode._replace(table=mode.table.slower(pace), offered=mode.offered * times) for mode in farther
            ]
            return shared_by_modes(again, shares, curves, PEOPLE)[0]

        sure = repeated(drawn, len(chosen), draws=draws)
    return told_of_cells(cells, units, *shared_by_modes(modes, shares, curves, PEOPLE), sure)
