"""Share of its ground that a building covers (tessellation)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.tessellation import REACH_M, tessellation
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Share of its ground that a building covers (tessellation)",
    unit="share",
    supports=("building",),
    formula=r"|B_b| / |T_b|",
    references=("fleischmann2020",),
    standard=False,
)
def plot_coverage(buildings: GeoDataFrame, units: GeoDataFrame, *, reach_m: float = REACH_M) -> pd.DataFrame:
    """Measure which share of the ground nearest to a building it covers itself.

    Parameters
    ----------
    buildings : GeoDataFrame
        All footprints: the neighbours decide too.
    units : GeoDataFrame
        The buildings to measure.
    reach_m : float
        How far from a building its ground goes at most.

    Returns
    -------
    DataFrame
        On the index of the units: value (share), reason. A building smaller than a square metre, or under another one, is unknown.

    Notes
    -----
    The covered area ratio of urban morphometrics. See `urbanplan.methods.tessellation`.
    """
    cells = tessellation(buildings, reach_m=reach_m).reindex(units.index).to_numpy()
    ground = shapely.area(cells)
    own = shapely.area(units.geometry.to_numpy())
    known = ground > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(known, np.minimum(own / ground, 1.0), np.nan)
    cause = Reason.NO_PLACES if buildings.empty else Reason.NOTHING_TO_MEASURE
    return pd.DataFrame({"value": value, "reason": np.where(known, "", cause.value)}, index=units.index)
