"""Blocks that streets enclose: by hand."""

import numpy as np
import pytest
import shapely
from town import box, frame, lattice, streets

from urbanplan.methods.blocks import blocks
from urbanplan.metrics.form.block_area import block_area
from urbanplan.metrics.form.block_perimeter import block_perimeter


def test_blocks_are_what_streets_enclose():
    whole = lattice(3, 3, 100, mode="drive")
    assert blocks(whole).area.tolist() == pytest.approx([10_000] * 4)
    # a bridge without a junction parts the ground too
    crossing = streets(
        [(0, 0), (100, 0), (100, 100), (0, 100), (50, -20), (50, 120)],
        [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5)],
        mode="drive",
    )
    assert blocks(crossing).area.tolist() == pytest.approx([5_000] * 2)
    assert blocks(crossing, min_area_m2=5_001).empty
    assert blocks(streets([(0, 0), (9, 0)], [(0, 1)])).empty
    assert blocks(streets([(0, 0)], [])).empty


def test_a_block_lies_whole_in_one_unit_and_open_ground_is_none():
    # three rows of two blocks of 100 m; the unit in the east has no closed block
    units = frame("zones", [box(0, 0, 200, 120), box(0, 120, 200, 300), box(300, 0, 400, 100)])
    drive = lattice(3, 4, 100, mode="drive")
    area, around = block_area(drive, units), block_perimeter(drive, units)
    assert area["n"].tolist() == [2, 4, 0]
    assert area["value"].tolist()[:2] == pytest.approx([10_000, 10_000])
    assert around["value"].tolist()[:2] == pytest.approx([400, 400])
    assert np.isnan(area["value"].iloc[2])


def test_a_courtyard_street_is_a_hole_in_its_block():
    ring = streets(
        [(0, 0), (90, 0), (90, 90), (0, 90), (30, 30), (60, 30), (60, 60), (30, 60)],
        [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4)],
    )
    assert sorted(blocks(ring).area) == pytest.approx([900, 7_200])
    assert shapely.area(blocks(ring).union_all()) == pytest.approx(8_100)
