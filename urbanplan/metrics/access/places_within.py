"""Places within walking distance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.access_intervals import reach_interval
from urbanplan.methods.aggregate import causes, explained
from urbanplan.methods.opportunity import cumulative
from urbanplan.methods.travel.access import counts, distances
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork

LIMITS: dict[float, str] = {500: "500 m", 1000: "1,000 m", 1600: "1,600 m"}
"""Walking distances of the variants, in metres, with their words."""


@metric(
    name="Places within {max_distance_m}: {category}",
    unit="count",
    direction="higher",
    supports=("cell",),
    standard=False,
    formula=r"N_c = \left|\{j : d_{cj} \le D\}\right|",
    references=("hansen1959",),
    variants={"category": CATEGORIES, "max_distance_m": LIMITS},
)
def places_within(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str = "food",
    max_distance_m: float = 500,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Count the places of a kind that people of each cell can walk to.

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
    max_distance_m : float
        How far people walk; a place at exactly this distance counts.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the cells: value (places), reason. 0 where streets lead to
        some but none is within reach; unknown where no street leads to any.

    Notes
    -----
    Distances as in `access.nearest`; a place with several entrances counts once.
    """
    limits = tuple(sorted({float(max_distance_m), *(map(float, LIMITS) if max_distance_m in LIMITS else ())}))
    number, reason = counts(
        places, walk, cells, category=category, limits=limits, max_off_street_m=max_off_street_m
    )
    _, alone = distances(places, walk, cells, category=category, max_off_street_m=max_off_street_m)
    reason = np.where(reason == "", alone, reason)
    return reach_interval(
        explained(cells, number[:, limits.index(float(max_distance_m))], *causes(reason)),
        lambda ways, offered: cumulative(ways, offered, [max_distance_m])[:, 0],
        places,
        walk,
        cells,
        category=category,
        limit=max_distance_m,
        max_off_street_m=max_off_street_m,
        draws=draws,
    )
