"""How much more a place lives on visitors than the city does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.inventory.shares import shares_in_each
from urbanplan.methods.use_pressure import GROUPS
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Location quotient of businesses for visitors",
    unit="1",
    supports=("zone", "heritage_zone"),
    formula=r"LQ = \frac{t_u / n_u}{t / n}",
    references=("isserman1977",),
    standard=False,
)
def visitor_quotient(venues: GeoDataFrame, units: GeoDataFrame, *, least_venues: int = 5) -> pd.DataFrame:
    """Compare the share of businesses for visitors in each unit with that among all.

    Parameters
    ----------
    venues : GeoDataFrame
        Businesses and amenities with their `use`; each counts where its middle lies.
    units : GeoDataFrame
        Zones or heritage zones.
    least_venues : int
        Units with fewer businesses say nothing.

    Returns
    -------
    DataFrame
        On the index of the units: value (1 where the unit is like the whole; 2 twice its share), n (businesses of every use),
        reason.

    Notes
    -----
    The whole is every business of the layer, also those around the city.
    """
    middles = venues.set_geometry(shapely.point_on_surface(venues.geometry.to_numpy()), crs=venues.crs)
    venue, unit, _ = shares_in_each(middles, units)
    visitor = np.isin(venues["use"].to_numpy(dtype=object), GROUPS["visitor"])
    some = np.bincount(unit, weights=visitor[venue].astype(float), minlength=len(units))
    number = np.bincount(unit, minlength=len(units)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (some / number) / (visitor.mean() if len(visitor) else np.nan)
    nothing = (np.full(len(units), venues.empty), Reason.NO_PLACES)
    return explained(units, value, nothing, (number < least_venues, Reason.TOO_FEW)).assign(n=number)
