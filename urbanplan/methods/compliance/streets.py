"""Heights beside streets: what may stand how far from the other side of the road."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.methods.compliance.exceedance import chance_above

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Floats = NDArray[np.float64]

PUBLIC = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "pedestrian",
)
"""Classes of streets that are taken for public; links of them too."""
WIDTH_M = {
    "motorway": 24.0,
    "trunk": 20.0,
    "primary": 16.0,
    "secondary": 12.0,
    "tertiary": 9.0,
    "unclassified": 6.0,
    "residential": 6.0,
    "living_street": 4.0,
    "pedestrian": 5.0,
}
LANE_M, LANE_SD_M, CLASS_SD_M = 3.2, 1.5, 2.5
"""Width of a lane, and how sure a street's width is by its lanes, or by its class alone."""
CENTRE_SD_M = 1.0
FARTHEST_M = 100.0


class BesideStreets(NamedTuple):
    """Buildings with the street that decides.

    Attributes
    ----------
    street : ndarray of int64, shape (n,)
        Row of the nearest public street; -1 where none is near.
    distance_m : ndarray of float64, shape (n,)
        From the wall nearest to the street to the far side of the street.
    width_m : ndarray of float64, shape (n,)
        Of the street, by its lanes or class.
    allowed_m : ndarray of float64, shape (n,)
        What the wall beside the street may reach.
    chance : ndarray of float64, shape (n,)
        Probability that the wall, or the roof's highest point over the middle of the building, is higher than it may be.
    """

    street: NDArray[np.int64]
    distance_m: Floats
    width_m: Floats
    allowed_m: Floats
    chance: Floats


def beside_streets(buildings: GeoDataFrame, streets: GeoDataFrame, *, ratio: float) -> BesideStreets:
    r"""Compare heights with the distance to the far side of the nearest public street.

    Parameters
    ----------
    buildings : GeoDataFrame
        With estimated heights.
    streets : GeoDataFrame
        Lines with `highway` and `lanes`.
    ratio : float
        How many times that distance a height may be.

    Notes
    -----
    At a wall d from the street's middle, with the width w, the limit is :math:`L = r (d + w / 2)`; its error is that of the
    street's width and place, times r, and is added to that of the height. The wall is held against the limit at the nearest
    point of the outline, the highest point against that over the middle of the building.
    """
    public = np.flatnonzero(streets["highway"].astype(str).str.removesuffix("_link").isin(PUBLIC).to_numpy())
    count = len(buildings)
    street, nothing = np.full(count, -1, dtype=np.int64), np.full(count, np.nan)
    if not len(public) or not count:
        return BesideStreets(street, nothing, nothing, nothing, nothing)
    lines, shapes = streets.geometry.to_numpy()[public], buildings.geometry.to_numpy()
    at, found = shapely.STRtree(lines).query_nearest(shapes, max_distance=FARTHEST_M, all_matches=False)
    street[at] = public[found]
    width, width_sd = street_widths(streets)
    wide = np.where(street >= 0, width[street], np.nan)
    sure = np.where(street >= 0, width_sd[street], np.nan)
    wall, middle = nothing.copy(), nothing.copy()
    wall[at] = shapely.distance(shapes[at], lines[found])
    middle[at] = shapely.distance(shapely.centroid(shapes[at]), lines[found])
    limit_sd = ratio * np.hypot(sure / 2, CENTRE_SD_M)
    low, high = ratio * (wall + wide / 2), ratio * (middle + wide / 2)
    wall_chance = _chance(buildings, "wall_top", low, limit_sd)
    roof_chance = _chance(buildings, "highest_point", high, limit_sd)
    return BesideStreets(street, wall + wide / 2, wide, low, np.fmax(wall_chance, roof_chance))


def _chance(buildings: GeoDataFrame, reference: str, limit: Floats, limit_sd: Floats) -> Floats:
    mean = buildings[f"{reference}_m"].to_numpy(dtype=np.float64)
    sd = np.hypot(buildings[f"{reference}_sd_m"].to_numpy(dtype=np.float64), limit_sd)
    return chance_above(limit, mean, sd)


def street_widths(streets: GeoDataFrame) -> tuple[Floats, Floats]:
    """Return the width of each street and its standard deviation, by the number of its lanes, else by its class."""
    kind = streets["highway"].astype(str).str.removesuffix("_link")
    by_class = kind.map(WIDTH_M).astype("float64").to_numpy()
    lanes = streets["lanes"].astype(str).str.extract(r"^(\d+)", expand=False).astype("float64").to_numpy()
    known = lanes > 0
    return np.where(known, lanes * LANE_M, by_class), np.where(known, LANE_SD_M, CLASS_SD_M)
