"""Walkability index of Frank et al. (2010)."""

import numpy as np
import pandas as pd
import pytest
from block import houses, zones
from town import box, frame, streets

from urbanplan.methods.grid import lay_grid
from urbanplan.metrics.landuse.walkability_frank import walkability_frank

CRS = "EPSG:32647"
SQUARES = [box(1000 * k, 0, 1000 * k + 1000, 1000) for k in range(3)]


@pytest.fixture(scope="module")
def town():
    """Give three square kilometres with 1, 2 and 0 crossings, 100, 400 and 100 people, and shops of 1, 3 and 0 storeys."""
    units = zones(*SQUARES)
    cells = lay_grid(box(0, 0, 3000, 1000), CRS, cell_m=1000)
    cells = cells.sort_values("col").assign(population=[100.0, 400.0, 100.0], known=True)
    uses = frame(
        "land_use",
        [box(1000 * k, 0, 1000 * k + 500, 1000) for k in range(3)]
        + [box(1000 * k + 500, 0, 1000 * k + 1000, 500) for k in range(2)],
        **{"class": ["residential"] * 3 + ["commercial"] * 2},
    )
    shops = houses(
        (600, 100, 700, 200, 1, "commercial"),
        (1600, 100, 1700, 200, 3, "commercial"),
        (100, 100, 120, 120, 9),
    )
    # crosses: four streets that meet
    nodes, edges = [], []
    for x, y in ((500, 500), (1300, 300), (1700, 700)):
        first = len(nodes)
        nodes += [(x, y), (x + 100, y), (x - 100, y), (x, y + 100), (x, y - 100)]
        edges += [(first, first + k) for k in range(1, 5)]
    return streets(nodes, edges), uses, shops, cells, units


def z(values):
    """Give z-scores with the sample's standard deviation."""
    values = np.asarray(values, dtype=float)
    return (values - values.mean()) / values.std(ddof=1)


def test_hand_worked(town):
    table = walkability_frank(*town, town[-1])
    mix = -(2 / 3 * np.log(2 / 3) + 1 / 3 * np.log(1 / 3)) / np.log(5)
    expected = (
        2 * z([1, 2, 0])
        + z([100 / 0.5, 400 / 0.5, 100 / 0.5])
        + z([10_000 / 250_000, 30_000 / 250_000, 0])
        + z([mix, mix, 0])
    )
    assert table["value"].to_numpy() == pytest.approx(expected)
    assert table["value"].sum() == pytest.approx(0)
    assert (table["n"] == 3).all()
    assert (table["coverage"] == 1).all()


def test_z_refers_to_the_zones_of_the_city_not_to_the_units_asked(town):
    whole = walkability_frank(*town, town[-1])
    one = walkability_frank(*town, town[-1].iloc[[1]])
    assert one["value"].iloc[0] == pytest.approx(whole["value"].iloc[1])


def test_what_does_not_differ_adds_nothing(town):
    walk, uses, shops, cells, units = town
    alike = cells.assign(population=100.0)
    same_crossings = streets([(0, 0), (10, 0)], [(0, 1)])
    table = walkability_frank(same_crossings, uses, shops, alike, units, units)
    mix = -(2 / 3 * np.log(2 / 3) + 1 / 3 * np.log(1 / 3)) / np.log(5)
    assert table["value"].to_numpy() == pytest.approx(z([0.04, 0.12, 0]) + z([mix, mix, 0]))
    assert np.isfinite(walk.length_m).all()


def test_people_without_residential_land_or_land_without_any_use_are_unknown_not_zero(town):
    walk, uses, shops, cells, units = town
    fewer = uses.iloc[[0, 1, 3, 4]]  # nothing is mapped in the third zone, where people live
    table = walkability_frank(walk, fewer, shops, cells, units, units)
    assert table["reason"].tolist() == ["", "", "nothing_to_measure"]
    assert table["n"].tolist() == [2, 2, 2]


def test_too_few_zones_nobody_and_untold_storeys(town):
    walk, uses, shops, cells, units = town
    assert set(walkability_frank(walk, uses, shops, cells, units, units, min_zones=4)["reason"]) == {
        "too_few"
    }
    deserted = cells.assign(population=[100.0, 400.0, 0.0])
    assert walkability_frank(walk, uses, shops, deserted, units, units)["reason"].tolist() == [
        "",
        "",
        "no_people",
    ]
    untold = shops.assign(levels=np.nan)
    found = walkability_frank(walk, uses, untold, cells, units, units)
    assert set(found["reason"]) <= {"heights_unknown", "too_few"}
    assert found["value"].isna().all()


def test_streets_count_twice(town):
    walk, uses, shops, cells, units = town
    none = streets([(0, 0), (10, 0)], [(0, 1)])
    with_, without = (
        walkability_frank(network, uses, shops, cells, units, units)["value"] for network in (walk, none)
    )
    pd.testing.assert_series_equal(
        with_ - without, pd.Series(2 * z([1, 2, 0]), units.index), check_names=False
    )
