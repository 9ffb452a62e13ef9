"""How near a street is to the streets around it."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.street_centrality import surroundings, told_of_streets
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Closeness of streets",
    unit="1",
    direction="neutral",
    supports=("street",),
    standard=False,
    formula=r"C_i = \frac{\left(\sum_j \ell_j\right)^2}{\sum_j \ell_j d_{ij}}",
    references=("sabidussi1966",),
)
def street_closeness(
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    radius_m: float = 800.0,
) -> pd.DataFrame:
    """Measure how near each street is to the streets around it: metres of street in reach over their mean distance.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot, also those around the city.
    units : GeoDataFrame
        The streets to tell the value of.
    radius_m : float
        Farther streets do not count.

    Returns
    -------
    DataFrame
        On the index of the units: value (metres of street for each metre of mean distance), reason. Unknown for a street that is closed.

    Notes
    -----
    From the middle of the street to the middles of the others along the network, each weighed by its length, so that it
    hardly matters into how many pieces the map cuts a street. Streets beyond the city's border count as far as they lie
    in the buffer around it: with a radius longer than the buffer, values near the border are too low.
    """
    around = surroundings(walk, walk.length_m, radius_m=radius_m)
    return told_of_streets(walk, units, value=around.closeness)
