"""What became of what: transitions between classes of land cover, and what each class gained, lost and swapped."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.base.dates import years_between
from urbanplan.base.errors import InputError
from urbanplan.methods.class_book import MAX_CLASSES, ClassBook
from urbanplan.methods.landscape.places import parts_of
from urbanplan.methods.landscape.sweeping import Floats, Ints
from urbanplan.model.land_cover import CoverRaster

_PAIR = 2


class Transitions(NamedTuple):
    """The area that went from one class to another.

    Attributes
    ----------
    classes : ndarray of int64, shape (m,)
        Classes of either date, ascending.
    area_m2 : ndarray of float64, shape (m, m)
        From the class of the row to the class of the column.
    years : float
        Between the dates.
    """

    classes: Ints
    area_m2: Floats
    years: float


class Change(NamedTuple):
    """What each class gained and lost; areas in m2.

    Attributes
    ----------
    before, after, kept : ndarray of float64, shape (m,)
        Area at the first date, at the last, and of what is the class at both.
    gain, loss, net : ndarray of float64, shape (m,)
        What became the class, what ceased to be it, and the difference.
    swap : ndarray of float64, shape (m,)
        What was lost in one place and gained in another: twice the lesser of gain and loss.
    rate : ndarray of float64, shape (m,)
        Compound growth by year, as a share; NaN where there was none before.
    gain_intensity, loss_intensity : ndarray of float64, shape (m,)
        Gain by year as a share of the class at the last date, loss as a share of it at the first.
    uniform : float
        Share of all land that changed in a year: a class that changes faster is active, others are dormant.
    """

    before: Floats
    after: Floats
    kept: Floats
    gain: Floats
    loss: Floats
    net: Floats
    swap: Floats
    rate: Floats
    gain_intensity: Floats
    loss_intensity: Floats
    uniform: float


def transitions(before: CoverRaster, after: CoverRaster, place: GeoDataFrame) -> Transitions:
    """Measure which area went from which class to which.

    Parameters
    ----------
    before, after : CoverRaster
        Land cover at two dates, on one grid and in one scheme of classes.
    place : GeoDataFrame
        One polygon; cells count whose centre lies in it and that have a class at both dates.

    Raises
    ------
    InputError
        If the two rasters do not lie on the same grid.
    """
    if not before.same_grid(after):
        raise InputError(
            f"land_cover: the cells of {before.date} and {after.date} do not lie on the same grid; resample one to the"
            " other (nearest cell) before they are compared"
        )
    (old,), (new,) = parts_of(before, place), parts_of(after, place)
    books = ClassBook(old.nodata), ClassBook(new.nodata)
    counts = np.zeros((MAX_CLASSES, MAX_CLASSES), dtype=np.int64)
    for here, there in zip(old, new, strict=True):
        one, other = books[0].codes(here), books[1].codes(there)
        both = (one >= 0) & (other >= 0)
        pair = one[both].astype(np.int64) * MAX_CLASSES + other[both]
        counts += np.bincount(pair, minlength=MAX_CLASSES**2).reshape(counts.shape)
    classes = np.array(sorted({*books[0].numbers, *books[1].numbers}), dtype=np.int64)
    table = np.zeros((len(classes), len(classes)))
    rows, columns = (np.searchsorted(classes, book.numbers) for book in books)
    table[np.ix_(rows, columns)] = counts[: len(rows), : len(columns)]
    seen = (table.sum(axis=0) + table.sum(axis=1)) > 0
    years = years_between(before.date, after.date)
    return Transitions(classes[seen], table[np.ix_(seen, seen)] * before.cell_m**2, years)


def change(found: Transitions) -> Change:
    """Work out what each class gained, lost and swapped, and how intensely."""
    area, years = found.area_m2, found.years
    before, after, kept = area.sum(axis=1), area.sum(axis=0), np.diag(area).copy()
    gain, loss = after - kept, before - kept
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(before > 0, (after / before) ** (1 / years) - 1, np.nan)
        gained = np.where(after > 0, gain / after / years, np.nan)
        lost = np.where(before > 0, loss / before / years, np.nan)
    whole = area.sum()
    uniform = float((whole - kept.sum()) / whole / years) if whole else float("nan")
    swap = _PAIR * np.minimum(gain, loss)
    return Change(before, after, kept, gain, loss, gain - loss, swap, rate, gained, lost, uniform)
