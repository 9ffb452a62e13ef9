"""Places within walking distance, over a range of distances instead of one that somebody chose."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods import opportunity
from urbanplan.methods.aggregate import causes, explained
from urbanplan.methods.travel.access import costs
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork

_USUAL_M = 1600.0
"""Searched at least, because other measures ask for it too."""


@metric(
    name="Places on foot, median over distances: {category}",
    unit="count",
    direction="higher",
    supports=("cell",),
    standard=False,
    formula=r"\tilde N_c = \operatorname{median}_{D \in \{a, a+1, \dots, b\}} \left|\{j : d_{cj} \le D\}\right|",
    references=("tomasiello2023",),
    variants={"category": CATEGORIES},
)
def interval(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str = "food",
    from_m: float = 400.0,
    to_m: float = 1200.0,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Count the places of a kind in walking distance without choosing one distance: the median over 5 to 15 minutes.

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
    from_m, to_m : float
        The least and the greatest distance, with every metre between them; by default 5 to 15 minutes at 80 m a
        minute.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.

    Returns
    -------
    DataFrame
        On the index of the cells: value (places, the median over all distances), low and high (places within the least
        and the greatest distance), reason. 0 where there are some in the city but none within reach.

    Notes
    -----
    Distances as in `access.nearest`; a place at exactly a distance is within it. The interval from low to high shows
    how much the choice of one distance would have mattered.
    """
    limit = max(to_m, _USUAL_M)
    table, reason = costs(
        places, walk, cells, category=category, limit=limit, max_off_street_m=max_off_street_m
    )
    each = np.ones(table.places)
    value = opportunity.interval(table, each, least=from_m, most=to_m)
    ends = opportunity.cumulative(table, each, [from_m, to_m])
    out = explained(cells, value, *causes(reason))
    told = out["value"].notna().to_numpy()
    return out.assign(low=np.where(told, ends[:, 0], np.nan), high=np.where(told, ends[:, 1], np.nan))
