"""Where the plans allow more than the views bear."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.compliance.rules import height_rules
from urbanplan.methods.height_limits import limiting_areas, limits_at
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import all_unknown, street_views, unmapped
from urbanplan.methods.visibility.unit_cells import lowest_ceiling
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Height that the plans allow above the views",
    unit="m",
    supports=("building", "cell"),
    direction="lower",
    formula=r"\max(0, h_{limit} - h_{ceiling})",
    standard=False,
    references=("gla2012",),
)
def unprotected_height(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    zoning: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
    on_date: str = "",
) -> pd.DataFrame:
    """Measure by how many metres the plans allow to build into views that are open today.

    Parameters
    ----------
    elevation : DataArray
        Metres above sea level of the bare ground.
    buildings : GeoDataFrame
        Footprints with `highest_point_m`, unknown where nothing tells it.
    viewpoints : GeoDataFrame
        Places from which views are protected or judged.
    view_targets : GeoDataFrame
        What must stay visible, with `base_m` and `top_m` over the ground.
    zoning : GeoDataFrame
        Areas of the statutory plan with `max_height_m`.
    heritage_rules : GeoDataFrame
        Rules of heritage zones; those on heights count.
    cells : GeoDataFrame
        The analysis grid with `known`.
    units : GeoDataFrame
        Buildings (their footprints stand for plots) or cells.
    cell_m : float
        Side of the surface's cells.
    on_date : str
        YYYY-MM-DD: rules in force that day; by default those that nothing has ended.

    Returns
    -------
    DataFrame
        On the index of the units: value (metres; 0 where the plans are as strict as the views need, or stricter), reason.
        Where no limit was given it is unknown (`not_regulated`), not zero; where no view passes there is nothing to measure.

    Notes
    -----
    The lowest limit at a point inside the unit, less the height that keeps every line open that is open, or may be. Limits
    that are measured to a wall's top or a roof's deck allow a roof above them, which is not counted. No legal verdict: it
    compares what plans say with what views need.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return all_unknown(units, reason)
    _, height = lowest_ceiling(outlook.scene.surface, outlook.careful, units)
    limit = limits_at(units, limiting_areas(zoning, height_rules(heritage_rules, on_date=on_date))).limit_m
    crossed, limited = np.isfinite(height), np.isfinite(limit)
    why = np.where(crossed, Reason.NOT_REGULATED.value, Reason.NO_VIEW_OVER.value)
    known = crossed & limited
    with np.errstate(invalid="ignore"):
        over = np.maximum(limit - np.maximum(height, 0), 0)
    table = pd.DataFrame(
        {"value": np.where(known, over, np.nan), "reason": np.where(known, "", why)}, index=units.index
    )
    blank = unmapped(cells, units)
    table.loc[blank, "value"] = np.nan
    table.loc[blank, "reason"] = Reason.NOT_MAPPED.value
    return table.assign(coverage=np.where(blank, 0.0, 1.0))
