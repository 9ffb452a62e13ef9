"""The state of each view, from each viewpoint to each landmark."""

from __future__ import annotations

from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.far_views import states_over_ground
from urbanplan.methods.visibility.findings import states_of_views
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import street_views
from urbanplan.model.listing import listing


@listing(
    name="Views and their state",
    geometry="line",
    columns={
        "viewpoint": "",
        "target": "",
        "state": "",
        "visible_low": "share",
        "visible_high": "share",
        "blockers": "count",
        "distance_m": "m",
    },
    by="state",
    references=("icomos2011", "sukwai2022"),
)
def sight_lines(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> GeoDataFrame:
    """List each view that is asked for: open, partly open, blocked, or uncertain where heights are not known.

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
        One line per viewpoint and target: least and greatest share visible (0-1, by solid angle, of what the ground leaves open; they differ where
        heights are not known), buildings in the way, distance. Where the data cannot carry views from the
        street, the state says only whether the ground leaves the target open.

    Notes
    -----
    Where the bounds differ the view is uncertain, however many of its lines are open. Trees are not in the data.
    """
    outlook, _ = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return states_over_ground(elevation, view_targets, viewpoints)
    return states_of_views(outlook)
