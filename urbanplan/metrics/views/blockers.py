"""Which buildings stand in which view."""

from __future__ import annotations

from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.findings import blockers_of_views
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import street_views
from urbanplan.model.listing import listing, no_rows

COLUMNS = {
    "building": "",
    "viewpoint": "",
    "target": "",
    "role": "",
    "taken": "share",
    "sole_lines": "share",
    "lines": "share",
    "height_m": "m",
    "over_m": "m",
    "distance_m": "m",
}


@listing(
    name="Buildings that stand in a view",
    geometry="polygon",
    columns=COLUMNS,
    by="taken",
    references=("shapley1953",),
)
def blockers(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> GeoDataFrame:
    """List the buildings that stand between a viewpoint and its landmark, and how much of the view each takes.

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
    cells : GeoDataFrame
        The analysis grid with `known`.
    cell_m : float
        Side of the surface's cells.

    Returns
    -------
    GeoDataFrame
        One footprint per view and building: whether it is the sole blocker, its fair share of the loss, the share of the view's
        lines that it blocks alone and in all, how far it stands over the line, and how far from the eye.

    Notes
    -----
    Only buildings of known height are listed. Where :math:`k` buildings block a line, each takes :math:`1/k` of it: the
    Shapley share.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return no_rows(COLUMNS, buildings.crs, reason)
    return blockers_of_views(outlook, buildings)
