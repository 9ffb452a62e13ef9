"""Land that was built up, and how it lies to the city that was there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import BUILT, expansion
from urbanplan.model.land_cover import LandCover
from urbanplan.model.listing import listing


@listing(
    name="New built-up land: infill, edge or leapfrog",
    geometry="polygon",
    by="growth",
    columns={"growth": "", "area_m2": "m2", "expansion_index": "share"},
    references=("liu2010",),
)
def new_development(
    land_cover: LandCover,
    boundary: GeoDataFrame,
    *,
    built: tuple[int, ...] = BUILT,
    min_area_m2: float = 2500.0,
) -> GeoDataFrame:
    """List the patches that were built up between the first and the last date: within the city, at its edge, or apart.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover at two dates or more, on one grid.
    boundary : GeoDataFrame
        The city, one row.
    built : tuple of int
        Numbers of the classes that are built up.
    min_area_m2 : float
        Smaller patches are left out: most are errors of the maps.

    Returns
    -------
    GeoDataFrame
        One row a patch, the largest first: "infill", "edge" or "leapfrog", its area and its index; none where there is
        only one date.

    Notes
    -----
    The landscape expansion index (Liu et al. 2010), see `urbanplan.methods.landscape.expansion`.
    """
    if land_cover.earliest is land_cover.latest:
        nothing: dict[str, list[object]] = {"growth": [], "area_m2": [], "expansion_index": []}
        return gpd.GeoDataFrame(nothing, geometry=[], crs=boundary.crs)
    found = expansion(land_cover.earliest, land_cover.latest, boundary, built=built)
    order = np.argsort(-found.area_m2, kind="stable")
    order = order[found.area_m2[order] >= min_area_m2]
    return gpd.GeoDataFrame(
        {
            "growth": found.kind[order],
            "area_m2": found.area_m2[order],
            "expansion_index": found.share_around[order],
        },
        geometry=found.shapes[order],
        crs=boundary.crs,
    )
