"""What holds for people: how many, which share of them, and their mean, from cells to units."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.aggregate import (
    MIN_COVERAGE,
    Membership,
    explained,
    known_of,
    membership,
    people_coverage,
    people_of,
    without_people,
)
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.uncertainty import Drawn
from urbanplan.model.reason import OFF_STREET, Reason

Mask = NDArray[np.bool_]
_CAUSES = (Reason.DISCONNECTED, *OFF_STREET, Reason.BEYOND_LIMIT, Reason.POPULATION_UNKNOWN)


def mean_over_people(
    cells: GeoDataFrame, units: GeoDataFrame, values: Floats, reason: NDArray[np.object_]
) -> pd.DataFrame:
    """Average a value of cells over the people of each unit.

    Parameters
    ----------
    cells : GeoDataFrame
        With `population` and `known`.
    units : GeoDataFrame
        Zones or the city.
    values : ndarray of float64, shape (cells,)
        Value of each cell, NaN where unknown.
    reason : ndarray of str, shape (cells,)
        Why it is unknown.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (share of the people whose value is known), n (cells behind it) and
        reason; below one half that of most people.
    """
    belongs, people, known = membership(cells, units), people_of(cells), known_of(cells)
    speaks = known & np.isfinite(values)
    weight = np.where(speaks, people, 0.0)
    total = belongs.sum(weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(total > 0, belongs.sum(weight * np.nan_to_num(values)) / total, np.nan)
    coverage = people_coverage(belongs, cells, speaks)
    table = explained(
        units,
        value,
        _no_places(units, reason),
        *without_people(belongs, cells),
        *_too_little(belongs, cells, ~(coverage >= MIN_COVERAGE), reason),
    )
    return table.assign(coverage=coverage, n=belongs.count(speaks & (people > 0)))


def mean_drawn(cells: GeoDataFrame, units: GeoDataFrame, drawn: Drawn) -> Drawn:
    """Return what averages a measure of cells over the people of each unit in one draw, as `mean_over_people` does."""
    belongs, people, known = membership(cells, units), people_of(cells), known_of(cells)

    def mean(pace: float, times: Floats) -> Floats:
        values = drawn(pace, times)
        weight = np.where(known & np.isfinite(values), people, 0.0)
        total = belongs.sum(weight)
        summed = belongs.sum(weight * np.nan_to_num(values))
        out: Floats = np.divide(summed, total, out=np.full(len(units), np.nan), where=total > 0)
        return out

    return mean


def people_where(
    cells: GeoDataFrame, units: GeoDataFrame, holds: Mask, reason: NDArray[np.object_]
) -> pd.DataFrame:
    """Count the people of each unit for whose cell something holds.

    Parameters
    ----------
    cells : GeoDataFrame
        With `population` and `known`.
    units : GeoDataFrame
        Zones or the city.
    holds : ndarray of bool, shape (cells,)
        Whether it holds; not asked where the cell is not known.
    reason : ndarray of str, shape (cells,)
        Why something is unknown of a cell. Of a cell that is off the streets, or on streets that lead to no place, it is
        not known whether it holds: streets that nobody has joined on the map are no proof that nobody can walk there.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (share of the people in known cells), n (cells for which it holds),
        low and high (if it held for none, or all, of the people elsewhere) and reason.
    """
    belongs, people, known = membership(cells, units), people_of(cells), known_of(cells) & _answered(reason)
    value = belongs.sum(np.where(holds & known, people, 0.0))
    coverage = people_coverage(belongs, cells, known)
    population_unknown, _ = without_people(belongs, cells)
    table = explained(
        units,
        value,
        _no_places(units, reason),
        population_unknown,
        *_too_little(belongs, cells, coverage < MIN_COVERAGE, reason),
    )
    given = table["value"].notna().to_numpy()
    high = value + belongs.sum(np.where(known, 0.0, people))
    return table.assign(
        coverage=coverage,
        n=belongs.count(holds & known),
        low=np.where(given, value, np.nan),
        high=np.where(given, high, np.nan),
    )


def share_of_people_where(
    cells: GeoDataFrame, units: GeoDataFrame, holds: Mask, reason: NDArray[np.object_]
) -> pd.DataFrame:
    """Measure for which share of the people of each unit something holds.

    Parameters
    ----------
    cells, units, holds, reason
        As in `people_where`.

    Returns
    -------
    DataFrame
        As of `people_where`; the value is a share (0-1) of the people in known cells, low and high are shares of all.
    """
    belongs, people, known = membership(cells, units), people_of(cells), known_of(cells) & _answered(reason)
    everybody, those = belongs.sum(people), belongs.sum(np.where(known, people, 0.0))
    holding = belongs.sum(np.where(holds & known, people, 0.0))
    coverage = people_coverage(belongs, cells, known)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(those > 0, np.clip(holding / those, 0.0, 1.0), np.nan)
        low, high = holding / everybody, (holding + everybody - those) / everybody
    table = explained(
        units,
        value,
        _no_places(units, reason),
        *without_people(belongs, cells),
        *_too_little(belongs, cells, ~(coverage >= MIN_COVERAGE), reason),
    )
    given = table["value"].notna().to_numpy()
    return table.assign(
        coverage=coverage,
        n=belongs.count(holds & known),
        low=np.where(given, np.clip(low, 0.0, 1.0), np.nan),
        high=np.where(given, np.clip(high, 0.0, 1.0), np.nan),
    )


def _no_places(units: GeoDataFrame, reason: NDArray[np.object_]) -> tuple[Mask, Reason]:
    return np.full(len(units), bool((reason == Reason.NO_PLACES.value).all())), Reason.NO_PLACES


def _answered(reason: NDArray[np.object_]) -> Mask:
    """Return the cells of which the streets say whether something is within reach."""
    return ~np.isin(reason.astype(str), [cause.value for cause in (Reason.DISCONNECTED, *OFF_STREET)])


def _too_little(
    belongs: Membership, cells: GeoDataFrame, little: Mask, reason: NDArray[np.object_]
) -> list[tuple[Mask, Reason]]:
    """Say why too few people of a unit have a value: nobody mapped it, or else what holds for most of them."""
    known = known_of(cells)
    unmapped = people_coverage(belongs, cells, known) < MIN_COVERAGE
    causes = _most_common(belongs, people_of(cells), known, reason)
    return [(unmapped, Reason.NOT_MAPPED), *((little & most, cause) for cause, most in causes)]


def _most_common(
    belongs: Membership, people: Floats, known: Mask, reason: NDArray[np.object_]
) -> list[tuple[Reason, Mask]]:
    """Return in which units each cause keeps most of the people from having a value."""
    sums = np.stack(
        [belongs.sum(np.where(known & (reason == cause.value), people, 0.0)) for cause in _CAUSES]
    )
    most = sums.argmax(axis=0)
    return [(cause, (most == number) & (sums[number] > 0)) for number, cause in enumerate(_CAUSES)]
