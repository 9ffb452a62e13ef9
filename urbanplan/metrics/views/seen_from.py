"""From how many viewpoints each spot is seen."""

from __future__ import annotations

from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.spots import no_spots, viewpoints_seeing
from urbanplan.methods.visibility.street_views import street_views
from urbanplan.model.listing import listing


@listing(
    name="Viewpoints that see each spot",
    geometry="raster",
    columns={"viewpoints": "count"},
    references=("franklin1994",),
)
def seen_from(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> DataArray:
    """Map how many viewpoints within 1 km see the ground or the roof of each spot.

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
    DataArray
        Number of viewpoints in each cell of the surface; unknown farther than 1 km from all of them, and where it depends on
        what is not known and nothing is seen for certain.

    Notes
    -----
    Exact viewsheds over a lattice (the model R3). A route counts once, and is looked from every 60 m.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    return no_spots(elevation, reason) if outlook is None else viewpoints_seeing(outlook)
