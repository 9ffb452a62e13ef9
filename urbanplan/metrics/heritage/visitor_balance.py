"""The balance between businesses for visitors and those of daily life."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.inventory.shares import shares_in_each
from urbanplan.methods.use_pressure import GROUPS, shrunk_share
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Share of businesses for visitors among those for visitors and for daily life",
    unit="share",
    supports=("zone", "city", "heritage_zone"),
    formula=r"\hat s = \frac{t + \kappa s_0}{t + d + \kappa}",
    references=("gelman2013",),
)
def visitor_balance(venues: GeoDataFrame, units: GeoDataFrame, *, prior_places: int = 10) -> pd.DataFrame:
    """Measure which share of the businesses of each unit serves visitors rather than daily life.

    Parameters
    ----------
    venues : GeoDataFrame
        Businesses and amenities with their `use`; each counts where its middle lies.
    units : GeoDataFrame
        Zones, heritage zones or the city.
    prior_places : int
        How many businesses the share of all is worth: units with few are drawn towards it.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), low and high (90 % interval), n (businesses of both kinds), reason. A unit without
        any is unknown.

    Notes
    -----
    Visitors: lodging, bars, nightclubs, restaurants, cafés, souvenirs, tours, massage, attractions. Daily life: markets,
    groceries, services, health, schools, crafts. The prior is the share among all businesses of the layer (s with index 0), worth
    kappa businesses: two bars and no shop do not make a street of bars.
    """
    middles = venues.set_geometry(shapely.point_on_surface(venues.geometry.to_numpy()), crs=venues.crs)
    venue, unit, _ = shares_in_each(middles, units)
    use = venues["use"].to_numpy(dtype=object)
    visitor, daily = np.isin(use, GROUPS["visitor"]), np.isin(use, GROUPS["daily"])
    for_visitors = np.bincount(unit, weights=visitor[venue].astype(float), minlength=len(units))
    both = np.bincount(unit, weights=(visitor | daily)[venue].astype(float), minlength=len(units))
    prior = float(visitor.sum() / max((visitor | daily).sum(), 1))
    found = shrunk_share(for_visitors, both, prior=prior, strength=float(prior_places))
    nothing = (np.full(len(units), venues.empty), Reason.NO_PLACES)
    table = explained(units, found.value, nothing, (both == 0, Reason.NOTHING_TO_MEASURE))
    blank = table["value"].isna().to_numpy()
    bounds = {name: np.where(blank, np.nan, getattr(found, name)) for name in ("low", "high")}
    return table.assign(n=both, **bounds)
