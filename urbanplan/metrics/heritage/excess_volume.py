"""Built volume above the limit of height."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.compliance.zones import per_zone
from urbanplan.model.metric import metric


@metric(
    name="Estimated volume above the limit of height",
    unit="m3",
    supports=("heritage_zone",),
    formula=r"V = \sum_b A_b \, E[\max(0, h_b - L)]",
)
def excess_volume(
    buildings: GeoDataFrame, heritage_rules: GeoDataFrame, units: GeoDataFrame, *, on_date: str = ""
) -> pd.DataFrame:
    """Measure how much built volume stands above the limit of height of each heritage zone.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with estimated heights and their standard deviations.
    heritage_rules : GeoDataFrame
        Limits of height, each to its own reference.
    units : GeoDataFrame
        Versions of heritage zones.
    on_date : str
        The limits that held on this day; by default those that nobody has ended.

    Returns
    -------
    DataFrame
        On the index of the units: value (m3, expected), n (buildings of known height), coverage (their share of all under
        the limit), reason.

    Notes
    -----
    The footprint times the expected metres above the limit, heights being uncertain: a building that is as high as the limit
    allows adds a little, for it may be higher. Roofs are taken as high as their highest point over the whole footprint where
    the limit is measured to it, so that the volume is an upper estimate there.
    """
    found = per_zone(buildings, heritage_rules, units, on_date=on_date)
    area = shapely.area(buildings.geometry.to_numpy())
    volume = [
        float(np.nansum(case.excess_m * area[case.buildings])) if case else np.nan for case in found.case
    ]
    return found.table(np.array(volume))
