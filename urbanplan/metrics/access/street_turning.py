"""How much one must turn to get to the streets around."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.street_centrality import told_of_streets, turning
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Turning to the streets around",
    unit="deg",
    direction="lower",
    supports=("street",),
    standard=False,
    formula=r"\frac{1}{N} \sum_{j: d_{ij} \le r} \alpha_{ij}",
    references=("turner2007",),
)
def street_turning(
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    radius_m: float = 800.0,
) -> pd.DataFrame:
    """Measure by how many degrees people turn on average on the straightest ways from each street to those around it.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot, also those around the city.
    units : GeoDataFrame
        The streets to tell the value of.
    radius_m : float
        As in `access.street_choice`.

    Returns
    -------
    DataFrame
        On the index of the units: value (degrees), reason. Unknown for a street that is closed, or from which nothing is reached.

    Notes
    -----
    Mean angular depth: low where the streets around are in line with each other and easily found. Costs as in
    `access.street_choice`.
    """
    found = turning(walk, radius_m=radius_m)
    return told_of_streets(walk, units, value=found)
