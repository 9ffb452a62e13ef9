"""Places and people within walking distance."""

import numpy as np
import pytest
from town import box, frame, point, streets

from urbanplan.metrics.access.nearest import nearest
from urbanplan.metrics.access.people_within import people_within
from urbanplan.metrics.access.places_within import LIMITS, places_within
from urbanplan.metrics.access.share_within import share_within
from urbanplan.metrics.heritage.share_near_asset import share_near_asset
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
def schools():
    """Give two schools on the lane, at 50 and 550 m, and one with a wide ground."""
    shapes = [point(50, 50), point(550, 50), box(340, 40, 360, 300)]
    return frame("places", shapes, category=["school"] * 3)


def test_places_at_exactly_the_limit_count_and_several_doors_count_once(lane, row, schools):
    def number(limit):
        return places_within(schools, lane, row, category="school", max_distance_m=limit)["value"].tolist()

    assert number(500) == [3, 3, 3, 3, 3, 3]
    assert number(499.9) == [2, 3, 3, 3, 3, 2]
    assert number(100) == [1, 1, 1, 1, 2, 1]
    assert number(0) == [1, 0, 0, 1, 0, 1]


def test_none_in_reach_is_zero_and_none_anywhere_is_unknown(row, schools):
    lanes = streets([(0, 50), (250, 50), (350, 50), (450, 50)], [(0, 1), (2, 3)])
    table = places_within(schools.iloc[:1], lanes, row, category="school", max_off_street_m=60)
    assert table["value"].tolist() == pytest.approx([1, 1, 1, np.nan, np.nan, np.nan], nan_ok=True)
    assert table["reason"].tolist() == ["", "", "", "disconnected", "disconnected", "off_network"]
    joined = streets([(0, 50), (250, 50), (350, 50), (450, 50)], [(0, 1), (1, 2), (2, 3)])
    near = places_within(
        schools.iloc[:1], joined, row, category="school", max_distance_m=60, max_off_street_m=60
    )
    assert near["value"].tolist()[:5] == (near["value"] > 0).astype(float).tolist()[:5]
    assert near["value"].min() == 0
    assert near["reason"].tolist() == ["", "", "", "", "", "off_network"]
    assert places_within(schools, lanes, row, category="food")["reason"].tolist() == ["no_places"] * 6


@pytest.mark.parametrize("limit", [*LIMITS, 333.0])
def test_within_and_nearest_tell_the_same(layers, limit):
    for category in CATEGORIES:
        near = nearest(layers["places"], layers["walk"], layers["cells"], category=category)["value"]
        some = places_within(
            layers["places"], layers["walk"], layers["cells"], category=category, max_distance_m=limit
        )
        assert ((some["value"] > 0) == (near <= limit)).all()
        one_by_one = sum(
            nearest(layers["places"].iloc[[k]], layers["walk"], layers["cells"], category=category)["value"]
            <= limit
            for k in np.flatnonzero(layers["places"]["category"] == category)
        )
        assert some["value"].tolist() == one_by_one.tolist()


def test_people_and_their_share(lane, row, city, zones, schools):
    # within 100 m of a school at 50 m: the first two cells; the third is halved by the border between the zones
    table = people_within(schools.iloc[:1], lane, row, zones, category="school", max_distance_m=200)
    assert table["value"].tolist() == pytest.approx([10 + 11 + 6, 6])
    assert table["n"].tolist() == [3, 1]
    share = share_within(schools.iloc[:1], lane, row, zones, category="school", max_distance_m=200)
    assert share["value"].tolist() == pytest.approx([1.0, 6 / (6 + 13 + 14 + 15)])
    whole = people_within(schools.iloc[:1], lane, row, city, category="school", max_distance_m=200)
    assert whole["value"].iloc[0] == pytest.approx(table["value"].sum())


def test_people_where_nothing_is_mapped_count_in_no_sum(lane, row, city, schools):
    partly = row.assign(known=[True, True, False, True, True, True])
    share = share_within(schools.iloc[:1], lane, partly, city, category="school", max_distance_m=200).iloc[0]
    assert share["value"] == pytest.approx(21 / 63)
    assert share["coverage"] == pytest.approx(63 / 75)
    assert (share["low"], share["high"]) == pytest.approx((21 / 75, 33 / 75))
    people = people_within(schools.iloc[:1], lane, partly, city, category="school", max_distance_m=200).iloc[
        0
    ]
    assert (people["value"], people["low"], people["high"]) == pytest.approx((21, 21, 33))
    little = row.assign(known=[True, True, False, False, False, False])
    for metric in (people_within, share_within):
        row_ = metric(schools, lane, little, city, category="school").iloc[0]
        assert row_["reason"] == "not_mapped"
        assert row_[["value", "low", "high"]].isna().all()


def test_of_those_whose_streets_lead_nowhere_nothing_is_known(row, city, schools):
    lanes = streets([(0, 50), (250, 50), (350, 50), (450, 50)], [(0, 1), (2, 3)])
    few = share_within(schools.iloc[:1], lanes, row, city, category="school", max_off_street_m=60).iloc[0]
    assert np.isnan(few["value"])
    assert few["coverage"] == pytest.approx((10 + 11 + 12) / 75)
    assert few["reason"] == "disconnected"
    row = row.assign(population=[20.0, 20.0, 20.0, 5.0, 5.0, 5.0])
    most = share_within(schools.iloc[:1], lanes, row, city, category="school", max_off_street_m=60).iloc[0]
    assert most[["value", "coverage", "low", "high"]].tolist() == pytest.approx([1.0, 0.8, 0.8, 1.0])


def test_reasons(lane, row, city, schools):
    nobody, unknown = row.assign(population=0.0), row.assign(population=np.nan)
    assert share_within(schools, lane, nobody, city, category="school")["reason"].tolist() == ["no_people"]
    assert people_within(schools, lane, nobody, city, category="school")["value"].tolist() == [0.0]
    for metric in (people_within, share_within):
        assert metric(schools, lane, unknown, city, category="school")["reason"].tolist() == [
            "population_unknown"
        ]
        assert metric(schools, lane, row, city, category="food")["reason"].tolist() == ["no_places"]


def test_people_near_heritage_are_people_near_a_place_of_the_same_shape(layers):
    assets = layers["heritage_assets"]
    same = frame("places", list(assets.geometry), category=["food"] * len(assets))
    for limit in (100.0, 150.0, 500.0):
        got = share_near_asset(assets, layers["walk"], layers["cells"], layers["zones"], max_distance_m=limit)
        peer = share_within(same, layers["walk"], layers["cells"], layers["zones"], max_distance_m=limit)
        assert got["value"].tolist() == peer["value"].tolist()
        assert got["value"].max() > 0
    none = share_near_asset(frame("heritage_assets", []), layers["walk"], layers["cells"], layers["zones"])
    assert none["reason"].tolist() == ["no_places"] * 2
