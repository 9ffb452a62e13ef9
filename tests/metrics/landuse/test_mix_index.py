"""Indices of the mix of uses as found."""

import numpy as np
import pytest
from town import box, frame

from urbanplan.metrics.landuse.mix_index import mix_index
from urbanplan.model.metric import REGISTRY

INDICES = [m.variant["index"] for m in REGISTRY.values() if m.base == "landuse.mix_index"]


def land(**widths):
    west, shapes = 0.0, []
    for width in widths.values():
        shapes.append(box(west, 0, west + width, 100))
        west += width
    return frame("observed_use", shapes, **{"class": list(widths)})


def units(*shapes):
    return frame("zones", list(shapes)).set_axis([f"{k}" for k in range(len(shapes))])


@pytest.mark.parametrize(
    ("index", "value"),
    [
        ("entropy", 1.14212 / np.log(6)),
        ("hhi", 0.365),
        ("simpson", 0.635),
        ("simpson_scaled", 0.635 / (5 / 6)),
        ("hill_0", 4.0),
        ("hill_1", 3.13340),
        ("hill_2", 2.73973),
    ],
)
def test_golden_numbers_with_six_uses(index, value):
    uses = land(residential=50, commercial=30, religious=15, industrial=5)
    row = mix_index(uses, units(box(0, 0, 100, 100)), index=index).iloc[0]
    assert row["value"] == pytest.approx(value, abs=1e-5)
    assert (row["n"], row["coverage"]) == (4, pytest.approx(1.0))


def test_an_area_of_two_uses_counts_half_for_each():
    uses = frame(
        "observed_use",
        [box(0, 0, 100, 100)],
        **{"class": ["residential"], "class_2": ["commercial"], "share": [0.5]},
    )
    zone = units(box(0, 0, 100, 100), box(0, 0, 10, 10))
    assert mix_index(uses, zone, index="hhi")["value"].tolist() == pytest.approx([0.5, 0.5])
    assert mix_index(uses, zone, index="hill_0")["value"].tolist() == pytest.approx([2, 2])


def test_little_known_or_nothing_of_the_six_is_unknown():
    uses = land(residential=40, agriculture=60)
    table = mix_index(uses, units(box(0, 0, 90, 100), box(50, 0, 90, 100), box(0, 0, 100, 300)), index="hhi")
    assert table["value"].tolist() == pytest.approx([1.0, np.nan, np.nan], nan_ok=True)
    assert table["reason"].tolist() == ["", "nothing_to_measure", "not_mapped"]


def test_every_index_moves_with_the_mix():
    even, skew = land(residential=50, commercial=50), land(residential=90, commercial=10)
    zone = units(box(0, 0, 100, 100))
    assert len(INDICES) == 7
    for index in INDICES:
        more, less = (mix_index(uses, zone, index=index)["value"].iloc[0] for uses in (even, skew))
        assert more == less if index == "hill_0" else (more < less if index == "hhi" else more > less)
