"""Lengths and areas as offices write them: rai, ngan and wah, deeds' `2-1-50`, hectares, feet, storeys; SI inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from urbanplan.base.thai_dates import number
from urbanplan.base.units import HECTARE_M2, KM2_M2, NGAN_M2, RAI_M2, WAH2_M2, arabic_digits

Unit = Literal["m", "km", "ft", "storeys", "m2", "km2", "ha", "ft2", "rai", "ngan", "wah"]
Dimension = Literal["length", "area", "storeys"]
FOOT_M = 0.3048
WAH_M = 2.0
"""One wah (วา) of length; `wah` of an area is the square of it."""
STOREYS = "storeys"
STOREYS_OF = {"height_m": "levels", "roof_height_m": "roof_levels"}
"""Columns of heights that may be given in storeys, and where these then stand: a height is estimated from them later."""

LENGTHS: dict[str, float] = {"m": 1.0, "km": 1000.0, "ft": FOOT_M, "wah": WAH_M}
AREAS: dict[str, float] = {
    "m2": 1.0,
    "km2": KM2_M2,
    "ha": HECTARE_M2,
    "ft2": FOOT_M**2,
    "rai": RAI_M2,
    "ngan": NGAN_M2,
    "wah": WAH2_M2,
}
_LENGTH_WORDS = {
    "m": ("m", "ม", "เมตร", "metre", "metres", "meter", "meters"),
    "km": ("km", "กม", "กิโลเมตร"),
    "ft": ("ft", "ฟุต", "foot", "feet", "'"),
    "wah": ("wa", "wah", "วา"),
    STOREYS: ("ชั้น", "storey", "storeys", "story", "stories", "floor", "floors", "levels"),
}
_AREA_WORDS = {
    "m2": ("m2", "sqm", "ตรม", "ตารางเมตร"),
    "km2": ("km2", "sqkm", "ตรกม", "ตารางกิโลเมตร"),
    "ha": ("ha", "hectare", "hectares", "เฮกตาร์", "เฮกแตร์"),
    "ft2": ("ft2", "sqft", "ตรฟุต", "ตารางฟุต"),
    "rai": ("rai", "ไร่"),
    "ngan": ("ngan", "งาน"),
    "wah": ("wah", "wa", "sqwah", "sqwa", "wah2", "wa2", "ตรว", "ตารางวา", "วา", "ว"),
}
_WORDS: dict[str, dict[str, str]] = {
    dimension: {word: unit for unit, words in table.items() for word in words}
    for dimension, table in (("length", _LENGTH_WORDS), ("area", _AREA_WORDS))
}
_DEED = re.compile(
    r"^(\d{1,7}|\d{1,3}(?:,\d{3})+)\s*-\s*(\d{1,2})\s*-\s*(\d{1,2}(?:\.\d+)?)(?:\s*(?:ไร่|rai))?$"
)
_PART = re.compile(r"\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)\s*([^\d\s,][^\d,]*?)\s*(?=[\d,]|$)")
_DEED_ORDER = ("rai", "ngan", "wah")
_NGAN_OF_A_RAI = 4
_WAH_OF_A_NGAN = 100


@dataclass(frozen=True)
class Quantity:
    """A number in SI (or a number of storeys), and the unit by which its text says so itself, if it does."""

    value: float
    unit: str | None = None

    @property
    def storeys(self) -> bool:
        """Whether it counts storeys, which are no length."""
        return self.unit == STOREYS


def dimension_of(column: str) -> Dimension | None:
    """Tell by the end of a column's name what it measures.

    Examples
    --------
    >>> dimension_of("max_height_m"), dimension_of("stated_area_m2"), dimension_of("levels"), dimension_of("share")
    ('length', 'area', 'storeys', None)
    """
    if column.endswith("_m2"):
        return "area"
    if column.endswith("levels"):
        return "storeys"
    return "length" if column.endswith("_m") else None


def units_for(dimension: Dimension | None, *, storeys: bool = False) -> tuple[str, ...]:
    """Return the units in which a column of this dimension may be given.

    Parameters
    ----------
    dimension : str or None
        As `dimension_of` tells it.
    storeys : bool
        Whether a length may be given as a number of storeys too, there being a column for these.
    """
    known = {"length": tuple(LENGTHS), "area": tuple(AREAS), "storeys": (STOREYS,)}
    found = known[dimension] if dimension else ()
    return (*found, STOREYS) if storeys and dimension == "length" else found


def length_m(text: str, unit: str = "m") -> Quantity | None:
    """Read a length in metres; a unit that stands in the text holds before the one that was told.

    Returns
    -------
    Quantity or None
        None where the text is not one length. Storeys stay a number of storeys.

    Examples
    --------
    >>> length_m("๑๒.๕ ม.").value, length_m("40", "ft").value, length_m("40 ฟุต").unit, length_m("สูงมาก")
    (12.5, 12.192, 'ft', None)
    >>> length_m("3 ชั้น")
    Quantity(value=3.0, unit='storeys')
    """
    bare = number(arabic_digits(text)) if _bare(text) else None
    if bare is not None:
        return Quantity(bare * LENGTHS.get(unit, 1.0), STOREYS if unit == STOREYS else None)
    parts = _parts(text, "length")
    if len(parts) != 1:
        return None
    value, own = parts[0]
    return Quantity(value * LENGTHS.get(own, 1.0), own)


def area_m2(text: str, unit: str = "m2") -> Quantity | None:
    """Read an area in square metres: a number in the unit told, a deed's `rai-ngan-wah`, or words with their units.

    Returns
    -------
    Quantity or None
        None where the text is not one area, or has more ngan than a rai or more wah than a ngan holds.

    Examples
    --------
    >>> area_m2("2-1-50").value, area_m2("2 ไร่ 1 งาน 50 ตร.ว.").value, area_m2("๓.๕ ไร่").value, area_m2("1.5", "ha").value
    (3800.0, 3800.0, 5600.0, 15000.0)
    >>> area_m2("2-7-150"), area_m2("-3", "rai"), area_m2("ประมาณสองไร่")
    (None, Quantity(value=-4800.0, unit=None), None)
    """
    plain = arabic_digits(text).strip()
    if match := _DEED.match(plain):
        parts = [
            (float(part.replace(",", "")), own) for part, own in zip(match.groups(), _DEED_ORDER, strict=True)
        ]
        return _deed(parts)
    bare = number(plain) if _bare(plain) else None
    if bare is not None:
        return Quantity(bare * AREAS[unit])
    found = _parts(plain, "area")
    if len(found) > 1:
        return _deed(found)
    return Quantity(found[0][0] * AREAS[found[0][1]], found[0][1]) if found else None


def _bare(text: str) -> bool:
    """Tell whether a text is a number without any word after it."""
    return not any(letter.isalpha() and letter not in "eE" for letter in text)


def _parts(text: str, dimension: str) -> list[tuple[float, str]]:
    """Return the numbers of a text with their units, in order; nothing where a part of it is anything else."""
    plain, at, parts = arabic_digits(text).strip(), 0, []
    while at < len(plain):
        match = _PART.match(plain, at)
        own = _WORDS[dimension].get(_word(match[2])) if match else None
        if match is None or own is None:
            return []
        parts.append((float(match[1].replace(",", "")), own))
        at = match.end()
    return parts


def _word(text: str) -> str:
    """Return a unit's word without points, spaces and raised digits: `ตร.ว.`, `sq. wah` and `m²` are plain words."""
    return "".join(text.casefold().replace("²", "2").replace(".", "").split())


def _deed(parts: list[tuple[float, str]]) -> Quantity | None:
    """Add rai, ngan and wah up, in this order and each less than one of the next."""
    units = [own for _, own in parts]
    given = dict(zip(units, [value for value, _ in parts], strict=True))
    in_order = units == [unit for unit in _DEED_ORDER if unit in given]
    whole = all(value.is_integer() for value, _ in parts[:-1])
    fits = given.get("ngan", 0) < _NGAN_OF_A_RAI and given.get("wah", 0) < _WAH_OF_A_NGAN * (
        1 if "ngan" in given else _NGAN_OF_A_RAI
    )
    if not (in_order and whole and fits):
        return None
    return Quantity(sum(value * AREAS[own] for value, own in parts), "rai")
