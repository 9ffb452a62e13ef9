"""Ground that was built on since an earlier date."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.areas import shared_areas
from urbanplan.methods.change import compare_buildings
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Ground built on since the earlier date",
    unit="m2",
    supports=("zone", "city", "heritage_zone"),
    formula=r"A = \sum_{b \text{ new}} (1 - p_b) \, |b \cap u|",
)
def built_since(
    buildings: GeoDataFrame,
    buildings_before: GeoDataFrame,
    units: GeoDataFrame,
    *,
    outline_sd_m: float = 0.5,
) -> pd.DataFrame:
    """Measure how much ground of each unit new buildings took since the earlier date.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints; `stood_before` is the probability that a building stood at the earlier date, or unknown.
    buildings_before : GeoDataFrame
        Footprints at the earlier date.
    units : GeoDataFrame
        Zones, heritage zones or the city.
    outline_sd_m : float
        How far a wall may be drawn from where it stands.

    Returns
    -------
    DataFrame
        On the index of the units: value (m2 of new buildings, each times the probability that it was built since), low (all
        unknown ones stood before), high (all unknown ones were built since), coverage (share of the new ground of which it is
        known), n (new buildings on the map), reason.

    Notes
    -----
    Only buildings that overlap none of the earlier map count, not what was added to standing ones. New on the map is not new on
    the ground: where nothing tells the two apart the value is unknown, and the interval says what is possible.
    """
    found = compare_buildings(buildings_before, buildings, outline_sd_m=outline_sd_m)
    new = buildings[found.after == "new"]
    stood = new["stood_before"].to_numpy(dtype=np.float64)
    feature, unit, area = shared_areas(new.geometry, units.geometry)
    known = ~np.isnan(stood)[feature]
    parts = {
        "whole": area,
        "told": np.where(known, area, 0.0),
        "built": np.where(known, area * (1 - np.nan_to_num(stood[feature])), 0.0),
    }
    whole, told, built = (np.bincount(unit, weights=part, minlength=len(units)) for part in parts.values())
    with np.errstate(invalid="ignore", divide="ignore"):
        coverage = np.where(whole > 0, told / whole, 1.0)
        value = np.where(whole > 0, built / np.where(told > 0, coverage, np.nan), 0.0)
    nothing = np.full(len(units), buildings.empty or buildings_before.empty)
    table = explained(units, value, (nothing, Reason.NO_PLACES), (np.isnan(value), Reason.TOO_FEW))
    number = np.bincount(unit, minlength=len(units)).astype(float)
    return table.assign(low=built, high=built + whole - told, coverage=coverage, n=number)
