"""Probabilities of exceeding, their sums, and dates: worked by hand, by simulation, and by brute force."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from urbanplan.base.errors import InputError
from urbanplan.methods.compliance import (
    chance_above,
    compared,
    expected_excess,
    holds_on,
    interval,
    share_class,
)
from urbanplan.methods.compliance.poisson_binomial import distribution

NAN = math.nan


def test_the_chance_agrees_with_a_truncated_normal_of_scipy():
    rng = np.random.default_rng(1)
    mean, sd, limit = rng.uniform(1, 20, 200), rng.uniform(0.3, 5, 200), rng.uniform(0, 25, 200)
    peer = stats.truncnorm(-mean / sd, np.inf, loc=mean, scale=sd)
    assert np.allclose(chance_above(limit, mean, sd), peer.sf(limit), atol=1e-12)
    assert np.allclose(chance_above(limit * 7, mean * 7, sd * 7), peer.sf(limit), atol=1e-12)


def test_exactly_the_limit_is_not_above_it():
    assert chance_above([9.0, 9.0, 9.01], [9.0, 9.0001, 9.0], 0.0).tolist() == [0.0, 1.0, 0.0]
    assert np.isnan(chance_above([NAN, 9.0, 9.0], [9.0, NAN, 9.0], [1.0, 1.0, NAN])).all()


def test_the_excess_is_the_mean_of_draws():
    rng = np.random.default_rng(2)
    draws = rng.normal(11.0, 2.0, 400_000)
    draws = draws[draws > 0]
    assert expected_excess(12.0, 11.0, 2.0) == pytest.approx(np.maximum(draws - 12.0, 0).mean(), abs=0.01)
    higher = expected_excess(12.0, np.linspace(5, 20, 30), 1.5)
    assert (np.diff(higher) > 0).all()


def test_the_distribution_equals_all_combinations():
    chances = np.array([0.1, 0.45, 0.8, 0.99, 0.3])
    brute = np.zeros(6)
    for outcome in itertools.product([0, 1], repeat=5):
        brute[sum(outcome)] += np.prod(np.where(outcome, chances, 1 - chances))
    assert np.allclose(distribution(chances), brute, atol=1e-14)


@pytest.mark.parametrize(("count", "chance"), [(10, 0.5), (500, 0.03), (5000, 0.4)])
def test_equal_chances_are_binomial(count, chance):
    low, high = interval(np.full(count, chance), level=0.9)
    peer = stats.binom(count, chance)
    assert (low, high) == (peer.ppf(0.05), peer.ppf(0.95))
    assert np.allclose(distribution(np.full(count, chance)), peer.pmf(np.arange(count + 1)), atol=1e-12)


def test_certain_ones_shift_and_impossible_ones_change_nothing():
    assert interval([1.0, 1.0, 0.5, 0.0, 0.0, NAN], level=0.9) == (2.0, 3.0)
    assert interval([]) == (0.0, 0.0)
    with pytest.raises(InputError, match="outside 0 to 1"):
        interval([1.2])


def test_classes_have_their_borders():
    assert share_class([0.90001, 0.9, 0.8999, 0.1001, 0.1, NAN]).tolist() == [
        "likely",
        "likely",
        "possible",
        "possible",
        "compliant",
        "unknown",
    ]


@pytest.mark.parametrize(
    ("date", "start", "order"),
    [
        ("2010-05-13", "2010-05-14", "before"),
        ("2010-05-14", "2010-05-14", "after"),
        ("2010-05", "2010-05-14", "unknown"),
        ("2011", "2010-05-14", "after"),
        ("2010-01", "2010", "after"),
        ("", "2010", "unknown"),
        (NAN, "2010", "unknown"),
        ("2009", None, "unknown"),
    ],
)
def test_what_came_first(date, start, order):
    assert compared(date, start) == order


def test_rules_hold_between_their_days_and_drafts_never_do():
    starts, ends = ["2010-05-14", "2024-03-01", "2024-03-01"], ["2024-02-29", None, None]
    statuses = ["superseded", "in_force", "draft"]
    assert holds_on(starts, ends, statuses, "").tolist() == [False, True, False]
    assert holds_on(starts, ends, statuses, "2024-02-29").tolist() == [True, False, False]
    assert holds_on(starts, ends, statuses, "๑ มีนาคม ๒๕๖๗").tolist() == [False, True, False]
    assert holds_on(starts, ends, statuses, "2009").tolist() == [False, False, False]
    with pytest.raises(InputError, match="not a date"):
        holds_on(starts, ends, statuses, "yesterday")
