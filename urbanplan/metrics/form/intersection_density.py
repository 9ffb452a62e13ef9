"""Intersection density of the streets open to cars."""

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
    name="Intersection density",
    unit="1/km2",
    direction="higher",
    supports=("zone", "city"),
    formula=r"\frac{\left|\{v \in u : \deg v \ge 3\}\right|}{|u|}",
    references=("boeing2017",),
)
def intersection_density(drive: StreetNetwork, units: GeoDataFrame, *, min_streets: int = 3) -> pd.DataFrame:
    """Count the intersections of streets on a square kilometre.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.
    min_streets : int
        Street ends that must meet to make an intersection; a loop has two ends.

    Returns
    -------
    DataFrame
        On the index of the units: value (1/km2), n (intersections), reason.

    Notes
    -----
    Intersections count as they are mapped: one where two dual carriageways cross counts up to four times, because
    nearby nodes are not merged. A node on a border counts once, in the zone whose code comes first.
    """
    node, unit = nodes_by_unit(drive, units)
    meets = drive.street_count[node] >= min_streets
    number = np.bincount(unit[meets], minlength=len(units)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = number / shapely.area(units.geometry.to_numpy()) * KM2_M2
    return street_values(value, units, drive).assign(n=number)
