"""Composite indices that show their parts: fixed goalposts, declared weights, and how far the weights decide the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats


class Goalposts(NamedTuple):
    """What scores zero and what scores one; more is better where the target lies above."""

    least: float
    target: float


class Composite(NamedTuple):
    """An index with what it is made of; all values 0 to 1.

    Attributes
    ----------
    value, geometric : ndarray of float64, shape (n,)
        Weighted arithmetic and geometric mean of the scores; NaN where one of them is unknown.
    low, high : ndarray of float64, shape (n,)
        The middle 90 % of the index under other weights.
    first_share : ndarray of float64, shape (n,)
        Share of the draws in which the unit ranks first.
    """

    value: Floats
    geometric: Floats
    low: Floats
    high: Floats
    first_share: Floats


def score(values: ArrayLike, posts: Goalposts) -> Floats:
    """Return values between fixed goalposts: 0 at the least, 1 at the target, never outside.

    Examples
    --------
    >>> score([0, 50, 200], Goalposts(0, 100)).tolist()
    [0.0, 0.5, 1.0]
    """
    if posts.least == posts.target:
        raise InputError("goalposts must differ: the least and the target of a score are the same")
    x = (np.asarray(values, dtype=np.float64) - posts.least) / (posts.target - posts.least)
    return np.clip(x, 0.0, 1.0)


def composite(
    scores: Mapping[str, Floats],
    weights: Mapping[str, float],
    *,
    spread: float = 0.5,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.9,
) -> Composite:
    r"""Put scores together, and draw other weights to tell how much they decide.

    Parameters
    ----------
    scores : mapping of str to ndarray, shape (n,)
        Scores from 0 to 1 by name; NaN where unknown.
    weights : mapping of str to float
        Weight of each, above zero; they are scaled to add up to one.
    spread : float
        Each weight is drawn evenly from so much below to so much above itself, as a share of it.
    draws, seed : int
        How often, and from which seed.
    level : float
        Share of the draws between low and high.

    Raises
    ------
    InputError
        If a score has no weight, or a weight is not above zero.

    Notes
    -----
    .. math:: I = \sum_d w_d s_d, \qquad I_g = \prod_d s_d^{w_d}

    In the arithmetic mean a good score makes up for a bad one; in the geometric mean it does so the less, the worse that is.

    References
    ----------
    OECD and JRC (2008), Handbook on constructing composite indicators.
    """
    names = list(scores)
    weight = np.array([weights.get(name, 0.0) for name in names], dtype=np.float64)
    if not (weight > 0).all():
        raise InputError(f"each of {', '.join(names)} needs a weight above zero")
    table = np.column_stack([scores[name] for name in names])
    rng = np.random.default_rng(seed)
    drawn = weight * rng.uniform(1 - spread, 1 + spread, (draws, len(weight)))
    drawn /= drawn.sum(axis=1, keepdims=True)
    weight = weight / weight.sum()
    known = np.isfinite(table).all(axis=1)
    several = table[known] @ drawn.T
    value, geometric, low, high, first = (np.full(len(table), np.nan) for _ in range(5))
    value[known] = table[known] @ weight
    geometric[known] = np.prod(table[known] ** weight, axis=1)
    if known.any():
        low[known], high[known] = np.quantile(several, [(1 - level) / 2, (1 + level) / 2], axis=1)
        low[known], high[known] = np.minimum(low, value)[known], np.maximum(high, value)[known]
        first[known] = (several >= several.max(axis=0) - np.finfo(float).eps).mean(axis=1)
    return Composite(value, geometric, low, high, first)
