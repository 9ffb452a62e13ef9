"""Floor area above the plan's limits."""

import pytest
from block import houses, plan, zones
from town import box

from urbanplan.metrics.landuse.capacity_over import capacity_over


def test_each_area_of_the_plan_answers_for_itself():
    areas = plan((0, 0, 10, 100, "A", {"max_far": 1.0}), (10, 0, 20, 100, "B", {"max_far": 1.0}))
    built = houses((0, 0, 10, 100, 3), (10, 0, 12, 100, 1))
    row = capacity_over(built, areas, zones(box(0, 0, 20, 100))).iloc[0]
    assert row["value"] == pytest.approx(2_000)
    assert (row["low"], row["high"]) == pytest.approx((1_000, 3_000))


def test_height_and_coverage_bind_together():
    areas = plan((0, 0, 100, 100, "A", {"max_bcr": 0.5, "max_height_m": 12.0}))
    built = houses((0, 0, 70, 100, 4))
    assert capacity_over(built, areas, zones(box(0, 0, 100, 100)))["value"].iloc[0] == pytest.approx(
        28_000 - 20_000
    )
