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
from urbanplan.methods.streets import entropy_of_counts

PERMUTATIONS = 9999
LEVEL = 0.9
MIN_BLOCKS = 4
"""Of fewer blocks on either side nothing can be told but the effect."""
_CHUNK = 2000
_SLACK = 1e-9
_NOTHING = 1e-12
"""Variance of a mean of scores between -1 and 1 below which it is rounding."""


class Contrast(NamedTuple):
    """How far inside differs from outside.

    Attributes
    ----------
    effect : float
        Cliff's delta, or the difference of two statistics: above 0, inside has more.
    low, high : float
        Interval of the effect by leaving out one block after the other; NaN with too few blocks.
    p : float
        Share of the ways to deal out the blocks whose effect lies at least as many of its standard errors from zero; NaN with too few.
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
    any zone different from its surroundings. With :math:`s_i` the share of all values below a value less that of those above,
    Cliff's delta is the difference of the sides' means of s, up to a factor that their sizes give. Because blocks are cut by the zone's
    edge and unlike in size, not that difference is compared but its ratio to its standard error between blocks, in every way anew
    (a studentised permutation test, right where both sides differ in spread or in the size of blocks).
    The interval is that of Student's t with the variance of the jackknife over blocks, of each side apart, and the degrees of
    freedom of Satterthwaite, cut at the effect's limits.

    References
    ----------
    Chung, E. and Romano, J. P. (2013), Exact and asymptotically robust permutation tests, Annals of Statistics 41 (2), 484-507.
    """
    inside = ground.inside
    number = np.bincount(ground.block, minlength=len(inside)).astype(np.float64)
    scores = above_below(values, values) / max(len(values), 1)
    score = np.bincount(ground.block, weights=scores, minlength=len(inside)).astype(np.float64)

    def ratio(sides: Floats) -> Floats:
        means, errors = zip(*(_mean_of(part, score, number) for part in (sides, 1.0 - sides)), strict=True)
        return _over_error(means[0] - means[1], errors[0] + errors[1])

    numbered = _numbers(inside)
    here = inside[ground.block]
    signs = between_blocks(
        values[here], numbered[ground.block[here]], values[~here], numbered[ground.block[~here]],
        (int(inside.sum()), int((~inside).sum())),
    )  # fmt: skip

    def left(one: Floats, other: Floats) -> Floats:
        pairs = (one @ number[inside]) * (other @ number[~inside])
        return np.asarray(np.einsum("ib,bc,ic->i", one, signs, other, optimize=True) / pairs)

    found = _contrast(ratio, left, ground, ground.alike(values), permutations, level, seed)
    return found._replace(low=max(found.low, -1.0), high=min(found.high, 1.0))


def compare_entropies(
    counts: Floats, ground: Ground, *, permutations: int = PERMUTATIONS, level: float = LEVEL, seed: int = 0
) -> Contrast:
    r"""Compare the entropy of what falls into bins inside a zone with that outside.

    Parameters
    ----------
    counts : ndarray of float64, shape (blocks, bins)
        How often each bin (of the compass) occurs in each block.
    ground : Ground
        Which blocks lie inside.
    permutations, level, seed
        As for `compare_values`. The effect is the entropy inside less that outside, in nats.

    Notes
    -----
    As there; the standard error is that of the linear part of the entropy, :math:`-\sum_k c_{bk} \ln p_k - n_b H` of each block.
    """
    inside, number = ground.inside, counts.sum(axis=1)

    def entropy_of(sides: Floats) -> tuple[Floats, Floats]:
        within = sides @ counts
        entropy = entropy_of_counts(within)
        whole = within.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            surprise = np.where(within > 0, -np.log(within / whole[:, None]), 0.0)
            apart = counts @ surprise.T - number[:, None] * entropy
            blocks = sides.sum(axis=1)
            error = (sides.T * apart**2).sum(axis=0) / whole**2 * blocks / (blocks - 1)
        return entropy, error

    def ratio(sides: Floats) -> Floats:
        (one, error), (other, more) = entropy_of(sides), entropy_of(1.0 - sides)
        return _over_error(one - other, error + more)

    def left(one: Floats, other: Floats) -> Floats:
        return entropy_of_counts(one @ counts[inside]) - entropy_of_counts(other @ counts[~inside])

    return _contrast(ratio, left, ground, float("nan"), permutations, level, seed)


def _mean_of(sides: Floats, score: Floats, number: Floats) -> tuple[Floats, Floats]:
    """Return the mean score of the blocks on one side, for each way, and its variance between blocks."""
    blocks, whole = sides.sum(axis=1), sides @ number
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (sides @ score) / whole
        square = sides @ score**2 - 2 * mean * (sides @ (score * number)) + mean**2 * (sides @ number**2)
        return mean, square / whole**2 * blocks / (blocks - 1)


def _over_error(difference: Floats, variance: Floats) -> Floats:
    """Return differences in standard errors; without any spread, zero or endless."""
    none = variance < _NOTHING
    with np.errstate(divide="ignore", invalid="ignore"):
        out = difference / np.sqrt(np.where(none, 0.0, variance))
    return np.where(none & (np.abs(difference) < np.sqrt(_NOTHING)), 0.0, out)


def _contrast(
    ratio: Callable[[Floats], Floats],
    effect_of: Callable[[Floats, Floats], Floats],
    ground: Ground,
    alike: float,
    permutations: int,
    level: float,
    seed: int,
) -> Contrast:
    inside = ground.inside
    here, there = int(inside.sum()), int((~inside).sum())
    effect = float(effect_of(np.ones((1, here)), np.ones((1, there)))[0]) if here and there else float("nan")
    if min(here, there) < MIN_BLOCKS or np.isnan(effect):
        nothing = float("nan")
        return Contrast(effect, nothing, nothing, nothing, nothing, here, there, alike)
    p, step = _chance(ratio, inside, permutations, np.random.default_rng(seed))
    half = _half_width(effect_of, here, there, level)
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
    ratio: Callable[[Floats], Floats],
    inside: Mask,
    permutations: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    every = comb(len(inside), int(inside.sum()))
    exact = every <= permutations
    sides = _every_way(inside) if exact else _random_ways(inside, permutations, rng)
    seen = abs(float(ratio(inside[None, :].astype(np.float64))[0])) * (1.0 - _SLACK)
    extreme = sum(int((np.abs(ratio(part)) >= seen).sum()) for part in sides)
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
