"""Ranks of things that several uncertain criteria compare, with how sure each rank is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from urbanplan.base.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Where each thing stands; rank 1 is the most pressing.

    Attributes
    ----------
    median, low, high : ndarray of float64, shape (n,)
        Rank in half of the draws, and where it lies in 90 of 100 draws; things that tie share the mean of their places.
    top : ndarray of float64, shape (n,)
        Share of the draws in which it is among the first k; of ties at the edge each has its part.
    known : ndarray of float64, shape (n,)
        Share of the criteria that are known of it.
    weights : dict of str to tuple of float
        Mean, least and greatest weight of each criterion over the draws.
    """

    median: Floats
    low: Floats
    high: Floats
    top: Floats
    known: Floats
    weights: dict[str, tuple[float, float, float]]


def rank_intervals(
    names: Sequence[str],
    means: Mapping[str, ArrayLike],
    sds: Mapping[str, ArrayLike],
    scales: Mapping[str, float],
    *,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    first: int = 10,
    draws: int = 2000,
    seed: int = 0,
) -> Ranking:
    r"""Rank things again and again with weights and values drawn anew, and tell between which ranks each lies.

    Parameters
    ----------
    names : sequence of str
        What is ranked, each once.
    means, sds : mapping of str to array of float, shape (n,)
        By criterion: what is measured (never below zero, more is more pressing) with its standard deviation; a mean of NaN is unknown.
    scales : mapping of str to float
        By criterion: the amount at which a thing counts for 63 in 100 of the most that it can count.
    ranges : mapping of str to (float, float), optional
        Least and greatest weight of each criterion, before weights are brought to the sum 1; without it every mix of weights is as
        likely as any other (Dirichlet with parameters 1).
    first : int
        The k of "among the first k".
    draws : int
        How many.
    seed : int
        The same seed gives the same ranks, on every machine and in every order of the things.

    Returns
    -------
    Ranking

    Raises
    ------
    InputError
        If a name stands twice, criteria do not belong together, or a number is impossible.

    Notes
    -----
    A criterion counts :math:`u = 1 - e^{-x/s}` with its own fixed scale: what is known of a thing counts the same whichever others
    are in the list, so that adding or removing one never turns two others round. Luck is drawn for each thing by its name for the
    same reason. What is unknown of a thing is drawn from the values of those of which it is known: its rank becomes less sure, but
    the thing is taken for neither better nor worse than the others. The weighted sum of a draw only orders that draw; it is no score
    and is not returned.

    Examples
    --------
    >>> found = rank_intervals(["a", "b"], {"x": [0.0, 5.0]}, {"x": [0.0, 0.0]}, {"x": 1.0}, first=1, draws=10)
    >>> found.median.tolist(), found.top.tolist()
    ([2.0, 1.0], [0.0, 1.0])
    """
    mean, sd = _checked(names, means, sds, scales, ranges, draws)
    criteria = list(means)
    weight = _weights(criteria, ranges, draws, seed)
    luck = [np.random.default_rng(_seed(name, seed)) for name in names]
    scale = np.array([scales[name] for name in criteria])
    others = [np.sort(column[np.isfinite(column)]) for column in mean.T]
    total = np.empty((draws, len(names)))
    for place, each in enumerate(luck):
        chance = each.random((draws, len(criteria)))
        value = np.maximum(0.0, mean[place] + sd[place] * ndtri(np.clip(chance, 1e-12, 1 - 1e-12)))
        for column in np.flatnonzero(np.isnan(mean[place])):
            value[:, column] = _drawn(others[column], chance[:, column])
        total[:, place] = (weight * (1 - np.exp(-value / scale))).sum(axis=1)
    ranks = rankdata(-np.round(total, 12), axis=1) if len(names) else total
    low, median, high = (
        np.quantile(ranks, part, axis=0, method="nearest" if part != 0.5 else "linear")  # noqa: PLR2004 - half
        if len(names)
        else np.zeros(0)
        for part in (0.05, 0.5, 0.95)
    )
    return Ranking(
        median=median,
        low=low,
        high=high,
        top=_among_first(total, first),
        known=np.isfinite(mean).mean(axis=1) if len(names) else np.zeros(0),
        weights={
            name: (float(column.mean()), float(column.min()), float(column.max()))
            for name, column in zip(criteria, weight.T, strict=True)
        },
    )


def _drawn(others: Floats, chance: Floats) -> Floats:
    """Return values drawn from those that are known; nothing where none is."""
    if not len(others):
        return np.zeros(len(chance))
    return others[np.minimum((chance * len(others)).astype(np.int64), len(others) - 1)]


def _checked(
    names: Sequence[str],
    means: Mapping[str, ArrayLike],
    sds: Mapping[str, ArrayLike],
    scales: Mapping[str, float],
    ranges: Mapping[str, tuple[float, float]] | None,
    draws: int,
) -> tuple[Floats, Floats]:
    """Return means and standard deviations, things down and criteria across."""
    if len(set(names)) < len(names):
        raise InputError("ranking: a name stands twice; each thing is ranked once")
    if not means or set(means) != set(sds) or set(means) - set(scales):
        raise InputError("ranking: each criterion needs means, standard deviations and a scale")
    if ranges is not None and (
        set(ranges) != set(means)
        or any(not 0 <= low <= high for low, high in ranges.values())
        or sum(high for _, high in ranges.values()) <= 0
    ):
        raise InputError(
            f"ranking: weights must give least and greatest, 0 or more, of each of {', '.join(means)}"
        )
    if draws < 1 or any(scales[name] <= 0 for name in means):
        raise InputError("ranking: draws and scales must be above zero")
    mean, sd = (
        np.column_stack([np.asarray(table[name], dtype=np.float64) for name in means])
        for table in (means, sds)
    )
    if mean.shape != (len(names), len(means)) or sd.shape != mean.shape:
        raise InputError("ranking: each criterion needs one value for each thing")
    known = np.isfinite(mean)
    if (mean[known] < 0).any() or not (sd[known] >= 0).all():
        raise InputError("ranking: values and standard deviations of what is known must be zero or more")
    return mean, np.where(known, sd, 0.0)


def _weights(
    criteria: list[str], ranges: Mapping[str, tuple[float, float]] | None, draws: int, seed: int
) -> Floats:
    luck = np.random.default_rng(_seed("weights", seed))
    if ranges is None:
        return luck.dirichlet(np.ones(len(criteria)), draws)
    low, high = (np.array([ranges[name][side] for name in criteria]) for side in (0, 1))
    drawn = low + (high - low) * luck.random((draws, len(criteria)))
    total = drawn.sum(axis=1, keepdims=True)
    return np.where(total > 0, drawn / np.where(total > 0, total, 1), 1 / len(criteria))


def _seed(name: str, seed: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest(), "big")


def _among_first(total: Floats, first: int) -> Floats:
    """Return the share of draws in which each is among the first k; where ties straddle the edge they share what is left."""
    if not total.shape[1]:
        return np.zeros(0)
    value = -np.round(total, 12)
    best, worst = (rankdata(value, method=method, axis=1) for method in ("min", "max"))
    inside = np.clip((first - best + 1) / (worst - best + 1), 0.0, 1.0)
    return np.asarray(inside.mean(axis=0))
