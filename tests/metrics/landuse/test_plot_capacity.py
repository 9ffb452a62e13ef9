"""Capacity of the plan, plot by plot."""

import pytest
from block import grid, houses, plan
from town import X0, box, frame

from urbanplan.metrics.landuse.plot_capacity import plot_capacity
from urbanplan.model.listing import LISTINGS, conform_listing

# the catalogue's plots
PLOTS = frame(
    "plots", [box(0, 0, 8, 100), box(8, 0, 24, 100), box(24, 0, 64, 100), box(200, 0, 210, 100)]
).set_axis(list("abcd"))
PLAN = plan(
    (0, 0, 8, 100, "A", {"max_far": 1.5}),
    (8, 0, 26, 100, "B", {"max_far": 2.0}),
    (26, 0, 70, 100, "C", {"max_far": 3.0}),
)
BUILT = houses((0, 0, 7, 100, 2), (8, 0, 17, 100, 1))


def listed(**knobs):
    cells = knobs.pop("cells", grid(300, 100))
    rows = plot_capacity(PLOTS, BUILT, PLAN, cells, **knobs)
    return conform_listing(rows, LISTINGS["landuse.plot_capacity"], PLOTS.crs).set_index("plot")


def test_golden_numbers_of_the_catalogue():
    rows = listed().loc[["a", "b", "c"]]
    assert rows["allowed_m2"].tolist() == pytest.approx([1200, 3200, 12_000])
    assert rows["residual_m2"].tolist() == pytest.approx([0, 2300, 12_000])
    assert rows["over_m2"].tolist() == pytest.approx([200, 0, 0])
    assert rows["plan_area"].tolist() == ["P1", "P2", "P3"]
    assert rows["zone_share"].tolist() == pytest.approx([1, 1, 38 / 40])


def test_a_plot_outside_the_plan_is_not_regulated_and_an_unmapped_one_is_left_out():
    rows = listed()
    assert rows.loc["d", "state"] == "not_regulated"
    assert rows.loc["d", ["allowed_m2", "zone_share"]].isna().all()
    cells = grid(300, 100)
    cells["known"] = cells.geometry.centroid.x < X0 + 100
    assert list(listed(cells=cells).index) == ["a", "b", "c"]
    assert list(listed(min_area_m2=1500.0).index) == ["b", "c"]
