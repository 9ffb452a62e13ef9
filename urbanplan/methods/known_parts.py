"""Polygons as far as they lie where the data are complete, and how far that is."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import known_of
from urbanplan.methods.areas import shared_areas
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


def known_land(cells: GeoDataFrame, units: GeoDataFrame) -> Floats:
    """Measure which share of each unit's cells, by area, lies where the data are complete.

    Parameters
    ----------
    cells : GeoDataFrame
        The analysis grid with `known`.
    units : GeoDataFrame
        Polygons.

    Returns
    -------
    ndarray of float64, shape (units,)
        0-1; 0 for a unit that no cell touches.
    """
    unit, cell, area = shared_areas(units, cells)
    whole = np.bincount(unit, weights=area, minlength=len(units))
    there = np.bincount(unit, weights=np.where(known_of(cells)[cell], area, 0.0), minlength=len(units))
    share: Floats = np.divide(there, whole, out=np.zeros(len(units)), where=whole > 0)
    return share
