"""Apparent conflicts with the plan."""

import pytest
from block import plan, rules, uses, zones
from town import box

from urbanplan.metrics.landuse.plan_conflicts import plan_conflicts
from urbanplan.model.listing import LISTINGS, conform_listing

RULES = rules(
    ("homes", "residential", "main"), ("homes", "industrial", "prohibited"), ("works", "industrial", "main")
)
PLAN = plan((0, 0, 200, 100, "homes"), (200, 0, 300, 100, "works"))
CITY = zones(box(0, 0, 300, 100))


def listed(found, area=PLAN, told=RULES, **knobs):
    rows = plan_conflicts(found, area, told, CITY, **knobs)
    return conform_listing(rows, LISTINGS["landuse.plan_conflicts"], CITY.crs)


def test_all_and_only_what_is_prohibited_there():
    found = uses(
        (0, 0, 150, 100, "residential"),
        (150, 0, 160, 10, "industrial", "building"),
        (170, 20, 240, 100, "industrial"),
        (160, 0, 170, 100, "forest"),
    )
    rows = listed(found)
    assert rows["use_class"].tolist() == ["industrial", "industrial"]
    assert rows["area_m2"].tolist() == pytest.approx([30 * 80, 100])
    assert rows["area_rai"].tolist() == pytest.approx([1.5, 0.0625])
    assert rows["finding"].tolist() == ["prohibited"] * 2
    assert rows[["plan_area", "zone_class", "rule", "clause"]].drop_duplicates().to_numpy().tolist() == [
        ["P1", "homes", "R2", "ข้อ ๗"]
    ]
    assert rows.geometry[0].bounds == box(170, 20, 200, 100).bounds


def test_confidence_is_of_the_source_and_of_the_border():
    found = uses((20, 20, 30, 30, "industrial", "building"), (150, 20, 210, 80, "industrial"))
    rows = listed(found, position_error_m=5.0).set_index("area_m2")
    assert rows.loc[100.0, "confidence"] == pytest.approx(0.8)
    assert rows.loc[100.0, "confidence_level"] == "high"
    # of 50 m up to the border, 45 are farther than the error
    assert rows.loc[3000.0, "confidence"] == pytest.approx(0.6 * 45 / 50)
    assert rows.loc[3000.0, "confidence_level"] == "medium"


def test_slivers_are_not_listed():
    found = uses(
        (195, 0, 260, 100, "industrial"), (10, 0, 12, 10, "industrial"), (20, 0, 24, 60, "industrial")
    )
    assert listed(found)["area_m2"].tolist() == pytest.approx([240])
    # 5 m on the wrong side of the border are less than twice an error of 3 m; with one of 2 m they are a finding
    assert listed(found, position_error_m=2.0)["area_m2"].tolist() == pytest.approx([500, 240])
    assert listed(found, min_area_m2=10.0)["area_m2"].tolist() == pytest.approx([240, 20])


def test_half_of_a_code_of_two_uses_is_half_the_area_and_half_as_sure():
    found = uses((50, 20, 90, 60, "residential")).assign(class_2="industrial", share=0.5)
    rows = listed(found)
    assert rows["area_m2"].tolist() == pytest.approx([800])
    assert rows["confidence"].tolist() == pytest.approx([0.3])


def test_above_a_quota_all_such_uses_are_listed_and_within_it_none():
    found = uses((0, 0, 150, 100, "residential"), (150, 0, 170, 100, "forest"), (170, 0, 175, 100, "other"))
    for share, areas in ((0.1, [2000, 500]), (0.13, [])):
        told = rules(("homes", "residential", "main"), ("homes", "*", "quota", float("nan"), share))
        rows = listed(found, told=told)
        assert rows["area_m2"].tolist() == pytest.approx(areas)
        assert set(rows["finding"]) <= {"above_quota"}


def test_outside_the_city_and_without_rules_nothing_is_listed():
    found = uses((50, 200, 90, 300, "industrial"), (50, 20, 90, 60, "forest"))
    assert listed(found).empty
    assert listed(uses((0, 0, 9, 9, "industrial")), told=rules(("other", "*", "prohibited"))).empty
