"""Effect, interval and chance of a difference between inside and outside, where neighbours are alike."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from math import comb
from typing import NamedTuple

import numpy as np
from scipy.stats import t as students_t

from urbanplan.methods.contrast.cliff import above_below, between_blocks
from urbanplan.methods.contrast.ground import Ground, Mask
from urbanplan.methods.grid_areas import Floats, Ints

PERMUTATIONS = 9999
LEVEL = 0.9
MIN_BLOCKS = 4
"""Of fewer blocks on either side nothing can be told but the effect."""
_CHUNK = 2000
_SLACK = 1e-12


class Contrast(NamedTuple):
    """How far inside differs from outside.

    Attributes
    ----------
    effect : float
        Cliff's delta, or the difference of two statistics: above 0, inside has more.
    low, high : float
        Interval of the effect by leaving out one block after the other; NaN with too few blocks.
    p : float
        Share of the ways to deal out the blocks that give an effect at least as far from zero; NaN with too few.
    p_step : float
        Resolution of `p`: the smallest that it could be.
    inside_blocks, outside_blocks : int
        How many blocks there are.
    alike : float
        Moran's I of neighbouring blocks, see `Ground.alike`.
    """

    effect: float
    low: float
    high: float
    p: float
    p_step: float
    inside_blocks: int
    outside_blocks: int
    alike: float


def compare_values(
    values: Floats, ground: Ground, *, permutations: int = PERMUTATIONS, level: float = LEVEL, seed: int = 0
) -> Contrast:
    r"""Compare the values of places inside a zone with those outside it.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        One for each observation, without NaN.
    ground : Ground
        The block of each, and which blocks lie inside.
    permutations : int
        How often blocks are dealt out anew; where there are no more ways than that, each way counts once and `p` is exact.
    level : float
        Probability of the interval.
    seed : int
        The same seed gives the same bytes.

    Notes
    -----
    Whole blocks change sides, so that what is alike within a block stays together: exchanging single buildings would find almost
    any zone different from its surroundings. With :math:`r_b` the sum over a block of (values below less values above, in all),
    :math:`n_b` its observations and z the blocks inside, :math:`\delta(z) = z r / (z n \, (N - z n))`.
    The interval is that of Student's t with the variance of the jackknife over blocks, of each side apart, and the degrees of
    freedom of Satterthwaite, cut at the effect's limits.
    """
    inside = ground.inside
    number = np.bincount(ground.block, minlength=len(inside)).astype(np.float64)
    score = np.bincount(ground.block, weights=above_below(values, values), minlength=len(inside))

    def delta(sides: Floats) -> Floats:
        within = sides @ number
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((sides @ score) / (within * (number.sum() - within)))

    numbered = _numbers(inside)
    here = inside[ground.block]
    signs = between_blocks(
        values[here], numbered[ground.block[here]], values[~here], numbered[ground.block[~here]],
        (int(inside.sum()), int((~inside).sum())),
    )  # fmt: skip

    def left(one: Floats, other: Floats) -> Floats:
        pairs = (one @ number[inside]) * (other @ number[~inside])
        return np.asarray(np.einsum("ib,bc,ic->i", one, signs, other, optimize=True) / pairs)

    found = _contrast(delta, left, ground, ground.alike(values), permutations, level, seed)
    return found._replace(low=max(found.low, -1.0), high=min(found.high, 1.0))


def compare_bearings(
    counts: Floats,
    ground: Ground,
    statistic: Callable[[Floats], Floats],
    *,
    permutations: int = PERMUTATIONS,
    level: float = LEVEL,
    seed: int = 0,
) -> Contrast:
    """Compare a statistic of the counts that fall together inside a zone with that of those outside.

    Parameters
    ----------
    counts : ndarray of float64, shape (blocks, bins)
        How often each bin (of the compass) occurs in each block.
    ground : Ground
        Which blocks lie inside.
    statistic : callable
        Takes counts by bin, one row each, and gives one number a row, such as the entropy of orientation.
    permutations, level, seed
        As for `compare_values`. The effect is the statistic inside less that outside.
    """
    inside, whole = ground.inside, counts.sum(axis=0)

    def difference(sides: Floats) -> Floats:
        within = sides @ counts
        return statistic(within) - statistic(whole - within)

    def left(one: Floats, other: Floats) -> Floats:
        return statistic(one @ counts[inside]) - statistic(other @ counts[~inside])

    return _contrast(difference, left, ground, float("nan"), permutations, level, seed)


def _contrast(
    effect_of: Callable[[Floats], Floats],
    effect_of_both: Callable[[Floats, Floats], Floats],
    ground: Ground,
    alike: float,
    permutations: int,
    level: float,
    seed: int,
) -> Contrast:
    inside = ground.inside
    here, there = int(inside.sum()), int((~inside).sum())
    effect = float(effect_of(inside[None, :].astype(np.float64))[0]) if here and there else float("nan")
    if min(here, there) < MIN_BLOCKS or np.isnan(effect):
        nothing = float("nan")
        return Contrast(effect, nothing, nothing, nothing, nothing, here, there, alike)
    p, step = _chance(effect_of, effect, inside, permutations, np.random.default_rng(seed))
    half = _half_width(effect_of_both, here, there, level)
    return Contrast(effect, effect - half, effect + half, p, step, here, there, alike)


def _half_width(effect_of: Callable[[Floats, Floats], Floats], here: int, there: int, level: float) -> float:
    """Return how far the interval reaches to either side of the effect."""
    ones = np.ones((here, here)), np.ones((there, there))
    less_here = effect_of(ones[0] - np.eye(here), np.ones((here, there)))
    less_there = effect_of(np.ones((there, here)), ones[1] - np.eye(there))
    parts = [float((len(each) - 1) * np.var(each)) for each in (less_here, less_there)]
    variance = sum(parts)
    if not variance > 0:
        return 0.0 if variance == 0 else float("nan")
    freedom = variance**2 / sum(
        part**2 / (count - 1) for part, count in zip(parts, (here, there), strict=True)
    )
    return float(students_t.ppf((1 + level) / 2, freedom) * np.sqrt(variance))


def _chance(
    effect_of: Callable[[Floats], Floats],
    effect: float,
    inside: Mask,
    permutations: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    every = comb(len(inside), int(inside.sum()))
    exact = every <= permutations
    sides = _every_way(inside) if exact else _random_ways(inside, permutations, rng)
    extreme = sum(int((np.abs(effect_of(part)) >= abs(effect) - _SLACK).sum()) for part in sides)
    # of random ways the one that was seen counts as one more, so that p is never zero
    return (
        (extreme / every, 1 / every)
        if exact
        else ((extreme + 1) / (permutations + 1), 1 / (permutations + 1))
    )


def _every_way(inside: Mask) -> Iterator[Floats]:
    ways = itertools.combinations(range(len(inside)), int(inside.sum()))
    while chosen := list(itertools.islice(ways, _CHUNK)):
        sides = np.zeros((len(chosen), len(inside)))
        np.put_along_axis(sides, np.array(chosen), 1.0, axis=1)
        yield sides


def _random_ways(inside: Mask, permutations: int, rng: np.random.Generator) -> Iterator[Floats]:
    for start in range(0, permutations, _CHUNK):
        rows = min(_CHUNK, permutations - start)
        yield rng.permuted(np.tile(inside.astype(np.float64), (rows, 1)), axis=1)


def _numbers(inside: Mask) -> Ints:
    """Return the number of each block among those on its side."""
    out = np.zeros(len(inside), dtype=np.int64)
    out[inside] = np.arange(inside.sum())
    out[~inside] = np.arange((~inside).sum())
    return out
