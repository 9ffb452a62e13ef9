"""The 3-30-300 rule for each dwelling: trees in view (by proxy), crowns over the neighbourhood, green within a walk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.landscape.surroundings import cover_around
from urbanplan.methods.open_spaces import public_spaces
from urbanplan.methods.travel.access import distances
from urbanplan.model.land_cover import LandCover
from urbanplan.model.network import StreetNetwork

TREES = (10, 95)
PARTS = ("trees", "canopy", "green")


class Dwellings(NamedTuple):
    """Which parts of the rule hold for each building; where `known` is false it is not known.

    Attributes
    ----------
    holds, known : dict of str to ndarray of bool, shape (buildings,)
        By part: trees, canopy, green.
    reason : ndarray of str, shape (buildings,)
        Why the walk to green is unknown, else empty.
    """

    holds: dict[str, NDArray[np.bool_]]
    known: dict[str, NDArray[np.bool_]]
    reason: NDArray[np.object_]


def three_thirty(
    land_cover: LandCover,
    open_space: GeoDataFrame,
    walk: StreetNetwork,
    buildings: GeoDataFrame,
    *,
    view_m: float = 30.0,
    crowns_m2: float = 75.0,
    neighbourhood_m: float = 300.0,
    canopy_share: float = 0.3,
    walk_m: float = 300.0,
    min_area_m2: float = 10_000.0,
    max_off_street_m: float = 500.0,
) -> Dwellings:
    """Ask the three questions of the rule for each building.

    Parameters
    ----------
    land_cover : LandCover
        The last date is used; trees are classes 10 and 95.
    open_space, walk
        Public spaces, and streets open on foot.
    buildings : GeoDataFrame
        Footprints.
    view_m, crowns_m2 : float
        Proxy of three visible trees: so much ground under crowns (three of 25 m2) within this distance.
    neighbourhood_m, canopy_share : float
        Share of the ground within this distance that crowns must cover.
    walk_m, min_area_m2 : float
        Longest walk to a space of at least this size.
    max_off_street_m : float
        Of buildings farther than this from every street the walk is unknown.

    Notes
    -----
    The "3" cannot be measured from a map of land cover: a tree that is seen may be smaller than a cell, one that
    stands near may be hidden. It is a proxy and must be called one.

    References
    ----------
    Konijnendijk (2023), Evidence-based guidelines for greener, healthier, more resilient neighbourhoods: introducing the
    3-30-300 rule.
    """
    raster = land_cover.latest
    middle = shapely.centroid(buildings.geometry.to_numpy())
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    near = cover_around(raster, x, y, TREES, radius_m=view_m)
    wide = cover_around(raster, x, y, TREES, radius_m=neighbourhood_m)
    metres, reason = distances(
        public_spaces(open_space, min_area_m2=min_area_m2), walk, buildings, max_off_street_m=max_off_street_m
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        canopy = np.where(wide.known > 0, wide.covered / wide.known, 0.0)
    return Dwellings(
        {
            "trees": near.covered * raster.cell_m**2 >= crowns_m2,
            "canopy": canopy >= canopy_share,
            "green": np.nan_to_num(metres, nan=np.inf) <= walk_m,
        },
        {
            "trees": 2 * near.known >= near.cells,
            "canopy": 2 * wide.known >= wide.cells,
            "green": np.isfinite(metres) | (reason == ""),
        },
        reason,
    )
