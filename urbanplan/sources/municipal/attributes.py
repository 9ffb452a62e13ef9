"""What a careful reader must know of a table's texts: letters lost or garbled, Buddhist years, formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pandas.api.types import is_numeric_dtype

from urbanplan.base.notes import Note
from urbanplan.base.thai_dates import iso_date
from urbanplan.base.units import arabic_digits
from urbanplan.sources.municipal.encoding import is_thai

if TYPE_CHECKING:
    import pandas as pd

_MAX_ROWS = 100_000
_GARBLED_UTF8 = re.compile("(?:\u00e0[\u00b8\u00b9]|\u00c3.\u00c2|\u00e2\u20ac)|(?:เ[ธน]\\S){3}")
_DATE_LIKE = re.compile(r"^(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})$")
_YEAR_NAME = re.compile(r"year|date|ปี|วันที่|พ\.?ศ|b\.?e\.?$", re.IGNORECASE)
_FORMULA = re.compile(r"^[=@]|^[+-](?![\d.,]+$)\S*[(|!]")
_MARKUP = re.compile(r"<\s*(?:script|img|iframe|svg)\b|javascript:", re.IGNORECASE)
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows."""
_SHORT_YEAR = re.compile(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2}$")
_SERIAL_DAYS = (20_000, 60_000)
"""Numbers by which spreadsheets count days: from 1954 to 2064."""
_CELL_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"}
_TOTALS = {"รวม", "รวมทั้งสิ้น", "รวมทั้งหมด", "ยอดรวม", "ผลรวม", "total", "sum", "grand total"}
_COUNTS = re.compile(r"popul|people|ประชากร|จำนวน|ครัวเรือน|household|area|พื้นที่|storey|levels|ชั้น", re.IGNORECASE)
_BUDDHIST_YEARS = (2400, 2700)
_CODES = {"id", "code", "fid", "objectid", "unit_id", "รหัส"}


def remarks(table: pd.DataFrame) -> list[Note]:
    """Return one note for each thing that is odd about the texts of a table.

    Parameters
    ----------
    table : DataFrame
        Attributes of a layer, or the rows of a table; the first 100,000 rows are looked at.
    """
    notes = _names(list(map(str, table.columns)))
    for name in table.columns:
        values = table[name].iloc[:_MAX_ROWS]
        if is_numeric_dtype(values):
            notes += _years(str(name), values)
        else:
            texts = [value for value in values if isinstance(value, str) and value]
            notes += _texts(str(name), texts)
            numbers = sum(isinstance(value, int | float) and value == value for value in values)  # noqa: PLR0124 - NaN
            if texts and numbers:
                notes.append(
                    Note("kinds_mixed", {"column": str(name), "texts": len(texts), "numbers": numbers})
                )
        if str(name).strip().lower() in _CODES:
            twice = int(values.dropna().duplicated().sum())
            notes += [Note("codes_twice", {"column": str(name), "count": twice})] if twice else []
        if len(values) and values.isna().all():
            notes.append(Note("column_empty", {"column": str(name)}))
    return notes


def _names(names: list[str]) -> list[Note]:
    """Return what is odd about the names of columns."""
    lowered = [name.strip().casefold() for name in names]
    twice = [name for name, low in zip(names, lowered, strict=True) if lowered.count(low) > 1]
    odd = [name for name in names if not name.strip() or _is_odd(name)]
    notes = [Note("columns_alike", {"columns": ", ".join(twice[:6])})] if twice else []
    return notes + ([Note("columns_odd", {"columns": ", ".join(map(repr, odd[:6]))})] if odd else [])


def _is_odd(text: str) -> bool:
    return bool(_FORMULA.search(text) or _MARKUP.search(text) or _HIDDEN.search(text))


def _years(name: str, values: pd.Series[Any]) -> list[Note]:
    known = values.dropna()
    negative = int((known < 0).sum()) if _COUNTS.search(name) else 0
    if negative:
        return [Note("negative_counts", {"column": name, "count": negative})]
    low, high = _BUDDHIST_YEARS
    if len(known) and _YEAR_NAME.search(name) and known.between(low, high).all():
        return [Note("years_buddhist", {"column": name})]
    days = len(known) > 0 and known.between(*_SERIAL_DAYS).all() and _YEAR_NAME.search(name)
    return [Note("dates_serial", {"column": name, "example": f"{known.iloc[0]:g}"})] if days else []


def _texts(name: str, texts: list[str]) -> list[Note]:
    dates = [text for text in texts if _DATE_LIKE.match(arabic_digits(text).strip())]
    read = [iso_date(text) for text in dates]
    buddhist = sum(
        found is not None and found[:4] not in arabic_digits(text)
        for text, found in zip(dates, read, strict=True)
    )
    counts = {
        "texts_garbled": sum(map(garbled, texts)),
        "texts_lost_letters": sum("\ufffd" in text for text in texts),
        "dates_buddhist": buddhist,
        "dates_impossible": read.count(None),
        "dates_short_year": sum(map(_has_short_year, texts)) if _YEAR_NAME.search(name) else 0,
        "cells_of_errors": sum(text.strip().upper() in _CELL_ERRORS for text in texts),
        "texts_formula": sum(map(bool, map(_FORMULA.search, texts))),
        "texts_markup": sum(map(bool, map(_MARKUP.search, texts))),
        "texts_control": sum(map(bool, map(_HIDDEN.search, texts))),
        "totals": sum(text.strip().casefold() in _TOTALS for text in texts),
    }
    return [Note(code, {"column": name, "count": count}) for code, count in counts.items() if count]


def _has_short_year(text: str) -> bool:
    """Tell whether a date has a year of two digits; `2-1-50` is one in a column of dates, and an area in one of areas."""
    return bool(_SHORT_YEAR.match(arabic_digits(text).strip()))


def garbled(text: str) -> bool:
    """Tell whether a text is Thai (or another script) that was once read in the wrong encoding.

    Examples
    --------
    >>> garbled("ศรีภูมิ".encode().decode("cp1252", "replace")), garbled("ศรีภูมิ".encode("cp874").decode("latin-1"))
    (True, True)
    >>> garbled("ศรีภูมิ".encode().decode("cp874", "replace"))
    True
    >>> garbled("Las Palmas de Gran Canaria, Señor Núñez"), garbled("ศรีภูมิ")
    (False, False)
    """
    if text.isascii():
        return False
    if _GARBLED_UTF8.search(text):
        return True
    try:
        return is_thai([text.encode("latin-1")])
    except UnicodeEncodeError:
        return False
