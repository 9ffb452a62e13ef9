"""Choice, weighed and interval counts: hand-worked lanes, and the measures that must agree with each other."""

from itertools import pairwise

import numpy as np
import pytest
from town import frame, point, streets

from urbanplan.base.errors import InputError
from urbanplan.metrics.access.gravity import gravity
from urbanplan.metrics.access.interval import interval
from urbanplan.metrics.access.nearest import nearest
from urbanplan.metrics.access.nearest_k import nearest_k
from urbanplan.metrics.access.places_within import places_within
from urbanplan.metrics.access.proximity import proximity
from urbanplan.model.layers import CATEGORIES


@pytest.fixture
def lane():
    """Give a lane along y = 50 m, from x = 0 to 600 m."""
    return streets([(0, 50), (600, 50)], [(0, 1)])


@pytest.fixture
def row(cells):
    """Give the six cells along the lane, whose middles lie on it at 50, 150, … m."""
    return cells.iloc[:6]


@pytest.fixture
def shops():
    """Give three food shops on the lane, at 50, 150 and 550 m, and a school at 50 m."""
    shapes = [point(50, 50), point(150, 50), point(550, 50), point(50, 50)]
    return frame("places", shapes, category=["food"] * 3 + ["school"])


def test_the_third_nearest_and_the_second(lane, row, shops):
    third = nearest_k(shops, lane, row)
    assert third["value"].tolist() == pytest.approx([500, 400, 300, 300, 400, 500])
    assert nearest_k(shops, lane, row, k=2)["value"].tolist() == pytest.approx([100, 100, 200, 200, 300, 400])
    far = nearest_k(shops, lane, row, max_distance_m=350)
    assert far["reason"].tolist() == ["beyond_limit"] * 2 + ["", ""] + ["beyond_limit"] * 2


def test_fewer_than_k_places_leave_nothing_to_measure(lane, row, shops):
    assert nearest_k(shops, lane, row, category="school")["reason"].tolist() == ["nothing_to_measure"] * 6
    assert nearest_k(shops, lane, row, category="park")["reason"].tolist() == ["no_places"] * 6
    parts = streets([(0, 50), (250, 50), (350, 50), (600, 50)], [(0, 1), (2, 3)])
    table = nearest_k(shops.iloc[:2], parts, row, k=2, max_off_street_m=60)
    assert table["value"].tolist()[:3] == pytest.approx([100, 100, 200])
    assert table["reason"].tolist()[3:] == ["disconnected"] * 3
    off = nearest_k(shops, parts, row, max_off_street_m=0.5)
    assert off["reason"].tolist()[:2] == ["nothing_to_measure"] * 2


def test_k_must_be_a_whole_number(lane, row, shops):
    for k in (0, -1, 1.5):
        with pytest.raises(InputError, match="k must be a whole number above zero"):
            nearest_k(shops, lane, row, k=k)


def test_the_first_of_several_is_the_nearest(layers):
    asked = layers["places"], layers["walk"], layers["cells"]
    for category in CATEGORIES:
        one = nearest(*asked, category=category)
        assert nearest_k(*asked, category=category, k=1)["value"].tolist() == one["value"].tolist()
        rising = [nearest_k(*asked, category=category, k=k)["value"] for k in (1, 2, 3, 4)]
        for near, far in pairwise(rising):
            assert (far >= near).all()
        # within the distance of the third there are at least three
        for cell, metres in list(rising[2].items())[::5]:
            some = places_within(*asked, category=category, max_distance_m=metres)["value"]
            assert some[cell] >= 3


def test_each_place_counts_by_its_distance(lane, row, shops):
    half = gravity(shops, lane, row, half_life_m=100)["value"]
    assert half.iloc[0] == pytest.approx(1 + 0.5 + 2**-5)
    assert half.iloc[3] == pytest.approx(2**-3 + 2**-2 + 2**-2)
    cut = gravity(shops, lane, row, half_life_m=100, max_distance_m=200)["value"]
    assert cut.tolist() == pytest.approx([1.5, 1.5, 0.75, 0.5, 0.5, 1.0])
    assert gravity(shops, lane, row, category="park")["reason"].tolist() == ["no_places"] * 6


def test_with_an_endless_half_life_weighed_places_are_places(layers):
    asked = layers["places"], layers["walk"], layers["cells"]
    for category in CATEGORIES:
        weighed = gravity(*asked, category=category, half_life_m=1e12, max_distance_m=500.0)["value"]
        assert weighed.to_numpy() == pytest.approx(places_within(*asked, category=category)["value"])


def test_the_median_over_distances_with_its_ends(lane, row, shops):
    table = interval(shops, lane, row, from_m=100, to_m=400)
    # from 50 m: shops at 0, 100 and 500 m; from 250 m: at 100, 200 and 300 m, the last from the 201st of 301 cut-offs
    assert table["value"].tolist() == [2, 2, 2, 2, 1, 1]
    assert table["low"].tolist() == [2, 2, 1, 0, 1, 1]
    assert table["high"].tolist() == [2, 3, 3, 3, 3, 2]
    none = interval(shops, lane, row, category="park")
    assert none[["value", "low", "high"]].isna().all(axis=None)


def test_intervals_agree_with_places_within(layers):
    asked = layers["places"], layers["walk"], layers["cells"]
    every = [
        places_within(*asked, category="food", max_distance_m=float(limit))["value"]
        for limit in range(100, 301, 10)
    ]
    table = interval(*asked, category="food", from_m=100.0, to_m=300.0)
    assert table["low"].tolist() == every[0].tolist()
    assert table["value"].tolist() == every[10].tolist()
    assert table["high"].tolist() == every[-1].tolist()


def test_the_mean_walk_to_daily_needs(lane, row, shops):
    two = proximity(shops, lane, row, k=2, max_distance_m=1000)
    # food at 0 and 100 m; one school at 0 m, and a second that does not exist counts as 1,000 m
    assert two["value"].iloc[0] == pytest.approx(((0 + 100) / 2 + (0 + 1000) / 2) / 2)
    assert two["n"].tolist() == [2] * 6
    one = proximity(shops, lane, row, k=1)
    near = [nearest(shops, lane, row, category=c)["value"].to_numpy() for c in ("food", "school")]
    assert one["value"].to_numpy() == pytest.approx(np.mean(near, axis=0))


def test_who_meets_no_street_is_unknown(cells, shops):
    short = streets([(0, 50), (250, 50)], [(0, 1)])
    for metric in (nearest_k, gravity, interval, proximity):
        table = metric(shops, short, cells.iloc[:6], max_off_street_m=120)
        assert table["reason"].tolist()[4:] == ["off_network"] * 2
        assert table["value"].isna().tolist()[4:] == [True, True]
