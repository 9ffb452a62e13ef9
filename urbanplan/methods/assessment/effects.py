"""What several proposals do together, beside what each does alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_NOTHING = 1e-9
Bounds = tuple[float, float, float]
"""A change with its low and high bound; the change itself is NaN where only bounds are known."""


@dataclass(frozen=True)
class Effect:
    """Effects of several proposals on one measure.

    Attributes
    ----------
    alone : float
        Sum of the changes that each makes alone.
    together : float
        The change that all make at once, measured on the city with all of them.
    interaction : float
        What is left: `together - alone`. NaN where any change is unknown.
    low, high : float
        Bounds of it; wide ones, because what is unknown in one state may be the same in the others.
    kind : str
        none (nothing changes), adds_up, only_together (none alone changes anything), less_than_sum, more_than_sum (in size),
        opposed (the sum and the whole point to different sides), or unknown.
    """

    alone: float
    together: float
    interaction: float
    low: float
    high: float
    kind: str


def interaction(alone: Mapping[str, Bounds], together: Bounds) -> Effect:
    r"""Compare what proposals do together with the sum of what each does alone.

    Parameters
    ----------
    alone : mapping of str to tuple of float
        The change of the measure by each proposal alone: value, low, high.
    together : tuple of float
        The change by all of them, worked out anew on one city that holds them all.

    Returns
    -------
    Effect

    Notes
    -----
    .. math:: I = (y_{AB} - y_0) - \sum_k (y_k - y_0)

    Two towers in one line of sight each take the whole view: together they take no more than one, and the sum of the two would
    count the loss twice. Two that each spare enough of a chedi may together leave too little of it.

    Examples
    --------
    >>> found = interaction({"a": (-1.0, -1.0, -1.0), "b": (-1.0, -1.0, -1.0)}, (-1.0, -1.0, -1.0))
    >>> found.alone, found.together, found.interaction, found.kind
    (-2.0, -1.0, 1.0, 'less_than_sum')
    """
    single = np.array([*alone.values()], dtype=np.float64).reshape(-1, 3)
    total, least, most = (float(column.sum()) for column in single.T)
    whole = np.array(together, dtype=np.float64)
    left, low, high = float(whole[0] - total), float(whole[1] - most), float(whole[2] - least)
    if np.isfinite([total, whole[0]]).all():
        kind = _kind(single[:, 0], total, float(whole[0]))
    else:
        kind = _kind_of_bounds(single, (least, most), whole, (low, high))
    return Effect(total, float(whole[0]), left, low, high, kind)


def _kind(single: Floats, total: float, whole: float) -> str:
    small = _NOTHING * max(1.0, abs(whole), float(np.abs(single).max(initial=0.0)))
    nothing = bool((np.abs(single) <= small).all())
    if abs(whole - total) <= small:
        return "none" if nothing and abs(whole) <= small else "adds_up"
    if nothing:
        return "only_together"
    if total * whole < 0:
        return "opposed"
    return "less_than_sum" if abs(whole) < abs(total) else "more_than_sum"


def _kind_of_bounds(
    single: Floats,
    total: tuple[float, float],
    whole: Floats,
    left: tuple[float, float],
) -> str:
    """Tell the kind where only bounds are known, if whatever lies between them gives the same."""
    ends = np.concatenate([single[:, 1:].ravel(), whole[1:]])
    if not np.isfinite(ends).all():
        return "unknown"
    if np.abs(ends).max() <= _NOTHING:
        return "none"
    if left[0] <= _NOTHING and left[1] >= -_NOTHING:
        return "unknown"
    corners = {
        _kind(single[:, 1], alone, together)
        for alone in total
        for together in (float(whole[1]), float(whole[2]))
    }
    return corners.pop() if len(corners) == 1 else "unknown"
