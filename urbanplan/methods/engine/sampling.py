"""Origins drawn at random, what each stands for, and how far off their sums may be."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError

_DOUBT = 0.05
TOGETHER = 64
"""Origins whose shares are added up before they join the others: the same sums whatever the number of threads."""


def known_weights(values: ArrayLike | None, elements: int) -> NDArray[np.float64]:
    """Return one known weight an element, one by default."""
    if values is None:
        return np.ones(elements)
    weights = np.asarray(values, dtype=np.float64)
    if weights.shape != (elements,):
        raise InputError(f"the graph has {elements} elements but {weights.size} weights are given")
    wrong = np.flatnonzero(~((weights >= 0) & np.isfinite(weights)))
    if len(wrong):
        raise InputError(
            f"weights must be known and not negative, but element {wrong[0]} has {weights[wrong[0]]}"
        )
    return weights


def drawn_origins(
    leaving: NDArray[np.float64], samples: int | None, seed: int
) -> tuple[NDArray[np.int64], float]:
    """Return the origins that set out, and what each of them stands for."""
    able = np.flatnonzero(leaving > 0)
    if samples is None or samples >= len(able):
        return able, 1.0
    if samples < 2:  # noqa: PLR2004  (one origin shows no spread)
        raise InputError(f"at least two origins must be drawn to know the error, not {samples}")
    drawn = np.random.default_rng(seed).choice(able, size=samples, replace=False)
    return np.sort(drawn), len(able) / samples


def in_parts(origins: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return origins in parts that are worked on together."""
    return [origins[begin : begin + TOGETHER] for begin in range(0, len(origins), TOGETHER)]


def uncertainty(
    through: NDArray[np.float64], drawn: int, scale: float, most: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return standard error and 95 % bound of sums scaled up from a sample, of which each gives at most `most`."""
    if scale == 1.0:
        return np.zeros(through.shape[1]), np.zeros(through.shape[1])
    mean = through[0] / drawn
    variance = np.maximum(through[1] / drawn - mean**2, 0.0) * drawn / (drawn - 1)
    error: NDArray[np.float64] = scale * np.sqrt(variance * drawn * (1 - 1 / scale))
    doubt = np.log(4 / _DOUBT)
    off = np.sqrt(2 * variance * doubt / drawn) + 7 * most * doubt / (3 * (drawn - 1))
    return error, scale * drawn * off
