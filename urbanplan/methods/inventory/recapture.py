"""How many there really are, by two lists that each know some of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from urbanplan.base.errors import InputError

LEAST_SHARED = 7
"""With fewer in both lists, the estimate is not to be trusted: only the counts are told."""
_NORMAL_90 = 1.6448536269514722


class Recapture(NamedTuple):
    """What two lists say together.

    Attributes
    ----------
    total : float
        Estimated number that exists; NaN where too few stand in both lists.
    low, high : float
        Its 90 % interval; not below the number that is known.
    complete_first, complete_second : float
        Share of the estimated number that each list holds.
    """

    total: float
    low: float
    high: float
    complete_first: float
    complete_second: float


def chapman(first: int, second: int, both: int) -> Recapture:
    r"""Estimate how many things exist from two lists.

    Parameters
    ----------
    first, second : int
        How many stand in each list.
    both : int
        How many stand in both.

    Raises
    ------
    InputError
        If more stand in both lists than in one of them.

    Notes
    -----
    .. math::
        \hat N = \frac{(n_A + 1)(n_B + 1)}{m + 1} - 1, \qquad
        \operatorname{var} \hat N = \frac{(n_A + 1)(n_B + 1)(n_A - m)(n_B - m)}{(m + 1)^2 (m + 2)}

    It holds where the lists are made independently of each other. Lists of heritage seldom are: what is famous stands in
    both, and so the estimate is rather a lower bound (Chapman 1951).

    Examples
    --------
    >>> round(chapman(41, 30, 17).total, 3)
    71.333
    """
    if not 0 <= both <= min(first, second):
        raise InputError(f"{both} stand in both lists of {first} and {second}; give counts of one matching")
    if both < LEAST_SHARED:
        return Recapture(*[float("nan")] * 5)
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    known, spread = first + second - both, _NORMAL_90 * float(np.sqrt(variance))
    return Recapture(
        total, max(total - spread, known), max(total + spread, total), first / total, second / total
    )
