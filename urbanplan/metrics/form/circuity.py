"""Circuity of the streets."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.streets import segments_by_unit, straight_lengths, street_values
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Street circuity",
    unit="1",
    direction="lower",
    supports=("zone", "city"),
    formula=r"\frac{\sum_{e \in E_u} l_e}{\sum_{e \in E_u} d_e}",
    references=("boeing2017",),
)
def circuity(drive: StreetNetwork, units: GeoDataFrame) -> pd.DataFrame:
    """Measure how much longer streets are than the straight lines between their ends: 1 is straight.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (1 or more), n (segments), reason.

    Notes
    -----
    A ratio of sums over the segments whose middle lies in the unit, not a mean of ratios. As in osmnx the length of
    loops counts although their ends lie no distance apart.
    """
    edge, unit = segments_by_unit(drive, units)
    length = np.bincount(unit, weights=drive.length_m[edge], minlength=len(units))
    straight = np.bincount(unit, weights=straight_lengths(drive)[edge], minlength=len(units))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(straight > 0, length / straight, np.nan)
    number = np.bincount(unit, minlength=len(units)).astype(np.float64)
    return street_values(value, units, drive).assign(n=number)
