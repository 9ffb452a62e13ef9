"""How busy the streets that pass heritage assets are likely to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.street_centrality import shortest_ways
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Rank of the busiest street that passes a heritage asset",
    unit="share",
    supports=("asset",),
    formula=r"\rho_a = \max_{e: d(a, e) \le D} \frac{|\{f : B_f < B_e\}|}{m}",
    references=("brandes2001",),
)
def through_movement(
    heritage_assets: GeoDataFrame,
    drive: StreetNetwork,
    units: GeoDataFrame,
    *,
    near_m: float = 20.0,
    near_point_m: float = 60.0,
    radius_m: float = 5000.0,
    samples: int = 128,
) -> pd.DataFrame:
    """Rank the streets by how many shortest ways run along them, and tell the highest rank beside each asset.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    drive : StreetNetwork
        Streets open to cars, also those around the city.
    units : GeoDataFrame
        The assets to tell of.
    near_m : float
        Streets no farther than this from the asset's outline pass it.
    near_point_m : float
        The same of an asset whose outline nobody drew: from a point inside it.
    radius_m : float
        Ways longer than this do not count.
    samples : int
        So many junctions, drawn at random, to set out from; 0 for all.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1: share of the city's streets with fewer ways than the busiest one beside the asset), low
        and high (its rank by the bounds of its ways), n (streets that pass), reason. An asset that no street passes is unknown.

    Notes
    -----
    Shortest ways from every junction to every other are no count of vehicles: they say where traffic would run if people lived and
    went everywhere alike. Near the edge of the data ways are missing, and ranks are too low.
    """
    ways = shortest_ways(drive, radius_m=radius_m, samples=samples)
    told = np.isfinite(ways.value)
    order = np.sort(ways.value[told])
    value, low, high = (np.full(len(units), np.nan) for _ in range(3))
    shapes = units.geometry.to_numpy()
    reach = np.where(shapely.get_dimensions(shapes) == 0, near_point_m, near_m)
    asset, edge = shapely.STRtree(drive.lines).query(shapes, predicate="dwithin", distance=reach)
    passing = told[edge]
    asset, edge = asset[passing], edge[passing]
    for column, counts in ((value, ways.value), (low, ways.low), (high, ways.high)):
        rank = np.searchsorted(order, counts[edge], side="left") / max(len(order), 1)
        np.fmax.at(column, asset, rank)
    number = np.bincount(asset, minlength=len(units)).astype(np.float64)
    empty = heritage_assets.empty or not len(drive.edge_u)
    causes = ((np.full(len(units), empty), Reason.NO_PLACES), (number == 0, Reason.OFF_NETWORK))
    return explained(units, value, *causes).assign(n=number, low=low, high=high)
