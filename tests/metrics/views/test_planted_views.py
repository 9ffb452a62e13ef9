"""The invented town's planted views: which building stands in which view is found, all of them and no other."""

import json

import numpy as np
import pytest

from urbanplan.study.compute import compute
from urbanplan.study.prepare import prepare


@pytest.fixture(scope="module")
def truth(village):
    """Give what the generator drew."""
    return json.loads((village / "truth.json").read_text(encoding="utf-8"))["views"]


@pytest.fixture(scope="module")
def results(village, tmp_path_factory):
    """Give the views of the prepared town."""
    area = prepare("sample", data=village, out=tmp_path_factory.mktemp("views"), offline=True)
    return compute(area, ["views"])


def in_the_way(results, view):
    """Give the buildings that are listed for a view."""
    viewpoint, target = view.split("-")
    listed = results.listings["views.blockers"]
    return set(listed.loc[(listed["viewpoint"] == viewpoint) & (listed["target"] == target), "building"])


def test_the_buildings_in_each_view_are_found_all_and_only(results, truth):
    for view, known in truth["lines"].items():
        found = in_the_way(results, view)
        # where no tag tells a height, a raster of roofs may
        assert set(known["certain"]) <= found <= {*known["possible"], *known["unknown"]}, view


def test_the_hotel_alone_takes_the_view_from_the_bridge(results, truth):
    tower = truth["tower"]
    viewpoint, target = tower["takes"].split("-")
    assert in_the_way(results, tower["takes"]) == {tower["id"]}
    listed = results.listings["views.blockers"]
    row = listed[
        (listed["building"] == tower["id"])
        & (listed["viewpoint"] == viewpoint)
        & (listed["target"] == target)
    ]
    assert row["role"].tolist() == ["sole"]
    assert row["taken"].tolist() == pytest.approx([1.0])
    views = results.listings["views.sight_lines"].set_index(["viewpoint", "target"])
    assert views.loc[(viewpoint, target), "visible_high"] == pytest.approx(0.0, abs=1e-6)
    assert views.loc[(viewpoint, target), "state"] == "blocked"
    taken = results.table("views.blocked_share", support="building").set_index("unit_id")["value"]
    assert taken.idxmax() == tower["id"]


def test_the_hotel_is_over_what_would_reopen_the_view(results, truth):
    plots = results.listings["views.plots"].set_index("building")
    row = plots.loc[truth["tower"]["id"]]
    assert row["restoring_m"] < row["height_m"]
    assert row["limit_m"] == 9.0
    assert row["height_m"] == pytest.approx(46.0, abs=0.5)  # tag and storeys, weighed


def test_every_view_that_is_asked_for_has_a_state(results):
    views = results.listings["views.sight_lines"]
    assert len(views) == 12
    assert set(views["state"]) <= {"open", "partly", "blocked", "uncertain", "hidden_by_ground"}
    assert (views["visible_low"] <= views["visible_high"]).all()
    single = views.set_index(["viewpoint", "target"])
    assert single.loc[("V4", "T2"), "state"] == "open"


def test_the_procession_sees_the_chedi_on_part_of_its_way(results):
    routes = results.listings["views.routes"]
    assert set(routes["viewpoint"]) == {"V5"}
    assert set(routes["target"]) == {"T1", "T3"}
    known = routes["seen_share"] + routes["unknown_share"]
    assert ((known > 0) & (known <= 1)).all()
    assert (routes["longest_blind_m"] <= routes["length_m"]).all()


def test_what_is_unknown_says_so(results):
    rows = results.tidy[results.tidy["metric"].str.startswith("views.")]
    unknown = rows["value"].isna()
    assert (rows.loc[unknown, "reason"] != "").all()
    slack = results.table("views.unprotected_height", support="building")
    assert (slack["reason"] == "not_regulated").any()
    told = slack["value"].dropna()
    assert (told >= 0).all()
    assert np.isfinite(told).all()
