"""How evenly a whole is shared between kinds."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError


def entropy(amounts: ArrayLike, *, classes: int) -> NDArray[np.float64]:
    r"""Measure how evenly amounts are shared between classes: Shannon's entropy over its maximum.

    Parameters
    ----------
    amounts : array_like of float, shape (n, k)
        Amount (area, count) of each class in each of n units; k may be less than `classes`.
    classes : int
        Number of classes of the scheme, whether present or not.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 (one class only) to 1 (all classes in equal amounts); NaN where there is no amount at all, and
        everywhere if the scheme has one class only.

    Raises
    ------
    InputError
        If an amount is negative, or there are more columns than classes.

    Notes
    -----
    .. math:: H = -\frac{\sum_k p_k \ln p_k}{\ln K}, \qquad p_k = a_k / \sum_k a_k, \qquad 0 \ln 0 = 0

    K is the number of classes of the scheme: dividing by the classes present would call a place with two
    uses in equal parts as mixed as one with all of them.

    Examples
    --------
    >>> entropy([[0.5, 0.3, 0.15, 0.05, 0]], classes=5).round(5).tolist()
    [0.70964]
    """
    table = np.atleast_2d(np.asarray(amounts, dtype=np.float64))
    if (table < 0).any():
        raise InputError("an amount is below zero; amounts are areas or counts")
    if table.shape[1] > classes:
        raise InputError(f"there are {table.shape[1]} amounts but the scheme has {classes} classes")
    whole = table.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = table / whole[:, None]
        terms = np.where(share > 0, share * np.log(share), 0.0)
        value = -terms.sum(axis=1) / np.log(classes) if classes > 1 else np.full(len(table), np.nan)
    return np.where(whole > 0, np.clip(value, 0.0, 1.0) + 0.0, np.nan)
