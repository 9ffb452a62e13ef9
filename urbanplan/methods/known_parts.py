"""Polygons as far as they lie where the data are complete, for findings that must not speak of the rest."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import known_of
from urbanplan.methods.grid_areas import Floats


def known_parts(areas: GeoDataFrame, cells: GeoDataFrame) -> tuple[GeoDataFrame, Floats]:
    """Cut areas to the cells in which the data are complete.

    Parameters
    ----------
    areas : GeoDataFrame
        Polygons.
    cells : GeoDataFrame
        The analysis grid with `known`; it covers the city.

    Returns
    -------
    tuple of (GeoDataFrame, ndarray of float64)
        The areas that have any such part, cut to it, and the share (0-1) of each that it is.
    """
    whole = shapely.area(areas.geometry.to_numpy())
    known = shapely.union_all(cells.geometry.to_numpy()[known_of(cells)])
    shapely.prepare(known)
    shapes = areas.geometry.to_numpy().copy()
    part = np.flatnonzero(~shapely.covers(known, shapes))
    shapes[part] = shapely.intersection(shapes[part], known)
    left = shapely.area(shapes)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(whole > 0, left / whole, 0.0)
    some = left > 0
    return areas[some].set_geometry(shapes[some], crs=areas.crs), share[some]
