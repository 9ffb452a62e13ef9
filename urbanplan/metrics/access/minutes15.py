"""The 15-minute city: which share of the kinds of places is within a walk of 15 minutes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import causes, explained
from urbanplan.methods.daily_needs import needs_within, within_drawn
from urbanplan.methods.travel.assumed import on_foot
from urbanplan.methods.uncertainty import repeated, with_interval
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Daily needs within 15 minutes on foot",
    unit="share",
    direction="higher",
    supports=("cell",),
    formula=r"s_c = \frac{1}{|K|} \left|\{k \in K : d_{ck} \le D\}\right|",
)
def minutes15(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    max_distance_m: float = 1200.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure which share of the kinds of places that people need people of each cell can walk to in 15 minutes.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid.
    max_distance_m : float
        How far people walk; the default is 15 minutes at 80 m a minute. Exactly this distance counts.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the cells: value (0-1), n (categories K that the city has mapped), reason.

    Notes
    -----
    Categories are those of the layer of places. One of which the whole layer has no place is not mapped: it leaves the
    share, above and below. One that is mapped but to which no way leads within the distance is missing here, and
    counts as such. Distances as in `access.nearest`. Where the city file declares how people walk (`travel`), it is time that
    counts, slopes and waits included: as long as the distance takes on level ground at 4.8 km/h.
    """
    walked = on_foot(walk, max_distance_m)
    asked: dict[str, Any] = {
        "categories": tuple(CATEGORIES),
        "limit": walked.limit,
        "cost": walked.cost,
        "max_off_street_m": max_off_street_m,
    }
    found = needs_within(places, walk, cells, **asked)
    table = explained(cells, found.value, *causes(found.reason)).assign(n=found.number.astype(float))
    if not draws:
        return table
    return with_interval(
        table, repeated(within_drawn(places, walk, cells, **asked), len(places), draws=draws)
    )
