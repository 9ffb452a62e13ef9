"""How many ways run along a street."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.engine import Engine, betweenness, metric_graph
from urbanplan.methods.street_centrality import told_of_streets
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Ways that run along a street, shortest",
    unit="count",
    direction="neutral",
    supports=("street",),
    standard=False,
    formula=r"B_e = \sum_{i \ne j,\; d_{ij} \le r} \frac{\sigma_{ij}(e)}{\sigma_{ij}}",
    references=("brandes2001",),
)
def street_betweenness(
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    radius_m: float = 800.0,
    samples: int = 0,
) -> pd.DataFrame:
    """Count the shortest ways between the junctions of the city that run along each street.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot, also those around the city.
    units : GeoDataFrame
        The streets to tell the value of.
    radius_m : float
        Ways longer than this do not count.
    samples : int
        From so many junctions, drawn at random, people set out; 0 for all of them. The interval then holds what it
        would be for all, with a probability of 95 % for each street.

    Returns
    -------
    DataFrame
        On the index of the units: value (ways, there and back each for itself), reason; low and high where it was
        sampled. 0 where no way is shorter for taking the street.

    Notes
    -----
    From every junction and dead end to every other within the radius; equally short ways share one. Sampled values
    are unbiased; the interval is wide, because it promises nothing about how ways are spread. Ways that begin beyond
    the buffer around the city are not known: a radius longer than the buffer is too low near the border.
    """
    graph = metric_graph(Engine.build(walk))
    found = betweenness(graph, limit=radius_m, samples=samples or None)
    return told_of_streets(walk, units, value=found.on_edge, **found.interval_on_edge())
