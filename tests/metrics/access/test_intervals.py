"""Intervals of every measure of access: what luck in mapping and speed would do, known from Poisson and lognormal numbers."""

import inspect

import numpy as np
import pytest
from scipy.stats import norm, poisson
from town import frame, point, streets

from urbanplan.metrics import load
from urbanplan.metrics.access.balancing_distance import balancing_distance
from urbanplan.metrics.access.catchment_2sfca import catchment_2sfca
from urbanplan.metrics.access.minutes15 import minutes15
from urbanplan.metrics.access.nearest import nearest
from urbanplan.metrics.access.nearest_k import nearest_k
from urbanplan.metrics.access.places_within import places_within
from urbanplan.metrics.access.spatial_availability import spatial_availability
from urbanplan.model.metric import REGISTRY

load()
PACE = np.exp(0.1 * norm.ppf([0.05, 0.95]))
"""Between which speeds 90 % of the draws lie."""
WITH_DRAWS = sorted({m.base for m in REGISTRY.values() if m.theme == "access" and "draws" in m.knobs})


def test_every_measure_of_the_catalogue_that_asks_for_an_interval_has_one():
    asked = {
        "nearest", "nearest_k", "nearest_mean", "balancing_distance", "places_within", "gravity", "proximity", "minutes15",
        "minutes15_mean", "catchment_2sfca", "catchment_e2sfca", "catchment_e2sfca_mean", "catchment_3sfca", "catchment_bfca",
        "catchment_shen", "congestion_raam", "spatial_availability", "drive_minutes", "motorcycle_minutes", "bike_minutes",
    }  # fmt: skip
    assert {base.split(".")[1] for base in WITH_DRAWS} == asked


@pytest.mark.parametrize("base", WITH_DRAWS)
def test_an_interval_holds_the_value_comes_out_again_and_changes_nothing_else(base, layers):
    metric = next(m for m in REGISTRY.values() if m.base == base)
    units = layers["zones"] if "zone" in metric.supports else layers["cells"]
    given = [units if name == "units" else layers[name] for name in metric.layers]
    plain = metric.function(*given, **metric.variant)
    drawn, again = (metric.function(*given, **metric.variant, draws=40) for _ in range(2))
    assert "low" not in plain
    for column in plain:
        np.testing.assert_array_equal(drawn[column], plain[column])
    np.testing.assert_array_equal(drawn[["low", "high"]], again[["low", "high"]])
    told = drawn.dropna(subset=["value", "low", "high"])
    assert (told["low"] <= told["value"]).all()
    assert (told["value"] <= told["high"]).all()
    assert ((drawn["low"] < drawn["value"]) | (drawn["high"] > drawn["value"])).any()
    assert drawn.loc[drawn["value"].isna(), ["low", "high"]].isna().all(axis=None)
    assert inspect.signature(metric.function).parameters["draws"].default == 0


@pytest.fixture(scope="module")
def lane():
    return streets([(0, 50), (2000, 50)], [(0, 1)])


@pytest.fixture
def home(cells):
    """Give one cell, whose middle lies at 50 m of the lane; ten people live there."""
    corner = cells[(cells["row"] == cells["row"].min()) & (cells["col"] == cells["col"].min())]
    return corner.assign(population=10.0)


def shops(*metres):
    return frame("places", [point(50 + at, 50) for at in metres], category=["health"] * len(metres))


def test_so_many_places_at_one_distance_that_only_speed_matters(lane, home):
    table = nearest(shops(*[500] * 12), lane, home, category="health", draws=2000)
    assert table[["low", "high"]].to_numpy()[0] == pytest.approx(500 * PACE, rel=0.01)


def test_the_only_place_may_be_missing_and_then_there_is_no_upper_bound(lane, home):
    table = nearest(shops(500), lane, home, category="health", draws=400)
    assert table["high"].isna().all()
    # missing in 37 of 100 draws: the 5 % of all are 8 % of those with the place
    assert table["low"].iloc[0] == pytest.approx(500 * np.exp(0.1 * norm.ppf(0.05 / 0.632)), rel=0.02)


def test_a_place_drawn_twice_is_two(lane, home):
    # the second nearest is near where the nearest was drawn at least twice (26 % of the draws), else far
    table = nearest_k(shops(100, *[1000] * 30), lane, home, category="health", k=2, draws=2000)
    assert table["value"].tolist() == [1000]
    assert table["low"].iloc[0] == pytest.approx(100 * np.exp(0.1 * norm.ppf(0.05 / 0.264)), rel=0.03)
    assert table["high"].iloc[0] == pytest.approx(1000 * np.exp(0.1 * norm.ppf(1 - 0.05 / 0.736)), rel=0.03)


def test_the_number_within_reach_is_a_poisson_number(lane, home):
    table = places_within(shops(*[100] * 30), lane, home, category="health", max_distance_m=500, draws=1500)
    assert table[["low", "high"]].to_numpy()[0] == pytest.approx(poisson.ppf([0.05, 0.95], 30), abs=1)
    shared = catchment_2sfca(shops(*[100] * 30), lane, home, home, category="health", draws=1500)
    assert shared["value"].tolist() == pytest.approx([3000.0])
    assert shared[["low", "high"]].to_numpy()[0] == pytest.approx(
        poisson.ppf([0.05, 0.95], 30) * 100, abs=100
    )


def test_units_and_kinds_of_places(lane, home, city):
    whole = spatial_availability(shops(*[100] * 30), lane, home, city, category="health", draws=1500)
    assert whole["value"].tolist() == pytest.approx([30.0])
    assert whole[["low", "high"]].to_numpy()[0] == pytest.approx(poisson.ppf([0.05, 0.95], 30), abs=1)
    # a kind of which no place was drawn is still mapped: it is not within reach in that draw
    table = minutes15(shops(100), lane, home, draws=400)
    assert (table["value"].tolist(), table["low"].tolist(), table["high"].tolist()) == ([1.0], [0.0], [1.0])
    room = balancing_distance(shops(*[300] * 12), lane, home, home, category="health", draws=2000)
    assert room[["low", "high"]].to_numpy()[0] == pytest.approx(300 * PACE, rel=0.02)
