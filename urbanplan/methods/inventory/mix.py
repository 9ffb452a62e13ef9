"""How mixed kinds are, with the correction for small numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def shannon(counts: ArrayLike) -> NDArray[np.float64]:
    r"""Return Shannon's entropy of counts in nats, corrected for the number counted.

    Parameters
    ----------
    counts : array of float, shape (n, k)
        Number of each of k kinds in each of n places.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where nothing was counted; at most ln k.

    Notes
    -----
    .. math:: H = -\sum_k p_k \ln p_k + \frac{K - 1}{2 n}

    with K the number of kinds found: few observations make a place look more uniform than it is (Miller 1955).

    Examples
    --------
    >>> shannon([[5, 5], [10, 0]]).round(4).tolist()
    [0.6931, 0.0]
    """
    table = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    whole = table.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = table / whole[:, None]
        terms = np.where(share > 0, share * np.log(share), 0.0)
        found = (table > 0).sum(axis=1)
        value = -terms.sum(axis=1) + (found - 1) / (2 * whole)
    return np.where(whole > 0, np.clip(value, 0.0, np.log(table.shape[1])), np.nan)
