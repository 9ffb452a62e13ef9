"""Mean number of storeys."""

import pytest
from block import houses, zones
from town import box

from urbanplan.metrics.landuse.storeys import storeys


def test_weighted_by_the_ground_that_they_cover():
    row = storeys(houses((0, 0, 42, 100, 3)), zones(box(0, 0, 100, 100))).iloc[0]
    assert row["value"] == pytest.approx(3.0)
    row = storeys(houses((0, 0, 30, 10, 1), (50, 0, 60, 10, 5)), zones(box(0, 0, 100, 100))).iloc[0]
    assert row["value"] == pytest.approx((300 + 500) / 400)
    assert (row["low"], row["high"]) == pytest.approx(((300 + 400) / 400, (600 + 600) / 400))
