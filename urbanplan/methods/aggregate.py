"""From cells to units: people divided by area, sums and means that name what they speak for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.areas import shared_areas
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.model.reason import Reason

MIN_COVERAGE = 0.5
"""Below this share of people, or of land, that a value would speak for, there is no value."""

_SLIVER = 1e-6
_COMPLETE = 1e-5


@dataclass(frozen=True)
class Membership:
    """Which share of each cell's people belongs to which unit.

    Attributes
    ----------
    cell, unit : ndarray of int64, shape (k,)
        Positions of a cell and a unit.
    share : ndarray of float64, shape (k,)
        Share of the cell's people that belongs to the unit; of one cell they never add up to more than 1.
    units : int
        Number of units.
    """

    cell: Ints
    unit: Ints
    share: Floats
    units: int

    def sum(self, values: Floats) -> Floats:
        """Add up an extensive quantity of the cells in each unit; unknown cells are left out.

        Parameters
        ----------
        values : ndarray of float64, shape (cells,)
            One value per cell, NaN where unknown.

        Returns
        -------
        ndarray of float64, shape (units,)
        """
        parts = self.share * np.nan_to_num(values, nan=0.0)[self.cell]
        return np.bincount(self.unit, weights=parts, minlength=self.units).astype(np.float64)

    def count(self, which: NDArray[np.bool_]) -> Floats:
        """Count the cells in each unit for which `which` holds; a cell that lies in two units counts in both."""
        return np.bincount(self.unit, weights=which[self.cell].astype(float), minlength=self.units).astype(
            np.float64
        )


def membership(cells: GeoDataFrame, units: GeoDataFrame) -> Membership:
    r"""Find which share of each cell's people belongs to which unit.

    Parameters
    ----------
    cells : GeoDataFrame
        Squares with `inside`, the share of each that lies in the city.
    units : GeoDataFrame
        Polygons.

    Notes
    -----
    People are spread evenly over the part of a cell that lies inside the city, so a unit's share is
    :math:`|c \cap u| / (|c| \cdot inside)`. Where units cover that part whole, or lap over each other, the
    shares are scaled to add up to exactly 1: nobody is lost, nobody counts twice.
    """
    unit, cell, area = shared_areas(units, cells)
    part = shapely.area(cells.geometry.to_numpy()) * cells["inside"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(part[cell] > 0, area / part[cell], 0.0)
    # a border drawn twice leaves slivers of cells on its wrong side: they are no cells of that unit
    kept = share > _SLIVER
    unit, cell, share = unit[kept], cell[kept], share[kept]
    total = np.bincount(cell, weights=share, minlength=len(cells))
    full = total > 1 - _COMPLETE
    share = np.where(full[cell], share / np.where(full, total, 1.0)[cell], share)
    order = np.lexsort((cell, unit))
    return Membership(cell[order], unit[order], share[order], len(units))


def people_of(cells: GeoDataFrame) -> Floats:
    """Return the people of each cell, NaN where unknown.

    Raises
    ------
    InputError
        If a number is negative or infinite.
    """
    people: Floats = cells["population"].to_numpy(dtype="float64")
    wrong = np.flatnonzero((people < 0) | np.isinf(people))
    if len(wrong):
        raise InputError(
            f"cells: {cells.index[wrong[0]]} has {people[wrong[0]]} people; give a number of zero or more, or leave it empty where nothing is known"
        )
    return people


def known_of(cells: GeoDataFrame) -> NDArray[np.bool_]:
    """Return which cells lie where all data of the metric are complete; all, where nothing is said of it."""
    if "known" not in cells:
        return np.ones(len(cells), dtype=bool)
    known: NDArray[np.bool_] = cells["known"].to_numpy(dtype=bool)
    return known


def people_coverage(belongs: Membership, cells: GeoDataFrame, speaks: NDArray[np.bool_]) -> Floats:
    """Return which share of each unit's people a value speaks for.

    Parameters
    ----------
    belongs : Membership
        Of the cells in the units.
    cells : GeoDataFrame
        With `population`.
    speaks : ndarray of bool, shape (cells,)
        Which cells the value speaks for.

    Returns
    -------
    ndarray of float64, shape (units,)
        NaN where no people are known.
    """
    people = people_of(cells)
    everybody = belongs.sum(people)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(everybody > 0, belongs.sum(np.where(speaks, people, 0.0)) / everybody, np.nan)


def explained(units: GeoDataFrame, value: Floats, *causes: tuple[NDArray[np.bool_], Reason]) -> pd.DataFrame:
    """Put values and reasons together: the first cause that holds makes a value unknown.

    Parameters
    ----------
    units : GeoDataFrame
        What the values belong to.
    value : ndarray of float64, shape (units,)
        The values.
    *causes : tuple of (ndarray of bool, Reason)
        Where a cause holds, and what to call it; the first that holds is named.

    Returns
    -------
    DataFrame
        Columns value and reason, on the index of the units.
    """
    unknown = ~np.isfinite(value)
    reason = np.where(unknown, Reason.NOTHING_TO_MEASURE.value, "").astype(object)
    out = np.where(unknown, np.nan, value)
    for holds, cause in reversed(causes):
        reason[holds] = cause.value
        out[holds] = np.nan
    return pd.DataFrame({"value": out, "reason": reason}, index=units.index)


def causes(reason: NDArray[np.object_]) -> tuple[tuple[NDArray[np.bool_], Reason], ...]:
    """Return where each cause holds, for `explained`, from the words for it: one a unit, empty where it is known."""
    return tuple((reason == cause.value, cause) for cause in Reason)


def without_people(belongs: Membership, cells: GeoDataFrame) -> tuple[tuple[NDArray[np.bool_], Reason], ...]:
    """Return where a value per person is impossible: no population is known, or nobody lives there."""
    people = people_of(cells)
    counted = belongs.count(np.isfinite(people))
    everybody = belongs.sum(people)
    return (counted == 0, Reason.POPULATION_UNKNOWN), (everybody <= 0, Reason.NO_PEOPLE)
