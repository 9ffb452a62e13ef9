"""Decays: formulas, tables, and what cannot be tabulated."""

import numpy as np
import pytest
from expanded_graph import Streets

from urbanplan.base.errors import InputError
from urbanplan.methods import decay
from urbanplan.methods.engine import reach

COSTS = np.array([0.0, 1.0, 250.0, 500.0, 500.001, 800.0, 1600.0])


@pytest.mark.parametrize(
    ("curve", "formula"),
    [
        (decay.exponential(rate=0.001), lambda c: np.exp(-c / 1000)),
        (decay.exponential(half_life=500), lambda c: 2 ** (-c / 500)),
        (decay.gaussian(sigma=400), lambda c: np.exp(-(c**2) / 2 / 400**2)),
        (decay.linear(end=800), lambda c: np.where(c <= 800, 1 - c / 800, 0)),
        (decay.power(exponent=1.5, nearest=250), lambda c: (np.maximum(c, 250) / 250) ** -1.5),
        (decay.soft_threshold(threshold=500), lambda c: 1 / (1 + np.exp(5 * (c - 500) / 500))),
        (
            decay.logistic(midpoint=600, sigma=100),
            lambda c: (1 + np.exp(-np.pi * 6 / 3**0.5)) / (1 + np.exp(np.pi * (c - 600) / (100 * 3**0.5))),
        ),
        (
            decay.cumulative_gaussian(until=500, variance=129_842.0),
            lambda c: np.where(c <= 500, 1, np.exp(-((c - 500) ** 2) / 129_842)),
        ),
        (
            decay.stepped([(250, 1.0), (500, 0.68), (800, 0.22)]),
            lambda c: np.select([c <= 250, c <= 500, c <= 800], [1.0, 0.68, 0.22], 0.0),
        ),
    ],
)
def test_families_and_their_tables_follow_the_formula(curve, formula):
    np.testing.assert_allclose(curve(COSTS), formula(COSTS), rtol=1e-12)
    # a street of 1.6 km with a place at every cost, each of its own variable
    street = Streets(2, ((0, 1, 1_600_000, 1_600_000, 1_600_000),), "length").engine
    places = street.at(np.zeros(len(COSTS)), COSTS)
    got = reach(street, street.at_nodes([0]), places, np.eye(len(COSTS)), decays=[curve], limit=1600)
    np.testing.assert_allclose(got.decayed[0, 0], formula(COSTS), atol=3e-7)


def test_half_life_halves():
    assert decay.exponential(half_life=300)(np.array([300.0]))[0] == pytest.approx(0.5)


def test_tables_are_near_their_curves_everywhere():
    street = Streets(2, ((0, 1, 900_000, 900_000, 900_000),), "length").engine
    offsets = np.random.default_rng(1).uniform(0, 900, 4000)
    places = street.at(np.zeros(4000), offsets)
    curves = [decay.gaussian(sigma=90), decay.power(exponent=2, nearest=33.333), decay.exponential(rate=0.02)]
    start = street.at_nodes([0])
    for curve in curves:
        for chunk in np.array_split(np.arange(4000), 8):
            got = reach(street, start, places.take(chunk), np.eye(len(chunk)), decays=[curve], limit=900)
            np.testing.assert_allclose(
                got.decayed[0, 0], curve(np.rint(offsets[chunk] * 1000) / 1000), atol=3e-7
            )


@pytest.mark.parametrize(
    "make",
    [
        decay.exponential,
        lambda: decay.exponential(rate=1, half_life=1),
        lambda: decay.exponential(rate=-1),
        lambda: decay.gaussian(sigma=0),
        lambda: decay.linear(end=float("nan")),
        lambda: decay.stepped([]),
        lambda: decay.stepped([(500, 1), (400, 0.5)]),
    ],
)
def test_senseless_decays_are_refused(make):
    with pytest.raises(InputError):
        make()


def test_decays_that_cannot_be_tabulated_say_why():
    street = Streets(2, ((0, 1, 1000, 1000, 1000),), "length").engine
    at = street.at_nodes([0])
    with pytest.raises(InputError, match="needs a limit"):
        reach(street, at, at, [1.0], decays=[decay.gaussian(sigma=10)])
    with pytest.raises(InputError, match="not finite"):
        reach(street, at, at, [1.0], decays=[decay.of(lambda cost: np.full(cost.shape, np.inf))], limit=10)
    with pytest.raises(InputError, match="too abruptly"):
        reach(
            street, at, at, [1.0], decays=[decay.of(lambda cost: (cost < 777.77).astype(float))], limit=2000
        )
