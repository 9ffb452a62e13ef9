"""Ground of a building (tessellation)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.tessellation import REACH_M, tessellation
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Ground of a building (tessellation)",
    unit="m2",
    supports=("building",),
    formula=r"|T_b|",
    references=("fleischmann2020",),
    standard=False,
)
def plot_area(buildings: GeoDataFrame, units: GeoDataFrame, *, reach_m: float = REACH_M) -> pd.DataFrame:
    """Measure the ground that lies nearer to a building than to any other, as far as 100 m.

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
        On the index of the units: value (m2), reason. A building smaller than a square metre, or under another one, is unknown.

    Notes
    -----
    A stand-in for plots where none are mapped. See `urbanplan.methods.tessellation`.
    """
    cells = tessellation(buildings, reach_m=reach_m).reindex(units.index).to_numpy()
    ground = shapely.area(cells)
    known = ground > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(known, ground, np.nan)
    cause = Reason.NO_PLACES if buildings.empty else Reason.NOTHING_TO_MEASURE
    return pd.DataFrame({"value": value, "reason": np.where(known, "", cause.value)}, index=units.index)
