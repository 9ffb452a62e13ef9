"""Capacity of the plan, area by area."""

import numpy as np
import pytest
from block import grid, houses, plan, zones
from town import X0, box

from urbanplan.metrics.landuse.plan_capacity import plan_capacity
from urbanplan.model.listing import LISTINGS, conform_listing

LIMITS = {"max_far": 1.5, "max_bcr": 0.5, "max_height_m": 12.0, "min_osr": 0.3}
PLAN = plan(
    (0, 0, 100, 100, "homes", LIMITS), (100, 0, 200, 100, "free"), (200, 0, 300, 100, "homes", LIMITS)
)
CITY = zones(box(0, 0, 300, 100))
BUILT = houses((0, 0, 50, 100, 4), (100, 0, 150, 100, 9), (200, 0, 250, 100, np.nan))


def listed(built=BUILT, cells=None):
    rows = plan_capacity(built, PLAN, grid(300, 100) if cells is None else cells, CITY)
    return conform_listing(rows, LISTINGS["landuse.plan_capacity"], CITY.crs).set_index("plan_area")


def test_allowed_built_and_left_by_hand():
    rows = listed()
    assert rows["state"].to_dict() == {"P1": "regulated", "P2": "not_regulated", "P3": "storeys_unknown"}
    first = rows.loc["P1"]
    assert (first["allowed_m2"], first["floor_m2"]) == pytest.approx((15_000, 20_000))
    assert (first["residual_m2"], first["over_m2"]) == pytest.approx((0, 5_000))
    assert first["binding"] == "far"
    assert (first["floor_low_m2"], first["floor_high_m2"]) == pytest.approx((15_000, 25_000))
    assert first["use_ratio"] == pytest.approx(4 / 3)
    assert first["ground_m2"] == pytest.approx(10_000)


def test_nothing_given_concludes_nothing():
    free = listed().loc["P2"]
    assert free["floor_m2"] == pytest.approx(45_000)
    assert free[["allowed_m2", "residual_m2", "over_m2", "use_ratio"]].isna().all()
    unknown = listed().loc["P3"]
    assert unknown["allowed_m2"] == pytest.approx(15_000)
    assert unknown[["floor_m2", "residual_m2", "over_m2"]].isna().all()


def test_only_the_part_where_buildings_are_mapped_is_told_of():
    cells = grid(300, 100)
    cells["known"] = cells.geometry.centroid.x < X0 + 100
    rows = listed(cells=cells)
    assert list(rows.index) == ["P1"]
    half = grid(300, 100)
    half = half.set_geometry([box(100 * k, 0, 100 * k + 50, 100) for k in range(3)])
    assert listed(cells=half)["known_share"].tolist() == pytest.approx([0.5] * 3)
