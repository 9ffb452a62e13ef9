"""Cliff's delta: how much more often a value of one group is above one of another than below it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.methods.grid_areas import Floats, Ints

STEPS = ((0.147, "negligible"), (0.33, "small"), (0.474, "medium"))
"""Below which a delta is called how (Romano et al. 2006); from the last on it is large."""


def cliffs_delta(first: ArrayLike, second: ArrayLike) -> float:
    r"""Measure by how much values of the first group lie above those of the second.

    Parameters
    ----------
    first, second : array of float
        Without NaN.

    Returns
    -------
    float
        From -1 (all below) to 1 (all above), 0 where neither prevails; NaN where a group is empty.

    Notes
    -----
    .. math:: \delta = \frac{1}{n m} \sum_{i,j} \operatorname{sgn}(x_i - y_j)

    Examples
    --------
    >>> cliffs_delta([3, 4, 5], [1, 2, 3])
    0.8888888888888888
    """
    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if not len(one) or not len(other):
        return float("nan")
    return float(above_below(one, other).sum() / (len(one) * len(other)))


def above_below(values: Floats, others: Floats) -> Floats:
    """Return for each value how many of the others lie below it, less how many lie above it."""
    order = np.sort(others)
    below = np.searchsorted(order, values, side="left")
    above = len(order) - np.searchsorted(order, values, side="right")
    return (below - above).astype(np.float64)


def between_blocks(
    values: Floats, block: Ints, others: Floats, other_block: Ints, shape: tuple[int, int]
) -> Floats:
    """Return the sum of signs between each block of the one group and each of the other."""
    out = np.zeros(shape)
    for number in range(shape[1]):
        signs = above_below(values, others[other_block == number])
        out[:, number] = np.bincount(block, weights=signs, minlength=shape[0])
    return out


def size_word(effect: ArrayLike) -> NDArray[np.object_]:
    """Return how large each delta is called: negligible, small, medium, large; "" where it is unknown.

    Examples
    --------
    >>> size_word([0.1, -0.2, 0.4, -0.9, float("nan")]).tolist()
    ['negligible', 'small', 'medium', 'large', '']
    """
    size = np.abs(np.asarray(effect, dtype=np.float64))
    words = np.select([size < bound for bound, _ in STEPS], [word for _, word in STEPS], "large")
    return np.where(np.isnan(size), "", words).astype(object)
