"""Floor area that may still be built."""

import numpy as np
import pytest
from block import houses, plan, zones
from town import box

from urbanplan.metrics.landuse.capacity_over import capacity_over
from urbanplan.metrics.landuse.capacity_residual import capacity_residual
from urbanplan.metrics.landuse.capacity_use import capacity_use

# the catalogue's three plots of 800, 1,600 and 4,000 m2 with 1,400, 900 and no floor
PLOTS = plan(
    (0, 0, 8, 100, "A", {"max_far": 1.5}),
    (8, 0, 24, 100, "B", {"max_far": 2.0}),
    (24, 0, 64, 100, "C", {"max_far": 3.0}),
)
BUILT = houses((0, 0, 7, 100, 2), (8, 0, 17, 100, 1))
CITY = zones(box(0, 0, 64, 100))


def test_golden_numbers_of_the_catalogue():
    row = capacity_residual(BUILT, PLOTS, CITY).iloc[0]
    assert row["value"] == pytest.approx(2_300 + 12_000)
    assert (row["coverage"], row["n"]) == (pytest.approx(1.0), 3)
    assert capacity_over(BUILT, PLOTS, CITY)["value"].iloc[0] == pytest.approx(200)
    assert capacity_use(BUILT, PLOTS, CITY)["value"].iloc[0] == pytest.approx(0.140244, abs=1e-6)


def test_a_storey_more_or_less_opens_the_interval_the_right_way():
    row = capacity_residual(BUILT, PLOTS, CITY).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((1_400 + 12_000, 500 + 2_300 + 12_000))
    assert row["low"] < row["value"] < row["high"]


def test_land_without_a_limit_is_left_out_and_is_not_zero():
    free = plan((0, 0, 64, 100, "A"), (64, 0, 100, 100, "B", {"max_far": 1.0}))
    table = capacity_residual(
        BUILT, free, zones(box(0, 0, 64, 100), box(0, 0, 100, 100), box(64, 0, 100, 100))
    )
    assert table["reason"].tolist() == ["not_regulated", "not_regulated", ""]
    assert table["value"].iloc[2] == pytest.approx(3_600)
    assert table["coverage"].tolist() == pytest.approx([0, 0.36, 1])


def test_units_divide_a_block_and_add_up():
    halves = capacity_residual(BUILT, PLOTS, zones(box(0, 0, 64, 50), box(0, 50, 64, 100)))
    assert halves["value"].sum() == pytest.approx(14_300)


def test_streets_take_their_part():
    assert capacity_residual(BUILT, PLOTS, CITY, plots_share=0.5)["value"].iloc[0] == pytest.approx(
        700 + 6_000
    )


def test_unknown_storeys_are_unknown():
    built = houses((0, 0, 7, 100, np.nan))
    assert capacity_residual(built, PLOTS, CITY)["reason"].tolist() == ["no_height"]
