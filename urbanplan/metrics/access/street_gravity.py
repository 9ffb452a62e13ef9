"""Streets around a street, the nearer the more they count."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.decay import exponential
from urbanplan.methods.engine import Engine
from urbanplan.methods.street_centrality import surroundings, told_of_streets
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Streets around, weighed by distance",
    unit="m",
    direction="neutral",
    supports=("street",),
    standard=False,
    formula=r"G_i = \sum_j \ell_j \, 2^{-d_{ij}/h}",
    references=("hansen1959",),
)
def street_gravity(
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    radius_m: float = 800.0,
    half_life_m: float = 400.0,
) -> pd.DataFrame:
    """Add up the length of the streets around each street, each weighed by how near it is.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot, also those around the city.
    units : GeoDataFrame
        The streets to tell the value of.
    radius_m : float
        Farther streets do not count.
    half_life_m : float
        At this distance a street counts half, at twice the distance a quarter.

    Returns
    -------
    DataFrame
        On the index of the units: value (metres of street, as if all were at the door), reason. Unknown for a street that is closed.

    Notes
    -----
    Distances and border as in `access.street_closeness`.
    """
    decay = exponential(half_life=half_life_m)
    around = surroundings(Engine.build(walk), walk.length_m, radius_m=radius_m, decay=decay)
    return told_of_streets(walk, units, value=around.decayed)
