"""Use of the floor area that a plan allows."""

import pytest
from block import houses, plan, zones
from town import box

from urbanplan.metrics.landuse.capacity_use import capacity_use


def test_more_than_allowed_is_more_than_one():
    areas = plan((0, 0, 100, 100, "A", {"max_far": 1.0}))
    row = capacity_use(houses((0, 0, 50, 100, 3)), areas, zones(box(0, 0, 100, 100))).iloc[0]
    assert row["value"] == pytest.approx(1.5)
    assert (row["low"], row["high"]) == pytest.approx((1.0, 2.0))


def test_bare_land_uses_nothing_of_it():
    areas = plan((0, 0, 100, 100, "A", {"max_far": 1.0}))
    built = houses((500, 0, 550, 100, 3))
    assert capacity_use(built, areas, zones(box(0, 0, 100, 100)))["value"].iloc[0] == 0.0
