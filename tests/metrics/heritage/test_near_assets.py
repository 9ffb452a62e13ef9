"""Ground of assets under buildings, and distances to tall ones: worked by hand."""

import numpy as np
import pytest
from town import box, frame, point

from urbanplan.metrics.heritage.built_on_asset import built_on_asset
from urbanplan.metrics.heritage.tall_distance import tall_distance


def houses(*shapes, heights=None):
    given = [10.0] * len(shapes) if heights is None else heights
    return frame("buildings", list(shapes), highest_point_m=given)


ASSETS = frame("heritage_assets", [box(0, 0, 100, 100), point(300, 50)])


def test_ground_under_several_roofs_counts_once():
    two = houses(box(10, 10, 30, 30), box(20, 10, 40, 30), box(90, 90, 110, 110))
    table = built_on_asset(two, ASSETS, ASSETS)
    # 30 x 20 for the two that overlap, 10 x 10 of the one that stands across the border
    assert table["value"].iloc[0] == pytest.approx(700)
    assert table["n"].iloc[0] == 3
    assert table["reason"].tolist() == ["", "nothing_to_measure"]  # a point has no ground


def test_an_asset_without_buildings_is_zero_and_a_map_without_buildings_is_unknown():
    assert built_on_asset(houses(box(500, 0, 510, 10)), ASSETS, ASSETS)["value"].iloc[0] == 0
    table = built_on_asset(houses(), ASSETS, ASSETS)
    assert table["reason"].tolist() == ["no_places"] * 2


def test_the_nearest_tall_building_and_not_the_nearest():
    near = houses(
        box(110, 0, 120, 10), box(150, 0, 160, 10), heights=[12.0, 12.1]
    )  # 12 m is not more than 12 m
    table = tall_distance(near, ASSETS, ASSETS)
    assert table["value"].tolist() == pytest.approx([50, np.hypot(140, 40)])
    assert table["n"].tolist() == [1, 1]


def test_an_unknown_height_nearer_than_the_nearest_tall_one_gives_bounds():
    mixed = houses(box(120, 0, 130, 10), box(150, 0, 160, 10), heights=[np.nan, 20.0])
    row = tall_distance(mixed, ASSETS, ASSETS).iloc[0]
    assert np.isnan(row["value"])
    assert (row["low"], row["high"], row["reason"]) == (20, 50, "heights_unknown")
    # farther away it says nothing
    behind = houses(box(120, 0, 130, 10), box(150, 0, 160, 10), heights=[20.0, np.nan])
    assert tall_distance(behind, ASSETS, ASSETS)["value"].iloc[0] == 20


def test_own_halls_are_not_neighbours_and_none_within_reach_is_the_reach_itself():
    own = houses(box(10, 10, 30, 30), box(295, 45, 305, 55), heights=[40.0, 40.0])
    table = tall_distance(own, ASSETS, ASSETS, max_distance_m=100)
    assert table["value"].iloc[0] == 100
    assert table["value"].iloc[1] == 100
    assert table["n"].tolist() == [0, 0]


def test_a_building_more_never_lets_the_tall_stand_farther_nor_frees_ground():
    rng = np.random.default_rng(1)
    corners = rng.uniform(-200, 400, (40, 2))
    shapes = [box(x, y, x + 15, y + 12) for x, y in corners]
    heights = list(rng.uniform(6, 30, 40))
    for count in (10, 20, 39):
        less, more = (houses(*shapes[:k], heights=heights[:k]) for k in (count, count + 1))
        far, nearer = (tall_distance(each, ASSETS, ASSETS)["value"] for each in (less, more))
        assert (nearer <= far).all()
        free, taken = (built_on_asset(each, ASSETS, ASSETS)["value"].iloc[0] for each in (less, more))
        assert taken >= free
