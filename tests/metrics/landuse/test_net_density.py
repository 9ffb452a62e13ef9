"""Net density of people."""

import pytest
from block import grid, uses, zones
from town import X0, box

from urbanplan.metrics.landuse.net_density import net_density


def test_people_over_residential_land_by_hand():
    cells = grid(200, 100).assign(population=[100.0, 20.0])
    found = uses(
        (0, 0, 60, 100, "residential"), (60, 0, 100, 100, "commercial"), (100, 0, 180, 100, "residential")
    )
    row = net_density(found, cells, zones(box(0, 0, 200, 100))).iloc[0]
    assert row["value"] == pytest.approx(120 / 1.4)
    assert (row["coverage"], row["n"]) == (1.0, 2)


def test_people_and_land_of_unmapped_cells_are_left_out_of_both():
    cells = grid(200, 100).assign(population=[100.0, 20.0])
    cells["known"] = cells.geometry.centroid.x < X0 + 100
    found = uses((0, 0, 60, 100, "residential"), (100, 0, 180, 100, "residential"))
    row = net_density(found, cells, zones(box(0, 0, 200, 100)), min_area_m2=5_000).iloc[0]
    assert row["value"] == pytest.approx(100 / 0.6)
    assert row["coverage"] == pytest.approx(100 / 120)


def test_a_little_land_is_nothing_to_divide_by():
    table = net_density(uses((0, 0, 60, 100, "residential")), grid(100, 100), zones(box(0, 0, 100, 100)))
    assert table["reason"].tolist() == ["nothing_to_measure"]
    assert net_density(uses((0, 0, 60, 100, "forest")), grid(100, 100), zones(box(0, 0, 100, 100)))[
        "reason"
    ].tolist() == ["no_places"]
