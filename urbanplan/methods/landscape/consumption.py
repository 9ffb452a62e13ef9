"""Growth of land and people by unit, from land cover and the cells of the grid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.dates import years_between
from urbanplan.methods.aggregate import MIN_COVERAGE, Membership, explained, membership
from urbanplan.methods.growth import Growth, land_and_people
from urbanplan.methods.landscape.places import cover_areas, covered_share
from urbanplan.methods.landscape.sweeping import Floats
from urbanplan.model.land_cover import LandCover
from urbanplan.model.reason import Reason

BUILT = (50,)
"""Numbers of the classes of land cover that are built up."""


class Consumption(NamedTuple):
    """Built-up land and people of each unit at the first and the last date.

    Attributes
    ----------
    built_before_m2, built_m2, people_before, people : ndarray of float64, shape (units,)
        NaN where unknown.
    growth : Growth
        What follows from them.
    coverage : ndarray of float64, shape (units,)
        Share of the unit whose cover is known at both dates.
    one_date : bool
        Whether land cover is of one date only, so that no growth of land is known.
    """

    built_before_m2: Floats
    built_m2: Floats
    people_before: Floats
    people: Floats
    growth: Growth
    coverage: Floats
    one_date: bool


def consumption(
    land_cover: LandCover, cells: GeoDataFrame, units: GeoDataFrame, *, built: tuple[int, ...] = BUILT
) -> Consumption:
    """Measure built-up land and people of each unit at two dates, and how fast both grow.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the first and the last date are compared.
    cells : GeoDataFrame
        With `population`, and `population_before` and `years_between` where an earlier count is known.
    units : GeoDataFrame
        Zones or the city.
    built : tuple of int
        Numbers of the classes that are built up.
    """
    first, last = land_cover.earliest, land_cover.latest
    one_date = first is last
    after, known = cover_areas(last, units, built)
    before, known_before = (
        (np.full(len(units), np.nan), known) if one_date else cover_areas(first, units, built)
    )
    belongs = membership(cells, units)
    earlier, later, years = people_at_both_dates(cells, belongs)
    span = 1.0 if one_date else years_between(first.date, last.date)
    growth = land_and_people(before, after, earlier, later, land_years=span, people_years=years)
    coverage = covered_share(np.minimum(known, known_before), units)
    return Consumption(before, after, earlier, later, growth, coverage, one_date)


def people_at_both_dates(cells: GeoDataFrame, belongs: Membership) -> tuple[Floats, Floats, float]:
    """Return the people of each unit at the earlier and the later count, and the years between; NaN where unknown."""
    span = cells["years_between"].dropna() if "years_between" in cells else pd.Series(dtype=float)
    years = float(span.iloc[0]) if len(span) else float("nan")
    return _people(cells, "population_before", belongs), _people(cells, "population", belongs), years


def _people(cells: GeoDataFrame, name: str, belongs: Membership) -> Floats:
    """Return the people of each unit, NaN where those of none of its cells are known."""
    if name not in cells:
        return np.full(belongs.units, np.nan)
    lived = cells[name].to_numpy(dtype=np.float64)
    return np.where(belongs.count(np.isfinite(lived)) > 0, belongs.sum(lived), np.nan)


def growth_values(
    found: Consumption, units: GeoDataFrame, value: Floats, *causes: tuple[NDArray[np.bool_], Reason]
) -> pd.DataFrame:
    """Put values of growth together with why they are unknown.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage and reason.
    """
    table = explained(
        units,
        value,
        (np.full(len(units), found.one_date), Reason.LAYER_MISSING),
        (found.coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
        *causes,
    )
    return table.assign(coverage=found.coverage)


def without_counts(*people: Floats) -> tuple[tuple[NDArray[np.bool_], Reason], ...]:
    """Return where people at some date are unknown, or nobody lived."""
    unknown = np.any([np.isnan(part) for part in people], axis=0)
    nobody = np.any([np.nan_to_num(part, nan=1.0) <= 0 for part in people], axis=0)
    return (unknown, Reason.POPULATION_UNKNOWN), (nobody, Reason.NO_PEOPLE)
