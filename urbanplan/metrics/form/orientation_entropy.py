"""Entropy of street orientation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.streets import bearing_entropy, bearings, segments_by_unit, street_values
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Entropy of street orientation",
    unit="nat",
    supports=("zone", "city"),
    formula=r"H_o = -\sum_{i=1}^{36} p_i \ln p_i",
    references=("boeing2019",),
)
def orientation_entropy(drive: StreetNetwork, units: GeoDataFrame, *, bins: int = 36) -> pd.DataFrame:
    """Measure how evenly streets point in all directions: 1.39 is a perfect grid, 3.58 no order at all.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.
    bins : int
        Number of equal bins around the compass; north lies in the middle of the first.

    Returns
    -------
    DataFrame
        On the index of the units: value (nat), n (segments with a bearing), reason.

    Notes
    -----
    Each segment whose middle lies in the unit counts with its bearing from end to end and the opposite one, unweighted;
    loops have none. Bearings are from true north.
    """
    edge, unit = segments_by_unit(drive, units)
    angles = bearings(drive)[edge] if len(edge) else np.empty(0)
    value = bearing_entropy(angles, unit, units=len(units), bins=bins)
    number = np.bincount(unit[np.isfinite(angles)], minlength=len(units)).astype(np.float64)
    return street_values(value, units, drive).assign(n=number)
