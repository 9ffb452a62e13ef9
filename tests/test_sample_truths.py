"""The whole pipeline, from the sample's files to metrics, against what is true of the sample by construction."""

import json

import numpy as np
import pandas as pd
import pytest

from urbanplan.model.results import Results
from urbanplan.study.compute import compute
from urbanplan.study.prepare import prepare


@pytest.fixture(scope="module")
def truth(village) -> dict:
    return json.loads((village / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def area(village, tmp_path_factory):
    return prepare("sample", data=village, out=tmp_path_factory.mktemp("truths"), offline=True)


@pytest.fixture(scope="module")
def results(area) -> Results:
    return compute(area, ["access", "form", "landuse", "heritage"])


def values(results: Results, metric: str, support: str) -> pd.Series:
    rows = results.table(metric, support=support)
    return rows.set_index("unit_id")["value"]


def test_walking_distance_to_the_market_of_the_old_town(results, truth):
    facts = truth["old_town_market"]
    found = values(results, "access.nearest_food", "cell")
    expected = pd.Series(facts["walk_m_by_cell"])
    # the file's seven decimals move each junction by up to a centimetre
    np.testing.assert_allclose(found.reindex(expected.index), expected, atol=0.1)


def test_people_within_reach_of_the_market(results, truth):
    facts = truth["old_town_market"]
    assert values(results, "landuse.population", "zone")[facts["zone"]] == pytest.approx(facts["people"])
    found = values(results, "access.people_within_food", "zone")[facts["zone"]]
    assert found == pytest.approx(facts["people_within_m"]["500"])
    share = values(results, "access.share_within_food", "zone")[facts["zone"]]
    assert share == pytest.approx(facts["people_within_m"]["500"] / facts["people"])
    mean = values(results, "access.nearest_mean_food", "zone")[facts["zone"]]
    assert mean == pytest.approx(facts["mean_walk_m"], abs=0.05)


def test_people_by_zone_and_city(results, truth):
    found = values(results, "landuse.population", "zone")
    assert found.to_dict() == pytest.approx(truth["people"]["by_zone"], abs=1e-6)
    city = values(results, "landuse.population", "city")
    assert city.tolist() == pytest.approx([truth["people"]["city"]])


def test_building_coverage_by_zone(results, truth):
    found = values(results, "landuse.building_coverage", "zone")
    for code, facts in truth["buildings"]["by_zone"].items():
        assert found[code] == pytest.approx(facts["coverage"], abs=2e-5), code


def test_land_use_shares_and_their_entropy(results, truth, area):
    facts = truth["land_use"]
    code = facts["zone"]
    mapped = area.layer("land_use").clip(area.zones.geometry[code])
    by_class = mapped.area.groupby(mapped["class"]).sum()
    assert by_class.to_dict() == pytest.approx(facts["area_m2"], rel=1e-3)
    assert mapped.union_all().area == pytest.approx(mapped.area.sum(), rel=1e-9), "land use does not overlap"
    row = results.table("landuse.mix", support="zone").set_index("unit_id").loc[code]
    assert 0 < row["value"] < 1


def test_green_space_per_person(results, truth):
    rows = results.table("landuse.green_per_person", support="zone").set_index("unit_id")["value"]
    for code, facts in truth["open_space"]["by_zone"].items():
        assert rows[code] == pytest.approx(facts["m2_per_person"], rel=2e-3, abs=1e-3), code


def test_an_asset_in_both_lists_counts_once(area, truth):
    facts = truth["heritage_assets"]
    assets = area.layer("heritage_assets")
    for name in facts["in_both"]:
        assert ((assets["name_th"] == name) | (assets["name"] == name)).sum() == 1, name
    listed = assets[assets["name_th"].isin([*facts["in_both"], *facts["register_only"]])]
    assert len(listed) == facts["register"]
    assert (listed["registered"] == 1).sum() == facts["registered"]
    assert set(listed["designation"]) == {"municipal register (synthetic)"}


def test_nobody_reaches_anything_from_the_disconnected_lane(results, truth):
    cells = truth["people"]["on_disconnected_lane"]["cells"]
    rows = results.table("access.nearest_school", support="cell").set_index("unit_id").loc[cells]
    assert rows["value"].isna().all()
    assert set(rows["reason"]) == {"disconnected"}


def test_junctions_by_zone(results, truth):
    found = values(results, "form.intersection_density", "zone")
    for code, count in truth["streets"]["drive"]["junctions_by_zone"].items():
        if code in {"0107", "0108"}:
            continue  # a street runs along their border; its junctions fall on either side by the file's rounding
        km2 = truth["zones"][code]["area_m2"] / 1e6
        assert found[code] * km2 == pytest.approx(count, rel=1e-4), code


def test_every_unknown_value_of_the_whole_run_has_a_reason(results):
    unknown = results.tidy["value"].isna()
    assert (results.tidy.loc[unknown, "reason"] != "").all()
    assert (results.tidy.loc[~unknown, "reason"] == "").all()
    assert results.tidy["coverage"].dropna().between(0, 1 + 1e-9).all()
