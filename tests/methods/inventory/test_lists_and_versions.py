"""Inventories: Chapman's worked case, corrected entropies, clustering beside chance, and versions laid over each other."""

import math

import numpy as np
import pytest
import shapely
from shapely import Point, box

from urbanplan.base.errors import InputError
from urbanplan.methods.inventory import chapman, compare, nearest_neighbour_ratio, ripley, shannon


def test_chapman_by_hand():
    # (41 + 1)(30 + 1)/(17 + 1) - 1 = 71.333; variance 42 * 31 * 24 * 13 / (18^2 * 19) = 65.988
    found = chapman(41, 30, 17)
    assert found.total == pytest.approx(71.3333, abs=1e-4)
    assert found.high - found.total == pytest.approx(1.644854 * math.sqrt(42 * 31 * 24 * 13 / (18**2 * 19)))
    assert found.complete_first == pytest.approx(41 / 71.33333)


def test_chapman_is_nearly_unbiased_for_independent_lists():
    rng = np.random.default_rng(4)
    totals = []
    for _ in range(400):
        one, other = rng.random(120) < 0.5, rng.random(120) < 0.4
        totals.append(chapman(int(one.sum()), int(other.sum()), int((one & other).sum())).total)
    assert np.mean(totals) == pytest.approx(120, abs=1.5)


def test_few_in_common_give_counts_only_and_the_bound_is_what_is_known():
    assert all(math.isnan(value) for value in chapman(20, 20, 6))
    assert chapman(20, 20, 20).low == 20
    with pytest.raises(InputError, match="of one matching"):
        chapman(5, 9, 6)


def test_entropy_is_corrected_for_small_numbers():
    # p = (.5, .25, .25): 1.0397 nats, plus (3 - 1) / (2 * 8)
    assert shannon([[4, 2, 2, 0]])[0] == pytest.approx(1.039721 + 0.125)
    assert shannon([[4000, 2000, 2000, 0]])[0] == pytest.approx(1.039721, abs=2e-4)
    assert shannon([[1, 1, 1, 1]])[0] == pytest.approx(math.log(4)), "never above its greatest value"
    assert math.isnan(shannon([[0, 0]])[0])


SQUARE = box(0, 0, 1000, 1000)


def test_a_lattice_keeps_apart_and_a_crowd_clusters():
    lattice = np.array([(x, y) for x in range(50, 1000, 100) for y in range(50, 1000, 100)], dtype=float)
    assert nearest_neighbour_ratio(lattice, 1e6) == pytest.approx(2.0)
    rng = np.random.default_rng(1)
    crowd = np.concatenate([rng.normal(at, 25, (20, 2)) for at in ((200, 300), (700, 700), (500, 200))])
    assert nearest_neighbour_ratio(crowd, 1e6) < 0.5
    found = ripley(crowd, SQUARE, np.array([50.0, 100.0]))
    assert (found.value > found.high).all()
    apart = ripley(lattice, SQUARE, np.array([80.0]))
    assert apart.value[0] < apart.low[0]


def test_chance_is_inside_its_envelope_whatever_the_window():
    rng = np.random.default_rng(9)
    ring = Point(500, 500).buffer(500).difference(Point(500, 500).buffer(250))
    points = rng.uniform(0, 1000, (900, 2))
    found = ripley(points, ring, np.array([50.0, 100.0, 200.0]), simulations=39)
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()
    assert abs(found.value).max() < 15, "the edge is corrected: without it L - r sinks far below zero"


def test_edge_correction_equals_shared_areas_cut_by_hand():
    rng = np.random.default_rng(2)
    points = rng.uniform(100, 900, (15, 2))
    found = ripley(points, SQUARE, np.array([300.0]), simulations=0)
    total = 0.0
    for i, a in enumerate(points):
        for j, b in enumerate(points):
            if i != j and np.hypot(*(a - b)) <= 300:
                dx, dy = abs(a - b)
                total += 1 / ((1000 - dx) * (1000 - dy))
    expected = math.sqrt(1e12 * total / (15 * 14) / math.pi) - 300
    assert found.value[0] == pytest.approx(expected, abs=0.5)


def test_moving_everything_changes_nothing_and_few_say_nothing():
    rng = np.random.default_rng(2)
    points = rng.uniform(0, 1000, (40, 2))
    moved = ripley(
        points + np.array([5e5, 2e6]), box(5e5, 2e6, 5e5 + 1000, 2e6 + 1000), np.array([100.0]), simulations=0
    )
    assert moved.value == pytest.approx(
        ripley(points, SQUARE, np.array([100.0]), simulations=0).value, abs=1e-6
    )
    assert np.isnan(ripley(points[:9], SQUARE, np.array([100.0])).value).all()
    assert math.isnan(nearest_neighbour_ratio(points[:9], 1e6))
    with pytest.raises(InputError, match="above zero"):
        ripley(points, SQUARE, np.array([0.0]))


def test_versions_by_hand():
    found = compare(box(0, 0, 100, 100), box(50, 0, 150, 100))
    assert (found.kept.area, found.gained.area, found.lost.area) == (5000, 5000, 5000)
    assert found.iou == pytest.approx(1 / 3)
    assert found.sliver.is_empty


def test_a_line_drawn_twice_is_a_sliver_and_not_a_change():
    drawn_again = box(0, 0, 103, 100).union(box(200, 200, 300, 300))
    found = compare(box(0, 0, 100, 100), drawn_again, uncertainty_m=2.0)
    assert found.gained.area == 10_000
    assert found.sliver.area == pytest.approx(300)
    strict = compare(box(0, 0, 100, 100), drawn_again)
    assert strict.gained.area == pytest.approx(10_300)
    assert found.iou == strict.iou


def test_nothing_and_the_same():
    assert math.isnan(compare(shapely.Polygon(), shapely.Polygon()).iou)
    assert compare(SQUARE, SQUARE).iou == 1.0
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert compare(bow, bow).iou == 1.0
