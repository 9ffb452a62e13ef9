"""Buildings against limits of height: a street of five houses, worked by hand."""

import math

import numpy as np
import pytest
from town import box, frame

from urbanplan.metrics.heritage.chance_exceeding import chance_exceeding
from urbanplan.metrics.heritage.exceedances import exceedances
from urbanplan.metrics.heritage.exceeding import exceeding
from urbanplan.metrics.heritage.excess_volume import excess_volume
from urbanplan.metrics.heritage.height import height
from urbanplan.metrics.heritage.rule_findings import rule_findings

NAN = math.nan
ZONES = frame("heritage_zones", [box(0, 0, 100, 50), box(100, 0, 200, 50), box(0, 0, 100, 50)]).set_axis(
    ["old", "free", "before"]
)


def houses(**more):
    """Give houses of 10 x 10 m: 8, 9.5, 14 m, one of unknown height, a temple of 20 m, one in the free zone."""
    top = np.array([8.0, 9.5, 14.0, NAN, 20.0, 30.0])
    columns = {
        "use": ["residential", "residential", "commercial", "residential", "religious", "hotel"],
        "highest_point_m": top,
        "highest_point_sd_m": np.where(np.isnan(top), NAN, 1.0),
        "wall_top_m": top - 3,
        "wall_top_sd_m": np.where(np.isnan(top), NAN, 1.0),
        "built": ["1990", "2010-06-01", "2010", None, "1500", "2020"],
        "heights_from": ["tag", "tag", "tag;storeys", None, "tag", "tag"],
    }
    shapes = [box(20 * i, 0, 20 * i + 10, 10) for i in range(5)] + [box(150, 0, 160, 10)]
    return frame("buildings", shapes, **(columns | more)).set_axis(list("abcdef"))


def rules(**more):
    columns = {
        "zone": ["old", "before"],
        "kind": "max_height",
        "value": [9.0, 12.0],
        "height_reference": ["highest_point", None],
        "exempt": ["religious; temple", None],
        "in_force_from": ["2010-05-14", "1995"],
        "in_force_to": [None, "2010-05-13"],
        "clause": ["5", "4"],
        "version": ["2553", "2538"],
    }
    return frame("heritage_rules", ZONES.geometry.array[[0, 2]], **(columns | more)).set_axis(["R1", "R0"])


P = [0.15865525393145707, 0.6914624612740131, 0.9999997133484281]
"""Of 8, 9.5 and 14 m with a deviation of 1 m above 9 m: upper tails of the normal distribution at 1, -0.5 and -5."""


def test_the_expected_number_with_its_interval_and_what_is_unknown():
    table = exceeding(houses(), rules(), ZONES)
    assert table.loc["old", "value"] == pytest.approx(sum(P))
    assert table.loc["old", ["low", "high", "n"]].tolist() == [1.0, 3.0, 3.0]
    assert table.loc["old", "coverage"] == 0.75, "three of four houses have a height; the temple is exempt"
    assert table["reason"].tolist() == ["", "not_regulated", "not_in_force"]
    assert table.loc["free", "value"] is not None
    assert math.isnan(table.loc["free", "value"]), "no limit given is unknown, not zero"


def test_the_version_that_held_on_a_day():
    table = exceeding(houses(), rules(), ZONES, on_date="2009-12-31")
    assert table["reason"].tolist() == ["not_in_force", "not_regulated", ""]
    upper = [3.167124183311986e-05, 0.006209665325776132, 0.9772498680518208, 1.0]
    assert table.loc["before", "value"] == pytest.approx(sum(upper), abs=1e-9)


def test_the_reference_decides():
    to_wall = exceeding(houses(), rules(height_reference="wall_top"), ZONES)
    assert to_wall.loc["old", "value"] == pytest.approx(0.00003167 + 0.0062097 + 0.9772499, abs=1e-6)


def test_the_volume_is_the_ground_times_the_expected_excess():
    table = excess_volume(houses(), rules(), ZONES)
    expected = [0.08331547058768628, 0.6977972488, 5.0000000534616]
    assert table.loc["old", "value"] == pytest.approx(100 * sum(expected), abs=2e-3)


def test_the_list_names_rule_clause_date_and_how_sure_it_is():
    found = exceedances(houses(), rules())
    assert found["building"].tolist() == ["c", "b", "a"]
    assert found["likelihood"].tolist() == ["likely", "possible", "possible"]
    assert found["built_when"].tolist() == ["unknown", "after", "before"]
    assert found["chance"].tolist() == pytest.approx(P[::-1])
    assert set(found["clause"]) == {"5"}
    assert set(found["version"]) == {"2553"}
    assert found["heights_from"].tolist()[0] == "tag;storeys"
    old = exceedances(houses(), rules(), on_date="2000")
    assert old["height_reference"].tolist() == ["highest_point_assumed"] * len(old)


def test_a_summary_of_each_rule_even_of_those_that_ended():
    found = rule_findings(houses(), rules()).set_index("rule")
    first = found.loc["R1"]
    assert first[["buildings", "height_known", "exempt"]].tolist() == [4, 3, 1]
    assert first[["above_likely", "above_possible"]].tolist() == [1, 2]
    assert first[["built_before", "built_after", "built_unknown"]].tolist() == [1, 1, 1]
    assert first["area_share"] == pytest.approx(sum(P) / 3)
    assert found.loc["R0", "expected_above"] == pytest.approx(1.9834912, abs=1e-6)
    blank = rule_findings(houses(), rules(value=[NAN, 12.0])).set_index("rule").loc["R1"]
    assert math.isnan(blank["expected_above"]), "a limit without a number is unknown"


def test_the_chance_of_each_building_is_unknown_where_nothing_is_regulated():
    rows = houses()
    table = chance_exceeding(rows, rules(), rows)
    assert table["value"].tolist()[:3] == pytest.approx(P)
    assert table["reason"].tolist()[3:] == ["no_height", "not_regulated", "not_regulated"]


def test_a_building_counts_where_most_of_it_stands():
    rows = frame(
        "buildings",
        [box(94, 0, 104, 10), box(96, 0, 106, 10)],
        highest_point_m=[12.0, 12.0],
        highest_point_sd_m=0.0,
    )
    table = exceeding(rows, rules(), ZONES)
    assert table.loc["old", ["value", "n"]].tolist() == [1.0, 1.0]


def test_raising_a_building_never_lowers_the_expected_number():
    values = [
        exceeding(houses(highest_point_m=[h, 9.5, 14, NAN, 20, 30]), rules(), ZONES)["value"]["old"]
        for h in (4, 8, 9, 12)
    ]
    assert values == sorted(values)


def test_heights_are_told_with_their_interval_and_their_sources():
    table = height(houses(), houses())
    assert table["value"].tolist()[:3] == [8.0, 9.5, 14.0]
    assert table["n"].tolist() == [1, 1, 2, 0, 1, 1]
    assert table["low"].iloc[0] == pytest.approx(8 - 1.644854, abs=1e-6)
    assert table["reason"].iloc[3] == "no_height"
    assert height(houses(), houses(), reference="wall_top")["value"].iloc[0] == 5.0
