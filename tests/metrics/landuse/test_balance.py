"""Balance of two uses."""

import pytest
from town import box, frame

from urbanplan.base.errors import UsageError
from urbanplan.metrics.landuse.balance import balance


@pytest.fixture
def uses():
    shapes = [box(0, 0, 30, 100), box(30, 0, 40, 100), box(40, 0, 100, 100)]
    return frame("observed_use", shapes, **{"class": ["residential", "commercial", "forest"]})


def test_by_hand_and_unknown(uses):
    units = frame(
        "zones", [box(0, 0, 100, 100), box(0, 0, 20, 100), box(50, 0, 100, 100), box(0, 0, 100, 250)]
    )
    table = balance(uses, units)
    assert table["value"].tolist() == pytest.approx([0.5, 0.0, float("nan"), float("nan")], nan_ok=True)
    assert table["reason"].tolist() == ["", "", "nothing_to_measure", "not_mapped"]
    assert balance(uses, units, first_use="commercial", second_use="residential").equals(table)


def test_a_use_that_is_no_class_is_refused(uses):
    with pytest.raises(UsageError, match="first_use and second_use must be of residential"):
        balance(uses, uses, first_use="jobs")
