"""Density of businesses for visitors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.aggregate import explained
from urbanplan.methods.inventory.shares import shares_in_each
from urbanplan.methods.use_pressure import GROUPS
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Density of {group}",
    unit="1/ha",
    supports=("zone", "city", "heritage_zone"),
    formula=r"D = n / |u|",
    variants={
        "group": {
            "lodging": "hotels and guest houses",
            "nightlife": "bars and nightclubs",
            "visitor": "businesses for visitors",
        }
    },
)
def venue_density(venues: GeoDataFrame, units: GeoDataFrame, *, group: str = "lodging") -> pd.DataFrame:
    """Measure how many businesses for visitors stand on a hectare.

    Parameters
    ----------
    venues : GeoDataFrame
        Businesses and amenities with their `use`; each counts where its middle lies.
    units : GeoDataFrame
        Zones, heritage zones or the city.
    group : str
        lodging, nightlife (bars and nightclubs) or visitor (both, restaurants, cafés, souvenirs, tours, massage, attractions).

    Returns
    -------
    DataFrame
        On the index of the units: value (1/ha), n (businesses), reason.

    Notes
    -----
    Businesses as mapped: compare places only where mapping is equally complete.
    """
    chosen = venues[venues["use"].isin(GROUPS[group])]
    middles = chosen.set_geometry(shapely.point_on_surface(chosen.geometry.to_numpy()), crs=chosen.crs)
    _, unit, _ = shares_in_each(middles, units)
    number = np.bincount(unit, minlength=len(units)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = number / shapely.area(units.geometry.to_numpy()) * HECTARE_M2
    return explained(units, value, (np.full(len(units), venues.empty), Reason.NO_PLACES)).assign(n=number)
