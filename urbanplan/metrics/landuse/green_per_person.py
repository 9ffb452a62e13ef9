"""Green space per person."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import (
    MIN_COVERAGE,
    explained,
    known_of,
    membership,
    people_coverage,
    people_of,
    without_people,
)
from urbanplan.methods.areas import covered_area
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

_CLOSED = ("private", "no")


@metric(
    name="Public green space per person",
    unit="m2/person",
    direction="higher",
    supports=("zone", "city"),
    formula=r"G = \frac{\left|\bigcup_g S_g \cap A\right|}{P}",
    requires=("population",),
)
def green_per_person(
    open_space: GeoDataFrame, cells: GeoDataFrame, units: GeoDataFrame, *, min_people: float = 1.0
) -> pd.DataFrame:
    """Measure how many square metres of public green and open space there are for each inhabitant.

    Parameters
    ----------
    open_space : GeoDataFrame
        Green and open spaces; those whose access is private or closed are left out.
    cells : GeoDataFrame
        With `population` and `known`.
    units : GeoDataFrame
        Zones or the city.
    min_people : float
        With fewer inhabitants a value per person has no meaning.

    Returns
    -------
    DataFrame
        On the index of the units: value (m2/person), coverage (share of the unit's people who live where open
        spaces are mapped), n (open spaces in the unit), reason. Less than half is unknown.

    Notes
    -----
    Spaces that lie over each other count once; one on a border counts with its part. Space and people are both taken
    only in cells where open spaces are mapped and people are known. Where a space lies says nothing about who can
    reach it: see `access.share_within_park`.
    """
    belongs = membership(cells, units)
    usable = known_of(cells) & np.isfinite(people_of(cells))
    people = belongs.sum(np.where(usable, people_of(cells), 0.0))
    public = open_space[~open_space["access"].isin(_CLOSED)]
    if not usable.all():
        mapped = shapely.union_all(cells.geometry.to_numpy()[usable])
        public = public.set_geometry(shapely.intersection(public.geometry.to_numpy(), mapped), crs=public.crs)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(people > 0, covered_area(public, units) / people, np.nan)
    coverage = people_coverage(belongs, cells, usable)
    table = explained(
        units,
        value,
        (np.full(len(units), public.empty), Reason.NO_PLACES),
        *without_people(belongs, cells),
        (~(coverage >= MIN_COVERAGE), Reason.NOT_MAPPED),
        (people < min_people, Reason.NO_PEOPLE),
    )
    inside, _ = shapely.STRtree(public.geometry.to_numpy()).query(
        units.geometry.to_numpy(), predicate="intersects"
    )
    return table.assign(coverage=coverage, n=np.bincount(inside, minlength=len(units)).astype(float))
