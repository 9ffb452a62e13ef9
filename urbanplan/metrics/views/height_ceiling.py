"""How high may be built at each spot."""

from __future__ import annotations

from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.spots import ceiling_over_ground, no_spots
from urbanplan.methods.visibility.street_views import street_views
from urbanplan.model.listing import listing


@listing(
    name="Ceiling of height that keeps views open",
    geometry="raster",
    columns={"ceiling": "m"},
    references=("gla2012",),
)
def height_ceiling(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> DataArray:
    """Map how high may be built at each spot without touching a view that is open, or may be.

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
        Metres over the ground in each cell of the surface, up to 100; no number where no view passes lower.

    Notes
    -----
    Exact on upright prisms; each spot has the lowest of its cell and the eight around it, the careful side. All cells may be built up to it at once. Where there is no number views ask nothing; that is no
    permission to build.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    return no_spots(elevation, reason) if outlook is None else ceiling_over_ground(outlook)
