"""How many shortest ways run along a street."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.street_centrality import shortest_ways, told_of_streets
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Shortest ways along each street",
    unit="count",
    direction="neutral",
    supports=("street",),
    standard=False,
    formula=r"B_e = \sum_{i \ne j,\; d_{ij} \le r} \frac{\sigma_{ij}(e)}{\sigma_{ij}}",
    references=("brandes2001", "brandes2007", "maurer2009"),
)
def street_betweenness(
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    radius_m: float = 800.0,
    samples: int = 0,
) -> pd.DataFrame:
    """Count the shortest ways between the junctions around each street that run along it.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot, also those around the city.
    units : GeoDataFrame
        The streets to tell the value of.
    radius_m : float
        Ways longer than this do not count.
    samples : int
        So many junctions, drawn at random, to set out from; 0 for all. The interval then holds what it would be for all
        of them, with a probability of 95 % for each street.

    Returns
    -------
    DataFrame
        On the index of the units: value (ways, there and back each for itself), low and high (the value itself unless sampled), reason. Unknown for a street that is closed.

    Notes
    -----
    From every junction and dead end to every other within the radius; equally short ways share one. Sampled values are
    unbiased, and their interval is wide, because it supposes nothing about where ways run. Ways that begin beyond the
    buffer around the city are not known: with a radius longer than the buffer, values near the border are too low.
    """
    found = shortest_ways(walk, radius_m=radius_m, samples=samples)
    return told_of_streets(walk, units, **found._asdict())
