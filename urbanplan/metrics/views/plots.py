"""How high each plot may be built before a view is touched, beside what the plans allow."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.compliance.rules import height_rules
from urbanplan.methods.height_limits import limiting_areas, limits_at
from urbanplan.methods.visibility.findings import ceilings_of_plots
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import street_views
from urbanplan.model.listing import listing, no_rows

COLUMNS = {
    "building": "",
    "height_m": "m",
    "ceiling_m": "m",
    "viewpoint": "",
    "target": "",
    "restoring_m": "m",
    "limit_m": "m",
    "limit_source": "",
    "height_reference": "",
    "slack_m": "m",
    "protection": "",
}


@listing(
    name="Plots under a view, and what the plans allow there",
    geometry="polygon",
    columns=COLUMNS,
    by="protection",
    references=("gla2012",),
)
def plots(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    zoning: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
    on_date: str = "",
) -> GeoDataFrame:
    """List the plots over which a view passes: how high they may be built, which viewpoint binds, and what the plans allow.

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
    cell_m : float
        Side of the surface's cells.
    on_date : str
        YYYY-MM-DD: rules in force that day; by default those that nothing has ended.

    Returns
    -------
    GeoDataFrame
        One footprint per building (it stands for its plot) under a line of less than 100 m: present height, the height that
        keeps the view, the viewpoint and target that bind, the height that would restore blocked views, the lowest limit of the
        plans, limit less ceiling (above zero the plans allow more than the view bears), and in words what protects the view.

    Notes
    -----
    Where no limit is in the data the plans may still have one. Limits to a wall's top or a roof's deck allow a roof above.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return no_rows(COLUMNS, buildings.crs, reason)
    found = ceilings_of_plots(outlook, buildings)
    limits = limits_at(found, limiting_areas(zoning, height_rules(heritage_rules, on_date=on_date)))
    slack = limits.limit_m - found["ceiling_m"].to_numpy()
    words = np.where(slack > 0, "plans_allow_more", "plans_keep_it")
    words = np.where(np.isnan(limits.limit_m), "no_limit_in_data", words)
    found["protection"] = np.where(np.isnan(found["ceiling_m"]), "only_restoring", words)
    return found.assign(
        limit_m=limits.limit_m,
        limit_source=limits.source,
        height_reference=limits.reference,
        slack_m=slack,
    )
