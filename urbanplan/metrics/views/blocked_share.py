"""Which buildings take how much of the views."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import all_unknown, street_views, unmapped
from urbanplan.methods.visibility.takings import shares_taken
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Views that a building takes",
    unit="views",
    supports=("building",),
    direction="lower",
    formula=r"s_b = \sum_{w \in W} \frac{1}{|L_w|} \sum_{l \in L_w: b \in B_l} \frac{1}{|B_l|}",
    references=("shapley1953",),
)
def blocked_share(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> pd.DataFrame:
    """Measure how many views each building takes, in parts of views, shared fairly where several stand in the way.

    Parameters
    ----------
    elevation : DataArray
        Metres above sea level of the bare ground.
    buildings : GeoDataFrame
        Footprints with `highest_point_m`, unknown where nothing tells it.
    viewpoints : GeoDataFrame
        Places from which views are protected or judged; routes and squares count with many eyes.
    view_targets : GeoDataFrame
        What must stay visible, with `base_m` and `top_m` over the ground.
    cells : GeoDataFrame
        The analysis grid with `known`: where buildings are not mapped, what stands is unknown.
    units : GeoDataFrame
        Buildings.
    cell_m : float
        Side of the surface's cells.

    Returns
    -------
    DataFrame
        On the index of the units: value (views that the ground leaves open; half of one counts one half), low (counting only lines whose
        blockers are all known), n (lines that it blocks), reason. A building that stands in no line takes 0; one of unknown
        height under a line is unknown.

    Notes
    -----
    A view :math:`w` (a viewpoint and a target) has the lines :math:`L_w` from its eyes to the points that must stay visible. A
    line is lost as soon as one of its blockers :math:`B_l` stands, so that each has the Shapley share :math:`1/|B_l|`.
    """
    outlook, refusal = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return all_unknown(units, refusal)
    value, low, lines = shares_taken(outlook, units)
    known, blank = np.isfinite(value), unmapped(cells, units)
    reason = np.where(known, "", Reason.HEIGHTS_UNKNOWN.value)
    table = pd.DataFrame(
        {"value": value, "low": low, "high": value, "n": lines, "reason": reason}, index=units.index
    )
    table.loc[blank, ["value", "low", "high", "n"]] = np.nan
    table.loc[blank, "reason"] = Reason.NOT_MAPPED.value
    return table.assign(coverage=np.where(blank, 0.0, 1.0))
