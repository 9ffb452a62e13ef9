"""Land-use mix."""

import numpy as np
import pytest
from scipy.stats import entropy as peer
from town import box, frame

from urbanplan.metrics.landuse.mix import MIXED, mix


def land(*pieces):
    """Give strips of one class each, 100 m high, one after another."""
    west, shapes, classes = 0.0, [], []
    for name, width in pieces:
        shapes.append(box(west, 0, west + width, 100))
        classes.append(name)
        west += width
    return frame("land_use", shapes, **{"class": classes})


def units(*shapes):
    """Give polygons as units."""
    return frame("zones", list(shapes)).set_axis([f"{k}" for k in range(len(shapes))])


def test_golden_number_of_the_catalogue_with_six_uses():
    uses = land(("residential", 50), ("commercial", 30), ("religious", 15), ("industrial", 5))
    row = mix(uses, units(box(0, 0, 100, 100))).iloc[0]
    assert len(MIXED) == 6
    assert row["value"] == pytest.approx(1.14212 / np.log(6), abs=1e-5)
    assert row["coverage"] == pytest.approx(1.0)
    assert row["n"] == 4


def test_fields_count_as_mapped_but_are_not_mixed_with():
    uses = land(("residential", 20), ("commercial", 20), ("agriculture", 60))
    row = mix(uses, units(box(0, 0, 100, 100))).iloc[0]
    assert row["value"] == pytest.approx(np.log(2) / np.log(6))
    assert row["coverage"] == pytest.approx(1.0)


def test_less_than_half_mapped_is_unknown_and_one_use_is_zero():
    uses = land(("residential", 49), ("agriculture", 0.5))
    table = mix(uses, units(box(0, 0, 100, 100), box(0, 0, 60, 100), box(500, 0, 600, 100)))
    assert table["value"].isna().tolist() == [True, False, True]
    assert table["reason"].tolist() == ["not_mapped", "", "not_mapped"]
    assert table["value"].iloc[1] == 0.0
    assert table["coverage"].tolist() == pytest.approx([0.495, 49.5 / 60, 0.0])


def test_nothing_but_fields_is_nothing_to_measure():
    uses = land(("residential", 10), ("agriculture", 90))
    table = mix(uses, units(box(20, 0, 100, 100), box(9.9, 0, 100, 100)), min_area_m2=20.0)
    assert table["reason"].tolist() == ["nothing_to_measure"] * 2
    assert mix(uses, units(box(9.9, 0, 100, 100)), min_area_m2=0).iloc[0]["value"] == 0.0


def test_moving_and_scaling_change_nothing(layers):
    zones, uses = layers["zones"], layers["land_use"]
    here = mix(uses, zones)["value"]
    there = mix(
        uses.set_geometry(uses.scale(3, 3, origin=(0, 0)).translate(900, -70)),
        zones.set_geometry(zones.scale(3, 3, origin=(0, 0)).translate(900, -70)),
    )["value"]
    assert there.to_numpy() == pytest.approx(here.to_numpy(), nan_ok=True)


def test_scipy_agrees_on_cells(layers):
    uses, cells = layers["land_use"], layers["cells"]
    got = mix(uses, cells)
    for cell, row in zip(cells.geometry, got.itertuples(), strict=True):
        areas = [uses[uses["class"] == name].intersection(cell).area.sum() for name in MIXED]
        if sum(areas) > 20:
            assert row.value == pytest.approx(peer(areas) / np.log(6), abs=1e-9)
        else:
            assert row.reason == "nothing_to_measure"
