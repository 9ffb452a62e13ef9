"""How much of its targets each viewpoint sees."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import (
    all_unknown,
    between,
    for_units,
    mean_by_viewpoint,
    street_views,
    why_blind,
)
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Share of the landmarks that is visible",
    unit="share",
    supports=("viewpoint",),
    direction="higher",
    formula=r"f = \frac{1}{|T|} \sum_{t \in T} \Omega_{visible}(t) / \Omega_{unobstructed}(t)",
    references=("icomos2011", "sukwai2022"),
)
def visible_share(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> pd.DataFrame:
    """Measure how much of what must stay visible is seen from each viewpoint, over what the ground alone would show.

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
        Viewpoints.
    cell_m : float
        Side of the surface's cells.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, mean over the targets that the ground does not hide), low and high (if all
        buildings of unknown height hid everything behind them, or nothing), n (targets), reason.

    Notes
    -----
    By solid angle, with curvature and refraction; each target counts the same, however large. A route or square is the mean
    of its eyes. Trees are not in the data: in leaf they hide more.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return all_unknown(units, reason)
    seen = outlook.fractions
    low, high = mean_by_viewpoint(outlook, seen.low), mean_by_viewpoint(outlook, seen.high)
    asked = np.isfinite(low).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        least, most = (np.nansum(part, axis=1) / asked for part in (low, high))
    table = between(outlook.scene.viewpoints.index, least, most, why_blind(outlook))
    return for_units(table.assign(n=asked.astype(float)), units, Reason.OUTSIDE_RASTER)
