"""What the values of a column are by themselves: dates, numbers, areas, Thai text, words of a vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from urbanplan.base.quantities import AREAS, area_m2, length_m
from urbanplan.base.thai_dates import iso_date, number
from urbanplan.base.units import BUDDHIST_ERA, arabic_digits
from urbanplan.model.scheme import LandUseScheme
from urbanplan.sources.municipal.mapping import plain as text_of
from urbanplan.sources.municipal.proposal.vocabulary import plain

FEW = 60
"""So many different values are few enough to be told and mapped one by one."""
_CLOSE = 0.05
"""A number that is the drawn area within this share may well be the area in that unit."""
_MOST = 0.8
_YEARS = (1500, 2200)
_NOTHING = {
    *("-", "--", "n/a", "na", "none", "null", "unknown", "unlimited"),
    *("ไม่มี", "ไม่ทราบ", "ไม่ระบุ", "ไม่จำกัด", "ไม่กำหนด", "ไม่มีข้อมูล"),
}
"""How people write that there is no value."""
_MOST_WORDS = 500
"""A column of more different values holds no classes."""


@dataclass(frozen=True)
class Values:
    """A column's values as texts, with how often each occurs.

    Attributes
    ----------
    name : str
        The column's name in the file.
    series : Series
        As the file gives them.
    counts : dict of str to int
        How often each text occurs; empty ones are left out.
    total : int
        Number of rows.
    """

    name: str
    series: pd.Series
    counts: Mapping[str, int]
    total: int

    @property
    def filled(self) -> int:
        """How many rows have a value."""
        return sum(self.counts.values())

    @property
    def different(self) -> int:
        """How many different values there are."""
        return len(self.counts)

    @property
    def numeric(self) -> bool:
        """Whether the file holds numbers."""
        return pd.api.types.is_numeric_dtype(self.series) and not pd.api.types.is_bool_dtype(self.series)

    def share(self, fits: Callable[[str], Any]) -> float:
        """Return the share of the filled rows whose text fits; words for "nothing" count as not filled."""
        said = {text: count for text, count in self.counts.items() if text.casefold() not in _NOTHING}
        if not said:
            return 0.0
        return sum(count for text, count in said.items() if fits(text)) / sum(said.values())

    def examples(self, many: int = 3) -> list[str]:
        """Return the most frequent values, cut to a length that a table can show."""
        ordered = sorted(self.counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return [text[:40] for text, _ in ordered[:many]]


def values_of(name: str, series: pd.Series) -> Values:
    """Return a column by its values."""
    counts = Counter(text_of(value) for value in series)
    counts.pop("", None)
    return Values(name, series, counts, len(series))


def is_date(text: str) -> bool:
    """Tell whether a text is a date or year of our time, in either era."""
    found = iso_date(text)
    return found is not None and _YEARS[0] <= int(found[:4]) <= _YEARS[1]


def is_buddhist(text: str) -> bool:
    """Tell whether a date is written in the Buddhist Era."""
    found = iso_date(text)
    return found is not None and str(int(found[:4]) + BUDDHIST_ERA) in arabic_digits(text)


def is_length(text: str) -> bool:
    """Tell whether a text is a length, or a number of storeys."""
    return length_m(text) is not None


def is_area(text: str) -> bool:
    """Tell whether a text is an area."""
    return area_m2(text) is not None


def says_area(text: str) -> bool:
    """Tell whether a text is an area by itself: a deed's rai-ngan-wah, or a number with a unit of area."""
    found = area_m2(text)
    return found is not None and found.unit is not None


def is_number(text: str) -> bool:
    """Tell whether a text is a number."""
    return number(text) is not None


def is_thai(text: str) -> bool:
    """Tell whether a text holds Thai letters."""
    return any("\u0e01" <= letter <= "\u0e5b" for letter in text)


def is_latin(text: str) -> bool:
    """Tell whether a text holds Latin letters and none of Thai."""
    return not is_thai(text) and any(letter.isalpha() and letter.isascii() for letter in text)


def known_uses(values: Values, layer: str, scheme: LandUseScheme) -> dict[str, bool]:
    """Return which of a column's words the land-use scheme knows, as land uses or as zones of a plan."""
    if values.different > _MOST_WORDS:
        return dict.fromkeys(values.counts, False)
    known: Callable[[str], object] = scheme.land_shares if layer == "land_use" else scheme.zone_class
    return {text: known(text) is not None for text in values.counts}


def known_words(
    values: Values, meaning: Mapping[str, str | int], own: tuple[str, ...] = ()
) -> dict[str, str | int]:
    """Return our word for those values of a column that are known; our own words stand for themselves."""
    if values.different > FEW:
        return {}
    found: dict[str, str | int] = {text: text for text in values.counts if text in own}
    for text in values.counts:
        if text not in found and (word := meaning.get(plain(text))) is not None:
            found[text] = word
    return found


def drawn_unit(values: Values, drawn_m2: np.ndarray | None) -> tuple[str, float] | None:
    """Return the unit in which a column's numbers are the drawn areas, and for which share of the rows.

    Parameters
    ----------
    values : Values
        A column of numbers.
    drawn_m2 : ndarray or None
        The drawn areas, row by row; NaN where there is none.
    """
    if drawn_m2 is None:
        return None
    given = np.array([_bare(text) for text in values.series.map(text_of)], dtype=float)
    both = np.isfinite(given) & (given > 0) & np.isfinite(drawn_m2) & (drawn_m2 > 0)
    if not both.any():
        return None
    shares = {
        unit: float(np.mean(np.abs(given[both] * factor / drawn_m2[both] - 1) < _CLOSE))
        for unit, factor in AREAS.items()
    }
    best = max(shares, key=lambda unit: shares[unit])
    return (best, shares[best]) if shares[best] >= _MOST else None


def _bare(text: str) -> float:
    found = number(text)
    return float("nan") if found is None else found
