"""Measures of competition on one lane: by hand, supply conserved, and the choices that nobody would change."""

import numpy as np
import pytest
from town import frame, point, streets

from urbanplan.base.errors import InputError
from urbanplan.metrics.access.balancing_distance import balancing_distance
from urbanplan.metrics.access.catchment_2sfca import catchment_2sfca
from urbanplan.metrics.access.catchment_3sfca import catchment_3sfca
from urbanplan.metrics.access.catchment_bfca import catchment_bfca
from urbanplan.metrics.access.catchment_e2sfca import catchment_e2sfca
from urbanplan.metrics.access.catchment_shen import catchment_shen
from urbanplan.metrics.access.congestion_raam import congestion_raam

RINGS = {"near_m": 100.0, "middle_m": 200.0, "max_distance_m": 300.0}
NETWORKS = {catchment_shen: ("walk", "motorcycle")}


@pytest.fixture
def lane():
    """Give a lane along y = 50 m, from x = 0 to 600 m."""
    return streets([(0, 50), (600, 50)], [(0, 1)])


@pytest.fixture
def row(cells):
    """Give the six cells along the lane, with 10 to 15 people."""
    return cells.iloc[:6]


@pytest.fixture
def clinics():
    """Give two clinics at the ends of the lane, at 50 and 550 m."""
    return frame("places", [point(50, 50), point(550, 50)], category=["health"] * 2)


def test_one_radius_by_hand(lane, row, clinics):
    table = catchment_2sfca(clinics, lane, row, row, max_distance_m=300.0)
    west, east = 10 + 11 + 12 + 13, 12 + 13 + 14 + 15
    both = 1000 / west + 1000 / east
    assert table["value"].tolist() == pytest.approx([1000 / west] * 2 + [both] * 2 + [1000 / east] * 2)


def test_people_who_divide_themselves_by_hand(lane, row, clinics):
    table = catchment_3sfca(clinics, lane, row, row, **RINGS)
    # the two cells in the middle have both clinics in reach, at 200 and 300 m
    part, other = 0.68 / 0.9, 0.22 / 0.9
    west = 10 + 11 + 12 * part * 0.68 + 13 * other * 0.22
    east = 15 + 14 + 13 * part * 0.68 + 12 * other * 0.22
    third = part * 0.68 / west + other * 0.22 / east
    fourth = part * 0.68 / east + other * 0.22 / west
    expected = [1 / west, 1 / west, third, fourth, 1 / east, 1 / east]
    assert table["value"].tolist() == pytest.approx([1000 * value for value in expected])


def test_levels_of_service_by_hand(lane, row, clinics):
    table = catchment_bfca(clinics, lane, row, row, **RINGS)
    west = 10 + 11 + 12 * 0.68 / 0.9 + 13 * 0.22 / 0.9
    east = 15 + 14 + 13 * 0.68 / 0.9 + 12 * 0.22 / 0.9
    weights = np.array([[1, 0], [1, 0], [0.68, 0.22], [0.22, 0.68], [0, 1], [0, 1]])
    expected = (weights / weights.sum(axis=0)) @ (1 / np.array([west, east]))
    assert table["value"].tolist() == pytest.approx((1000 * expected).tolist())
    # people are conserved, and so is the level of service
    assert table["value"].sum() / 1000 == pytest.approx(1 / west + 1 / east)
    assert west + east == pytest.approx(75)


@pytest.mark.parametrize("measure", [catchment_2sfca, catchment_3sfca, catchment_e2sfca, catchment_shen])
def test_over_people_it_adds_up_to_the_places(measure, layers):
    cells, networks = layers["cells"], [layers[name] for name in NETWORKS.get(measure, ("walk",))]
    for category in ("health", "school"):
        table = measure(layers["places"], *networks, cells, cells, category=category)
        assert (table["value"] * cells["population"]).sum() / 1000 == pytest.approx(4)


