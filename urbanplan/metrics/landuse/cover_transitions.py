"""Which land cover became which."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import transitions
from urbanplan.model.land_cover import LandCover
from urbanplan.model.layers import LAND_COVER_CLASSES
from urbanplan.model.listing import listing


@listing(
    name="Land cover that became another",
    geometry="polygon",
    columns={"cover_before": "", "cover": "", "area_m2": "m2", "share": "share", "share_of_before": "share"},
    references=("pontius2004",),
    standard=False,
)
def cover_transitions(land_cover: LandCover, boundary: GeoDataFrame) -> GeoDataFrame:
    """List how much land went from one class of land cover to another between the first and the last date.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover at two dates or more, on one grid.
    boundary : GeoDataFrame
        The city, one row.

    Returns
    -------
    GeoDataFrame
        One row a pair of classes that some land went between (or stayed in), the largest first; `share` is of all land,
        `share_of_before` of the land that was in the first class. None where there is only one date.
    """
    if land_cover.earliest is land_cover.latest:
        nothing: dict[str, list[object]] = {name: [] for name in _COLUMNS}
        return gpd.GeoDataFrame(nothing, geometry=[], crs=boundary.crs)
    found = transitions(land_cover.earliest, land_cover.latest, boundary)
    one, other = np.nonzero(found.area_m2)
    area = found.area_m2[one, other]
    order = np.argsort(-area, kind="stable")
    names = np.array([LAND_COVER_CLASSES.get(int(k), str(k)) for k in found.classes], dtype=object)
    shape = boundary.geometry.iloc[0]
    return gpd.GeoDataFrame(
        {
            "cover_before": names[one[order]],
            "cover": names[other[order]],
            "area_m2": area[order],
            "share": area[order] / area.sum(),
            "share_of_before": (area / found.area_m2.sum(axis=1)[one])[order],
        },
        geometry=[shape] * len(area),
        crs=boundary.crs,
    )


_COLUMNS = ("cover_before", "cover", "area_m2", "share", "share_of_before")
