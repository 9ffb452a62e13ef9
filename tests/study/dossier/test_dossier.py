"""The dossier of the invented town: effects alone and together, and every row hangs on what it says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from ruamel.yaml import YAML

from urbanplan.base.errors import CityFileError
from urbanplan.model.city_file import city_path, read_city
from urbanplan.study.dossier import DOSSIER, add_dossier
from urbanplan.study.dossier.evidence import COLUMNS
from urbanplan.study.scenario import scenario_area

ADD_ONLY = {"proposal", "proposal_2", "both"}


def rows(results, name="evidence"):
    """Give a listing of the dossier by attribute, measure and scenario."""
    return results.listings[f"impact.{name}"].set_index(["attribute", "measure", "scenario"])


def test_both_at_once_are_what_one_file_with_both_gives(results):
    tidy = results.tidy[results.tidy["support"] == "asset"]
    columns = ["metric", "unit_id", "value", "low", "high", "reason"]
    ours, theirs = (
        tidy.loc[tidy["scenario"] == name, columns].reset_index(drop=True) for name in ("both", "as_one")
    )
    pd.testing.assert_frame_equal(ours, theirs)
    for base in ("views.sight_lines", "heritage.rule_findings"):
        ours, theirs = (results.listings[f"{base}.{name}"] for name in ("both", "as_one"))
        pd.testing.assert_frame_equal(pd.DataFrame(ours), pd.DataFrame(theirs))
    ours, theirs = (results.listings[f"views.blockers.{name}"] for name in ("both", "as_one"))
    assert len(ours) == len(theirs)
    assert ours["over_m"].tolist() == theirs["over_m"].tolist()


def test_two_towers_in_one_line_take_the_view_once(results):
    found = rows(results)
    view = "V4>T2", "visible_share"
    for name in ("proposal", "proposal_2", "both"):
        row = found.loc[(*view, name)]
        assert row["after"] == pytest.approx(0, abs=1e-6)
        assert (row["direction"], row["magnitude"]) == ("adverse", "major")
    assert found.loc[(*view, "both"), "impact_kind"] == "cumulative"
    together = rows(results, "together").loc[(*view, "both")]
    assert together["adds_up"] == "less_than_sum"
    assert together["interaction_low"] <= 1 <= together["interaction_high"] + 1e-9
    # a count of buildings adds up
    counted = rows(results, "together").loc[("R67-1", "expected_above", "both")]
    assert counted["adds_up"] == "adds_up"
    assert counted["together"] == pytest.approx(counted["alone_sum"])


def test_interaction_is_the_whole_less_the_singles(results):
    found, together = rows(results), rows(results, "together")
    for key, row in together.iterrows():
        attribute, measure, _ = key
        change = {
            name: found.loc[(attribute, measure, name), "change"]
            for name in ("proposal", "proposal_2", "both")
        }
        left = change["both"] - change["proposal"] - change["proposal_2"]
        assert row["interaction"] == pytest.approx(left, nan_ok=True)


def test_every_view_and_rule_has_a_row_in_every_scenario(results, area):
    found = results.listings["impact.evidence"]
    assert list(found.columns) == [*COLUMNS, "geometry"]
    assert found["row"].is_unique
    names = {scenario.id for scenario in area.city.scenarios}
    per = found.groupby(["attribute", "measure"])["scenario"].agg(set)
    assert all(each == names for each in per)
    views = results.listings["views.sight_lines"]
    assert set(found.loc[found["measure"] == "visible_share", "attribute"]) == {
        f"{v}>{t}" for v, t in zip(views["viewpoint"], views["target"], strict=True)
    }
    rules = found[found["attribute_kind"] == "rule"]
    assert set(rules["attribute"]) == {"R67-1", "R67-2", "R67-3", "R67-3W"}  # ended rules protect nothing
    assert set(rules["version"]) == {"2567"}
    assert rules["clause"].notna().all()
    assert len(set(found["run"])) == 1
    assert found["sources"].str.contains("osm").all()
    of_proposals = found["scenario"].isin(ADD_ONLY)
    assert found.loc[of_proposals, "sources"].str.contains("plan").all()  # their buildings come from there


def test_a_building_more_never_gives_a_view_back(results):
    found = results.listings["impact.evidence"]
    added = found[(found["measure"] == "visible_share") & found["scenario"].isin(ADD_ONLY)]
    assert (added["change_high"].dropna() <= 1e-9).all()
    assert set(added["direction"]) <= {"none", "adverse"}


def test_values_are_those_of_their_measures(results):
    found = rows(results)
    for name in ("actual", "proposal"):
        key = "heritage.rule_findings" + ("" if name == "actual" else f".{name}")
        counted = results.listings[key].set_index("rule")["expected_above"]
        column = "before" if name == "actual" else "after"
        for rule in ("R67-1", "R67-3W"):
            assert found.loc[(rule, "expected_above", "proposal"), column] == counted[rule]


def test_without_thresholds_no_magnitude_is_proposed(results):
    found = results.listings["impact.evidence"]
    bare = found[found["thresholds"].isna() | (found["thresholds"] == "")]
    assert set(bare["magnitude"]) == {"no_thresholds"}
    assert set(bare["significance"]) == {"no_thresholds"}
    told = found[found["measure"] == "visible_share"]
    assert told["thresholds"].str.startswith("share: 0.01").all()
    assert (told["thresholds_source"].str.len() > 10).all()


def test_no_word_of_it_is_a_verdict():
    text = " ".join([*COLUMNS, *(one.name + one.summary for one in DOSSIER.values())]).lower()
    assert not any(word in text for word in ("illegal", "violat", "unlawful"))


def test_a_city_without_scenarios_has_what_stands_today(results):
    bare = replace(results, provenance={**results.provenance, "scenarios": {}})
    found = add_dossier(bare).listings["impact.evidence"]
    assert set(found["scenario"]) == {"actual"}
    assert set(found["magnitude"]) == {"no_proposal"}
    assert found["after"].isna().all()
    assert found["before"].notna().any()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda tree: tree["scenarios"].append({"id": "x", "name": {"en": "X"}, "kind": "together", "of": ["proposal"]}), "two or more"),
        (lambda tree: tree["scenarios"][0].update(of=["proposal", "proposal_2"]), "two or more"),
        (lambda tree: tree["scenarios"][3].update(of=["proposal", "both"]), "'both' is no ordinance or proposal"),
        (lambda tree: tree.update(assessment={"entries": "nowhere"}), "assessment.entries"),
        (
            lambda tree: tree.update(
                assessment={"thresholds": {"visible_share": {"negligible": 0.5, "minor": 0.2, "moderate": 0.6, "major": 0.7, "source": "us"}}}
            ),
            "must rise",
        ),
    ],
)  # fmt: skip
def test_mistakes_in_the_city_file_are_told(tmp_path, change, text):
    yaml = YAML()
    tree = yaml.load(city_path("sample").read_text(encoding="utf-8"))
    change(tree)
    path = tmp_path / "sample.yml"
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(tree, stream)
    with pytest.raises(CityFileError, match=text):
        read_city(path)


def test_an_ordinance_and_a_proposal_together_build_both(area):
    joined = area.city.scenarios[3].model_copy(update={"id": "all", "of": ["ordinance", "proposal"]})
    area.manifest["city"]["scenarios"].append(joined.model_dump(mode="json"))
    area.__dict__.pop("city", None)
    try:
        other, facts = scenario_area(area, "all")
    finally:
        area.manifest["city"]["scenarios"].pop()
        area.__dict__.pop("city", None)
    assert facts["added"] == 1
    assert facts["at_limit"] > 0
    tower = other.layer("buildings").loc["proposal/P1"]
    assert tower["highest_point_m"] == pytest.approx(60, abs=1)  # what is proposed is built as it is proposed
    assert np.isfinite(shapely.area(tower["geometry"]))
