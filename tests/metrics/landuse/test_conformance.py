"""Conformance of what is found with the plan."""

import numpy as np
import pytest
from block import plan, rules, uses, zones
from town import box

from urbanplan.base.errors import ConservationError
from urbanplan.metrics.landuse.conformance import conformance

CLASSES = ("residential", "commercial", "industrial")
AREA = np.array([[80, 5, 15], [10, 60, 30], [5, 5, 90]])
RULES = rules(
    ("A", "residential", "main"), ("A", "commercial", "conditional", 0.5), ("A", "industrial", "prohibited"),
    ("B", "residential", "permitted"), ("B", "commercial", "main"), ("B", "industrial", "prohibited"),
    ("C", "*", "prohibited"), ("C", "industrial", "main"),
)  # fmt: skip
PLAN = plan((0, 0, 100, 100, "A"), (100, 0, 200, 100, "B"), (200, 0, 300, 100, "C"))
CITY = zones(box(0, 0, 300, 100))


def strips():
    """Give strips of each use in each zone, as wide as the golden table says."""
    rows = []
    for zone, widths in enumerate(AREA):
        west = 100 * zone
        for name, width in zip(CLASSES, widths, strict=True):
            rows.append((west, 0, west + width, 100, name))
            west += width
    return uses(*rows)


@pytest.mark.parametrize(("counting", "value"), [("strict", 0.8), ("weighted", 0.808333)])
def test_golden_numbers_of_the_catalogue(counting, value):
    row = conformance(strips(), PLAN, RULES, CITY, counting=counting).iloc[0]
    assert row["value"] == pytest.approx(value, abs=1e-6)
    assert row["low"] == row["high"] == pytest.approx(value, abs=1e-6)
    assert (row["coverage"], row["n"]) == (pytest.approx(1.0), 3)


def test_unmapped_land_and_silent_rules_open_the_interval():
    found = uses((0, 0, 50, 100, "residential"), (50, 0, 60, 100, "industrial"), (60, 0, 80, 100, "forest"))
    row = conformance(found, plan((0, 0, 100, 100, "A")), RULES, zones(box(0, 0, 100, 100))).iloc[0]
    assert row["value"] == pytest.approx(50 / 60)
    assert row["coverage"] == pytest.approx(0.6)
    assert (row["low"], row["high"]) == pytest.approx((0.5, 0.9))


def test_a_quota_covers_other_uses_as_far_as_it_reaches_in_the_whole_block():
    quota = rules(("A", "residential", "main"), ("A", "*", "quota", np.nan, 0.1))
    found = uses((0, 0, 60, 100, "residential"), (60, 0, 100, 100, "forest"))
    area = plan((0, 0, 100, 100, "A"))
    halves = conformance(
        found, area, quota, zones(box(0, 0, 50, 100), box(50, 0, 100, 100), box(0, 0, 100, 100))
    )
    # the quota covers a quarter of the 40 per cent of forest, wherever it lies
    assert halves["value"].tolist() == pytest.approx([1.0, (10 + 10) / 50, 0.7])


def test_land_without_a_plan_or_without_rules_is_not_regulated():
    found = uses((0, 0, 300, 100, "residential"))
    table = conformance(
        found, plan((0, 0, 100, 100, "Z")), RULES, zones(box(0, 0, 100, 100), box(150, 0, 300, 100))
    )
    assert table["reason"].tolist() == ["not_regulated", "not_regulated"]
    bare = conformance(
        uses((0, 0, 10, 100, "residential")), plan((0, 0, 100, 100, "A")), RULES, zones(box(0, 0, 100, 100))
    )
    assert bare["reason"].tolist() == ["not_mapped"]


def test_uses_that_overlap_each_other_stop_the_run():
    found = uses((0, 0, 100, 100, "residential"), (0, 0, 100, 90, "forest"))
    with pytest.raises(ConservationError, match="areas overlap"):
        conformance(found, plan((0, 0, 100, 100, "A")), RULES, zones(box(0, 0, 100, 100)))
