"""Streets on the ground: heights of the sample's own landscape, and a raster too coarse for streets refused by name."""

import numpy as np
import pytest

from urbanplan.methods.modes import drape, travelled
from urbanplan.sources.sample.plan import ORIGIN, elevation
from urbanplan.study.prepare import prepare


@pytest.fixture(scope="module")
def area(village, tmp_path_factory):
    return prepare("sample", data=village, out=tmp_path_factory.mktemp("runs"), offline=True)


def test_streets_lie_on_the_sample_s_landscape(area):
    for mode in ("walk", "bike", "motorcycle", "drive"):
        details = area.network(mode).details
        assert details.has_heights
        assert details.driving_side == "left", "the invented town lies in Thailand"
    walk = area.network("walk")
    first = walk.details.height_m[walk.details.height_start[:-1]]
    own = elevation(walk.node_x[walk.edge_u] - ORIGIN[0], walk.node_y[walk.edge_u] - ORIGIN[1])
    ground = walk.tags["bridge"].isna().to_numpy()
    off = np.abs(first - own)[ground]
    assert np.median(off) < 0.2, "heights are rounded to decimetres and straight between cells"
    assert np.quantile(off, 0.99) < 3


def test_walking_uphill_takes_longer_than_down(area):
    walk = area.network("walk")
    made = travelled(walk)
    start, end = walk.details.height_start[:-1], walk.details.height_start[1:] - 1
    rise = (walk.details.height_m[end] - walk.details.height_m[start]) / walk.length_m
    m = len(walk.edge_u)
    steep = (np.abs(rise) > 0.08) & (made.length_m[:m] == walk.length_m)
    assert steep.any()
    longer = made.seconds_forward[:m] > made.seconds_backward[:m]
    assert (longer[steep] == (rise[steep] > 0)).all()


def note_codes(area):
    return [note["code"] for note in area.manifest["layers"]["walk"]["quality"][0]["notes"]]


def test_a_fine_raster_needs_no_excuse(area):
    assert not {"slopes_coarse", "slopes_without_elevation"} & set(note_codes(area))


@pytest.mark.shared
def test_chiang_mai_s_raster_is_too_coarse_and_the_record_says_so(shared, tmp_path):
    area = prepare("chiang-mai", data=shared / "chiang_mai", out=tmp_path, offline=True)
    notes = area.manifest["layers"]["walk"]["quality"][0]["notes"]
    assert [note["facts"] for note in notes if note["code"] == "slopes_coarse"] == [
        {"cell_m": 1000, "limit_m": 100}
    ]
    walk = area.network("walk")
    assert not walk.details.has_heights
    assert walk.details.driving_side == "left"
    level = travelled(walk)
    assert np.isfinite(level.seconds_forward[level.forward]).all()


def test_drape_leaves_the_network_that_it_was_given(area):
    walk = area.network("walk")
    before = walk.details.height_m.copy()
    again = drape(walk, area.raster("elevation"))
    assert again is not walk
    assert np.array_equal(before, walk.details.height_m)
    assert np.allclose(again.details.height_m, before, atol=0.05, equal_nan=True)
