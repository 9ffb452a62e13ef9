"""Yearly rates, losses to be confirmed, and zones beside their surroundings: small scenes worked by hand."""

import math

import numpy as np
import pytest
from town import box, cover, frame, point

from urbanplan.metrics.heritage.attribute_losses import attribute_losses
from urbanplan.metrics.heritage.change_by_distance import change_by_distance
from urbanplan.metrics.heritage.encroachment_rate import encroachment_rate
from urbanplan.metrics.heritage.rule_effects import rule_effects

NAN = math.nan
CITY = frame("boundary", [box(0, 0, 1000, 1000)]).set_axis(["town"])
ZONES = frame(
    "heritage_zones", [box(0, 0, 200, 200)], in_force_from="2010-05-14", version="2553", in_force_to=[None]
).set_axis(["Z"])
BEFORE = frame(
    "buildings_before", [box(0, 0, 10, 10), box(40, 0, 50, 10)], years_before=[12.5, 12.5]
).set_axis(["a", "gone"])
NOW = frame("buildings", [box(0, 0, 10, 10), box(100, 0, 120, 20)], stood_before=[NAN, 0.0]).set_axis(
    ["a", "new"]
)


def test_a_yearly_rate_of_the_ground_that_stood_before():
    table = encroachment_rate(NOW, BEFORE, ZONES)
    # 400 built, 100 gone, of 200 before, in 12.5 years
    assert table.loc["Z", "value"] == pytest.approx(100 * 300 / 200 / 12.5)
    assert table.loc["Z", ["n", "coverage"]].tolist() == [2.0, 1.0]
    assert table.loc["Z", "low"] < table.loc["Z", "value"] < table.loc["Z", "high"]
    shrunk = encroachment_rate(NOW.iloc[:1], BEFORE, ZONES)
    assert shrunk.loc["Z", "value"] == pytest.approx(100 * -100 / 200 / 12.5)
    timeless = encroachment_rate(NOW, BEFORE.assign(years_before=NAN), ZONES)
    assert timeless["reason"].tolist() == ["layer_missing"]
    dark = encroachment_rate(NOW.assign(stood_before=NAN), BEFORE, ZONES)
    assert dark["reason"].tolist() == ["too_few"]


def test_rings_tell_their_rate_by_year():
    rows = change_by_distance(NOW, BEFORE, frame("heritage_assets", [point(110, 10)]), CITY)
    known = rows[rows["since_m2_per_ha"] > 0]
    assert (known["since_m2_per_ha_year"] * 12.5).tolist() == pytest.approx(known["since_m2_per_ha"].tolist())


ASSETS = frame(
    "heritage_assets",
    [point(5, 5), box(35, 0, 60, 30), point(150, 150)],
    name=["วัดต้น", "วัดกลาง", "วัดปลาย"],
    registered=[1.0, 0.0, NAN],
).set_axis(["A", "B", "C"])
EARLIER = frame(
    "heritage_assets_before",
    [point(6, 5), point(45, 10), point(152, 150), point(90, 90), point(900, 900)],
    name=["วัดต้น", "วัดกลาง", "วัดปลาย", "ซุ้มประตู", "วัดต้น"],
    registered=[1.0, 1.0, 1.0, NAN, 1.0],
).set_axis(["a", "b", "c", "gate", "namesake"])


def losses(**layers):
    rows = attribute_losses(ZONES, ASSETS, **layers)
    rows = rows[rows["loss"] != "not_compared"]
    return sorted(zip(rows["loss"], rows["thing"], strict=True)), rows.set_index("thing")


def test_assets_are_lost_by_reference_and_place_never_by_name_alone():
    found, rows = losses(heritage_assets_before=EARLIER)
    assert found == [("asset_gone", "gate"), ("asset_gone", "namesake"), ("designation_lost", "b")]
    assert rows.loc["gate", "zone"] == "Z"
    assert rows.loc["b", "asset"] == "B"
    assert (
        rows.loc["namesake", "zone"] is None or rows.loc["namesake", "zone"] != rows.loc["namesake", "zone"]
    )


def test_a_wall_without_a_name_is_the_same_where_it_stands():
    wall = frame("heritage_assets", [box(0, 60, 50, 62)], kind=["city_wall"]).set_axis(["W"])
    before = frame(
        "heritage_assets_before", [box(1, 60, 50, 62), box(1, 90, 50, 92), point(20, 61)],
        kind=["city_wall", "city_wall", "chedi"],
    ).set_axis(["w", "other wall", "chedi"])  # fmt: skip
    rows = attribute_losses(ZONES, wall, heritage_assets_before=before)
    gone = rows.loc[rows["loss"] == "asset_gone", "thing"].tolist()
    assert gone == ["chedi", "other wall"]


