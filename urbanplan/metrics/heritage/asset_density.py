"""Density of heritage assets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.units import KM2_M2
from urbanplan.methods.aggregate import explained
from urbanplan.methods.allotment import allot
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Density of heritage assets",
    unit="1/km2",
    supports=("zone", "city", "heritage_zone"),
    formula=r"D = \frac{1}{|u|} \sum_a \frac{|a \cap u|}{|a|}",
)
def asset_density(heritage_assets: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure how many heritage assets stand on a square kilometre.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls: points, lines or polygons.
    units : GeoDataFrame
        Zones, heritage zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (1/km2), n (assets that the unit touches), reason.

    Notes
    -----
    Assets on borders are divided as in `heritage.assets`; the denominator is the whole area of the unit.
    """
    _, unit, share = allot(heritage_assets, units)
    number = np.bincount(unit, weights=share, minlength=len(units)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = number / shapely.area(units.geometry.to_numpy()) * KM2_M2
    table = explained(units, value, (np.full(len(units), heritage_assets.empty), Reason.NO_PLACES))
    return table.assign(n=np.bincount(unit, minlength=len(units)).astype(float))
