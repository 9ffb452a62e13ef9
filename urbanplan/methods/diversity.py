"""How evenly a whole is shared between kinds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError

Floats = NDArray[np.float64]
_ONE = 1e-9


def entropy(amounts: ArrayLike, *, classes: int) -> Floats:
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
    table = _table(amounts)
    if table.shape[1] > classes:
        raise InputError(f"there are {table.shape[1]} amounts but the scheme has {classes} classes")
    whole = table.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = table / whole[:, None]
        terms = np.where(share > 0, share * np.log(share), 0.0)
        value = -terms.sum(axis=1) / np.log(classes) if classes > 1 else np.full(len(table), np.nan)
    return np.where(whole > 0, np.clip(value, 0.0, 1.0) + 0.0, np.nan)


def concentration(amounts: ArrayLike) -> Floats:
    r"""Measure how much one class prevails: the Herfindahl-Hirschman index.

    Parameters
    ----------
    amounts : array_like of float, shape (n, k)
        Amount of each class in each of n units.

    Returns
    -------
    ndarray of float64, shape (n,)
        1/k to 1 (one class only); NaN where there is no amount.

    Notes
    -----
    .. math:: \mathrm{HHI} = \sum_k p_k^2

    Examples
    --------
    >>> concentration([[50, 30, 15, 5, 0]]).round(3).tolist()
    [0.365]
    """
    return _where_any(_table(amounts), lambda share: (share**2).sum(axis=1))


def simpson(amounts: ArrayLike, *, classes: int | None = None) -> Floats:
    r"""Measure how likely two places of a unit are of different classes: Simpson's index of areas.

    Parameters
    ----------
    amounts : array_like of float, shape (n, k)
        Area of each class in each of n units.
    classes : int, optional
        Number of classes of the scheme; with it the index is divided by its maximum, :math:`1 - 1/K`.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 (one class only) to :math:`1 - 1/K`, or to 1; NaN where there is no amount.

    Notes
    -----
    .. math:: D = 1 - \sum_k p_k^2

    Of counts this form is too low, since nothing is drawn twice: see `simpson_of_counts`.

    Examples
    --------
    >>> simpson([[50, 30, 15, 5, 0]]).round(3).tolist()
    [0.635]
    """
    value = 1.0 - concentration(amounts)
    if classes is None:
        return value
    return value / (1.0 - 1.0 / classes) if classes > 1 else np.full(len(value), np.nan)


def simpson_of_counts(counts: ArrayLike) -> Floats:
    r"""Measure how likely two different things of a unit are of different classes: Simpson's index of counts.

    Parameters
    ----------
    counts : array_like of float, shape (n, k)
        Number of things of each class in each of n units.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 to 1; NaN where there are fewer than two things.

    Notes
    -----
    .. math:: D = 1 - \sum_k \frac{n_k (n_k - 1)}{N (N - 1)}

    Examples
    --------
    >>> simpson_of_counts([[50, 30, 15, 5]]).round(5).tolist()
    [0.64141]
    """
    table = _table(counts)
    whole = table.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 1.0 - (table * (table - 1)).sum(axis=1) / (whole * (whole - 1))
    return np.where(whole > 1, value, np.nan)


def hill(amounts: ArrayLike, *, q: float) -> Floats:
    r"""Count the classes that a unit effectively has: Hill's number of order q.

    Parameters
    ----------
    amounts : array_like of float, shape (n, k)
        Amount of each class in each of n units.
    q : float
        How much the common classes count: 0 all alike (richness), 1 by their share, 2 the dominant ones most.

    Returns
    -------
    ndarray of float64, shape (n,)
        1 to k; NaN where there is no amount.

    Notes
    -----
    .. math:: {}^qD = \Bigl(\sum_k p_k^q\Bigr)^{1/(1-q)}, \qquad {}^1D = e^{-\sum_k p_k \ln p_k}

    Examples
    --------
    >>> [hill([[50, 30, 15, 5, 0]], q=q).round(5).item() for q in (0, 1, 2)]
    [4.0, 3.1334, 2.73973]
    """
    return hill_weighted(amounts, np.ones_like(_table(amounts)), q=q)


def hill_weighted(amounts: ArrayLike, weights: ArrayLike, *, q: float) -> Floats:
    r"""Count the classes that a unit effectively has, those far away for less: Hill's number with decay.

    Parameters
    ----------
    amounts : array_like of float, shape (n, k)
        Amount of each class in reach of each of n units.
    weights : array_like of float, shape (n, k)
        Weight (0-1) of each class there, e.g. :math:`e^{-\beta d}` of the distance to its nearest place.
    q : float
        Order, as for `hill`.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 to k; NaN where there is no amount. With all weights 1 it is `hill`.

    Notes
    -----
    .. math:: T = \sum_k d_k p_k, \qquad
        {}^qD = \Bigl(\sum_k d_k (p_k / T)^q\Bigr)^{1/(1-q)}, \qquad
        {}^1D = e^{-\sum_k d_k (p_k/T) \ln (p_k/T)}

    After Chao, Chiu and Jost (2010), whose branches of a tree of life are here the ways to each class.

    Examples
    --------
    >>> hill_weighted([[1, 1]], [[0.5, 0.5]], q=0).tolist()
    [1.0]
    """
    given = np.broadcast_to(np.asarray(weights, dtype=np.float64), _table(amounts).shape)
    if q < 0 or (given < 0).any():
        raise InputError("the order q and the weights of Hill numbers are not below zero")

    def effective(share: Floats) -> Floats:
        total = (given * share).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(share > 0, share / total[:, None], 0.0)
            if abs(q - 1.0) < _ONE:
                value = np.exp(-(given * np.where(part > 0, part * np.log(part), 0.0)).sum(axis=1))
            else:
                value = (given * np.where(part > 0, part**q, 0.0)).sum(axis=1) ** (1.0 / (1.0 - q))
        return np.asarray(value, dtype=np.float64)

    value = _where_any(_table(amounts), effective)
    return np.where(np.isfinite(value), value, np.nan)


def balance(first: ArrayLike, second: ArrayLike) -> Floats:
    r"""Measure how nearly two amounts are the same, as jobs and homes should be.

    Returns
    -------
    ndarray of float64
        0 (one of them is lacking) to 1 (both the same); NaN where there is neither.

    Notes
    -----
    .. math:: 1 - \frac{|x - y|}{x + y}

    Examples
    --------
    >>> balance([3.0, 0.0, 2.0], [1.0, 0.0, 2.0]).tolist()
    [0.5, nan, 1.0]
    """
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x + y > 0, 1.0 - np.abs(x - y) / (x + y), np.nan)


def dissimilarity(uses: ArrayLike, *, fixed: bool = False) -> Floats:
    r"""Measure for each developed cell which share of its neighbours has another use.

    Parameters
    ----------
    uses : array_like of int, shape (rows, cols)
        Dominant use of each cell; -1 for a cell that is not developed, or outside.
    fixed : bool
        Divide by 8, as Cervero and Kockelman wrote it, so that cells at the edge of the built-up area get less; else
        by the neighbours that are developed.

    Returns
    -------
    ndarray of float64, shape (rows, cols)
        0 to 1; NaN for a cell that is not developed, or (unless `fixed`) has no developed neighbour.

    Notes
    -----
    .. math:: D_j = \frac{1}{8} \sum_{i \in N_8(j)} [u_i \ne u_j]

    Examples
    --------
    >>> grid = [[1, 1, 2, 2], [1, 3, 2, 2], [1, 1, 1, 2], [3, 3, 1, 1]]
    >>> dissimilarity(grid).mean().round(6).item(), dissimilarity(grid, fixed=True).mean().round(6).item()
    (0.484896, 0.34375)
    """
    grid = np.asarray(uses, dtype=np.int64)
    rows, cols = grid.shape
    framed = np.full((rows + 2, cols + 2), -1, dtype=np.int64)
    framed[1:-1, 1:-1] = grid
    others, differing = np.zeros(grid.shape), np.zeros(grid.shape)
    for down, right in np.ndindex(3, 3):
        if (down, right) != (1, 1):
            neighbour = framed[down : down + rows, right : right + cols]
            others += neighbour >= 0
            differing += (neighbour >= 0) & (neighbour != grid)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = differing / (8.0 if fixed else others)
    return np.where(grid >= 0, value, np.nan)


def _table(amounts: ArrayLike) -> Floats:
    table = np.atleast_2d(np.asarray(amounts, dtype=np.float64))
    if (table < 0).any():
        raise InputError("an amount is below zero; amounts are areas or counts")
    return table


def _where_any(table: Floats, measure: Callable[[Floats], Floats]) -> Floats:
    """Measure the shares of each class; NaN where there is nothing at all."""
    whole = table.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, measure(table / whole[:, None]), np.nan)
