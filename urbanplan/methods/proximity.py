"""The city of short ways: how near the things of every day are, over all their categories."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats


def share_of_categories(
    nearest: Sequence[Floats], mapped: Sequence[NDArray[np.bool_]], *, limit: float
) -> tuple[Floats, NDArray[np.int64]]:
    r"""Tell which share of the categories is within a limit: :math:`\frac{1}{|K|} \sum_{k \in K} [c_{ik} \le t]`.

    Parameters
    ----------
    nearest : sequence of ndarray of float64, shape (origins,)
        Of each category the cost to the nearest place; NaN where none is reached.
    mapped : sequence of ndarray of bool, shape (origins,)
        Of each category, where it is mapped. There "none reached" is "not within"; elsewhere nothing is known of it
        and it does not count at all.
    limit : float
        t, in the unit of the costs; exactly t is within.

    Returns
    -------
    share : ndarray of float64, shape (origins,)
        0-1; NaN where no category is mapped.
    number : ndarray of int64, shape (origins,)
        How many categories are mapped.
    """
    costs, known = _stacked(nearest, mapped)
    number = known.sum(axis=0)
    within = (known & (np.nan_to_num(costs, nan=np.inf) <= limit)).sum(axis=0)
    return _mean(within.astype(np.float64), number), number


def proximity(
    several: Sequence[Floats], mapped: Sequence[NDArray[np.bool_]], *, farthest: float
) -> tuple[Floats, NDArray[np.int64]]:
    r"""Average the cost to the k nearest places of each category over the categories.

    Parameters
    ----------
    several : sequence of ndarray of float64, shape (origins, k)
        Of each category the costs to the nearest, the second nearest, … place; NaN where there are fewer.
    mapped : sequence of ndarray of bool, shape (origins,)
        Of each category, where it is mapped; elsewhere it does not count.
    farthest : float
        What a place that is not reached, or is farther, counts as: without it one unreachable place would make the
        whole unknown, and leaving it out would make an origin look better for having fewer places.

    Returns
    -------
    mean : ndarray of float64, shape (origins,)
        :math:`\frac{1}{|K|}\sum_{k \in K} \frac{1}{n} \sum_{r=1}^{n} c_{ikr}`, in the unit of the costs; NaN where no
        category is mapped.
    number : ndarray of int64, shape (origins,)
        How many categories are mapped.

    References
    ----------
    Bruno, M., Melo, H. P. M., Campanelli, B. and Loreto, V. (2024), A universal framework for inclusive 15-minute
    cities, Nature Cities, after the catalogue of measures; formula not checked against the paper.
    """
    if not (np.isfinite(farthest) and farthest > 0):
        raise InputError(f"the farthest cost must be a number above zero, not {farthest}")
    means = [np.minimum(np.nan_to_num(costs, nan=np.inf), farthest).mean(axis=1) for costs in several]
    costs, known = _stacked(means, mapped)
    number = known.sum(axis=0)
    return _mean(np.where(known, costs, 0.0).sum(axis=0), number), number


def _stacked(
    costs: Sequence[Floats], mapped: Sequence[NDArray[np.bool_]]
) -> tuple[Floats, NDArray[np.bool_]]:
    if not costs or len(costs) != len(mapped):
        raise InputError("proximity needs at least one category, and where each is mapped")
    return np.stack([np.asarray(row, dtype=np.float64) for row in costs]), np.stack(list(mapped))


def _mean(total: Floats, number: NDArray[np.int64]) -> Floats:
    mean: Floats = np.divide(total, number, out=np.full(len(total), np.nan), where=number > 0)
    return mean
