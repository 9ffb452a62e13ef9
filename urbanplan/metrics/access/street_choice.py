"""How many ways of least turning run along a street."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.street_centrality import straight_ways, told_of_streets
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Straightest ways along each street",
    unit="count",
    direction="neutral",
    supports=("street",),
    standard=False,
    formula=r"\sum_{i \ne j \ne s,\; d_{ij} \le r} \frac{\alpha_{ij}(s)}{\alpha_{ij}}",
    references=("turner2007", "brandes2001"),
)
def street_choice(
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    radius_m: float = 800.0,
    samples: int = 0,
) -> pd.DataFrame:
    """Count the ways of least turning between the streets around each street that run along it.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot, also those around the city.
    units : GeoDataFrame
        The streets to tell the value of.
    radius_m : float
        Only streets within so many metres along the network count, and ways keep to them.
    samples : int
        So many streets, drawn at random, to set out from; 0 for all. The interval then holds what it would be for all
        of them, with a probability of 95 % for each street.

    Returns
    -------
    DataFrame
        On the index of the units: value (ways, there and back each for itself), low and high (the value itself unless sampled), reason. Unknown for a street that is closed.

    Notes
    -----
    Angular betweenness, called choice in space syntax: a way costs the degrees that it turns at junctions and bends, and
    not its length, from every street to every other one. The radius is measured along streets. Border as in
    `access.street_betweenness`.
    """
    found = straight_ways(walk, radius_m=radius_m, samples=samples)
    return told_of_streets(walk, units, **found._asdict())
