"""Businesses for visitors beside the people who live there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import (
    explained,
    known_of,
    membership,
    people_coverage,
    people_of,
    without_people,
)
from urbanplan.methods.inventory.shares import shares_in_each
from urbanplan.methods.use_pressure import GROUPS
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

_PER = 1000.0
MIN_COVERAGE = 0.5


@metric(
    name="{group} per thousand residents",
    unit="1/1000 people",
    supports=("zone", "city"),
    formula=r"T = 1000 \, n / P",
    references=("defert1967",),
    requires=("population",),
    variants={"group": {"lodging": "Hotels and guest houses", "nightlife": "Bars and nightclubs"}},
)
def venues_per_resident(
    venues: GeoDataFrame, cells: GeoDataFrame, units: GeoDataFrame, *, group: str = "lodging"
) -> pd.DataFrame:
    """Compare the number of hotels, or of bars, with that of residents.

    Parameters
    ----------
    venues : GeoDataFrame
        Businesses and amenities with their `use`; each counts where its middle lies.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    units : GeoDataFrame
        Zones or the city.
    group : str
        lodging, or nightlife (bars and nightclubs).

    Returns
    -------
    DataFrame
        On the index of the units: value (per 1,000 residents), coverage (share of the unit's people who live where businesses are
        mapped), n (businesses there), reason. Less than half is unknown.

    Notes
    -----
    After the tourist function rate of Defert (1967), with businesses in the place of beds, which few maps tell.
    """
    belongs = membership(cells, units)
    usable = known_of(cells) & np.isfinite(people_of(cells))
    people = belongs.sum(np.where(usable, people_of(cells), 0.0))
    chosen = venues[venues["use"].isin(GROUPS[group])]
    middles = chosen.set_geometry(shapely.point_on_surface(chosen.geometry.to_numpy()), crs=chosen.crs)
    if not usable.all():
        mapped = shapely.union_all(cells.geometry.to_numpy()[usable])
        middles = middles[shapely.intersects(mapped, middles.geometry.to_numpy())]
    _, unit, _ = shares_in_each(middles, units)
    number = np.bincount(unit, minlength=len(units)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(people > 0, number / people * _PER, np.nan)
    coverage = people_coverage(belongs, cells, usable)
    causes = (
        (np.full(len(units), venues.empty), Reason.NO_PLACES),
        *without_people(belongs, cells),
        (~(coverage >= MIN_COVERAGE), Reason.NOT_MAPPED),
    )
    return explained(units, value, *causes).assign(coverage=coverage, n=number)
