"""Order along a Hilbert curve: what is near in the city is near in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BITS = 16


def hilbert_rank(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how far along a Hilbert curve each point lies.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        Coordinates in metres.

    Returns
    -------
    ndarray of int64, shape (n,)
        Position on a curve through a square of 2^16 x 2^16 cells that holds all points.
    """
    if not len(x):
        return np.empty(0, dtype=np.int64)
    side = max(float(np.ptp(x)), float(np.ptp(y)), 1e-9)
    column = ((x - x.min()) / side * ((1 << _BITS) - 1)).astype(np.int64)
    row = ((y - y.min()) / side * ((1 << _BITS) - 1)).astype(np.int64)
    rank = np.zeros(len(x), dtype=np.int64)
    for bit in range(_BITS - 1, -1, -1):
        half = 1 << bit
        right = ((column & half) > 0).astype(np.int64)
        upper = ((row & half) > 0).astype(np.int64)
        rank += half * half * ((3 * right) ^ upper)
        mirrored = (upper == 0) & (right == 1)
        turned = upper == 0
        column = np.where(mirrored, (1 << _BITS) - 1 - column, column)
        row = np.where(mirrored, (1 << _BITS) - 1 - row, row)
        column, row = np.where(turned, row, column), np.where(turned, column, row)
    return rank
