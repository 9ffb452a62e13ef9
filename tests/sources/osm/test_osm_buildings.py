"""Buildings and their parts, roofs and dates, worked out by hand."""

import math

import pytest
from test_osm_layers import layer, square
from tiny_osm import CRS

from urbanplan.sources.osm import read_osm


def drawn(osm_file, *tagged):
    """Write squares of 20 m, each 100 m from the last; a part stands inside the first."""
    nodes, ways = {}, []
    for number, tags in enumerate(tagged):
        x = 5 if "building:part" in tags else 100 * number
        side = 8 if "building:part" in tags else 20
        more, ring = square(10 * number + 1, x, 5 if side == 8 else 0, side)
        nodes |= more
        ways.append((number + 1, ring, tags))
    return osm_file(nodes, ways)


def test_parts_raise_the_building_that_they_stand_in(osm_file):
    path = drawn(
        osm_file,
        {"building": "temple", "height": "9"},
        {"building:part": "yes", "height": "21 m"},
        {"building:part": "roof", "building:levels": "2"},
        {"building": "house", "building:levels": "2"},
    )
    extract = read_osm(path, crs=CRS, layers=["buildings"], modes=[])
    frame = extract.buildings
    assert list(frame.index) == ["way/1", "way/4"]
    assert frame["height_m"].iloc[0] == 21.0
    assert frame["levels"].tolist() == [2.0, 2.0]
    assert math.isnan(frame["height_m"].iloc[1])
    assert {"code": "parts_raised", "facts": {"count": 1}} in extract.quality("buildings")["notes"]


def test_a_lower_part_changes_nothing(osm_file):
    path = drawn(osm_file, {"building": "yes", "height": "12"}, {"building:part": "yes", "height": "40'"})
    assert layer(path, "buildings")["height_m"].tolist() == [pytest.approx(12.192)]
    path = drawn(osm_file, {"building": "yes", "height": "13"}, {"building:part": "yes", "height": "40'"})
    assert layer(path, "buildings")["height_m"].tolist() == [13.0]


def test_roofs_and_dates_are_read_and_unbuilt_ones_have_no_height(osm_file):
    path = drawn(
        osm_file,
        {
            "building": "yes",
            "roof:shape": "hipped",
            "roof:height": "3 m",
            "roof:levels": "1",
            "start_date": "2561",
        },
        {"building": "yes", "start_date": "before 1900", "min_height": "4"},
        {"building": "construction", "height": "60", "building:levels": "18"},
    )
    frame = layer(path, "buildings")
    assert frame.loc["way/1", ["roof_shape", "roof_height_m", "roof_levels", "built"]].tolist() == [
        "hipped",
        3.0,
        1.0,
        "2018",
    ]
    assert frame["min_height_m"].iloc[1] == 4.0
    assert frame["built"].isna().tolist() == [False, True, True]
    assert frame.loc["way/3", ["height_m", "levels"]].isna().all()
