"""How much of the floor area is told, not guessed."""

import numpy as np
import pytest
from block import houses, zones
from town import box

from urbanplan.metrics.landuse.floors_told_share import floors_told_share


def test_a_guess_from_the_like_is_not_told():
    rows = [(20 * k, 0, 20 * k + 10, 10, 2, "residential") for k in range(12)]
    built = houses(*rows, (240, 0, 270, 10, np.nan, "residential"))
    table = floors_told_share(built, zones(box(0, 0, 300, 100), box(230, 0, 300, 100), box(400, 0, 500, 100)))
    assert table["value"].tolist() == pytest.approx([1200 / 1500, 0.0, np.nan], nan_ok=True)
    assert table["n"].tolist() == [13, 1, 0]
