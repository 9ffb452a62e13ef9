"""Mixture: the catalogue's golden numbers, bounds, hand-worked cases, and scipy's."""

import numpy as np
import pytest
from scipy.stats import entropy as peer

from urbanplan.base.errors import InputError
from urbanplan.methods.diversity import (
    balance,
    concentration,
    dissimilarity,
    entropy,
    hill,
    hill_weighted,
    simpson,
    simpson_of_counts,
)


def test_golden_number():
    shares = [0.5, 0.3, 0.15, 0.05, 0.0]
    assert entropy(shares, classes=5)[0] == pytest.approx(0.70964, abs=5e-6)
    assert entropy(shares, classes=5)[0] * np.log(5) == pytest.approx(1.14212, abs=5e-6)
    # dividing by the classes present is the usual mistake
    assert entropy(shares, classes=5)[0] != pytest.approx(0.82387, abs=1e-3)


def test_bounds_and_unknown():
    got = entropy([[4, 4, 4, 4], [9, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]], classes=4)
    assert got[[0, 1, 3]] == pytest.approx([1.0, 0.0, 0.5])
    assert np.isnan(got[2])
    assert np.isnan(entropy([[3.0]], classes=1)).all()


def test_order_and_unit_of_the_amounts_do_not_matter():
    amounts = np.random.default_rng(0).gamma(0.5, 100, (40, 6))
    got = entropy(amounts, classes=6)
    assert entropy(amounts[:, ::-1] * 1e4, classes=6) == pytest.approx(got)
    assert got == pytest.approx(peer(amounts, axis=1) / np.log(6))


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="below zero"):
        entropy([1.0, -0.1], classes=3)
    with pytest.raises(InputError, match="3 amounts"):
        entropy([1.0, 1.0, 1.0], classes=2)


MIX = [[0.5, 0.3, 0.15, 0.05, 0.0]]
COUNTS = [[50, 30, 15, 5]]


def test_golden_numbers_of_the_catalogue():
    assert concentration(MIX)[0] == pytest.approx(0.365, abs=1e-9)
    assert simpson(MIX)[0] == pytest.approx(0.635, abs=1e-9)
    assert simpson(MIX, classes=5)[0] == pytest.approx(0.635 / 0.8)
    assert simpson_of_counts(COUNTS)[0] == pytest.approx(0.64141, abs=5e-6)
    assert [hill(MIX, q=q)[0] for q in (0, 1, 2)] == pytest.approx([4, 3.13340, 2.73973], abs=1e-5)


def test_hill_numbers_are_what_they_stand_for():
    amounts = np.random.default_rng(3).gamma(0.6, 10, (50, 6))
    assert hill(amounts, q=1) == pytest.approx(np.exp(peer(amounts, axis=1)))
    assert hill(amounts, q=2) == pytest.approx(1 / concentration(amounts))
    assert hill(amounts, q=1 + 1e-7) == pytest.approx(hill(amounts, q=1), rel=1e-5)
    assert (hill(amounts, q=0) >= hill(amounts, q=1)).all()
    assert (hill(amounts, q=1) >= hill(amounts, q=2)).all()
    assert hill([[7, 7, 7]], q=0.5)[0] == pytest.approx(3)
    assert np.isnan(hill([[0, 0]], q=1))


def test_decay_by_hand_and_without_decay_nothing_changes():
    amounts = np.random.default_rng(4).gamma(0.6, 10, (30, 5))
    for q in (0, 1, 2):
        assert hill_weighted(amounts, np.ones((30, 5)), q=q) == pytest.approx(hill(amounts, q=q))
    weights = np.array([[1.0, 0.5, 0.25]])
    share = np.array([0.5, 0.25, 0.25])
    total = 0.5 + 0.125 + 0.0625
    assert hill_weighted([share], weights, q=0)[0] == pytest.approx(1.75)
    by_hand = (weights[0] * (share / total) ** 2).sum() ** -1
    assert hill_weighted([share], weights, q=2)[0] == pytest.approx(by_hand)
    by_hand = np.exp(-(weights[0] * share / total * np.log(share / total)).sum())
    assert hill_weighted([share], weights, q=1)[0] == pytest.approx(by_hand)
    assert np.isnan(hill_weighted([[1, 1]], [[0, 0]], q=1))


def test_unbiased_counts_of_few_things():
    assert np.isnan(simpson_of_counts([[1, 0]]))
    assert simpson_of_counts([[1, 1], [2, 0]]).tolist() == [1.0, 0.0]


def test_dissimilarity_of_the_catalogue_and_by_brute_force():
    grid = np.array([[1, 1, 2, 2], [1, 3, 2, 2], [1, 1, 1, 2], [3, 3, 1, 1]])
    assert np.nanmean(dissimilarity(grid)) == pytest.approx(0.484896, abs=1e-6)
    assert np.nanmean(dissimilarity(grid, fixed=True)) == pytest.approx(0.343750, abs=1e-9)
    grid = np.random.default_rng(2).integers(-1, 3, (7, 9))
    for row, col in np.ndindex(*grid.shape):
        near = [
            grid[r, c]
            for r in range(max(row - 1, 0), min(row + 2, 7))
            for c in range(max(col - 1, 0), min(col + 2, 9))
            if (r, c) != (row, col) and grid[r, c] >= 0
        ]
        other = sum(use != grid[row, col] for use in near)
        expected = (
            [np.nan, np.nan] if grid[row, col] < 0 else [other / len(near) if near else np.nan, other / 8]
        )
        got = [dissimilarity(grid)[row, col], dissimilarity(grid, fixed=True)[row, col]]
        assert got == pytest.approx(expected, nan_ok=True)


def test_balance():
    assert balance([3.0, 0.0, 2.0, 5.0], [1.0, 0.0, 2.0, 0.0]) == pytest.approx(
        [0.5, np.nan, 1.0, 0.0], nan_ok=True
    )
