"""Heritage assets."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.allotment import allot
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Heritage assets",
    unit="count",
    supports=("zone", "city"),
    formula=r"N = \sum_a \frac{|a \cap u|}{|a|}",
)
def assets(heritage_assets: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Count the heritage assets in each unit.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls: points, lines or polygons.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (number of assets, also parts of one), n (assets that the unit touches),
        reason. A unit without assets in a city that has some is 0.

    Notes
    -----
    An asset on a border counts in each unit with the share of its area (of its length, where it is a line) that lies
    there, so that zones add up to the city; a point on a border counts once, in the zone whose code comes first.
    Listed assets are those that somebody has mapped: this is no register.
    """
    _, unit, share = allot(heritage_assets, units)
    number = np.bincount(unit, weights=share, minlength=len(units)).astype(np.float64)
    table = explained(units, number, (np.full(len(units), heritage_assets.empty), Reason.NO_PLACES))
    return table.assign(n=np.bincount(unit, minlength=len(units)).astype(float))
