"""How large a measured change is, by thresholds that somebody has stated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from urbanplan.base.errors import InputError
from urbanplan.model.assessment import MAGNITUDES

_EXACT = 1e-9
"""A change that lies below a threshold only by rounding has reached it."""


def magnitude(change: float, thresholds: Sequence[float]) -> str:
    """Return the class of a change by four rising thresholds; a change that has just reached one belongs above it.

    Parameters
    ----------
    change : float
        How much, whether for better or worse; its sign is not looked at. NaN is unknown.
    thresholds : sequence of float
        From where on a change is negligible, minor, moderate, major.

    Returns
    -------
    str
        A word of `MAGNITUDES`, or "unknown".

    Raises
    ------
    InputError
        If there are not four thresholds, above zero and rising.

    Examples
    --------
    >>> [magnitude(change, (0.01, 0.05, 0.2, 0.5)) for change in (0.0, 0.009, 0.05, 0.2, -0.7, float("nan"))]
    ['no_change', 'no_change', 'minor', 'moderate', 'major', 'unknown']
    """
    steps = np.asarray(thresholds, dtype=np.float64)
    if steps.shape != (len(MAGNITUDES) - 1,) or not (steps > 0).all() or not (np.diff(steps) > 0).all():
        raise InputError(
            f"thresholds are {list(thresholds)}; give four numbers above zero, each above the last"
        )
    if np.isnan(change):
        return "unknown"
    return MAGNITUDES[int(np.searchsorted(steps * (1 - _EXACT), abs(change), side="right"))]


def magnitude_between(low: float, high: float, thresholds: Sequence[float]) -> tuple[str, str]:
    """Return the least and the greatest class of a change that lies somewhere between two bounds.

    Examples
    --------
    >>> magnitude_between(-0.3, 0.02, (0.01, 0.05, 0.2, 0.5)), magnitude_between(0.3, 0.9, (0.01, 0.05, 0.2, 0.5))
    (('no_change', 'moderate'), ('moderate', 'major'))
    """
    if np.isnan(low) or np.isnan(high):
        return "unknown", "unknown"
    least = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return magnitude(least, thresholds), magnitude(max(abs(low), abs(high)), thresholds)
