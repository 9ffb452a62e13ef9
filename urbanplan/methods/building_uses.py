"""What each building is used for: as it is tagged, or else as the land that it stands on."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.model.layers import LAND_USE_CLASSES

LIVED_IN = ("residential", "commercial", "industrial", "institutional", "religious")
"""Uses of land that tell what a building without a use of its own is for; in a park or field it may be anything."""


def building_uses(buildings: GeoDataFrame, land_use: GeoDataFrame) -> NDArray[np.object_]:
    """Return the use of each building.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with `use`.
    land_use : GeoDataFrame
        Areas with `class` that do not overlap.

    Returns
    -------
    ndarray of str, shape (n,)
        A class of land use; "" where neither tells it, or the ground has two uses.
    """
    use = np.array([word if word in LAND_USE_CLASSES else "" for word in buildings["use"]], dtype=object)
    unknown = np.flatnonzero(use == "")
    telling = land_use[land_use["class"].isin(LIVED_IN)]
    if "class_2" in telling:
        telling = telling[telling["class_2"].isna()]
    inside = shapely.point_on_surface(buildings.geometry.to_numpy()[unknown])
    point, area = shapely.STRtree(telling.geometry.to_numpy()).query(inside, predicate="within")
    use[unknown[point]] = telling["class"].to_numpy(dtype=object)[area]
    return use
