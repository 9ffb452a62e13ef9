"""How many of several unlike chances come true: the interval of a sum of unequal coins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import fftconvolve

from urbanplan.base.errors import InputError

Floats = NDArray[np.float64]
_SMALL = 64
_CERTAIN = 1e-12


def interval(chances: ArrayLike, *, level: float = 0.9) -> tuple[float, float]:
    """Return the central interval of how many come true.

    Parameters
    ----------
    chances : array of float
        Between 0 and 1, independent of each other; NaN is left out.
    level : float
        Probability that the number lies within the interval, at least.

    Returns
    -------
    tuple of float
        The smallest and the largest number; (0, 0) of no chances.

    Raises
    ------
    InputError
        If a chance lies outside 0 to 1, or the level does.

    Notes
    -----
    Exact: the distributions of halves are convolved, halves of halves first, so that the cost grows as n log² n.

    Examples
    --------
    >>> interval([0.5, 0.5], level=0.5), interval([1.0, 1.0, 0.0])
    ((0.0, 2.0), (2.0, 2.0))
    """
    if not 0 < level < 1:
        raise InputError(f"level is {level:g}; it must lie between 0 and 1")
    below = np.cumsum(distribution(chances))
    tail = (1 - level) / 2
    slack = 1e-12
    low = int(np.searchsorted(below, tail - slack, side="left"))
    high = int(np.searchsorted(below, 1 - tail - slack, side="left"))
    return float(low), float(max(low, min(high, len(below) - 1)))


def distribution(chances: ArrayLike) -> Floats:
    """Return the probability of each number of those that come true, from none to all.

    Examples
    --------
    >>> distribution([0.5, 0.5]).tolist()
    [0.25, 0.5, 0.25]
    """
    chance = np.asarray(chances, dtype=np.float64).ravel()
    chance = chance[~np.isnan(chance)]
    if ((chance < 0) | (chance > 1)).any():
        raise InputError("a chance lies outside 0 to 1; give probabilities")
    certain = int((chance > 1 - _CERTAIN).sum())
    open_ones = chance[(chance >= _CERTAIN) & (chance <= 1 - _CERTAIN)]
    impossible = len(chance) - certain - len(open_ones)
    parts = _joined(np.sort(open_ones))
    return np.concatenate([np.zeros(certain), parts, np.zeros(impossible)])


def _joined(chance: Floats) -> Floats:
    if len(chance) <= _SMALL:
        out = np.ones(1)
        for each in chance:
            out = np.convolve(out, [1 - each, each])
        return out
    middle = len(chance) // 2
    whole = np.clip(fftconvolve(_joined(chance[:middle]), _joined(chance[middle:])), 0.0, None)
    return np.asarray(whole / whole.sum())
