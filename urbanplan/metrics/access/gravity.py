"""Places within walking distance, the nearer the more they count."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods import decay
from urbanplan.methods.aggregate import explained
from urbanplan.methods.travel.access import weighed
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Places on foot, weighed by distance: {category}",
    unit="1",
    direction="higher",
    supports=("cell",),
    formula=r"A_c = \sum_{j: d_{cj} \le D} 2^{-d_{cj} / h}",
    references=("hansen1959",),
    variants={"category": CATEGORIES},
)
def gravity(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str = "food",
    half_life_m: float = 400.0,
    max_distance_m: float = 1600.0,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Add up the places of a kind that people of each cell can walk to, each weighed by how near it is.

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
    half_life_m : float
        At this distance a place counts half of what it does at the door, at twice the distance a quarter.
    max_distance_m : float
        Farther places do not count; at the default a place counts 1/16 there.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.

    Returns
    -------
    DataFrame
        On the index of the cells: value (as many places as if all were next door), reason. 0 where there are some in
        the city but none within reach.

    Notes
    -----
    Hansen's measure with an exponential decay. Distances as in `access.nearest`; the default half-life is a
    convention, five minutes on foot, and not an observation of how people of this city walk.
    """
    value, reason = weighed(
        places, walk, cells, category=category, decay=decay.exponential(half_life=half_life_m), limit=max_distance_m,
        max_off_street_m=max_off_street_m,
    )  # fmt: skip
    causes = ((reason == cause.value, cause) for cause in (Reason.NO_PLACES, Reason.OFF_NETWORK))
    return explained(cells, value, *causes)