def test_a_building_that_is_gone_from_an_asset():
    found, rows = losses(buildings=NOW, buildings_before=BEFORE)
    assert found == [("building_gone", "gone")]
    assert rows.loc["gone", ["asset", "lost_m2", "lost_share"]].tolist() == ["B", 100.0, 1.0]
    elsewhere = attribute_losses(ZONES, ASSETS.iloc[[0, 2]], buildings=NOW, buildings_before=BEFORE)
    assert set(elsewhere["loss"]) == {"not_compared"}


def test_a_moat_that_was_filled_and_one_drawn_anew():
    moat = frame("water_before", [box(0, 100, 200, 120), box(0, 180, 200, 190), box(500, 0, 600, 100)])
    now = frame("water", [box(0, 100, 150, 120), box(0, 180.6, 200, 190.6)])
    found, rows = losses(water=now, water_before=moat.set_axis(["moat", "canal", "far"]))
    assert found == [("water_lost", "moat")], (
        "a bank drawn 0.6 m off is no loss; water outside the zones is not looked at"
    )
    assert rows.loc["moat", "lost_m2"] == pytest.approx(1000.0, rel=0.01)
    assert rows.loc["moat", "lost_share"] == pytest.approx(0.25, rel=0.01)


def test_trees_of_a_zone():
    before = np.full((20, 30), 10)
    after = before.copy()
    after[10:15, 0:5] = 50  # rows from the north: 100 x 100 m in the zone's upper half
    found, rows = losses(land_cover=cover({2015: before, 2025: after}))
    assert found == [("trees_lost", "Z")]
    assert rows.loc["Z", "lost_m2"] == pytest.approx(10_000.0)
    assert rows.loc["Z", "lost_share"] == pytest.approx(0.25)
    assert losses(land_cover=cover({2015: before, 2025: before}))[0] == []
    assert losses(land_cover=cover({2025: after}))[0] == []


def test_without_an_earlier_date_it_is_said_that_nothing_was_compared():
    rows = attribute_losses(ZONES, ASSETS)
    assert rows["evidence"].tolist() == [
        "heritage_assets_before",
        "buildings_before",
        "water_before",
        "land_cover",
    ]
    assert set(rows["loss"]) == {"not_compared"}
    some = attribute_losses(ZONES, ASSETS, buildings=NOW, buildings_before=NOW)
    assert "buildings_before" not in set(some["evidence"]), "compared, and nothing was lost"


def dated(zone_before, zone_after, ring_before, ring_after, *, undated=0):
    """Give small houses in the zone and around it, built in the ten years before and after 2010-05-14."""
    shapes, built = [], []
    for x, count, year in ((5, zone_before, "2005"), (60, zone_after, "2015"), (205, ring_before, "2005"),
                           (260, ring_after, "2015"), (150, undated, None)):  # fmt: skip
        shapes += [
            box(x + 8 * (k % 5), 5 + 8 * (k // 5), x + 4 + 8 * (k % 5), 9 + 8 * (k // 5))
            for k in range(count)
        ]
        built += [year] * count
    return frame("buildings", shapes, built=built)


def test_a_zone_that_slowed_more_than_its_surroundings():
    row = rule_effects(dated(40, 5, 40, 40), ZONES, CITY, until="2020-05-14").iloc[0]
    assert row["beside_ring"] == "less_than_around"
    assert row[["zone_before", "zone_after", "ring_before", "ring_after"]].tolist() == [40, 5, 40, 40]
    assert (row["years_before"], row["years_after"]) == (10.0, 10.0)
    assert row["change_ratio"] == pytest.approx(5 / 40)
    zone_ha, ring_ha = 4.0, (500 * 500 - 200 * 200 - (1 - math.pi / 4) * 300**2) / 1e4
    assert row["difference"] == pytest.approx((5 - 40) / (zone_ha * 10) - 0.0 / ring_ha)
    assert rule_effects(dated(40, 40, 40, 5), ZONES, CITY)["beside_ring"].tolist() == ["more_than_around"]
    assert rule_effects(dated(20, 20, 20, 20), ZONES, CITY)["beside_ring"].tolist() == ["no_difference_seen"]


def test_too_few_undated_and_what_may_lie_on_either_side():
    assert rule_effects(dated(2, 1, 2, 2), ZONES, CITY)["beside_ring"].tolist() == ["too_few"]
    dark = rule_effects(dated(10, 5, 10, 10, undated=60), ZONES, CITY).iloc[0]
    assert dark["beside_ring"] == "undated"
    assert math.isnan(dark["change_ratio"])
    either = dated(10, 10, 10, 10).assign(built="2010")
    row = rule_effects(either, ZONES, CITY, until="2020").iloc[0]
    assert row[["zone_before", "zone_after"]].tolist() == [0, 0], "2010 may lie before the day or after it"
    assert rule_effects(dated(5, 5, 5, 5), ZONES.assign(in_force_from=None), CITY).empty
