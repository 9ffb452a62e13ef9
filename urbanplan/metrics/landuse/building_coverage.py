"""Building coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.areas import covered_area
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Building coverage",
    unit="share",
    supports=("cell", "zone", "city"),
    formula=r"\mathrm{GSI} = \frac{\left|\bigcup_b B_b \cap A\right|}{|A|}",
    references=("berghauserpont2010",),
)
def building_coverage(buildings: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure which share of the ground is covered by buildings.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints.
    units : GeoDataFrame
        Cells, zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), reason.

    Notes
    -----
    Gross: the denominator is the whole unit with its streets and waters. A building on a border counts in each unit
    with the part that stands there; ground under two footprints counts once.
    """
    ground = shapely.area(units.geometry.to_numpy())
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.clip(covered_area(buildings, units) / ground, 0.0, 1.0)
    return explained(units, value, (np.full(len(units), buildings.empty), Reason.NO_PLACES))
