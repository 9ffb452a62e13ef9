"""Streets around a street, the nearer the more they count."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods import decay
from urbanplan.methods.street_centrality import surroundings, told_of_streets
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Streets around each street, weighed by distance",
    unit="m",
    direction="neutral",
    supports=("street",),
    standard=False,
    formula=r"G_i = \sum_j \ell_j f(d_{ij})",
    references=("hansen1959",),
)
def street_gravity(
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    radius_m: float = 1600.0,
    family: str = "exponential",
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
    family : str
        Decay f: exponential, gaussian, cumulative_gaussian, logistic, soft_threshold, linear, power or cut_off.
    half_life_m : float
        At this distance a street counts half, whatever the family.

    Returns
    -------
    DataFrame
        On the index of the units: value (metres of street, as if all were at the door), reason. Unknown for a street that is closed.

    Notes
    -----
    Distances and border as in `access.street_closeness`.
    """
    weight = decay.halving(family, half_life=half_life_m)
    around = surroundings(walk, walk.length_m, radius_m=radius_m, decay=weight)
    return told_of_streets(walk, units, value=around.decayed)
