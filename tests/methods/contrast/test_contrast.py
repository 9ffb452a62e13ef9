"""Inside against outside: small cases by hand and in full, and chance where neighbours are alike."""

import itertools

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, permutation_test, rankdata, ttest_ind

from urbanplan.methods.contrast import (
    Ground,
    cliffs_delta,
    compare_entropies,
    compare_values,
    lay_blocks,
    lay_independent_blocks,
    size_word,
)


def single(inside):
    """Give each observation its own block."""
    number = np.arange(len(inside))
    return Ground(number, np.asarray(inside), number * 10, number * 10)


def test_delta_by_hand_and_by_mann_whitney():
    assert cliffs_delta([1, 2], [2, 3]) == pytest.approx((-1 - 1 + 0 - 1) / 4)
    assert cliffs_delta([5, 6], [1]) == 1
    assert np.isnan(cliffs_delta([], [1]))
    rng = np.random.default_rng(2)
    one, other = rng.integers(0, 9, 70), rng.integers(2, 12, 90)
    u = mannwhitneyu(one, other).statistic
    assert cliffs_delta(one, other) == pytest.approx(2 * u / (70 * 90) - 1)
    assert cliffs_delta(one, other) == -cliffs_delta(other, one)
    assert cliffs_delta(one**3 + 1, other**3 + 1) == cliffs_delta(one, other)
    assert size_word([0.147, -0.33, 0.474]).tolist() == ["small", "medium", "large"]


def test_few_blocks_are_dealt_out_in_every_way():
    # four blocks of two on each side; all inside values above all outside: only the way itself and its mirror are as extreme
    values = np.arange(16.0)
    ground = lay_blocks(np.repeat(np.arange(8), 2) * 10.0, np.zeros(16), values >= 8, block_m=10)
    found = compare_values(values, ground)
    assert found.effect == 1
    assert (found.p, found.p_step) == (2 / 70, 1 / 70)
    assert (found.inside_blocks, found.outside_blocks) == (4, 4)


def test_blocks_of_unlike_size_as_if_written_out():
    rng = np.random.default_rng(3)
    block = np.repeat(np.arange(9), [1, 4, 2, 7, 3, 1, 5, 2, 6])
    inside = np.array([True] * 4 + [False] * 5)
    values = rng.normal(size=len(block)) + inside[block] * 0.4
    found = compare_values(values, Ground(block, inside, np.arange(9) * 3, np.zeros(9, dtype=int)))
    score = np.array([np.sign(value - values).sum() for value in values])

    def in_errors(way):
        """Divide the difference of the sides' mean scores by its error between blocks (of a ratio of sums)."""
        means, variance = [], 0.0
        for side in (way, sorted(set(range(9)) - set(way))):
            own = np.isin(block, side)
            means.append(score[own].mean())
            apart = [(score[block == one] - means[-1]).sum() for one in side]
            variance += np.square(apart).sum() / own.sum() ** 2 * len(side) / (len(side) - 1)
        return abs(means[0] - means[1]) / np.sqrt(variance)

    ways = [in_errors(way) for way in itertools.combinations(range(9), 4)]
    assert found.effect == pytest.approx(cliffs_delta(values[inside[block]], values[~inside[block]]))
    assert found.p == np.mean(ways >= ways[0] - 1e-9)
    assert found.p_step == 1 / 126


def test_a_peer_finds_the_same_chance_where_each_place_is_its_own_block():
    rng = np.random.default_rng(5)
    one, other = rng.normal(0.9, 1, 5), rng.normal(0, 2, 6)
    inside = np.array([True] * 5 + [False] * 6)
    ranks = rankdata(np.concatenate([one, other]))

    def welch(first, second, axis):
        return np.abs(ttest_ind(first, second, equal_var=False, axis=axis).statistic)

    groups = ranks[:5], ranks[5:]
    peer = permutation_test(groups, welch, n_resamples=np.inf, alternative="greater", vectorized=True)
    found = compare_values(np.concatenate([one, other]), single(inside))
    assert found.p == pytest.approx(peer.pvalue)
    assert found.p_step == 1 / 462


def test_random_ways_come_near_all_ways_and_again_the_same():
    rng = np.random.default_rng(6)
    inside = np.array([True] * 6 + [False] * 8)
    values = rng.normal(size=14) + inside * 0.8
    exact = compare_values(values, single(inside), permutations=9999)
    drawn = compare_values(values, single(inside), permutations=2999)
    assert exact.p_step == 1 / 3003
    assert drawn.p_step == 1 / 3000
    assert drawn.p == pytest.approx(exact.p, abs=0.03)
    assert repr(drawn) == repr(compare_values(values, single(inside), permutations=2999))
    assert drawn.p != compare_values(values, single(inside), permutations=2999, seed=1).p


