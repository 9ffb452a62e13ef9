"""Walking distance to the k-th nearest place: whether there is a choice."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.access_intervals import nearest_interval
from urbanplan.methods.aggregate import causes, explained
from urbanplan.methods.travel.access import several_distances
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Walking distance to the k-th nearest {category}",
    unit="m",
    direction="lower",
    supports=("cell",),
    standard=False,
    formula=r"d_c^{(k)}: \; \left|\{j : d_{cj} \le d_c^{(k)}\}\right| \ge k",
    variants={"category": CATEGORIES},
)
def nearest_k(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str = "food",
    k: int = 3,
    max_distance_m: float = 20_000.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how far people of each cell walk until they have a choice of k places of a kind, usually three.

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
    k : int
        How many places make a choice.
    max_distance_m : float
        Farther than this is unknown: beyond the limit.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the cells: value (m), reason. Where ways lead to fewer than k places there is nothing to
        measure.

    Notes
    -----
    Distances as in `access.nearest`, which is k = 1; a place with several entrances counts once.
    """
    metres, reason = several_distances(
        places, walk, cells, category=category, k=k, max_off_street_m=max_off_street_m
    )
    table = explained(
        cells,
        metres[:, -1],
        *causes(reason),
        (np.nan_to_num(metres[:, -1]) > max_distance_m, Reason.BEYOND_LIMIT),
    )
    return nearest_interval(
        table,
        places,
        walk,
        cells,
        category=category,
        k=k,
        limit=max_distance_m,
        max_off_street_m=max_off_street_m,
        draws=draws,
    )
