"""Dates that may be a year, a month or a day: which comes first, where that can be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.base.thai_dates import iso_date

Order = Literal["before", "after", "unknown"]
NOT_LAW = ("draft", "proposed")
"""Statuses of what is no law yet."""


def compared(date: object, start: object) -> Order:
    """Tell whether a date lies before another, or on it or after it, or whether that cannot be told.

    Parameters
    ----------
    date, start : str or None
        YYYY[-MM[-DD]].

    Examples
    --------
    >>> compared("2009", "2010-05-14"), compared("2010", "2010-05-14"), compared("2010-05-14", "2010-05-14")
    ('before', 'unknown', 'after')
    >>> compared(None, "2010"), compared("2012-01", "2010")
    ('unknown', 'after')
    """
    if not isinstance(date, str) or not isinstance(start, str) or not date or not start:
        return "unknown"
    length = min(len(date), len(start))
    if date[:length] != start[:length]:
        return "before" if date[:length] < start[:length] else "after"
    return "after" if len(date) >= len(start) else "unknown"


def holds_on(
    starts: Iterable[object], ends: Iterable[object], statuses: Iterable[object], day: str
) -> NDArray[np.bool_]:
    """Tell which rules hold on a day; on the day "", those that nobody has ended.

    Parameters
    ----------
    starts, ends : iterable of str or None
        In force from, and to (that day included); None is open.
    statuses : iterable of str or None
        What is a draft or a proposal never holds.
    day : str
        YYYY[-MM[-DD]], of the Common or the Buddhist Era, or "".

    Raises
    ------
    InputError
        If the day is no date.

    Examples
    --------
    >>> holds_on(["2010-05-14", "2024-03-01"], ["2024-02-29", None], ["superseded", "in_force"], "2560").tolist()
    [True, False]
    """
    wanted = iso_date(day) if day else ""
    if wanted is None:
        raise InputError(f"{day!r} is not a date; write it as 2024-03-01, or 1/3/2567")
    out = []
    for start, end, status in zip(starts, ends, statuses, strict=True):
        ended = isinstance(end, str) and bool(end)
        if not wanted:
            holds = not ended
        else:
            begun = not isinstance(start, str) or compared(wanted, start) == "after"
            holds = begun and not (ended and wanted[: len(str(end))] > str(end)[: len(wanted)])
        out.append(holds and status not in NOT_LAW)
    return np.array(out, dtype=bool)
