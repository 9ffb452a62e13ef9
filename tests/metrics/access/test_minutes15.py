"""The 15-minute city: what is not mapped does not count, what is out of reach does."""

import numpy as np
import pytest
from town import frame, point, streets

from urbanplan.metrics.access.minutes15 import minutes15
from urbanplan.metrics.access.minutes15_mean import minutes15_mean
from urbanplan.metrics.access.nearest import nearest
from urbanplan.model.layers import CATEGORIES


@pytest.fixture
def lane():
    """Give a lane along y = 50 m, from x = 0 to 600 m."""
    return streets([(0, 50), (600, 50)], [(0, 1)])


@pytest.fixture
def row(cells):
    """Give the six cells along the lane, with 10 to 15 people."""
    return cells.iloc[:6]


@pytest.fixture
def needs():
    """Give a food shop at 50 m, a school at 550 m, and no place of another kind."""
    return frame("places", [point(50, 50), point(550, 50)], category=["food", "school"])


def test_by_hand(lane, row, needs):
    table = minutes15(needs, lane, row, max_distance_m=300)
    assert table["value"].tolist() == [0.5, 0.5, 1.0, 1.0, 0.5, 0.5]
    assert table["n"].tolist() == [2] * 6
    wide = minutes15(needs, lane, row, max_distance_m=400)
    assert wide["value"].tolist() == [0.5, 1.0, 1.0, 1.0, 1.0, 0.5]
    assert minutes15(needs, lane, row)["value"].tolist() == [1.0] * 6
    assert minutes15(needs.iloc[:1], lane, row, max_distance_m=300)["value"].tolist() == [1] * 4 + [0] * 2


def test_cut_off_is_out_of_reach_and_away_from_streets_is_unknown(row, needs):
    parts = streets([(0, 50), (250, 50), (350, 50), (450, 50)], [(0, 1), (2, 3)])
    table = minutes15(needs, parts, row, max_off_street_m=110)
    # the school's door is 100 m from the end of the second part, which the last cell is too
    assert table["value"].tolist() == [0.5] * 6
    table = minutes15(needs, parts, row, max_off_street_m=60)
    assert table["value"].tolist()[:5] == [0.5, 0.5, 0.5, 0.0, 0.0]
    assert table["reason"].tolist() == [""] * 5 + ["off_network"]


def test_nothing_mapped_is_nothing_known(lane, row, needs, city):
    none = needs.iloc[:0]
    assert minutes15(none, lane, row)["reason"].tolist() == ["no_places"] * 6
    assert minutes15(none, lane, row)["n"].tolist() == [0] * 6
    assert minutes15_mean(none, lane, row, city)["reason"].tolist() == ["no_places"]


def test_the_mean_is_over_people(lane, row, needs, city, zones):
    table = minutes15_mean(needs, lane, row, city, max_distance_m=400)
    assert table["value"].iloc[0] == pytest.approx((0.5 * 10 + 11 + 12 + 13 + 14 + 0.5 * 15) / 75)
    assert table["coverage"].iloc[0] == pytest.approx(1)
    parts = minutes15_mean(needs, lane, row, zones, max_distance_m=400)
    assert parts["value"].tolist() == pytest.approx([(5 + 11 + 6) / 27, (6 + 13 + 14 + 7.5) / 48])
    nobody = minutes15_mean(needs, lane, row.assign(population=0.0), city)
    assert nobody["reason"].tolist() == ["no_people"]


def test_it_is_the_mean_of_what_is_within_reach_of_each_kind(layers):
    asked = layers["places"], layers["walk"], layers["cells"]
    for limit in (100.0, 250.0, 1200.0):
        each = [nearest(*asked, category=c)["value"].to_numpy() <= limit for c in CATEGORIES]
        got = minutes15(*asked, max_distance_m=limit)["value"].to_numpy()
        assert got == pytest.approx(np.mean(each, axis=0))