def test_without_riders_it_is_a_catchment_of_walkers(lane, row, clinics):
    alone = {"walk_half_life_m": 100.0, "max_distance_m": 1000.0}
    walkers = catchment_shen(clinics, lane, lane, row, row, motorcycle_share=0.0, **alone)["value"]
    west = sum(people * 2.0**-step for step, people in enumerate(range(10, 16)))
    east = sum(people * 2.0 ** -(5 - step) for step, people in enumerate(range(10, 16)))
    expected = [1000 * (2.0**-step / west + 2.0 ** -(5 - step) / east) for step in range(6)]
    assert walkers.tolist() == pytest.approx(expected)
    # whoever rides reaches the far clinic too, and leaves less of it to those who walk
    mixed = catchment_shen(clinics, lane, lane, row, row, motorcycle_half_life_m=1000.0, **alone)
    assert (mixed["value"] * row["population"]).sum() == pytest.approx(2000)
    same = catchment_shen(clinics, lane, lane, row, row, motorcycle_half_life_m=100.0, **alone)["value"]
    assert same.tolist() == pytest.approx(expected)
    with pytest.raises(InputError, match="motorcycle_share must be a share from 0 to 1, not 2"):
        catchment_shen(clinics, lane, lane, row, row, motorcycle_share=2.0)


def test_nobody_would_be_better_off_at_another_clinic(lane, row, clinics):
    # 75 people and two clinics: mean congestion is 37.5 people a clinic
    table = congestion_raam(clinics, lane, row, row, congestion_m=1000.0)
    to_west = np.arange(0, 600, 100.0) / 1000
    people = row["population"].to_numpy()

    def borne(west):
        return np.minimum(west / 37.5 + to_west, (75 - west) / 37.5 + to_west[::-1])

    # all to the west of a cell go west: look for the number of people at which that is an equilibrium
    tries = np.linspace(0, 75, 75_001)
    wanted = [
        (people * ((west / 37.5 + to_west) < (75 - west) / 37.5 + to_west[::-1])).sum() - west
        for west in tries
    ]
    equilibrium = tries[np.flatnonzero(np.array(wanted) <= 0)[0]]
    assert table["value"].to_numpy() == pytest.approx(borne(equilibrium), abs=0.01)


def test_crowding_falls_with_places_and_far_places_are_beyond_the_limit(lane, row, clinics):
    two = congestion_raam(clinics, lane, row, row, congestion_m=1e9)["value"]
    assert two.to_numpy() == pytest.approx(1.0, abs=1e-3)
    near = congestion_raam(clinics.iloc[:1], lane, row, row, max_distance_m=200.0)
    assert near["reason"].tolist() == [""] * 3 + ["beyond_limit"] * 3
    assert (np.diff(near["value"].iloc[:3]) > 0).all()


def test_room_for_everybody(lane, row, clinics):
    # ten to fifteen people: one clinic has room for 12, two have room for 24
    table = balancing_distance(clinics, lane, row, row, room_people=12.0)
    assert table["value"].tolist() == [0, 100, 300, 300, 400, 500]
    some = row.assign(population=[0.0, np.nan, 12, 13, 14, 15])
    told = balancing_distance(clinics, lane, some, some, room_people=14.5, max_distance_m=400.0)
    assert told["value"].iloc[[0, 2, 3, 4]].tolist() == [0, 200, 200, 100]
    assert told["reason"].tolist() == ["", "population_unknown", "", "", "", "beyond_limit"]


@pytest.mark.parametrize(
    "measure", [catchment_2sfca, catchment_3sfca, catchment_bfca, catchment_shen, congestion_raam]
)
def test_nobody_nothing_and_the_unknown(measure, lane, row, clinics):
    networks = [lane] * len(NETWORKS.get(measure, ("walk",)))
    assert set(measure(clinics, *networks, row, row, category="school")["reason"]) == {"no_places"}
    one = row.assign(population=[np.nan, 11, 12, 13, 14, 15])
    knobs = (
        RINGS | {"max_distance_m": 250.0}
        if measure in {catchment_3sfca, catchment_bfca}
        else {"max_distance_m": 250.0}
    )
    told = measure(clinics, *networks, one, one, **knobs)
    assert told["reason"].iloc[:3].tolist() == ["population_unknown"] * 3
    assert told["value"].iloc[3:].notna().all()
    nobody = row.assign(population=0.0)
    assert set(measure(clinics, *networks, nobody, nobody)["reason"]) == {"no_people"}
