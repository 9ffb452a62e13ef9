"""Open space ratio."""

import pytest
from block import houses, zones
from town import box

from urbanplan.metrics.landuse.osr import osr


def test_golden_number_and_the_identity_with_the_thai_ratio():
    row = osr(houses((0, 0, 42, 100, 3)), zones(box(0, 0, 100, 100))).iloc[0]
    assert row["value"] == pytest.approx(0.460317, abs=1e-6)
    assert row["value"] == pytest.approx((1 - 0.42) / 1.26)
    assert row["low"] < row["value"] < row["high"]


def test_without_buildings_it_is_unknown_not_endless():
    table = osr(houses((0, 0, 42, 100, 3)), zones(box(200, 0, 300, 100)))
    assert table["value"].isna().all()
    assert table["reason"].tolist() == ["nothing_to_measure"]
