"""Levels of traffic stress, read off the tables of Mekuria, Furth and Nixon by hand, on both sides of the road."""

import pandas as pd
import pytest

from urbanplan.methods.modes.stress import stress_of
from urbanplan.model.network.tagging import KIND_COLUMNS


def levels(side="right", **tags):
    words = {key.replace("__", ":"): value for key, value in tags.items()}
    kinds = pd.DataFrame([{name: words.get(name) for name in KIND_COLUMNS}], dtype=object)
    ahead, home = stress_of(kinds, side)
    return int(ahead[0]), int(home[0])


@pytest.mark.parametrize(
    ("tags", "level"),
    [
        ({"highway": "cycleway"}, 1),
        ({"highway": "path"}, 1),
        ({"highway": "residential"}, 1),
        ({"highway": "residential", "maxspeed": "30"}, 1),
        ({"highway": "residential", "maxspeed": "50"}, 2),
        ({"highway": "residential", "maxspeed": "80"}, 4),
        ({"highway": "tertiary", "maxspeed": "30"}, 2),
        ({"highway": "tertiary", "maxspeed": "30", "lane_markings": "no"}, 1),
        ({"highway": "tertiary", "maxspeed": "30", "lanes": "4"}, 3),
        ({"highway": "tertiary", "maxspeed": "30", "lanes": "6"}, 4),
        ({"highway": "tertiary", "maxspeed": "30 mph"}, 3),
        ({"highway": "tertiary"}, 3),
        ({"highway": "tertiary", "maxspeed": "35 mph"}, 4),
        ({"highway": "primary"}, 4),
        ({"highway": "motorway"}, 4),
        ({"highway": "tertiary", "cycleway": "lane"}, 1),
        ({"highway": "tertiary", "cycleway": "lane", "lanes": "4"}, 3),
        ({"highway": "tertiary", "cycleway": "lane", "lanes": "2", "oneway": "yes"}, 2),
        ({"highway": "secondary", "cycleway": "lane", "maxspeed": "60"}, 3),
        ({"highway": "secondary", "cycleway": "lane", "maxspeed": "80"}, 4),
        ({"highway": "trunk", "cycleway": "track"}, 1),
        ({"highway": "tertiary", "cycleway": "shared_lane"}, 3),
        ({"highway": "primary", "lts": "2"}, 2),
        ({"highway": "cycleway", "lts": "3"}, 3),
        ({"highway": "cycleway", "lts": "9"}, 1),
        ({"highway": "tertiary", "lanes": "two"}, 3),
    ],
)
def test_levels_read_off_the_tables(tags, level):
    for side in ("left", "right", ""):
        assert levels(side, **tags) == (level, level)


def test_whoever_drives_on_the_left_meets_the_lane_on_the_left():
    street = {"highway": "tertiary", "cycleway__left": "lane"}
    assert levels("left", **street) == (1, 3), (
        "Thailand: the lane on the left is met riding as the street is drawn"
    )
    assert levels("right", **street) == (3, 1)
    assert levels("", **street) == (3, 3), "where the side is not known the worse one counts"
    assert levels("left", highway="tertiary", cycleway__right="track") == (3, 1)
    assert levels("right", highway="tertiary", cycleway__both="track") == (1, 1)


def test_on_a_street_of_one_direction_either_side_will_do():
    street = {"highway": "tertiary", "oneway": "yes", "lanes": "1", "cycleway__left": "lane"}
    assert levels("left", **street) == levels("right", **street) == (1, 1)


def test_limits_of_one_direction_count_for_that_direction():
    street = {"highway": "residential", "maxspeed__forward": "80", "maxspeed__backward": "30"}
    assert levels("left", **street) == (4, 1)


def test_the_speed_of_traffic_without_a_sign_is_an_assumption():
    kinds = pd.DataFrame([dict.fromkeys(KIND_COLUMNS) | {"highway": "tertiary"}], dtype=object)
    assert stress_of(kinds, "left")[0].tolist() == [3]
    assert stress_of(kinds, "left", assumed_kmh={"tertiary": 30})[0].tolist() == [2]


def test_busier_is_never_calmer():
    speeds = ["20", "40", "50", "60", "80"]
    for way in ("", "lane"):
        for lanes in ("2", "4", "6"):
            found = [
                levels("left", highway="tertiary", maxspeed=v, lanes=lanes, cycleway=way or None)[0]
                for v in speeds
            ]
            assert found == sorted(found)
        for speed in speeds:
            found = [
                levels("left", highway="tertiary", maxspeed=speed, lanes=n, cycleway=way or None)[0]
                for n in ("2", "4", "6")
            ]
            assert found == sorted(found)
