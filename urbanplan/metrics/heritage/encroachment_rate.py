"""How fast ground is built over between two dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.change import built_change
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Yearly growth of the ground under buildings since the earlier date",
    unit="%/year",
    supports=("zone", "city", "heritage_zone"),
    formula=r"r = 100 \frac{\sum_{new} (1 - p_b) a_b + \sum_{grew, shrank} \delta_b - \sum_{gone} a_b}{A_1 \, T}",
)
def encroachment_rate(
    buildings: GeoDataFrame,
    buildings_before: GeoDataFrame,
    units: GeoDataFrame,
    *,
    outline_sd_m: float = 0.5,
) -> pd.DataFrame:
    """Measure how fast the ground under buildings of each unit grew or shrank, by year, with what is not known in the interval.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints; `stood_before` is the probability that a building stood at the earlier date, or unknown.
    buildings_before : GeoDataFrame
        Footprints at the earlier date, with `years_before`: how many years before the others.
    units : GeoDataFrame
        Zones, heritage zones or the city.
    outline_sd_m : float
        How far a wall may be drawn from where it stands.

    Returns
    -------
    DataFrame
        On the index of the units: value (per cent by year of the ground under buildings at the earlier date; below zero where more
        went than came), low and high (90 % interval: of the errors of outlines, and of new buildings of which nobody knows
        whether they stood before), coverage (share of the new ground of which that is known), n (buildings at the earlier date),
        reason.

    Notes
    -----
    Simple growth by year of the first date's ground, to which belongs what stood there but was mapped only later. Where the
    earlier map lacked buildings that nothing dates, the upper end of the interval is mapping, not building.
    """
    years = buildings_before["years_before"].dropna()
    span = float(years.iloc[0]) if len(years) else float("nan")
    found = built_change(buildings_before, buildings, units, outline_sd_m=outline_sd_m)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low, high = (
            np.where(found.before_m2 > 0, 100.0 * part / (found.before_m2 * span), np.nan)
            for part in (found.change_m2, found.low_m2, found.high_m2)
        )
    middles = buildings_before.geometry.representative_point()
    number = GeoDataFrame(geometry=units.geometry.to_numpy(), crs=units.crs).sindex.query(
        middles.to_numpy(), predicate="intersects"
    )[1]
    table = explained(
        units,
        value,
        (np.full(len(units), buildings.empty or buildings_before.empty), Reason.NO_PLACES),
        (np.full(len(units), not span > 0), Reason.LAYER_MISSING),
        (np.isnan(found.change_m2), Reason.TOO_FEW),
    )
    given = table["value"].notna().to_numpy()
    return table.assign(
        low=np.where(given, np.fmin(low, value), np.nan),
        high=np.where(given, np.fmax(high, value), np.nan),
        coverage=found.told_share,
        n=np.bincount(number, minlength=len(units)).astype(np.float64),
    )
