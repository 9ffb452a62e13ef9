"""Time between dates as data carry them: YYYY, YYYY-MM or YYYY-MM-DD."""

from __future__ import annotations

import datetime as dt

DAYS_A_YEAR = 365.25


def years_between(earlier: str, later: str) -> float:
    """Return the years from one date to another; whole where both fall on the same day of the year.

    Where the day or the month of a date is not known, its middle stands for it.

    Examples
    --------
    >>> years_between("2015-12-31", "2025-12-31"), years_between("2000", "2015")
    (10.0, 15.0)
    """
    one, other = _date(earlier), _date(later)
    day = dt.date(2000, other.month, other.day).toordinal() - dt.date(2000, one.month, one.day).toordinal()
    return other.year - one.year + day / DAYS_A_YEAR


def _date(text: str) -> dt.date:
    parts = [int(part) for part in text.split("-")]
    year, month, day = (parts + [[7, 1], [15]][len(parts) - 1])[:3] if len(parts) < 3 else parts  # noqa: PLR2004
    return dt.date(year, month, day)
