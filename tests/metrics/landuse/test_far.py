"""Floor area ratio."""

import numpy as np
import pytest
from block import houses, zones
from town import box

from urbanplan.metrics.landuse.far import far


def test_golden_number_of_the_catalogue():
    row = far(houses((0, 0, 42, 100, 3)), zones(box(0, 0, 100, 100))).iloc[0]
    assert row["value"] == pytest.approx(1.26)
    assert (row["low"], row["high"]) == pytest.approx((0.84, 1.68))
    assert (row["coverage"], row["n"]) == (1.0, 1)


def test_bare_ground_is_zero_and_unknown_storeys_are_unknown():
    built = houses((0, 0, 10, 10, np.nan), (50, 0, 60, 10, 2))
    table = far(built, zones(box(0, 0, 40, 100), box(40, 0, 80, 100), box(80, 0, 120, 100)))
    assert table["value"].tolist() == pytest.approx([np.nan, 200 / 4000, 0], nan_ok=True)
    assert table["reason"].tolist() == ["no_height", "", ""]


def test_units_add_up_to_the_whole(layers):
    built = layers["buildings"].assign(levels=np.arange(len(layers["buildings"])) % 5 + 1.0)
    by_zone, city = far(built, layers["zones"]), far(built, layers["boundary"])
    floor = (by_zone["value"] * layers["zones"].area).sum()
    assert floor == pytest.approx(city["value"].iloc[0] * layers["boundary"].area.iloc[0])
