"""The sample's planted truths of heritage: all of them are found, and only they."""

import json

import pytest

from urbanplan.study.compute import compute
from urbanplan.study.prepare import prepare


@pytest.fixture(scope="module")
def truth(village) -> dict:
    return json.loads((village / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def area(village, tmp_path_factory):
    return prepare("sample", data=village, out=tmp_path_factory.mktemp("heritage"), offline=True)


@pytest.fixture(scope="module")
def results(area):
    return compute(area, ["heritage"], options={"heritage.exceedances": {"least_chance_share": 0.0}})


@pytest.fixture(scope="module")
def readable(truth):
    """Give the buildings whose size is told in plain numbers; odd texts have tests of their own."""
    return set(truth["buildings"]["odd_texts"])


def test_the_buildings_above_each_limit_are_found_all_and_only(results, area, truth, readable):
    found = results.listings["heritage.exceedances"]
    tagged = area.layer("buildings")["height_m"].dropna().index
    for entry in truth["heights"]["heritage_zones"]:
        if entry["status"] == "superseded":
            continue
        rule = found[(found["zone"] == entry["id"]) & (found["height_reference"] == "highest_point")]
        assert set(rule["limit_m"]) <= {entry["max_height_m"]}
        above = set(rule.loc[rule["chance"] > 0.5, "building"]) & set(tagged)
        assert above - readable == set(entry["exceeding_ids"]) - readable, entry["id"]
        likely = set(rule.loc[rule["likelihood"] == "likely", "building"])
        assert likely >= {
            key for key, metres in entry["exceeding_ids"].items() if metres > entry["max_height_m"] + 1.5
        }


def test_the_version_that_held_before_is_measured_on_its_own_day(area, truth, readable):
    day = {"heritage.exceedances": {"on_date": "2563", "least_chance_share": 0.5}}
    found = compute(area, ["heritage.exceedances"], options=day).listings["heritage.exceedances"]
    assert set(found["version"]) <= {"2553"}
    entry = next(each for each in truth["heights"]["heritage_zones"] if each["version"] == "2553")
    tagged = area.layer("buildings")["height_m"].dropna().index
    assert set(found["building"]) & set(tagged) - readable == set(entry["exceeding_ids"]) - readable


def test_they_divide_by_when_they_were_built(results, truth, area):
    found = results.listings["heritage.exceedances"].set_index(["rule", "building"])
    rules = area.layer("heritage_rules")
    for entry in truth["heights"]["heritage_zones"]:
        if entry["status"] == "superseded":
            continue
        own = rules.index[(rules["zone"] == entry["id"]) & (rules["height_reference"] == "highest_point")]
        words = [found.loc[(own[0], key), "built_when"] for key in entry["exceeding_ids"]]
        assert {word: words.count(word) for word in entry["built"]} == entry["built"]


def test_a_limit_to_the_wall_is_another_limit(results, truth):
    facts = truth["wall_heights"]
    found = results.listings["heritage.exceedances"]
    wall = found[found["height_reference"] == "wall_top"]
    above = set(wall.loc[wall["chance"] > 0.5, "building"])
    assert above - set(truth["buildings"]["odd_texts"]) == set(facts["exceeding_ids"])


def test_every_limit_is_told_with_its_zone_version_and_clause(results):
    rows = results.listings["heritage.rule_findings"].set_index("rule")
    assert rows["version"].to_dict() == {
        "R53-1": "2553",
        "R67-1": "2567",
        "R67-2": "2567",
        "R67-3": "2567",
        "R67-3W": "2567",
    }
    assert rows.loc["R67-3W", "clause"] == "ข้อ ๕ (๔)"
    assert (rows["expected_low"] <= rows["expected_above"]).all()
    assert (rows["expected_above"] <= rows["expected_high"]).all()
    zones = results.table("heritage.exceeding", support="heritage_zone").set_index("unit_id")
    assert zones.loc["H53-1", "reason"] == "not_in_force"
    assert zones.loc["H67-1", "value"] == pytest.approx(rows.loc["R67-1", "expected_above"])


def test_roofs_seen_from_the_air_tell_heights_that_no_tag_does(area, truth):
    buildings = area.layer("buildings")
    facts = truth["roofs"]["height_m"]
    for key, metres in facts.items():
        row = buildings.loc[key]
        assert row["heights_from"] == "surface;raster"
        assert row["highest_point_m"] == pytest.approx(metres, abs=0.3), key


def test_the_planted_changes_are_found_all_and_only(results, truth):
    rows = results.listings["heritage.building_changes"]
    found = {change: set(part["building"]) for change, part in rows.groupby("change")}
    facts = {word: set(keys) for word, keys in truth["changes"].items() if word != "survey"}
    assert not set().union(*found.values()) & facts["realigned"], "drawn anew is not changed"
    assert found["built_since"] == facts["built_since"]
    assert found["mapped_since"] == facts["mapped_since"]
    assert found["enlarged"] == facts["enlarged"]
    assert found["heightened"] == facts["heightened"]
    assert found["gone"] == facts["removed"]
    assert set(found) == {"built_since", "mapped_since", "enlarged", "heightened", "gone"}


def test_floor_and_coverage_limits_hold_for_the_zone_and_the_day_that_they_name(results):
    rows = results.listings["heritage.bulk_rule_findings"].set_index("rule")
    assert rows["limited"].to_dict() == {"R67-1C": "coverage", "R67-1F": "far"}
    assert (rows["expected_low"] <= rows["expected_beyond"]).all()
    assert (rows["expected_beyond"] <= rows["expected_high"]).all()
    assert (rows["plots_given"] == 0).all(), (
        "the town gives no plots: the nearest ground stands in, and says so"
    )
    for limit, rule in (("coverage", "R67-1C"), ("far", "R67-1F")):
        zones = results.table(f"heritage.bulk_exceeding_{limit}", support="heritage_zone").set_index(
            "unit_id"
        )
        assert zones.loc["H67-1", "value"] == pytest.approx(rows.loc[rule, "expected_beyond"])
        others = zones.loc[["H53-1", "H67-2", "H67-3"], "reason"]
        assert set(others) == {"not_regulated"}
    nothing = results.table("heritage.bulk_exceeding_osr", support="heritage_zone")
    assert nothing["value"].isna().all()
    found = results.listings["heritage.bulk_exceedances"]
    assert set(found["ground_kind"]) == {"nearest_ground"}


def test_the_walled_city_is_measured_as_it_was_drawn(results, truth):
    facts = truth["walled_city"]
    outlines = results.listings["heritage.walled_city"].set_index("trace")
    for basis, side_m in facts["side_m"].items():
        assert outlines.loc[basis, ["north_m", "east_m", "south_m", "west_m"]].tolist() == pytest.approx(
            [side_m] * 4, abs=0.1
        )
        assert outlines.loc[basis, "squareness"] == pytest.approx(1, abs=1e-4)
        assert outlines.loc[basis, "corner_error_deg"] == pytest.approx(0, abs=0.01)
        # the grid of the projection, and the town on it, are turned by a seventieth of a degree there
        assert outlines.loc[basis, "turned_deg"] == pytest.approx(0.015, abs=0.006)
    assert outlines.loc["wall", "line_m"] == pytest.approx(facts["wall_left_m"], abs=0.1)
    assert outlines.loc["wall", "remains_share"] == pytest.approx(
        facts["wall_left_m"] / (4 * facts["side_m"]["wall"]), abs=1e-4
    )


def test_gates_and_corners_stand_where_they_were_drawn_and_no_others(results, truth):
    facts = truth["walled_city"]
    rows = results.listings["heritage.gates_and_corners"]
    gates = rows[rows["place_kind"] == "gate"].set_index("name")
    assert gates["wall_side"].to_dict() == {name: gate["side"] for name, gate in facts["gates"].items()}
    along = {name: gate["along_m"] for name, gate in facts["gates"].items()}
    assert gates["along_m"].to_dict() == pytest.approx(along, abs=0.1)
    assert gates["next_m"].sum() == pytest.approx(4 * facts["side_m"]["wall"], abs=0.3)
    corners = rows[rows["place_kind"] == "corner"].set_index("name")
    assert corners["wall_side"].to_dict() == facts["corners"]
    assert set(rows["place_kind"]) == {"gate", "corner"}


def test_the_moat_goes_on_all_around(results, truth):
    rows = results.listings["heritage.moat_edges"]
    for edge, basis in (("outer", "moat_outer"), ("inner", "moat_inner")):
        own = rows[rows["edge"] == edge]
        assert own["length_m"].sum() == pytest.approx(4 * truth["walled_city"]["side_m"][basis], rel=1e-4)
        assert own["edge_share"].sum() == pytest.approx(1)
        assert "gap" not in set(own["edge_state"])
