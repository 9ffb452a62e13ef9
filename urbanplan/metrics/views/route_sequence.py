"""What fills the view of a walker, step by step along a route."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.greenery import PARTS, greened_views
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import street_views
from urbanplan.model.land_cover import LandCover
from urbanplan.model.listing import listing, no_rows

COLUMNS = {
    "viewpoint": "",
    "walked_m": "m",
    "building_share": "share",
    "landmark_share": "share",
    "mountain_share": "share",
    "trees_share": "share",
    "low_green_share": "share",
    "sky_share": "share",
    "dark_share": "share",
    "building_per_mountain": "1",
}
_LINES = ("LineString", "MultiLineString", "LinearRing")


@listing(
    name="What fills the view along routes, step by step",
    geometry="point",
    columns=COLUMNS,
    by="building_share",
)
def route_sequence(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    land_cover: LandCover | None = None,
    land_use: GeoDataFrame | None = None,
    open_space: GeoDataFrame | None = None,
    *,
    cell_m: float = CELL_M,
    solid_trees: bool = True,
) -> GeoDataFrame:
    r"""List every 20 m of each route which part of the view buildings, landmarks, the mountain, green and the sky take.

    Parameters
    ----------
    elevation : DataArray
        Metres above sea level of the bare ground.
    buildings : GeoDataFrame
        Footprints with `highest_point_m`, unknown where nothing tells it.
    viewpoints : GeoDataFrame
        Those that are lines are walked along.
    view_targets : GeoDataFrame
        What must stay visible.
    cells : GeoDataFrame
        The analysis grid with `known`.
    land_cover, land_use, open_space : optional
        Trees and green ground, as for `views.composition`.
    cell_m : float
        Side of the surface's cells.
    solid_trees : bool
        Whether trees hide what is behind them.

    Returns
    -------
    GeoDataFrame
        One point for each step at which somebody can stand, in order: metres from the start, the part of the whole sphere
        (:math:`4\pi`) that each kind of thing takes, what is not known (behind unknown heights, beyond the data), and buildings
        over mountain (VBA over VMA) where the mountain is seen. The rest of the sphere is bare ground. Shares of trees and green
        are unknown where no layer tells of green.

    Notes
    -----
    As `views.composition`, whose values are the means over the steps.
    """
    outlook, reason = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return no_rows(COLUMNS, viewpoints.crs, reason)
    view = greened_views(outlook, elevation, land_cover, land_use, open_space, solid_trees=solid_trees).middle
    scene = outlook.scene
    whole = 4 * np.pi
    parts = {f"{word}_share": view.classes[:, PARTS.index(word)] / whole for word in PARTS}
    if land_cover is None and land_use is None and open_space is None:
        parts["trees_share"] = parts["low_green_share"] = np.full(len(view.sky), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = parts["building_share"] / parts["mountain_share"]
    eyes = scene.eyes[scene.standing]
    number = scene.viewpoint[scene.standing]
    table = pd.DataFrame(
        {
            **parts,
            "viewpoint": scene.viewpoints.index.to_numpy()[number],
            "walked_m": scene.along_m[scene.standing],
            "sky_share": view.sky / whole,
            "dark_share": (view.unknown + view.beyond) / whole,
            "building_per_mountain": np.where(parts["mountain_share"] > 0, ratio, np.nan),
            "geometry": shapely.points(eyes[:, :2]),
        }
    )
    routes = np.isin(scene.viewpoints.geometry.geom_type.to_numpy()[number], _LINES)
    return GeoDataFrame(table[routes], geometry="geometry", crs=viewpoints.crs)
