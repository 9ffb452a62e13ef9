"""Costs of travel as whole numbers: millimetres or milliseconds, exact and the same on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError

UNREACHED = 2**30 - 1
"""Cost of what cannot be reached; two of them still fit in 32 bits."""

UNITS = 1000
"""Whole units in a metre or a second."""

COSTS = ("length", "seconds")
"""What a journey may cost: metres or seconds."""


def to_units(values: Any, name: str) -> NDArray[np.int32]:
    """Return metres or seconds as whole millimetres or milliseconds.

    Parameters
    ----------
    values : array_like of float
        Not negative, not NaN; infinite is unreachable.
    name : str
        What the values are, for the error's sentence.

    Returns
    -------
    ndarray of int32
        `UNREACHED` where infinite.

    Raises
    ------
    InputError
        If a value is negative, NaN, or longer than the engine can count (1,073 km or 298 hours).
    """
    array = np.asarray(values, dtype=np.float64)
    wrong = np.flatnonzero(~(array.ravel() >= 0))
    if len(wrong):
        raise InputError(
            f"{name} must not be negative or unknown, but value {wrong[0]} is {array.ravel()[wrong[0]]}"
        )
    units = np.rint(array * UNITS)
    far = np.flatnonzero((units.ravel() >= UNREACHED) & np.isfinite(units.ravel()))
    if len(far):
        raise InputError(
            f"{name} must be below {UNREACHED // UNITS:,} m or s, but value {far[0]} is {array.ravel()[far[0]]:,}"
        )
    return np.where(np.isfinite(units), units, UNREACHED).astype(np.int32)


def from_units(units: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return whole millimetres or milliseconds as metres or seconds, NaN where unreached."""
    return np.where(units >= UNREACHED, np.nan, units / UNITS)


def limit_units(limit: float | None) -> int:
    """Return the limit of a search in whole units; without one, everything that can be counted.

    Raises
    ------
    InputError
        If the limit is negative or not a number.
    """
    if limit is None:
        return UNREACHED - 1
    if not limit >= 0:
        raise InputError(f"the limit of a search must be zero or more metres or seconds, not {limit}")
    return int(min(np.floor(limit * UNITS + 1e-6), UNREACHED - 1))  # 1e-6: 0.3 * 1000 must not fall below 300
