"""Order of street orientation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.streets import bearings, orientation_order_of, segments_by_unit, street_values
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Order of street orientation",
    unit="1",
    supports=("zone", "city"),
    formula=r"\varphi = 1 - \left(\frac{H_o - \ln 4}{\ln 36 - \ln 4}\right)^2",
    references=("boeing2019",),
    standard=False,
)
def orientation_order(drive: StreetNetwork, units: GeoDataFrame, *, bins: int = 36) -> pd.DataFrame:
    """Measure how near the streets are to one perfect grid: 1 is a grid, 0 no order at all.

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
        On the index of the units: value, n (segments with a bearing), reason.

    Notes
    -----
    From the entropy of orientation (see `orientation_entropy`). A single straight street has more order than a grid: its
    entropy is below that of a grid, and it counts as 1.
    """
    edge, unit = segments_by_unit(drive, units)
    angles = bearings(drive)[edge] if len(edge) else np.empty(0)
    value = orientation_order_of(angles, unit, units=len(units), bins=bins)
    number = np.bincount(unit[np.isfinite(angles)], minlength=len(units)).astype(np.float64)
    return street_values(value, units, drive).assign(n=number)
