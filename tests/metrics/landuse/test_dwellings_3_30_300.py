"""The 3-30-300 rule for each building, and the share of buildings for which it holds."""

import numpy as np
import pytest
from block import zones
from town import box, cover, frame, lattice

from urbanplan.metrics.landuse.dwellings_3_30_300 import dwellings_3_30_300
from urbanplan.metrics.landuse.rule_3_30_300 import rule_3_30_300

PARK = frame("open_space", [box(400, 300, 500, 400)])  # one hectare
HOUSES = frame(
    "buildings",
    [box(450, 450, 460, 460), box(685, 685, 695, 695), box(350, 340, 360, 350)],
    use=["residential", "residential", "industrial"],
).set_axis(["near", "far", "works"])

WHOLE = zones(box(0, 0, 1000, 1000))


def ground(trees):
    """Give land cover of grass in cells of 10 m, with trees at some (row from the north, column)."""
    table = np.full((100, 100), 30)
    for at in trees:
        table[at] = 10
    return cover({2025: table}, cell_m=10.0, north=1000.0)


@pytest.fixture(scope="module")
def walk():
    """Give streets every 50 m."""
    return lattice(21, 21, 50)


def test_each_part_by_hand(walk):
    # the house at (455, 455) lies in row 54 from the north and column 45
    none = rule_3_30_300(ground([]), PARK, walk, HOUSES)
    assert none["value"].tolist() == [1, 0, 1]  # green within 300 m: about 65 m, 500 m and 60 m along streets
    one_tree = rule_3_30_300(ground([(54, 47)]), PARK, walk, HOUSES)
    assert one_tree.loc["near", "value"] == 2  # 100 m2 of crowns within 30 m: more than three of 25 m2
    beyond = rule_3_30_300(ground([(54, 49)]), PARK, walk, HOUSES)
    assert beyond.loc["near", "value"] == 1  # forty metres away
    forest = rule_3_30_300(ground([np.s_[:, :]]), PARK, walk, HOUSES)
    assert forest["value"].tolist() == [3, 2, 3]
    assert (
        (forest[["low", "high", "n"]].to_numpy() == forest["value"].to_numpy()[:, None])
        .all(axis=1)[[0, 2]]
        .all()
    )


def test_thirty_percent_of_the_neighbourhood(walk):
    stripes = np.full((100, 100), 30)
    stripes[:, ::4] = 10  # a quarter
    quarter = cover({2025: stripes}, cell_m=10.0, north=1000.0)
    stripes[:, 1::8] = 10  # and an eighth: 37.5 %
    more = cover({2025: stripes}, cell_m=10.0, north=1000.0)
    assert (
        rule_3_30_300(quarter, PARK, walk, HOUSES).loc["far", "value"] == 1
    )  # crowns near, no canopy, no green
    assert rule_3_30_300(more, PARK, walk, HOUSES).loc["far", "value"] == 2


def test_what_the_raster_does_not_show_is_unknown_and_bounded(walk):
    west = np.full((100, 60), 30)
    table = rule_3_30_300(cover({2025: west}, cell_m=10.0, north=1000.0), PARK, walk, HOUSES)
    assert table.loc["far", "reason"] == "not_mapped"
    assert (table.loc["far", ["low", "high", "n"]] == [0, 2, 1]).all()
    assert table.loc["works", "value"] == 1


def test_shares_of_dwellings_by_hand(walk):
    given = (ground([(54, 47)]), PARK, walk, HOUSES)
    rows = {
        d: dwellings_3_30_300(*given, WHOLE, demand=d).iloc[0] for d in ("trees", "canopy", "green", "all")
    }
    assert {name: row["value"] for name, row in rows.items()} == {
        "trees": 0.5,
        "canopy": 0,
        "green": 0.5,
        "all": 0,
    }
    assert rows["trees"]["n"] == 2  # works are no dwellings
    table = dwellings_3_30_300(*given, zones(box(0, 0, 570, 1000), box(570, 0, 1000, 1000)), demand="trees")
    assert table["value"].tolist() == [1, 0]


def test_one_part_that_fails_decides_though_another_is_unknown(walk):
    west = cover({2025: np.full((100, 60), 30)}, cell_m=10.0, north=1000.0)
    row = dwellings_3_30_300(west, PARK, walk, HOUSES, WHOLE, demand="all").iloc[0]
    assert (row["value"], row["coverage"]) == (0, 1)  # the far house has no green within 300 m
    some = dwellings_3_30_300(west, PARK, walk, HOUSES, WHOLE, demand="trees").iloc[0]
    assert (some["coverage"], some["low"], some["high"]) == (0.5, 0, 0.5)


def test_the_three_are_never_more_than_each(layers):
    given = [layers[name] for name in ("land_cover", "open_space", "walk", "buildings", "zones")]
    shares = {d: dwellings_3_30_300(*given, demand=d)["value"] for d in ("trees", "canopy", "green", "all")}
    assert all((shares["all"] <= shares[part] + 1e-9).all() for part in ("trees", "canopy", "green"))
    count = rule_3_30_300(*given[:3], layers["buildings"])["value"]
    lived = ~layers["buildings"]["use"].isin(["commercial"])
    assert (count[lived] == 3).mean() == pytest.approx(
        dwellings_3_30_300(*given[:4], layers["boundary"], demand="all")["value"].iloc[0]
    )
