"""Dates and numbers as Thai offices write them: Buddhist years, Thai digits, units after the number."""

from __future__ import annotations

import datetime as dt
import re

from urbanplan.base.units import BUDDHIST_ERA, arabic_digits

_MONTHS = (
    ("มกราคม", "ม.ค."),
    ("กุมภาพันธ์", "ก.พ."),
    ("มีนาคม", "มี.ค."),
    ("เมษายน", "เม.ย."),
    ("พฤษภาคม", "พ.ค."),
    ("มิถุนายน", "มิ.ย."),
    ("กรกฎาคม", "ก.ค."),
    ("สิงหาคม", "ส.ค."),
    ("กันยายน", "ก.ย."),
    ("ตุลาคม", "ต.ค."),
    ("พฤศจิกายน", "พ.ย."),
    ("ธันวาคม", "ธ.ค."),
)
_MONTH = {name.replace(".", ""): number for number, names in enumerate(_MONTHS, start=1) for name in names}
_BUDDHIST_FROM = 2400
"""A year from here on is of the Buddhist Era: B.E. 2400 is 1857, and no plan reaches C.E. 2400."""
_ERA = re.compile(
    r"พ\s*\.?\s*ศ\s*\.?|ค\s*\.?\s*ศ\s*\.?|B\.?E\.?|A\.?D\.?|C\.?E\.?|พุทธศักราช|คริสต์ศักราช", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ].*)?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_IN_WORDS = re.compile(r"^(?:(?:วันที่)?\s*(\d{1,2})\s+)?(?:เดือน)?\s*([ก-ฮ\u0e30-\u0e4e.]+)\s*(\d{4})$")
_NUMBER = re.compile(
    r"^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(?:m|ม|เมตร|meters?|metres?)?\.?$"
)


def iso_date(text: str) -> str | None:
    """Read a date as Thai offices write it, and return it as YYYY[-MM[-DD]] of the Common Era.

    Parameters
    ----------
    text : str
        "๑๒ มีนาคม ๒๕๖๑", "12/03/2561", "2561-03-12", "พ.ศ. 2561", "2018"; years from 2400 on are Buddhist.

    Returns
    -------
    str or None
        None where the text is not a date, or one that does not exist.

    Examples
    --------
    >>> iso_date("๑๒ มีนาคม พ.ศ. ๒๕๖๑"), iso_date("12/3/2561"), iso_date("2561"), iso_date("29 ก.พ. 2560")
    ('2018-03-12', '2018-03-12', '2018', None)
    """
    plain = " ".join(_ERA.sub(" ", arabic_digits(text)).split())
    if match := _YEAR_FIRST.match(plain) or _COMPACT.match(plain):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.match(plain):
        day, month, year = match.groups()
    elif match := _IN_WORDS.match(plain):
        day, word, year = match.groups()
        number = _MONTH.get(word.replace(".", ""))
        if number is None:
            return None
        month = str(number)
    else:
        return None
    return _iso(common_era(int(year)), month, day)


def common_era(year: int) -> int:
    """Return a year of the Common Era for one that may be of the Buddhist Era.

    Examples
    --------
    >>> common_era(2569), common_era(2026)
    (2026, 2026)
    """
    return year - BUDDHIST_ERA if year >= _BUDDHIST_FROM else year


def number(text: str) -> float | None:
    """Read a number as Thai offices write it: Thai digits, thousands commas, metres behind it.

    Returns
    -------
    float or None
        None where the text is not one number.

    Examples
    --------
    >>> number("๑๒.๕ ม."), number("1,600"), number("ไม่จำกัด")
    (12.5, 1600.0, None)
    """
    match = _NUMBER.match(arabic_digits(text).strip())
    return float(match.group(1).replace(",", "")) if match and match.group(1) not in {"", "+", "-"} else None


def _iso(year: int, month: str | None, day: str | None) -> str | None:
    try:
        dt.date(year, int(month or 1), int(day or 1))
    except ValueError:
        return None
    parts = [f"{year:04d}", *(f"{int(part):02d}" for part in (month, day) if part is not None)]
    return "-".join(parts)
