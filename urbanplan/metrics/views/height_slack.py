"""Where the plans protect the views, and where they do not."""

from __future__ import annotations

from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.compliance.rules import height_rules
from urbanplan.methods.height_limits import limiting_areas
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.spots import no_spots, slack_over_ground
from urbanplan.methods.visibility.street_views import street_views
from urbanplan.model.listing import listing


@listing(
    name="Limit of the plans less ceiling of the views",
    geometry="raster",
    columns={"slack": "m"},
    references=("gla2012",),
)
def height_slack(
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
) -> DataArray:
    """Map the limit of the plans less the height that keeps views open: above zero the plans do not protect the view.

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
    DataArray
        Metres in each cell of the surface; no number where no limit is in the data, or no view passes lower than 100 m.

    Notes
    -----
    The lowest limit at the middle of the cell. Above zero a plan allows to build into a view; below zero it is stricter than
    the view needs, as it may be for other reasons. No limit in the data is not a limit of zero.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return no_spots(elevation, reason)
    return slack_over_ground(outlook, limiting_areas(zoning, height_rules(heritage_rules, on_date=on_date)))
