"""Intersection density of the streets and paths open on foot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.units import KM2_M2
from urbanplan.methods.streets import nodes_by_unit, street_values
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Intersection density on foot",
    unit="1/km2",
    direction="higher",
    supports=("zone", "city"),
    formula=r"\frac{\left|\{v \in u : \deg v \ge 3\}\right|}{|u|}",
    references=("boeing2017",),
)
def walk_intersection_density(
    walk: StreetNetwork, units: GeoDataFrame, *, min_streets: int = 3
) -> pd.DataFrame:
    """Count the intersections of streets and footpaths on a square kilometre.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot.
    units : GeoDataFrame
        Zones or the city.
    min_streets : int
        Ends of streets or paths that must meet to make an intersection; a loop has two ends.

    Returns
    -------
    DataFrame
        On the index of the units: value (1/km2), n (intersections), reason.

    Notes
    -----
    As `form.intersection_density`, on another network. Pavements and crossings drawn beside a street add
    intersections of their own, so that compare only cities that are mapped alike.
    """
    node, unit = nodes_by_unit(walk, units)
    meets = walk.street_count[node] >= min_streets
    number = np.bincount(unit[meets], minlength=len(units)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = number / shapely.area(units.geometry.to_numpy()) * KM2_M2
    return street_values(value, units, walk).assign(n=number)
