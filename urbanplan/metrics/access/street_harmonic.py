"""How near a street is to the streets around it, the nearest ones counting most."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.street_centrality import surroundings, told_of_streets
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Harmonic closeness of streets",
    unit="1",
    direction="neutral",
    supports=("street",),
    standard=False,
    formula=r"H_i = \sum_j \frac{\ell_j}{\max(d_{ij}, n)}",
    references=("marchiori2000",),
)
def street_harmonic(
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    radius_m: float = 800.0,
    nearest_m: float = 10.0,
) -> pd.DataFrame:
    """Add up the streets around each street, each metre of them over its distance.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot, also those around the city.
    units : GeoDataFrame
        The streets to tell the value of.
    radius_m : float
        Farther streets do not count.
    nearest_m : float
        Nearer streets count as if they were so far: the pieces of one crossing would outweigh all else.

    Returns
    -------
    DataFrame
        On the index of the units: value (metres of street over metres of distance), reason. Unknown for a street that is closed.

    Notes
    -----
    Distances and border as in `access.street_closeness`. Other than closeness it grows with every street that is added,
    however far away it is.
    """
    around = surroundings(walk, walk.length_m, radius_m=radius_m, nearest_m=nearest_m)
    return told_of_streets(walk, units, value=around.harmonic)
