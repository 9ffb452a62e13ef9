"""How mixed the kinds of heritage assets are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.inventory import shannon
from urbanplan.methods.inventory.shares import shares_in_each
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Mix of kinds of heritage assets",
    unit="nat",
    supports=("zone", "city", "heritage_zone"),
    formula=r"H = -\sum_k p_k \ln p_k + \frac{K - 1}{2 n}",
    references=("miller1955",),
    standard=False,
)
def asset_mix(heritage_assets: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure how evenly the assets of each unit are shared between kinds.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls, with their `kind`.
    units : GeoDataFrame
        Zones, heritage zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (nats; 0 where all are of one kind), n (assets that the unit touches), reason.

    Notes
    -----
    An asset on a border counts with the share of it that lies in the unit. The correction of Miller (1955) raises the value where few assets
    were counted; assets of unknown kind count as a kind of their own.
    """
    asset, unit, share = shares_in_each(heritage_assets, units)
    kind, kinds = pd.factorize(heritage_assets["kind"].astype(object).fillna(""), sort=True)
    table = np.zeros((len(units), max(len(kinds), 1)))
    np.add.at(table, (unit, kind[asset]), share)
    value = shannon(table) if len(units) else np.empty(0)
    nothing = (np.full(len(units), heritage_assets.empty), Reason.NO_PLACES)
    return explained(units, value, nothing).assign(n=np.bincount(unit, minlength=len(units)).astype(float))
