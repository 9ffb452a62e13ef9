"""Several measurements of one thing, put together by how precise each is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError

Floats = NDArray[np.float64]


class Fused(NamedTuple):
    """What several measurements say together.

    Attributes
    ----------
    mean, sd : ndarray of float64, shape (n,)
        In the unit of the measurements; NaN where there is none.
    sources : ndarray of int64, shape (n,)
        How many measurements there were.
    disagreement : ndarray of float64, shape (n,)
        Chi-squared per degree of freedom; above 1 the measurements disagree more than they should. NaN for fewer than two.
    """

    mean: Floats
    sd: Floats
    sources: NDArray[np.int64]
    disagreement: Floats


def fuse(means: ArrayLike, sds: ArrayLike, *, biases: ArrayLike = 0.0) -> Fused:
    r"""Put measurements together by the weights of their precision, wider where they disagree.

    Parameters
    ----------
    means : array of float, shape (n, k)
        Of n things, what each of k sources says; NaN where it says nothing.
    sds : array of float, shape (n, k) or (k,)
        Standard deviations; NaN or infinite where the source says nothing.
    biases : array of float, shape (k,)
        How much too high each source is on average.

    Returns
    -------
    Fused

    Raises
    ------
    InputError
        If a standard deviation is zero or negative.

    Notes
    -----
    .. math::
        \mu = \frac{\sum_i w_i (\mu_i - b_i)}{\sum_i w_i}, \quad w_i = \sigma_i^{-2}, \quad
        \sigma^2 = \frac{1}{\sum_i w_i} \max\left(1, \frac{\chi^2}{k - 1}\right)

    The factor of Birge (1932) widens the result where sources contradict each other; it never narrows it.

    Examples
    --------
    >>> result = fuse([[10.0, 14.0]], [[1.0, 1.0]])
    >>> float(result.mean[0]), round(float(result.sd[0]), 6)
    (12.0, 2.0)
    """
    value = np.asarray(means, dtype=np.float64) - np.asarray(biases, dtype=np.float64)
    spread = np.broadcast_to(np.asarray(sds, dtype=np.float64), value.shape)
    told = np.isfinite(value) & np.isfinite(spread)
    if (spread[told] <= 0).any():
        raise InputError("a standard deviation of a height is not above zero; give how sure each source is")
    weight = np.zeros(value.shape)
    weight[told] = spread[told] ** -2.0
    total = weight.sum(axis=1)
    count = told.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weight * np.where(told, value, 0.0)).sum(axis=1) / total
        chi = (weight * np.where(told, value - mean[:, None], 0.0) ** 2).sum(axis=1)
        disagreement = np.where(count > 1, chi / (count - 1), np.nan)
        sd = np.sqrt(np.maximum(1.0, np.nan_to_num(disagreement, nan=1.0)) / total)
    none = count == 0
    mean[none], sd[none] = np.nan, np.nan
    return Fused(mean, sd, count, disagreement)
