"""Change around heritage: a row of houses at two dates, worked by hand."""

import numpy as np
import pytest
from town import box, frame, point

from urbanplan.metrics.heritage.building_changes import building_changes
from urbanplan.metrics.heritage.built_since import built_since
from urbanplan.metrics.heritage.change_by_distance import change_by_distance
from urbanplan.metrics.heritage.condition_factors import FACTORS, condition_factors

NAN = np.nan
CITY = frame("boundary", [box(0, 0, 1000, 1000)]).set_axis(["town"])
ZONES = frame(
    "heritage_zones", [box(0, 0, 200, 200), box(0, 0, 1000, 200)], in_force_to=[None, "2020"]
).set_axis(["Z", "old"])
BEFORE = frame(
    "buildings_before",
    [box(0, 0, 10, 10), box(40, 0, 50, 10), box(80, 0, 90, 10)],
    highest_point_m=[6.0, 6.0, 6.0],
    highest_point_sd_m=1.0,
).set_axis(["a", "b", "gone"])


def now(**more):
    columns = {
        "highest_point_m": [6.0, 15.0, NAN, NAN, NAN],
        "highest_point_sd_m": [1.0, 1.0, NAN, NAN, NAN],
        "stood_before": [NAN, NAN, 0.0, 1.0, NAN],
        "built": [None, None, "2018", "1985", None],
    }
    shapes = [
        box(0, 0, 10, 10),
        box(40, 0, 50, 20),
        box(120, 0, 130, 10),
        box(160, 0, 170, 10),
        box(500, 0, 510, 10),
    ]
    return frame("buildings", shapes, **(columns | more)).set_axis(["a", "b", "new", "mapped", "which"])


def test_every_change_is_listed_and_nothing_else():
    rows = building_changes(now(), BEFORE, ZONES)
    assert sorted(zip(rows["building"], rows["change"], strict=True)) == [
        ("b", "enlarged"),
        ("b", "heightened"),
        ("gone", "gone"),
        ("mapped", "mapped_since"),
        ("new", "built_since"),
        ("which", "new_on_map"),
    ]
    by = rows.set_index("building")
    assert by.loc["new", "zone"] == "Z"
    assert by.loc["which", "zone"] is None or by.loc["which", "zone"] != by.loc["which", "zone"]
    assert by.loc["gone", "area_change_m2"] == -100.0
    assert by.loc["b", "rise_m"].tolist() == [9.0, 9.0]


def test_ground_built_since_leaves_open_what_nobody_knows():
    table = built_since(now(), BEFORE, ZONES)
    assert table.loc["Z", ["value", "low", "high", "coverage", "n"]].tolist() == [
        100.0,
        100.0,
        100.0,
        1.0,
        2.0,
    ]
    # 300 m2 are new on the map: 100 built since, 100 mapped since, 100 unknown: two thirds known, half of them built since
    row = table.loc["old"]
    assert (row["value"], row["low"], row["high"]) == (pytest.approx(150.0), 100.0, pytest.approx(200.0))
    assert row["coverage"] == pytest.approx(2 / 3)
    unknown = built_since(now(stood_before=NAN), BEFORE, ZONES)
    assert unknown["reason"].tolist() == ["too_few", "too_few"]
    assert built_since(BEFORE.assign(stood_before=NAN), BEFORE, ZONES)["value"].tolist() == [0.0, 0.0]


def test_rings_around_an_asset():
    assets = frame("heritage_assets", [point(125, 5)])
    rows = change_by_distance(now(), BEFORE, assets, CITY).set_index("distance_ring")
    assert rows["new_buildings"].tolist() == [2, 0, 0, 1, 0]
    assert rows["new_m2"].sum() == pytest.approx(300.0)
    assert rows["ring_area_m2"].sum() == pytest.approx(1e6)
    near = rows.loc["0-50 m"]
    assert near["since_m2_per_ha"] == pytest.approx(near["new_m2_per_ha"] / 2)
    assert near["ratio_to_city"] == pytest.approx(near["new_m2_per_ha"] / 3.0)
    assert change_by_distance(now(), BEFORE, assets.iloc[:0], CITY).empty


def test_fourteen_factors_and_what_was_not_measured():
    assets = frame("heritage_assets", [point(10, 10), point(20, 20)], registered=[1.0, 0.0])
    bare = condition_factors(ZONES, assets)
    assert list(dict.fromkeys(bare["factor"])) == list(FACTORS)
    assert (bare["finding"] == "not_measured").sum() == 13
    venues = frame("venues", [point(50, 50), point(60, 50), point(900, 50)], use=["bar", "fuel", "bar"])
    full = condition_factors(ZONES, assets, now(), BEFORE, None, venues).set_index("finding")["amount"]
    assert full["new_buildings"] == 1.0, "the building that stood before is not new"
    assert full[["gone_buildings", "enlarged_buildings", "heightened_buildings"]].tolist() == [1.0, 1.0, 1.0]
    assert full[["visitor_venues", "fuel_venues", "unregistered_assets"]].tolist() == [1.0, 1.0, 1.0]
    assert "parking_venues" not in full, "a list without any car park did not look for them"
    elsewhere = frame("venues", [point(50, 50), point(900, 900)], use=["bar", "parking"])
    none_here = condition_factors(ZONES, assets, None, None, None, elsewhere).set_index("finding")["amount"]
    assert none_here["parking_venues"] == 0.0
