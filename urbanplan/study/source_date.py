"""Dates of sources that cannot be: of the Buddhist Era, of the future, or of no calendar."""

from __future__ import annotations

import datetime as dt

from urbanplan.base.faults import Fault
from urbanplan.base.units import BUDDHIST_ERA


def date_fault(text: str) -> Fault | None:
    """Return what is wrong with a date as YYYY[-MM[-DD]], or nothing."""
    year, *rest = (int(part) for part in text.split("-"))
    this_year = dt.datetime.now(tz=dt.UTC).year
    if year > this_year + 1:
        if year - BUDDHIST_ERA <= this_year + 1:
            common = text.replace(str(year), str(year - BUDDHIST_ERA), 1)
            return Fault("date_buddhist", date=text, common=common)
        return Fault("date_future", date=text)
    try:
        dt.date(year, *[*rest, 1, 1][:2])
    except ValueError as error:
        return Fault("date_none", date=text, error=error)
    return None
