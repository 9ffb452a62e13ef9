"""Which parts of the city are seen from the viewpoints."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import all_unknown, street_views, unmapped
from urbanplan.methods.visibility.takings import share_seen
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Share of the surface that viewpoints see",
    unit="share",
    supports=("cell", "building"),
    formula=r"|\{c: \exists v: V_v(c) = 1\}| / |\{c\}|",
    standard=False,
    references=("franklin1994",),
)
def exposure(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> pd.DataFrame:
    """Measure which share of each cell, or of each roof, is seen from at least one viewpoint within 1 km.

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
        Cells or buildings.
    cell_m : float
        Side of the surface's cells.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the surface: ground and roofs), low and high (if what is unknown were all
        hidden, or all seen), reason. A unit beyond 1 km of all viewpoints is not looked at.

    Notes
    -----
    Exact viewsheds over a lattice (the model R3), from the eyes of all viewpoints, with curvature and refraction.
    """
    outlook, refusal = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return all_unknown(units, refusal)
    low, high = share_seen(outlook, units)
    near, same = np.isfinite(low), np.abs(high - low) <= 0.05  # noqa: PLR2004 - a twentieth of the unit
    reason = np.where(same, "", np.where(near, Reason.HEIGHTS_UNKNOWN.value, Reason.BEYOND_LIMIT.value))
    table = pd.DataFrame(
        {"value": np.where(same, low, np.nan), "low": low, "high": high, "reason": reason}, index=units.index
    )
    blank = unmapped(cells, units)
    table.loc[blank, ["value", "low", "high"]] = np.nan
    table.loc[blank, "reason"] = Reason.NOT_MAPPED.value
    return table.assign(coverage=np.where(blank, 0.0, 1.0))
