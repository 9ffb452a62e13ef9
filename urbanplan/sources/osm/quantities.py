"""Numbers out of the words that mappers write: heights, storeys, speeds."""

from __future__ import annotations

import re
from collections.abc import Callable

from urbanplan.base.units import arabic_digits
from urbanplan.methods.modes.speeds import speed_kmh

__all__ = ["height_m", "levels", "speed_kmh"]

_FOOT_M = 0.3048
_INCH_M = 0.0254
_TALLEST_M = 1000.0
_MOST_LEVELS = 200.0
_MOST_ROOMS = 10_000.0
_FEET = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:'|ft|feet|foot)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|''|in)?)?$")
_METRES = re.compile(r"^~?\s*(\d+(?:\.\d+)?)\s*(?:m|meter|meters|metre|metres|เมตร|ม\.)?$")
_NUMBER = re.compile(r"^~?\s*(\d+(?:\.\d+)?)\s*(?:ชั้น)?$")


def height_m(text: str | None) -> float:
    r"""Read a height in metres; NaN where it cannot be read or cannot be true.

    Parameters
    ----------
    text : str or None
        As mappers write it: "12", "12 m", "12,5", "40'", "40'6\"", "30 ft"; of several ("9;12") the highest.

    Examples
    --------
    >>> height_m("12 m"), height_m("40'"), round(height_m("5'6\""), 4), height_m("9;12"), height_m("tall")
    (12.0, 12.192, 1.6764, 12.0, nan)
    """
    return _highest(text, _one_height, _TALLEST_M)


def levels(text: str | None) -> float:
    """Read a number of storeys; NaN where it cannot be read or cannot be true.

    Parameters
    ----------
    text : str or None
        As mappers write it: "3", "2.5", "2,5"; of several ("3;4") or a range ("3-4") the highest.

    Examples
    --------
    >>> levels("3"), levels("3;4"), levels("2.5"), levels("many"), levels("-1")
    (3.0, 4.0, 2.5, nan, nan)
    """
    spread = re.sub(r"(?<=\d)\s*[-\u2013]\s*(?=\d)", ";", text) if text else text
    return _highest(spread, _one_number, _MOST_LEVELS)


def rooms(text: str | None) -> float:
    """Read a number of rooms; NaN where it cannot be read or cannot be true.

    Examples
    --------
    >>> rooms("24"), rooms("240"), rooms("some")
    (24.0, 240.0, nan)
    """
    return _highest(text, _one_number, _MOST_ROOMS)


def _highest(text: str | None, one: Callable[[str], float], limit: float) -> float:
    read = [one(part.strip().lower()) for part in arabic_digits(text or "").split(";")]
    known = [value for value in read if 0 < value <= limit]
    return max(known) if known else float("nan")


def _one_height(text: str) -> float:
    decimal = text.replace(",", ".")
    if match := _METRES.match(decimal):
        return float(match[1])
    if match := _FEET.match(decimal):
        return float(match[1]) * _FOOT_M + float(match[2] or 0) * _INCH_M
    return float("nan")


def _one_number(text: str) -> float:
    match = _NUMBER.match(text.replace(",", "."))
    return float(match[1]) if match else float("nan")
