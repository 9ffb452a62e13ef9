"""Quotas of the plan, area by area."""

import pytest
from block import plan, rules, uses, zones
from town import box

from urbanplan.metrics.landuse.plan_quota import plan_quota
from urbanplan.model.listing import LISTINGS, conform_listing

NAN = float("nan")
CITY = zones(box(0, 0, 400, 100))
PLAN = plan(*((100 * k, 0, 100 * k + 100, 100, "homes") for k in range(3)), (300, 0, 400, 100, "free"))
RULES = rules(("homes", "residential", "main"), ("homes", "*", "quota", NAN, 0.1))


def test_within_open_and_above_by_hand():
    found = uses(
        (0, 0, 95, 100, "residential"), (95, 0, 100, 100, "forest"),
        (100, 0, 180, 100, "residential"), (180, 0, 185, 100, "forest"),
        (200, 0, 270, 100, "residential"), (270, 0, 300, 100, "forest"),
    )  # fmt: skip
    rows = conform_listing(plan_quota(found, PLAN, RULES, CITY), LISTINGS["landuse.plan_quota"], CITY.crs)
    rows = rows.set_index("plan_area")
    assert rows["reading"].to_dict() == {"P1": "within", "P2": "open", "P3": "exceeds"}
    assert rows["other_share"].to_dict() == pytest.approx({"P1": 0.05, "P2": 0.05, "P3": 0.3})
    assert rows["highest_share"].to_dict() == pytest.approx({"P1": 0.05, "P2": 0.2, "P3": 0.3})
    assert rows["excess_m2"].to_dict() == pytest.approx({"P1": 0, "P2": 0, "P3": 2000})
    assert rows["excess_rai"].to_dict()["P3"] == pytest.approx(1.25)
    assert rows.index[0] == "P3"
    assert set(rows["clause"]) == {"ข้อ ๗"}


def test_exactly_the_quota_is_within_it():
    found = uses((0, 0, 90, 100, "residential"), (90, 0, 100, 100, "forest"))
    assert plan_quota(found, PLAN.iloc[:1], RULES, CITY)["reading"].tolist() == ["within"]
