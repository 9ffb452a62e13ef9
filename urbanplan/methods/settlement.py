"""The land on which people are counted."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.units import KM2_M2
from urbanplan.methods.aggregate import Membership, people_of
from urbanplan.methods.grid_areas import Floats


def settled_ground(belongs: Membership, cells: GeoDataFrame) -> tuple[Floats, Floats]:
    """Measure the land of each unit for which the number of people is known.

    Parameters
    ----------
    belongs : Membership
        Of the cells in the units.
    cells : GeoDataFrame
        Squares with `inside` and `population`.

    Returns
    -------
    ground_m2, coverage : ndarray of float64, shape (units,)
        Area inside the city of the cells whose people are known, and its share of all land of the unit inside the
        city; NaN where the unit has no land inside the city.
    """
    land = shapely.area(cells.geometry.to_numpy()) * cells["inside"].to_numpy(dtype="float64")
    known = np.isfinite(people_of(cells))
    ground, everything = belongs.sum(np.where(known, land, 0.0)), belongs.sum(land)
    with np.errstate(divide="ignore", invalid="ignore"):
        return ground, np.where(everything > 0, ground / everything, np.nan)


def density_of(cells: GeoDataFrame) -> Floats:
    """Return people by square kilometre of each cell's land in the city, NaN where unknown."""
    land = shapely.area(cells.geometry.to_numpy()) * cells["inside"].to_numpy(dtype="float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(land > 0, people_of(cells) / land * KM2_M2, np.nan)
