"""How what is found on the ground agrees with a plan: shares, bounds, quotas, and kinds of disagreement."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from urbanplan.methods.grid_areas import Floats


class Conformance(NamedTuple):
    """Share of land whose use the plan permits.

    Attributes
    ----------
    value : ndarray of float64, shape (n,)
        Of the land of which both use and rule are known; NaN where there is none.
    low, high : ndarray of float64, shape (n,)
        Of all land of the plan: if everything unknown were in conflict, or permitted.
    known_share : ndarray of float64, shape (n,)
        Share of the plan's land of which both are known.
    """

    value: Floats
    low: Floats
    high: Floats
    known_share: Floats


def conformance(permitted: ArrayLike, known: ArrayLike, whole: ArrayLike) -> Conformance:
    r"""Measure which share of land is used as a plan permits.

    Parameters
    ----------
    permitted : array_like of float, shape (n,)
        Area whose use is permitted (or, weighted, the sum of areas times what the plan permits of them).
    known : array_like of float, shape (n,)
        Area of which use and rule are known.
    whole : array_like of float, shape (n,)
        All area of the plan.

    Notes
    -----
    .. math:: C = \frac{\sum A_{M=1}}{\sum A_{\mathrm{known}}}, \qquad C_w = \frac{\sum A M}{\sum A_{\mathrm{known}}}

    Examples
    --------
    >>> area = np.array([[80, 5, 15], [10, 60, 30], [5, 5, 90]])
    >>> rule = np.array([[1, 0.5, 0], [1, 1, 0], [0, 0, 1]])
    >>> conformance([area[rule == 1].sum()], [300], [330]).value.round(6).tolist()
    [0.8]
    >>> [bound.round(6).tolist() for bound in conformance([(area * rule).sum()], [300], [330])]
    [[0.808333], [0.734848], [0.825758], [0.909091]]
    """
    good, told, every = (np.asarray(part, dtype=np.float64) for part in (permitted, known, whole))
    every = np.maximum(every, told)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Conformance(
            np.where(told > 0, np.clip(good / told, 0.0, 1.0), np.nan),
            np.where(every > 0, np.clip(good / every, 0.0, 1.0), np.nan),
            np.where(every > 0, np.clip((good + every - told) / every, 0.0, 1.0), np.nan),
            np.where(every > 0, told / every, np.nan),
        )


class Agreement(NamedTuple):
    """How two classifications of the same land agree; see `agreement`."""

    overall: float
    kappa: float
    quantity: float
    allocation: float


def agreement(table: ArrayLike) -> Agreement:
    r"""Compare two classifications of the same land.

    Parameters
    ----------
    table : array_like of float, shape (k, k)
        Area of each class by the one (rows) and by the other (columns).

    Returns
    -------
    Agreement
        overall: share in the same class by both. kappa: the same beyond chance (Cohen). quantity: share that differs
        because the classes have other amounts. allocation: share that differs because they lie elsewhere. The last two
        and the first add up to 1. All NaN where there is no land.

    Notes
    -----
    .. math:: P_o = \sum_i p_{ii}, \quad P_e = \sum_i p_{i+} p_{+i}, \quad
        \kappa = \frac{P_o - P_e}{1 - P_e}, \quad Q = \tfrac12 \sum_i |p_{i+} - p_{+i}|, \quad A = 1 - P_o - Q

    Pontius and Millones (2011) show why quantity and allocation say more than kappa.

    Examples
    --------
    >>> [round(part, 6) for part in agreement([[50, 10, 5], [8, 60, 2], [4, 6, 30]])]
    [0.8, 0.690578, 0.034286, 0.165714]
    """
    area = np.asarray(table, dtype=np.float64)
    total = area.sum()
    if not total > 0:
        return Agreement(*[float("nan")] * 4)
    share = area / total
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    same, chance = float(np.trace(share)), float(rows @ columns)
    quantity = float(np.abs(rows - columns).sum() / 2)
    kappa = (same - chance) / (1 - chance) if chance < 1 else float("nan")
    return Agreement(same, kappa, quantity, max(1.0 - same - quantity, 0.0))


def within_quota(other_m2: ArrayLike, ground_m2: ArrayLike, quota_share: ArrayLike) -> Floats:
    """Return which share of the land under a quota the quota covers: 1 where all of it does, NaN without a quota.

    Parameters
    ----------
    other_m2 : array_like of float, shape (areas,)
        Land of each area of the plan in uses under its quota.
    ground_m2 : array_like of float, shape (areas,)
        All its land.
    quota_share : array_like of float, shape (areas,)
        Share (0-1) of it that they may take together.

    Examples
    --------
    >>> within_quota([50.0, 200.0, 0.0, 5.0], [1000.0] * 4, [0.1, 0.1, 0.1, np.nan]).tolist()
    [1.0, 0.5, 1.0, nan]
    """
    other, ground, quota = (np.asarray(part, dtype=np.float64) for part in (other_m2, ground_m2, quota_share))
    with np.errstate(divide="ignore", invalid="ignore"):
        covered = np.where(other > 0, np.minimum(quota * ground / other, 1.0), 1.0)
    return np.where(np.isfinite(quota), covered, np.nan)
