"""What each source says of a building's height, with how sure it is, and how much the roof adds to the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.model.heights import HeightModel

Floats = NDArray[np.float64]

_FLAT = frozenset({"flat", "terrace"})


def roof_rise(buildings: GeoDataFrame, model: HeightModel) -> tuple[Floats, Floats]:
    """Return how much each roof adds to the wall, and its standard deviation, in metres.

    A height of the roof that is given comes first, then storeys in the roof, then its shape on the building's span; the
    roof of a temple is steep. Of an unknown shape an average is taken, with a wide deviation.
    """
    shape = np.array([str(text).lower() for text in buildings["roof_shape"]], dtype=object)
    temple = buildings["use"].isin(["religious", "temple"]).to_numpy()
    known_shape = buildings["roof_shape"].notna().to_numpy()
    flat = np.isin(shape, list(_FLAT))
    half_span = shorter_side(buildings) / 2
    rise = np.where(temple, model.steep_pitch, model.roof_pitch) * half_span
    pitched = (known_shape & ~flat) | (temple & ~flat)
    mean = np.where(flat, model.parapet_m, np.where(pitched, rise, model.roof_m))
    sd = np.where(flat, model.parapet_sd_m, np.where(pitched, np.maximum(0.4 * rise, 0.5), model.roof_sd_m))
    storeys = buildings["roof_levels"].to_numpy(dtype=np.float64)
    inside = storeys > 0
    mean, sd = np.where(inside, storeys * model.roof_storey_m, mean), np.where(inside, 1.0, sd)
    given = buildings["roof_height_m"].to_numpy(dtype=np.float64)
    told = np.isfinite(given)
    return np.where(told, given, mean), np.where(told, model.tag_sd_m / 2, sd)


def wall_by_storeys(buildings: GeoDataFrame, model: HeightModel) -> tuple[Floats, Floats]:
    """Return the top of the highest storey's wall by the number of storeys, and its standard deviation, in metres."""
    storeys = buildings["levels"].to_numpy(dtype=np.float64)
    shop = buildings["use"].isin(["commercial", "retail"]).to_numpy()
    with np.errstate(invalid="ignore"):
        wall = np.where(
            storeys > 0, storeys * model.storey_m + np.where(shop, model.tall_ground_m, 0.0), np.nan
        )
    return wall, np.maximum(model.storeys_sd_m, model.storeys_sd_share * wall)


def shorter_side(buildings: GeoDataFrame) -> Floats:
    """Return the shorter side of the smallest rectangle around each footprint, in metres."""
    rectangles = shapely.minimum_rotated_rectangle(buildings.geometry.to_numpy())
    out = np.zeros(len(buildings))
    areal = np.flatnonzero(shapely.get_type_id(rectangles) == shapely.GeometryType.POLYGON)
    if len(areal):
        corners = shapely.get_coordinates(rectangles[areal]).reshape(len(areal), -1, 2)
        sides = np.hypot(*np.diff(corners[:, :3], axis=1).transpose(2, 0, 1))
        out[areal] = sides.min(axis=1)
    return out