def test_fewer_than_four_blocks_tell_an_effect_and_no_chance():
    found = compare_values(np.arange(9.0), single([True] * 3 + [False] * 6))
    assert found.effect == -1
    assert np.isnan([found.p, found.low, found.high, found.p_step]).all()


def test_values_without_differences_are_no_evidence():
    found = compare_values(np.ones(12), single([True] * 5 + [False] * 7))
    assert (found.effect, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_squares_are_cut_where_the_zone_ends():
    x, inside = np.array([5.0, 15, 16, 105]), np.array([True, True, False, False])
    ground = lay_blocks(x, np.zeros(4), inside, block_m=100)
    assert ground.block[0] == ground.block[1] != ground.block[2]
    assert len(ground.inside) == 3


def test_likeness_of_neighbours_is_seen():
    x, y = (each.ravel() * 10.0 for each in np.meshgrid(np.arange(12), np.arange(12)))
    inside = (x >= 40) & (x < 80) & (y >= 40) & (y < 80)
    ground = lay_blocks(x, y, inside, block_m=10)
    assert ground.alike(np.sin(x / 40) + np.cos(y / 40)) > 0.7
    assert abs(ground.alike(np.random.default_rng(1).normal(size=len(x)))) < 0.15


def test_squares_grow_where_neighbours_are_alike_and_not_where_they_are_not():
    rng = np.random.default_rng(8)
    x, y = rng.uniform(0, 4000, (2, 3000))
    inside = (x > 1000) & (x < 3000) & (y > 1000) & (y < 3000)
    noise, smooth = rng.normal(size=3000), np.sin(x / 700) + np.cos(y / 700)
    options = {"block_m": 300, "least": 4}
    assert lay_independent_blocks(x, y, inside, noise, **options).block_m == 300
    assert lay_independent_blocks(x, y, inside, smooth, **options).block_m == 600
    # no farther than that leaves blocks enough
    assert lay_independent_blocks(x, y, inside, smooth, block_m=300, least=60).block_m == 300


def test_unlike_blocks_do_not_make_chance_a_finding():
    """Few large blocks around against small ones inside, cut by the zone's edge: nothing is planted."""
    rng = np.random.default_rng(9)
    block = np.repeat(np.arange(33), [64] + [32] * 4 + [16] * 4 + [64] * 24)
    ground = Ground(block, np.arange(33) < 9, np.arange(33) * 3, np.zeros(33, dtype=int))
    chance = [
        compare_values(rng.normal(size=33)[block] + rng.normal(size=len(block)), ground, permutations=199, seed=k).p
        for k in range(300)
    ]  # fmt: skip
    assert 0.02 <= np.mean(np.array(chance) <= 0.05) <= 0.09


def test_where_neighbours_are_alike_whole_blocks_err_as_often_as_they_say_and_single_places_do_not():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 2800, (2, 500))
    inside = (x > 800) & (x < 2000) & (y > 800) & (y < 2000)
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    field = np.linalg.cholesky(np.exp(-apart / 60) + 1e-9 * np.eye(len(x)))
    ground = lay_blocks(x, y, inside, block_m=400)
    blocked, naive, held = [], [], []
    for seed in range(240):
        values = field @ rng.standard_normal(len(x))  # nothing distinguishes the zone
        found = compare_values(values, ground, permutations=199, seed=seed)
        blocked.append(found.p <= 0.05)
        held.append(found.low <= 0 <= found.high)
        naive.append(mannwhitneyu(values[inside], values[~inside]).pvalue <= 0.05)
    assert 0.02 <= np.mean(blocked) <= 0.09
    assert np.mean(naive) > 0.15
    assert np.mean(held) > 0.82  # of intervals that say 90 %


def test_a_real_difference_is_found_in_spite_of_the_blocks():
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 2800, (2, 600))
    inside = (x > 800) & (x < 2000) & (y > 800) & (y < 2000)
    values = rng.normal(size=600) + inside * 0.7
    found = compare_values(values, lay_blocks(x, y, inside, block_m=400))
    assert found.p < 0.01
    assert 0 < found.low < found.effect < found.high < 1


def test_bearings_of_blocks_that_are_grids_against_none():
    grid, none = np.zeros(36), np.full(36, 2.0)
    grid[[0, 9, 18, 27]] = 9.0
    counts = np.array([grid] * 4 + [none] * 5)
    ground = Ground(np.arange(9), np.array([True] * 4 + [False] * 5), np.arange(9), np.zeros(9, dtype=int))
    found = compare_entropies(counts, ground)
    assert found.effect == pytest.approx(np.log(4) - np.log(36))
    assert found.p == 1 / 126
    assert found.low == found.high == found.effect  # every block of a side is like the others
