"""Mix of uses within walking distance."""

import numpy as np
import pytest
from block import grid, uses
from town import frame, lattice, streets

from urbanplan.metrics.landuse.mix_nearby import mix_nearby


@pytest.fixture
def row():
    """Give a street of 1,000 m with a hectare of homes, one of shops at 300 m, and one of temples at 700 m."""
    street = streets([(0, 50), (1000, 50)], [(0, 1)])
    found = uses(
        (0, 0, 100, 100, "residential"), (300, 0, 400, 100, "commercial"), (700, 0, 800, 100, "religious")
    )
    filler = uses(*[(100 * k, 0, 100 * k + 100, 100, "agriculture") for k in (1, 2, 4, 5, 6, 8, 9)])
    return frame(
        "observed_use", [*found.geometry, *filler.geometry], **{"class": [*found["class"], *filler["class"]]}
    ), street


def test_what_is_reached_by_hand(row):
    found, street = row
    near, far = (
        mix_nearby(found, street, grid(1000, 100), order=0, max_distance_m=limit) for limit in (350.0, 750.0)
    )
    assert near["value"].tolist()[:2] == [2, 2]
    assert far["value"].tolist()[0] == 3
    assert near["n"].tolist()[0] == 4
    assert near["value"].tolist()[9] == 1
    assert mix_nearby(found, street, grid(1000, 100), order=1, max_distance_m=350.0)["value"].iloc[
        0
    ] == pytest.approx(2)


def test_a_use_that_is_farther_counts_for_less(row):
    found, street = row
    table = mix_nearby(
        found, street, grid(1000, 100), order=0, decay="near", max_distance_m=750.0, halving_m=100.0
    )
    # at home, shops after 300 m, temples after 700 m: hill of order 0 adds up the weights
    assert table["value"].iloc[0] == pytest.approx(1 + 2**-3 + 2**-7)
    weight = np.array([1, 2**-3, 2**-7])
    part = (1 / 3) / (weight / 3).sum()
    table = mix_nearby(
        found, street, grid(1000, 100), order=2, decay="near", max_distance_m=750.0, halving_m=100.0
    )
    assert table["value"].iloc[0] == pytest.approx(1 / (weight * part**2).sum())


def test_off_the_street_and_where_nothing_is_mapped(row):
    found, street = row
    table = mix_nearby(found, street, grid(1000, 900), order=0, max_off_street_m=200.0)
    assert set(table["reason"].iloc[-10:]) == {"off_network"}
    wide = mix_nearby(
        uses((0, 0, 100, 100, "residential")), lattice(11, 3, 100), grid(1000, 100), max_distance_m=500.0
    )
    assert wide["reason"].iloc[0] == ""
    alone = found[found["class"] != "agriculture"]
    half = mix_nearby(alone, street, grid(1000, 100), order=0, max_distance_m=350.0)
    assert half["coverage"].iloc[0] == pytest.approx(0.5)
