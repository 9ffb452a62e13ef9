"""Public open spaces as people use them: pieces that touch are one space, and closed ones are none."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.grid_areas import Shapes

CLOSED = ("private", "no")
"""Values of `access` of a space that is not public."""


def public_spaces(open_space: GeoDataFrame, *, min_area_m2: float = 0.0) -> GeoDataFrame:
    """Return the public open spaces of at least a size, those that touch or overlap joined into one.

    Parameters
    ----------
    open_space : GeoDataFrame
        Open spaces with `access`; those that are private or closed are left out.
    min_area_m2 : float
        Smaller spaces are left out; one of exactly this size stays.

    Returns
    -------
    GeoDataFrame
        One polygon a space, with `area_m2`, numbered from 0.

    Notes
    -----
    A park that a map draws in three pieces is one park of their size; a street between two pieces, drawn as none of
    them, parts them.
    """
    public = open_space.geometry[~open_space["access"].isin(CLOSED)].to_numpy()
    whole = shapely.union_all(public) if len(public) else shapely.Polygon()
    pieces = shapely.get_parts(shapely.get_parts(whole))
    pieces = pieces[shapely.area(pieces) >= max(min_area_m2, np.finfo(float).tiny)]
    order = np.lexsort(shapely.bounds(pieces).T) if len(pieces) else np.zeros(0, dtype=np.int64)
    return gpd.GeoDataFrame(
        {"area_m2": shapely.area(pieces[order])}, geometry=pieces[order], crs=open_space.crs
    )


def outside(areas: Shapes, spaces: GeoDataFrame) -> Shapes:
    """Return what spaces leave of each area.

    Parameters
    ----------
    areas : ndarray of polygons, shape (n,)
        Valid polygons.
    spaces : GeoDataFrame
        Valid polygons, which may overlap.

    Returns
    -------
    ndarray of geometries, shape (n,)
        Empty where an area lies wholly in spaces.
    """
    shapes = spaces.geometry.to_numpy()
    area, space = shapely.STRtree(shapes).query(areas, predicate="intersects")
    left = areas.copy()
    if not len(area):
        return left
    met, first = np.unique(area, return_index=True)
    for at, near in zip(met, np.split(space, first[1:]), strict=True):
        left[at] = shapely.difference(areas[at], shapely.union_all(shapes[near]))
    return left
