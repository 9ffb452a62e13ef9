"""How high may be built so that views stay open."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import all_unknown, street_views, unmapped
from urbanplan.methods.visibility.unit_cells import lowest_ceiling
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Height that {kind}",
    unit="m",
    supports=("building", "cell"),
    formula=r"\min_{(v,t)} \min_{d \in [d_1, d_2]} z_v + (z_t - z_v) d/D - c\,d\,(D - d) - z_{ground}",
    standard=False,
    references=("gla2012",),
    variants={"kind": {"protection": "keeps open views open", "restoration": "would reopen blocked views"}},
)
def ceiling(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    kind: str = "protection",
    cell_m: float = CELL_M,
) -> pd.DataFrame:
    """Measure how high may be built on each plot before a protected view is touched.

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
        Buildings (their footprints stand for plots) or cells.
    cell_m : float
        Side of the surface's cells.
    kind : str
        protection: of lines that are open today, or may be; restoration: of lines that only buildings block, when what is over
        it goes.

    Returns
    -------
    DataFrame
        On the index of the units: value (metres over the ground, never below 0), low (that of the lines too of which it is not
        known whether they are open), high (that of lines which are certainly open, or blocked), reason; `no_view_over` where
        no line passes.

    Notes
    -----
    The lowest over all cells that the unit touches, of all lines from eyes to the points that must stay visible, exact on
    upright prisms. All units may be built up to it at once. Lines that the ground blocks ask nothing.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return all_unknown(units, reason)
    surface, made = outlook.scene.surface, outlook.ceilings
    restoring = kind == "restoration"
    _, height = lowest_ceiling(surface, made.restoration if restoring else outlook.careful, units)
    _, other = lowest_ceiling(surface, made.doubtful if restoring else made.protection, units)
    least, most = (np.fmin(height, other), height) if restoring else (height, other)
    known = np.isfinite(height)
    table = pd.DataFrame(
        {
            "value": np.where(known, np.maximum(height, 0), np.nan),
            "low": np.where(known, np.maximum(least, 0), np.nan),
            "high": np.where(known & np.isfinite(most), np.maximum(most, 0), np.nan),
            "reason": np.where(known, "", Reason.NO_VIEW_OVER.value),
        },
        index=units.index,
    )
    blank = unmapped(cells, units)
    table.loc[blank, ["value", "low", "high"]] = np.nan
    table.loc[blank, "reason"] = Reason.NOT_MAPPED.value
    return table.assign(coverage=np.where(blank, 0.0, 1.0))
