"""Mixed-use index."""

import pytest
from block import houses, zones
from town import box, frame

from urbanplan.metrics.landuse.mxi import mxi


def land(*rows):
    return frame("land_use", [box(*row[:4]) for row in rows], **{"class": [row[4] for row in rows]})


def test_homes_by_tag_or_by_the_land_beneath_in_the_floor_area():
    built = houses(
        (0, 0, 10, 10, 3, "residential"),
        (20, 0, 30, 10, 1, "commercial"),
        (40, 0, 50, 10, 2),
        (60, 0, 70, 10, 4),
    )
    row = mxi(built, land((35, 0, 55, 50, "residential")), zones(box(0, 0, 100, 100))).iloc[0]
    assert row["value"] == pytest.approx((300 + 200) / 600)
    assert row["coverage"] == pytest.approx(0.6)
    assert (row["low"], row["high"]) == pytest.approx((0.5, 0.9))


def test_a_park_does_not_tell_what_a_building_is_for():
    built = houses((0, 0, 10, 10, 3), (20, 0, 30, 10, 1, "commercial"))
    row = mxi(built, land((0, 0, 100, 100, "open_space")), zones(box(0, 0, 100, 100))).iloc[0]
    assert row["reason"] == "not_mapped"
    assert (
        mxi(built, land((0, 0, 100, 100, "open_space")), zones(box(15, 0, 100, 100))).iloc[0]["value"] == 0.0
    )


def test_ground_without_buildings_is_nothing_to_measure():
    built = houses((0, 0, 10, 10, 3, "residential"))
    table = mxi(built, land((0, 0, 100, 100, "residential")), zones(box(50, 0, 100, 100)))
    assert table["reason"].tolist() == ["nothing_to_measure"]
