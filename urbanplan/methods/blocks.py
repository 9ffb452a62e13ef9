"""Blocks: the ground that streets enclose."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.allotment import units_of_points
from urbanplan.methods.grid_areas import Ints, Shapes
from urbanplan.model.network import StreetNetwork

MIN_BLOCK_M2 = 200.0
"""Less is the gap between the carriageways of a street, or a traffic island."""


def blocks(network: StreetNetwork, *, min_area_m2: float = MIN_BLOCK_M2) -> GeoDataFrame:
    """Return the ground that streets enclose.

    Parameters
    ----------
    network : StreetNetwork
        Streets; where one passes over another without a junction, they part the ground too.
    min_area_m2 : float
        Smaller pieces are left out.

    Returns
    -------
    GeoDataFrame
        One polygon a block, from the south-west; ground that no street closes is none.
    """
    lines = network.lines[shapely.length(network.lines) > 0]
    noded = shapely.node(shapely.geometrycollections(lines)) if len(lines) else shapely.MultiLineString()
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    pieces = pieces[shapely.area(pieces) >= min_area_m2]
    order = np.lexsort(shapely.bounds(pieces).T[[3, 2, 0, 1]])
    return gpd.GeoDataFrame(geometry=pieces[order], crs=network.crs)


def blocks_by_unit(
    network: StreetNetwork, units: GeoDataFrame, *, min_area_m2: float = MIN_BLOCK_M2
) -> tuple[Shapes, Ints]:
    """Return the blocks of each unit: those of which a point inside lies in it, taken whole.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    units : GeoDataFrame
        Polygons.
    min_area_m2 : float
        Smaller pieces are left out.

    Returns
    -------
    block : ndarray of polygons, shape (k,)
        Each block once.
    unit : ndarray of int64, shape (k,)
        Position of the unit of each.
    """
    found = np.asarray(blocks(network, min_area_m2=min_area_m2).geometry.to_numpy(), dtype=object)
    unit = units_of_points(shapely.point_on_surface(found), units)
    return found[unit >= 0], unit[unit >= 0]
