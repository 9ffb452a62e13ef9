"""How near the things of every day are: the mean walk to a few places of each kind."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import causes, explained
from urbanplan.methods.daily_needs import distance_drawn, needs_distance
from urbanplan.methods.uncertainty import repeated, with_interval
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Mean walking distance to daily needs",
    unit="m",
    direction="lower",
    supports=("cell",),
    formula=r"\bar d_c = \frac{1}{|K|} \sum_{q \in K} \frac{1}{k} \sum_{r=1}^{k} \min(d_{cq}^{(r)}, D)",
    references=("bruno2024",),
)
def proximity(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    k: int = 3,
    max_distance_m: float = 5_000.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how far people of each cell walk on average to the nearest few places of every kind that they need.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid.
    k : int
        How many places of each category.
    max_distance_m : float
        What a place that is farther, or to which no way leads, or that does not exist, counts as.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the cells: value (m), n (categories K that the city has mapped), reason.

    Notes
    -----
    A category of which the whole layer of places has none is not mapped and does not count; of one that has fewer than
    k places the missing ones count as the greatest distance. At 80 m a minute, 1,200 m are the 15 minutes of the
    15-minute city; distances as in `access.nearest_k`.
    """
    found = needs_distance(
        places,
        walk,
        cells,
        categories=tuple(CATEGORIES),
        k=k,
        farthest_m=max_distance_m,
        max_off_street_m=max_off_street_m,
    )
    table = explained(cells, found.value, *causes(found.reason)).assign(n=found.number.astype(float))
    if not draws:
        return table
    drawn = distance_drawn(
        places,
        walk,
        cells,
        categories=tuple(CATEGORIES),
        k=k,
        farthest_m=max_distance_m,
        max_off_street_m=max_off_street_m,
    )
    return with_interval(table, repeated(drawn, len(places), draws=draws))
