"""Plots against limits of floor, coverage and open ground: a row of five, worked by hand."""

import math

import numpy as np
import pytest
from scipy import stats
from town import box, frame

from urbanplan.metrics.heritage.bulk_exceedances import bulk_exceedances
from urbanplan.metrics.heritage.bulk_exceeding import bulk_exceeding
from urbanplan.metrics.heritage.bulk_excess import bulk_excess
from urbanplan.metrics.heritage.bulk_rule_findings import bulk_rule_findings
from urbanplan.metrics.heritage.chance_bulk import chance_bulk

NAN = math.nan
ZONES = frame("heritage_zones", [box(0, 0, 100, 50), box(100, 0, 200, 50)]).set_axis(["old", "free"])
PLOTS = frame("plots", [box(20 * k, 0, 20 * k + 20, 20) for k in range(6)]).set_axis(
    [f"P{k}" for k in range(6)]
)
LEVELS = [2.0, 4.0, 8.0, NAN, 9.0, 30.0]
"""On plots of 400 m2 houses of 100 m2; the fifth is a temple, the sixth stands where nothing is regulated."""


def houses(**more):
    columns = {
        "levels": LEVELS,
        "use": ["residential"] * 4 + ["religious", "hotel"],
        "built": ["1990", "2011", "2010", None, "1500", "2020"],
    }
    shapes = [box(20 * k + 5, 5, 20 * k + 15, 15) for k in range(6)]
    return frame("buildings", shapes, **(columns | more)).set_axis(list("abcdef"))


def rules(**more):
    columns = {
        "zone": "old",
        "kind": ["max_far", "max_far", "max_bcr"],
        "value": [1.5, 1.0, 0.5],
        "exempt": "religious",
        "in_force_from": ["1995", "2010-05-14", "2010-05-14"],
        "in_force_to": ["2010-05-13", None, None],
        "clause": ["4", "5", "6"],
        "version": ["2538", "2553", "2553"],
    }
    return frame("heritage_rules", [ZONES.geometry.iloc[0]] * 3, **(columns | more)).set_axis(
        ["R0", "R1", "R2"]
    )


def upper(storeys, limit):
    """Give the probability by the normal distribution: 100 +- 20 m2 of ground, so many storeys +- 0.5, a plot of 400 m2."""
    sd = math.sqrt((storeys * 20) ** 2 + 50**2 + 10**2)
    mean = 100 * storeys
    return stats.norm.sf((400 * limit - mean) / sd) / stats.norm.cdf(mean / sd)


CHANCES = [upper(storeys, 1.0) for storeys in (2, 4, 8)]


def test_the_expected_number_with_its_interval_and_what_is_unknown():
    table = bulk_exceeding(houses(), rules(), ZONES, PLOTS)
    assert table.loc["old", "value"] == pytest.approx(sum(CHANCES))
    assert table.loc["old", ["low", "high"]].tolist() == [1.0, 2.0]
    assert table.loc["old", ["n", "coverage"]].tolist() == [3.0, 0.75], (
        "of one house nobody knows the storeys"
    )
    assert table["reason"].tolist() == ["", "not_regulated"]
    assert math.isnan(table.loc["free", "value"]), "a limit that nobody gave is unknown, not zero"


def test_the_version_that_held_on_a_day_and_before_any_did():
    table = bulk_exceeding(houses(), rules(), ZONES, PLOTS, on_date="2009")
    assert table.loc["old", "value"] == pytest.approx(sum(upper(storeys, 1.5) for storeys in (2, 4, 8)))
    assert bulk_exceeding(houses(), rules(), ZONES, PLOTS, on_date="2520")["reason"]["old"] == "not_in_force"


def test_coverage_needs_no_storeys():
    table = bulk_exceeding(houses(), rules(), ZONES, PLOTS, limit="coverage")
    assert table.loc["old", "n"] == 4
    assert table.loc["old", "value"] == pytest.approx(4 * stats.norm.sf(5), rel=1e-6)
    assert bulk_exceeding(houses(), rules(), ZONES, PLOTS, limit="osr")["reason"]["old"] == "not_regulated"


def test_the_strictest_open_space_is_the_highest():
    many = rules(kind="min_open_space", value=[0.9, 0.75, 0.7], in_force_to=None)
    table = bulk_exceeding(houses(), many, ZONES, PLOTS, limit="open_space")
    beyond = stats.norm.sf((0.1 * 400 - 100) / 20)
    assert table.loc["old", "value"] == pytest.approx(4 * beyond, rel=1e-6)


def test_the_excess_is_floor_above_the_limit():
    sure = {"outline_sd_m": 0.0}
    table = bulk_excess(houses(), rules(), ZONES, PLOTS, **sure)
    at_limit = 50 / math.sqrt(2 * math.pi)
    assert table.loc["old", "value"] == pytest.approx(400 + at_limit, abs=0.1)


def test_the_chance_of_each_building():
    rows = houses()
    table = chance_bulk(rows, rules(), rows, PLOTS)
    assert table["value"].tolist()[:3] == pytest.approx(CHANCES)
    assert table["reason"].tolist()[3:] == ["no_height", "not_regulated", "not_regulated"]


def test_the_list_names_rule_clause_date_and_how_sure_it_is():
    found = bulk_exceedances(houses(), rules(), PLOTS, least_chance_share=0.1)
    assert found["plot"].tolist() == ["P2", "P1"]
    assert found["likelihood"].tolist() == ["likely", "possible"]
    assert found["built_when"].tolist() == ["unknown", "after"]
    assert found["estimate"].tolist() == pytest.approx([2.0, 1.0])
    assert set(found["ground_kind"]) == {"plot"}
    assert set(found["limited"]) == {"far"}
    assert set(found["clause"]) == {"5"}
    without = bulk_exceedances(houses(), rules())
    assert set(without["ground_kind"]) <= {"nearest_ground"}


def test_a_summary_of_each_rule_even_of_those_that_ended():
    found = bulk_rule_findings(houses(), rules(), PLOTS).set_index("rule")
    assert found.loc["R1", ["plots", "plots_given", "storeys_known", "exempt"]].tolist() == [4, 4, 3, 1]
    assert found.loc["R1", "expected_beyond"] == pytest.approx(sum(CHANCES))
    assert found.loc["R1", ["built_before", "built_after", "built_unknown"]].tolist() == [0, 1, 1]
    assert found.loc["R2", "beyond_m2"] < 0.1
    assert found["limited"].to_dict() == {"R0": "far", "R1": "far", "R2": "coverage"}
    blank = bulk_rule_findings(houses(), rules(value=[1.5, NAN, 0.5]), PLOTS).set_index("rule").loc["R1"]
    assert math.isnan(blank["expected_beyond"]), "a limit without a number is unknown"


def test_nothing_is_regulated_where_no_rule_is_given():
    none = rules().iloc[:0]
    assert bulk_exceedances(houses(), none, PLOTS).empty
    assert bulk_rule_findings(houses(), none, PLOTS).empty
    table = bulk_exceeding(houses(), none, ZONES, PLOTS)
    assert set(table["reason"]) == {"not_regulated"}
    assert np.isnan(table["value"]).all()
