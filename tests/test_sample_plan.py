"""The plan against the ground in the sample: planted conflicts are found all and only, and other ways give the same."""

import json

import geopandas as gpd
import pytest

from urbanplan.study.compute import compute
from urbanplan.study.prepare import prepare

ASKED = [
    "landuse.plan_conflicts",
    "landuse.plan_quota",
    "landuse.plan_capacity",
    "landuse.conformance",
    "landuse.capacity_residual",
    "landuse.capacity_use",
    "landuse.far",
]


@pytest.fixture(scope="module")
def truth(village) -> dict:
    return json.loads((village / "truth.json").read_text(encoding="utf-8"))["plan"]


@pytest.fixture(scope="module")
def area(village, tmp_path_factory):
    return prepare("sample", data=village, out=tmp_path_factory.mktemp("plan"), offline=True)


@pytest.fixture(scope="module")
def results(area):
    return compute(area, ASKED)


def test_planted_industry_is_found_all_and_only(results, truth):
    rows = results.listings["landuse.plan_conflicts"]
    banned = rows[rows["finding"] == "prohibited"].set_index("plan_area")
    planted = {row["plan_area"]: row for row in truth["industry_where_prohibited"]}
    assert len(banned) == len(planted) == 3
    for key, row in planted.items():
        assert banned.loc[key, "area_m2"] == pytest.approx(row["area_m2"], rel=1e-4)
        assert banned.loc[key, "area_rai"] == pytest.approx(row["area_rai"], rel=1e-4)
        assert banned.loc[key, "clause"] == row["clause"]
        assert banned.loc[key, "use_class"] == "industrial"
    # an apartment house of 59.9 m2 stands on the workshop's ground, and the use of a building beats that of its ground
    assert banned.loc["0101", "area_m2"] == pytest.approx(truth["workshop_m2"] - 59.9, abs=0.5)


def test_slivers_along_the_borders_are_there_and_not_listed(area, results):
    found = area.layer("observed_use")
    cut = gpd.overlay(found[found["class"] == "industrial"], area.layer("zoning")[["geometry"]].reset_index())
    small = cut[cut.area < 25]
    assert len(small) >= 1
    assert results.listings["landuse.plan_conflicts"]["area_m2"].min() > 25


def test_the_quota_of_the_block_that_is_known_to_the_metre(results, truth):
    rows = results.listings["landuse.plan_quota"].set_index("plan_area")
    told = truth["quota"]
    row = rows.loc[told["plan_area"]]
    assert row["reading"] == "exceeds"
    assert row["quota_share"] == told["quota_share"]
    assert row["other_m2"] == pytest.approx(told["other_m2"], rel=1e-4)
    assert row["excess_m2"] == pytest.approx(told["excess_m2"], rel=1e-4)
    assert set(rows["reading"]) == {"exceeds", "open", "within"}


def test_conformance_by_an_overlay_of_geopandas(area, results):
    rules, zoning = area.layer("plan_rules"), area.layer("zoning")
    says = {(row.zone, row.use): row for row in rules.itertuples()}
    cut = gpd.overlay(
        area.layer("observed_use")[["class", "geometry"]].clip(area.boundary),
        zoning.reset_index(names="block")[["block", "class", "geometry"]].rename(columns={"class": "zone"}),
    )
    cut["m2"] = cut.area
    table = cut.groupby(["block", "zone", "class"])["m2"].sum().reset_index()
    ground, good, known = zoning.area, 0.0, 0.0
    for block, rows in table.groupby("block"):
        other = sum(row.m2 for row in rows.itertuples() if (row.zone, row[3]) not in says)
        for row in rows.itertuples():
            rule = says.get((row.zone, row[3])) or says.get((row.zone, "*"))
            if rule is None:
                continue
            known += row.m2
            if rule.says == "quota":
                good += row.m2 * min(1.0, rule.quota_share * ground[block] / other)
            elif rule.says in {"main", "permitted"}:
                good += row.m2
    value = results.table("landuse.conformance_strict", support="city")["value"].iloc[0]
    assert value == pytest.approx(good / known, rel=2e-4)


def test_capacity_of_a_block_by_its_own_numbers(area, results):
    rows = results.listings["landuse.plan_capacity"].set_index("plan_area")
    row = rows.loc["0107"]  # FAR 3, coverage 0.6, 23 m, open space ratio 0.15
    limits = [3.0 * row["ground_m2"], 0.6 * row["ground_m2"] * 7]
    assert row["ground_m2"] == pytest.approx(1_260_000, rel=1e-4)
    assert row["allowed_m2"] == pytest.approx(min(limits))
    assert row["residual_m2"] == pytest.approx(row["allowed_m2"] - row["floor_m2"])
    assert rows.loc["0108", "state"] == "not_regulated"
    assert rows.loc["0108", ["allowed_m2", "residual_m2", "over_m2"]].isna().all()
    whole = results.table("landuse.capacity_residual", support="city")["value"].iloc[0]
    assert rows["residual_m2"].sum() == pytest.approx(whole, rel=1e-6)


def test_zones_without_limits_are_not_regulated_in_the_metrics(results):
    rows = results.table("landuse.capacity_use", support="zone").set_index("unit_id")
    assert rows.loc["0108", "reason"] == "not_regulated"
    assert rows.drop("0108")["value"].notna().all()


def test_unknown_land_opens_an_interval_everywhere(results):
    rows = results.table("landuse.conformance_strict", support="zone")
    known = rows[rows["value"].notna()]
    assert len(known) >= 8
    assert (known["low"] < known["value"]).all()
    assert (known["value"] <= known["high"]).all()
    # where a rule says nothing of a use, and where nobody mapped one, nothing is concluded
    assert (known["coverage"] < 1).all()
