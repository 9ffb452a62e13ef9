"""Mixed-use index."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.building_uses import building_uses
from urbanplan.methods.floors import measure_bulk
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Floor area to live in (mixed-use index)",
    unit="share",
    supports=("zone", "city"),
    formula=r"\mathrm{MXI} = \frac{F_{\mathrm{residential}}}{F}",
    references=("vandenhoek2008",),
)
def mxi(
    buildings: GeoDataFrame, land_use: GeoDataFrame, units: GeoDataFrame, *, storey_m: float = 3.0
) -> pd.DataFrame:
    """Measure which share of the floor area is for living in; half and half is the most mixed.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with use, storeys or heights.
    land_use : GeoDataFrame
        Polygons with `class`: they tell the use of buildings that do not tell it themselves.
    units : GeoDataFrame
        Zones or the city.
    storey_m : float
        Height of a storey, where only the height of a building is known.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the floor area whose use is known), coverage (share of all floor area
        whose use is known), n (buildings), low and high (if none, or all, of the rest were residential), reason. Uses of
        less than half of the floor area is unknown.

    Notes
    -----
    Van den Hoek writes it in per cent of 0 to 100. A building has one use here, that of its tag or of its ground: shops
    under flats count as flats where the tag says so.
    """
    use = building_uses(buildings, land_use)
    whole = measure_bulk(buildings, units, storey_m=storey_m)
    told = measure_bulk(buildings, units, storey_m=storey_m, chosen=use != "")
    homes = measure_bulk(buildings, units, storey_m=storey_m, chosen=use == "residential").floor_m2
    floor, known = whole.floor_m2, np.minimum(told.floor_m2, whole.floor_m2)
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.where(floor > 0, known / floor, np.nan)
        value = np.where(known > 0, np.clip(homes / known, 0.0, 1.0), np.nan)
        low, high = np.clip(homes / floor, 0.0, 1.0), np.clip((homes + floor - known) / floor, 0.0, 1.0)
    nothing = buildings.empty or land_use.empty
    table = explained(
        units,
        value,
        (np.full(len(units), nothing), Reason.NO_PLACES),
        ((floor > 0) & (coverage < MIN_COVERAGE), Reason.NOT_MAPPED),
    )
    given = table["value"].notna().to_numpy()
    return table.assign(
        coverage=coverage,
        n=whole.buildings,
        low=np.where(given, np.fmin(low, table["value"]), np.nan),
        high=np.where(given, np.fmax(high, table["value"]), np.nan),
    )
