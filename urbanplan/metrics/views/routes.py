"""What a walker sees on the way."""

from __future__ import annotations

from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.findings import routes_of_views
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import street_views
from urbanplan.model.listing import listing, no_rows

COLUMNS = {
    "viewpoint": "",
    "target": "",
    "length_m": "m",
    "seen_share": "share",
    "unknown_share": "share",
    "first_sight_m": "m",
    "interruptions": "count",
    "longest_blind_m": "m",
}


@listing(
    name="Views along routes",
    geometry="line",
    columns=COLUMNS,
    by="seen_share",
)
def routes(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> GeoDataFrame:
    """List for each route what a walker sees of each landmark: first sight, interruptions, the longest blind stretch.

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
        One line per viewpoint that is a route, and target.

    Notes
    -----
    Eyes stand every 20 m. Seen means that some of the target is certainly visible; unknown, that it may be.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return no_rows(COLUMNS, viewpoints.crs, reason)
    return routes_of_views(outlook)
