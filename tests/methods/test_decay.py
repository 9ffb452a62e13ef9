"""Every decay: its value where it can be worked out by hand, that it falls, and that units do not matter."""

import numpy as np
import pytest

from urbanplan.base.errors import InputError
from urbanplan.methods import decay

ALL = {
    "exponential": lambda u: decay.exponential(rate=0.002 / u),
    "half_life": lambda u: decay.exponential(half_life=400.0 * u),
    "gaussian": lambda u: decay.gaussian(sigma=500.0 * u),
    "cumulative_gaussian": lambda u: decay.cumulative_gaussian(until=300.0 * u, variance=90_000.0 * u * u),
    "logistic": lambda u: decay.logistic(midpoint=600.0 * u, sigma=200.0 * u),
    "soft_threshold": lambda u: decay.soft_threshold(threshold=500.0 * u),
    "linear": lambda u: decay.linear(end=1000.0 * u),
    "power": lambda u: decay.power(exponent=1.5, nearest=50.0 * u),
    "cut_off": lambda u: decay.cut_off(limit=500.0 * u),
    "stepped": lambda u: decay.stepped([(500 * u, 1.0), (1000 * u, 0.68), (1600 * u, 0.22)]),
    "within": lambda u: decay.within(decay.gaussian(sigma=500.0 * u), limit=800.0 * u),
}
COSTS = np.arange(0.0, 5000.0, 12.5)


@pytest.mark.parametrize("family", ALL)
def test_weights_fall_from_one_and_do_not_depend_on_the_unit(family):
    weight = ALL[family](1.0)(COSTS)
    assert weight[0] == pytest.approx(1.0, abs=0.01)
    assert (np.diff(weight) <= 0).all()
    assert weight.min() >= 0
    assert weight[-1] < 0.01
    assert ALL[family](0.001)(COSTS / 1000) == pytest.approx(weight, rel=1e-9, abs=1e-12)


def at(family, *costs):
    return family(np.array(costs, dtype=float)).tolist()


def test_by_hand():
    assert at(decay.exponential(half_life=400), 0, 400, 800) == pytest.approx([1, 0.5, 0.25])
    assert at(decay.exponential(rate=0.01), 100) == pytest.approx([np.exp(-1)])
    assert at(decay.gaussian(sigma=100), 100, 200) == pytest.approx([np.exp(-0.5), np.exp(-2)])
    assert at(decay.cumulative_gaussian(until=300, variance=10_000), 299, 300, 400) == pytest.approx(
        [1, 1, np.exp(-1)]
    )
    assert at(decay.linear(end=1000), 0, 250, 1000, 1200) == pytest.approx([1, 0.75, 0, 0])
    assert at(decay.power(exponent=2, nearest=50), 10, 50, 100) == pytest.approx([1, 1, 0.25])
    assert at(decay.cut_off(limit=500), 500, 500.001) == [1, 0]
    assert at(decay.stepped([(500, 1), (1000, 0.68)]), 0, 500, 500.1, 1000, 1000.1) == [1, 1, 0.68, 0.68, 0]
    assert at(decay.within(decay.linear(end=1000), limit=500), 500, 501) == pytest.approx([0.5, 0])
    assert at(decay.soft_threshold(threshold=500), 0, 500, 1000) == pytest.approx(
        [1 / (1 + np.exp(-5)), 0.5, 1 / (1 + np.exp(5))]
    )


def test_logistic_has_the_slope_of_its_standard_deviation():
    family = decay.logistic(midpoint=600, sigma=100)
    scale = 100 * np.sqrt(3) / np.pi
    expected = [(1 + np.exp(-600 / scale)) / (1 + np.exp((c - 600) / scale)) for c in (0, 300, 600, 900)]
    assert at(family, 0, 300, 600, 900) == pytest.approx(expected)
    assert at(family, 1e9) == pytest.approx([0])


@pytest.mark.parametrize(
    "make",
    [
        decay.exponential,
        lambda: decay.exponential(rate=1, half_life=1),
        lambda: decay.exponential(half_life=0),
        lambda: decay.gaussian(sigma=-1),
        lambda: decay.gaussian(sigma=np.nan),
        lambda: decay.linear(end=np.inf),
        lambda: decay.power(exponent=1, nearest=0),
        lambda: decay.stepped([]),
        lambda: decay.stepped([(500, 1), (500, 0.5)]),
        lambda: decay.stepped([(500, -1)]),
        lambda: decay.stepped([(-5, 1)]),
    ],
)
def test_impossible_decays_are_refused(make):
    with pytest.raises(InputError, match="decay"):
        make()


@pytest.mark.parametrize("family", decay.FAMILIES)
def test_every_named_family_halves_at_its_half_life(family):
    weight = decay.halving(family, half_life=400.0)(np.array([0.0, 399.999999, 400.0, 400.000001, 4000.0]))
    assert weight[0] == pytest.approx(1.0, abs=0.01)
    if family == "cut_off":
        assert weight[2:4].tolist() == [1.0, 0.0]
    elif family == "soft_threshold":
        assert weight[2] == 0.5
    else:
        assert weight[2] == pytest.approx(0.5, rel=1e-9)
    assert weight[4] < 0.16
    seconds = decay.halving(family, half_life=300.0)(np.array([75.0, 150.0, 225.0]))
    assert decay.halving(family, half_life=400.0)(np.array([100.0, 200.0, 300.0])) == pytest.approx(seconds)


def test_named_families_are_those_written_out():
    cost = np.linspace(0, 2000, 50)
    power = decay.power(exponent=np.log(2) / np.log(8), nearest=50)
    assert decay.halving("power", half_life=400, nearest=50)(cost) == pytest.approx(power(cost))
    late = decay.cumulative_gaussian(until=300, variance=100**2 / np.log(2))
    assert decay.halving("cumulative_gaussian", half_life=400, nearest=300)(cost) == pytest.approx(late(cost))
    assert decay.halving("linear", half_life=400)(cost) == pytest.approx(decay.linear(end=800)(cost))


def test_families_that_cannot_halve_there_are_refused():
    with pytest.raises(InputError, match="'cubic' is not a family of decays; families are exponential"):
        decay.halving("cubic", half_life=400)
    with pytest.raises(InputError, match="must be below its half_life"):
        decay.halving("power", half_life=400, nearest=400)
    with pytest.raises(InputError, match=r"needs a spread of at most 660\.4"):
        decay.halving("logistic", half_life=400, spread=900)
    with pytest.raises(InputError, match="half_life of a decay must be a number above zero"):
        decay.halving("exponential", half_life=0)
