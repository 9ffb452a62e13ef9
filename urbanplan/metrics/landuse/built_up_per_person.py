"""Built-up land per inhabitant."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained, membership, people_of, without_people
from urbanplan.methods.landscape import BUILT, cover_areas, covered_share
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Built-up land per inhabitant",
    unit="m2/person",
    supports=("zone", "city"),
    formula=r"V / P",
    references=("unhabitat2021",),
    requires=("population",),
)
def built_up_per_person(
    land_cover: LandCover,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    built: tuple[int, ...] = BUILT,
    min_people: float = 1.0,
) -> pd.DataFrame:
    """Measure how many square metres of built-up land there are for each inhabitant.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the last date is used.
    cells : GeoDataFrame
        With `population`.
    units : GeoDataFrame
        Zones or the city.
    built : tuple of int
        Numbers of the classes that are built up.
    min_people : float
        With fewer inhabitants a value per person has no meaning.

    Returns
    -------
    DataFrame
        On the index of the units: value (m2/person), coverage (share of the unit whose cover is known), reason.

    Notes
    -----
    The secondary measure of SDG 11.3.1. `landuse.urban_growth` lists it at both dates.
    """
    area, known = cover_areas(land_cover.latest, units, built)
    belongs = membership(cells, units)
    people, coverage = belongs.sum(people_of(cells)), covered_share(known, units)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(people > 0, area / people, np.nan)
    table = explained(
        units,
        value,
        *without_people(belongs, cells),
        (people < min_people, Reason.NO_PEOPLE),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
    )
    return table.assign(coverage=coverage)
