"""The inventory of heritage: lists, versions, kinds, spacing and protection, worked by hand."""

import math

import numpy as np
import pytest
from town import box, frame, point

from urbanplan.metrics.heritage.asset_clusters import asset_clusters
from urbanplan.metrics.heritage.asset_mix import asset_mix
from urbanplan.metrics.heritage.list_overlap import list_overlap
from urbanplan.metrics.heritage.protection_gaps import protection_gaps
from urbanplan.metrics.heritage.unprotected import unprotected
from urbanplan.metrics.heritage.zone_versions import zone_versions

CITY = frame("boundary", [box(0, 0, 1000, 1000)]).set_axis(["town"])


def test_versions_name_what_was_gained_and_lost_with_what_stands_there():
    zones = frame(
        "heritage_zones",
        [box(0, 0, 100, 100), box(0, 0, 60, 100), box(300, 0, 400, 100), box(300, 0, 302, 100)],
        version=["2553", "2567", "2567", "2553"],
        in_force_from=["2010", "2024", "2024", "2010"],
        boundary_uncertainty_m=5.0,
    )
    assets = frame("heritage_assets", [point(80, 50), point(350, 50), point(30, 50)])
    houses = frame("buildings", [box(70, 10, 75, 15), box(310, 10, 315, 15), box(320, 10, 325, 15)])
    rows = zone_versions(zones, assets, houses).set_index("zone_change")
    assert rows["area_m2"].to_dict() == {"kept": 6200.0, "gained": 9800.0, "lost": 4000.0}
    assert rows["assets"].to_dict() == {"kept": 1, "gained": 1, "lost": 1}
    assert rows["buildings"].to_dict() == {"kept": 0, "gained": 2, "lost": 1}
    assert rows["overlap_iou"].iloc[0] == pytest.approx(6200 / 20000)
    assert zone_versions(zones[zones["version"] == "2567"], assets, houses).empty


def test_two_lists_tell_how_many_there_are():
    lists = ["osm;register"] * 8 + ["osm"] * 4 + ["register"] * 2
    rows = list_overlap(frame("heritage_assets", [point(10 * i, i % 3) for i in range(14)], lists=lists))
    row = rows.iloc[0]
    assert row[["assets_first", "assets_second", "assets_both"]].tolist() == [12, 10, 8]
    assert row["assets_estimated"] == pytest.approx(13 * 11 / 9 - 1)
    assert row["complete_first"] == pytest.approx(12 / (13 * 11 / 9 - 1))
    assert list_overlap(frame("heritage_assets", [point(0, 0)], lists=["osm"])).empty


def test_mix_by_hand():
    assets = frame(
        "heritage_assets", [point(10 * i, 1) for i in range(4)], kind=["temple", "temple", "gate", "gate"]
    )
    assert asset_mix(assets, CITY)["value"].iloc[0] == pytest.approx(math.log(2))
    table = asset_mix(assets.assign(kind="temple"), CITY)
    assert table["value"].iloc[0] == 0.0


def test_spacing_of_a_lattice_and_of_too_few():
    lattice = frame(
        "heritage_assets", [point(x, y) for x in range(50, 1000, 100) for y in range(50, 1000, 100)]
    )
    rows = asset_clusters(lattice, CITY, simulations=19)
    assert rows["pattern"].iloc[0] == "apart"
    assert rows["spacing_ratio"].tolist() == pytest.approx([2.0] * len(rows))
    assert asset_clusters(lattice.iloc[:9], CITY).empty


def protected():
    """Give three temples: registered with a ground, unregistered in the zone, of unknown registration outside."""
    assets = frame(
        "heritage_assets",
        [box(40, 40, 60, 60), point(150, 50), point(900, 900)],
        registered=[1.0, 0.0, np.nan],
        name=["a", "b", "c"],
    ).set_axis(["A", "B", "C"])
    zones = frame(
        "heritage_zones",
        [box(0, 0, 400, 200), box(30, 30, 70, 70), box(800, 800, 1000, 1000), box(800, 800, 1000, 1000)],
        kind=["old_town", "monument_ground", "buffer", "buffer"],
        status=["in_force", "in_force", "draft", "in_force"],
        proxy=[False, False, False, True],
    ).set_axis(["Z", "G", "D", "P"])
    rules = frame("heritage_rules", [box(0, -400, 150, 600)], zone="Z", kind="max_height", value=[12.0])
    return assets, zones, rules


def test_layers_of_protection_by_asset():
    rows = protection_gaps(*protected()).set_index("asset")
    assert rows.loc["C", ["registration", "ground", "in_zone", "height_rule"]].tolist() == [
        "unknown",
        "no",
        "no",
        "no",
    ]
    assert rows.loc["B", ["registration", "ground", "in_zone", "height_rule"]].tolist() == [
        "no",
        "no",
        "yes",
        "part",
    ]
    assert rows["layers_lacking"].to_dict() == {"B": 3, "C": 3, "A": 1}, "drafts and proxies protect nothing"


@pytest.mark.parametrize(
    ("layer", "value", "low", "high"),
    [("registration", 1 / 2, 1 / 3, 2 / 3), ("ground", 2 / 3, 2 / 3, 2 / 3), ("zone", 1 / 3, 1 / 3, 1 / 3)],
)
def test_the_share_without_protection_leaves_unknown_ones_open(layer, value, low, high):
    assets, zones, rules = protected()
    row = unprotected(assets, zones, rules, CITY, protection=layer).iloc[0]
    assert (row["value"], row["low"], row["high"]) == pytest.approx((value, low, high))
    assert row["coverage"] == pytest.approx(2 / 3 if layer == "registration" else 1.0)
