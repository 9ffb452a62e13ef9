"""A rule has the area of the zone that it names, and what it leaves open is as the zone says."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from urbanplan.base.errors import LayerError
from urbanplan.model.layers import conform
from urbanplan.study.heritage_rules import with_areas

ZONES = conform(
    gpd.GeoDataFrame(
        {
            "version": ["2553", "2567"],
            "instrument": ["ก", "ข"],
            "clause": ["4", "5"],
            "in_force_from": ["2010-05-14", "2024-03-01"],
            "in_force_to": ["2024-02-29", None],
            "max_height_m": [12.0, 9.0],
        },
        geometry=[box(0, 0, 100, 100), box(0, 0, 200, 100)],
        index=["H53", "H67"],
        crs="EPSG:32647",
    ),
    "heritage_zones",
)


def test_a_rule_takes_area_clause_and_dates_from_its_zone():
    rules = pd.DataFrame(
        {"zone": ["H67"], "kind": ["max_height"], "value": [9.0], "clause": ["5 (1)"]}, index=["R1"]
    )
    found = with_areas(rules, ZONES)
    assert list(found.index) == ["R1", "H53/max_height"]
    assert found.area.tolist() == [20_000.0, 10_000.0]
    assert found["clause"].tolist() == ["5 (1)", "4"]
    assert found["in_force_to"].isna().tolist() == [True, False]
    assert found["value"].tolist() == [9.0, 12.0]
    assert found["height_reference"].isna().all()


def test_numbers_are_in_the_unit_that_their_kind_is_counted_with():
    rules = pd.DataFrame(
        {
            "zone": "H67",
            "kind": ["max_bcr", "max_far", "max_height", "min_osr", "use_ban"],
            "value": [60.0, 4.0, 40.0, 7.5, float("nan")],
            "unit": ["%", None, "ฟุต", "ร้อยละ", None],
        },
        index=list("abcde"),
    )
    found = with_areas(rules, ZONES).loc[list("abcde")]
    assert found["value"].tolist()[:4] == pytest.approx([0.6, 4.0, 12.192, 0.075])
    assert found["unit"].tolist()[:4] == ["1", "1", "m", "1"]
    assert pd.isna(found["unit"].iloc[4])


def test_a_rule_of_a_zone_that_is_not_there_is_refused():
    rules = pd.DataFrame({"zone": ["H68"], "kind": ["max_far"], "value": [2.0]}, index=["R1"])
    with pytest.raises(LayerError, match="did you mean 'H67'"):
        with_areas(rules, ZONES, where="x")


def test_zones_without_limits_have_no_rules():
    found = with_areas(pd.DataFrame(columns=["zone", "kind"]), ZONES.assign(max_height_m=float("nan")))
    assert found.empty
