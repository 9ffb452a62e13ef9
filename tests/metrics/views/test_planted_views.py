"""The invented town's planted views: which building stands in which view is found, all of them and no other."""

import json
from xml.etree import ElementTree as ET

import numpy as np
import pyogrio
import pytest
import rasterio

from urbanplan.model.results import Results
from urbanplan.report.page import render
from urbanplan.report.scenarios import difference
from urbanplan.study.compute import compute
from urbanplan.study.export import write_open_data
from urbanplan.study.prepare import prepare
from urbanplan.study.scenario import scenario_area


@pytest.fixture(scope="module")
def truth(village):
    """Give what the generator drew."""
    return json.loads((village / "truth.json").read_text(encoding="utf-8"))["views"]


@pytest.fixture(scope="module")
def area(village, tmp_path_factory):
    """Give the prepared town."""
    return prepare("sample", data=village, out=tmp_path_factory.mktemp("views"), offline=True)


@pytest.fixture(scope="module")
def results(area):
    """Give its views."""
    return compute(
        area, ["views", "views.unprotected_height", "heritage.exceeding"], scenarios=["ordinance", "proposal"]
    )


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


def views_in(results, scenario):
    """Give the state of each view in a scenario."""
    key = "views.sight_lines" + ("" if scenario == "actual" else f".{scenario}")
    return results.listings[key].set_index(["viewpoint", "target"])["state"]


def test_as_the_plans_allow_the_hotel_no_longer_takes_the_view_from_the_bridge(results, truth):
    view = tuple(truth["tower"]["takes"].split("-"))
    assert views_in(results, "actual")[view] == "blocked"
    assert views_in(results, "ordinance")[view] == "open"
    facts = results.provenance["scenarios"]["ordinance"]
    assert facts["at_limit"] + facts["no_limit"] + facts["exempt"] == facts["buildings"]
    assert facts["no_limit"] > 0
    heights = results.listings["views.blockers.ordinance"].set_index("building")["height_m"]
    assert heights.isin([9.0, 12.0, 15.0, 23.0]).all() or heights.max() < 46


def test_storeys_follow_the_heights_that_the_plans_allow(area):
    changed, _ = scenario_area(area, "ordinance")
    now = changed.layer("buildings")
    held = now[now["heights_from"] == "plan"]
    assert len(held)
    assert (held["levels"] == np.maximum(np.floor(held["wall_top_m"] / 3.0 + 1e-9), 1)).all()
    others = now[now["heights_from"] != "plan"]
    before = area.layer("buildings").loc[others.index, "levels"]
    assert others["levels"].equals(before)


def test_what_is_built_to_the_limit_exceeds_none(results):
    counts = results.table("heritage.exceeding", support="heritage_zone")
    now, allowed = (
        counts[counts["scenario"] == name].set_index("unit_id") for name in ("actual", "ordinance")
    )
    assert (now["value"].dropna() > 0).any()
    assert (allowed["value"].dropna() == 0).all()


def test_the_proposal_takes_the_view_that_was_drawn_for_it(results, truth):
    assert truth["proposal"]["in_the_way"]
    view = tuple(truth["proposal"]["takes"].split("-"))
    assert views_in(results, "actual")[view] == "open"
    assert views_in(results, "proposal")[view] == "blocked"
    listed = results.listings["views.blockers.proposal"]
    rows = listed[(listed["viewpoint"] == view[0]) & (listed["target"] == view[1])]
    assert rows["building"].tolist() == ["proposal/P1"]
    share = results.table("views.visible_share", support="viewpoint").set_index(["scenario", "unit_id"])[
        "value"
    ]
    assert share["actual", view[0]] == pytest.approx(1.0)
    assert share["proposal", view[0]] == pytest.approx(0.0, abs=1e-6)


def test_the_city_as_it_is_holds_no_row_of_a_scenario(results):
    actual = results.tidy[results.tidy["scenario"] == "actual"]
    assert not actual["unit_id"].str.startswith("proposal/").any()
    assert not actual.duplicated(["metric", "support", "unit_id"]).any()
    assert "proposal/P1" not in set(results.listings["views.blockers"]["building"])
    wide = results.wide("viewpoint")
    assert wide.loc["V4", "views.visible_share"] == pytest.approx(1.0)
    assert results.wide("viewpoint", scenario="proposal").loc["V4", "views.visible_share"] < 0.01
    assert set(results.listing_facts["views.blockers.proposal"]) >= {"scenario", "base"}


def test_grids_agree_with_the_listing_of_plots(results):
    grid, plots = results.grids["views.height_ceiling"], results.listings["views.plots"]
    assert float(grid.min()) >= 0
    slack = results.grids["views.height_slack"]
    assert float(slack.max()) > 0 > float(slack.min())
    lowest = plots.dropna(subset=["ceiling_m"]).iloc[0]
    spot = lowest.geometry.representative_point()
    here = float(grid.sel(x=spot.x, y=spot.y, method="nearest"))
    assert here >= lowest["ceiling_m"] - 0.5, "the plot's ceiling is the lowest of its cells"
    seen = results.grids["views.seen_from"]
    assert set(np.unique(seen.to_numpy()[np.isfinite(seen.to_numpy())])) <= set(range(6))


def test_results_come_back_from_their_folder_and_go_out_as_open_data(results, tmp_path):
    results.save(tmp_path)
    back = Results.read(tmp_path)
    assert set(back.grids) == set(results.grids)
    for key, grid in results.grids.items():
        np.testing.assert_allclose(back.grids[key].to_numpy(), grid.to_numpy(), atol=0.006)
        np.testing.assert_allclose(back.grids[key]["x"], grid["x"])
        assert back.grids[key].attrs["units"] == grid.attrs["units"]
    write_open_data(back, tmp_path)
    with rasterio.open(tmp_path / "rasters" / "views.height_slack.tif") as file:
        assert file.crs.to_epsg() == 32647
        assert file.res == (2.0, 2.0)
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    style = ET.fromstring(  # noqa: S314 - just written
        (tmp_path / "rasters" / "views.height_slack.qml").read_text(encoding="utf-8")
    )
    assert len(style.findall(".//item")) == 5
    layers = {name for name, _ in pyogrio.list_layers(tmp_path / "results.gpkg")}
    assert {"viewpoint", "viewpoint_proposal", "views_blockers", "views_blockers_proposal"} <= layers


def test_the_report_shows_each_scenario_apart_and_says_what_it_assumes(results):
    for lang, title, condo in (
        ("en", "Scenarios", "Wiang View condominium"),
        ("th", "ฉากทัศน์", "โครงการอาคารชุดเวียงวิว"),
    ):
        page = render(results, lang)
        assert f'<h2 id="scenarios-title">{title}</h2>' in page
        assert condo in page
        assert 'id="views.blockers.proposal"' in page
        assert "views.visible_share/viewpoint/V4/proposal" in page
        assert "illegal" not in page.lower()
        assert "ผิดกฎหมาย" not in page
    assert "V4 ลานวัดพระธาตุดอยเงิน" in page
    table = difference(results, "views.visible_share", support="viewpoint", lang="en")
    assert table.shape[1] == 4
    assert table.loc["V4"].iloc[-1] == "0"
