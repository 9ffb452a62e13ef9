"""Intervals: none without chance, the known one of a Poisson sum with it, and the same on every run."""

import numpy as np
import pytest
from scipy.stats import poisson
from test_opportunity import random_table

from urbanplan.base.errors import InputError
from urbanplan.methods import decay
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.opportunity import cost_to_reach, cumulative, gravity
from urbanplan.methods.uncertainty import bootstrap


def within(limit):
    """Give the measure of opportunities within a limit."""
    return lambda table, offered: cumulative(table, offered, [limit])[:, 0]


def test_without_chance_there_is_no_interval():
    table, _ = random_table(1)
    offered = np.arange(15.0)
    sure = bootstrap(table, offered, within(600), resampled=False, speed_spread=0, draws=5)
    expected = within(600)(table, offered)
    assert sure.low.tolist() == sure.high.tolist() == expected.tolist()
    assert sure.known.tolist() == [1] * 40


def test_the_number_of_places_has_the_interval_of_a_poisson_number():
    # 30 equal places within reach: their number is Poisson with mean 30
    table = CostTable(np.zeros(30, dtype=int), np.arange(30), np.full(30, 100.0), 1, 30)
    got = bootstrap(table, np.ones(30), within(500), speed_spread=0, draws=1500, level=0.9)
    assert got.low[0] == pytest.approx(poisson.ppf(0.05, 30), abs=1)
    assert got.high[0] == pytest.approx(poisson.ppf(0.95, 30), abs=1)


def test_speed_alone_moves_the_limit():
    # a place every metre: within 500 m at a pace of e^z there are 500 / e^z
    table = CostTable(np.zeros(1000, dtype=int), np.arange(1000), np.arange(1.0, 1001.0), 1, 1000)
    got = bootstrap(table, np.ones(1000), within(500), resampled=False, speed_spread=0.1, draws=1500)
    assert got.low[0] == pytest.approx(500 * np.exp(-0.1645), rel=0.03)
    assert got.high[0] == pytest.approx(500 * np.exp(0.1645), rel=0.03)


def test_wider_levels_hold_narrower_ones_and_seeds_repeat():
    table, _ = random_table(2)
    offered = np.random.default_rng(2).uniform(0, 9, 15)

    def measure(t, o):
        return gravity(t, o, decay.gaussian(sigma=300))

    narrow, wide = (bootstrap(table, offered, measure, level=level) for level in (0.5, 0.95))
    value = measure(table, offered)
    assert (wide.low <= narrow.low).all()
    assert (narrow.high <= wide.high).all()
    assert (wide.low < wide.high)[value > 0].all()
    assert ((wide.low <= value) & (value <= wide.high)).mean() > 0.95
    again = bootstrap(table, offered, measure, level=0.5)
    assert again.low.tolist() == narrow.low.tolist()
    assert bootstrap(table, offered, measure, level=0.5, seed=1).low.tolist() != narrow.low.tolist()


def test_what_is_often_not_reached_has_no_upper_bound():
    # one place that is drawn at least once in 63 of 100 draws
    table = CostTable([0], [0], [100.0], 2, 1)
    got = bootstrap(table, [1.0], lambda t, o: cost_to_reach(t, o, 1), speed_spread=0, draws=400)
    assert got.low[0] == 100
    assert np.isnan(got.high[0])
    assert got.known.tolist() == pytest.approx([1 - np.exp(-1), 0], abs=0.07)
    assert np.isnan(got.low[1])


@pytest.mark.parametrize(
    "wrong", [{"level": 0}, {"level": 1}, {"draws": 0}, {"draws": 2.5}, {"speed_spread": -1}]
)
def test_impossible_questions_are_refused(wrong):
    table = CostTable([0], [0], [100.0], 1, 1)
    with pytest.raises(InputError, match="bootstrap"):
        bootstrap(table, [1.0], within(500), **wrong)


def test_a_measure_of_another_shape_is_refused():
    table = CostTable([0], [0], [100.0], 1, 1)
    with pytest.raises(InputError, match="one value per origin"):
        bootstrap(table, [1.0], lambda _t, _o: np.zeros(3))
