"""The dossier on the page: both numbers of every disagreement, the fields of both guidances, and no text that does more than be read."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString

from urbanplan.model.assessment import OF_2011, OF_2022
from urbanplan.model.listing import conform_listing
from urbanplan.report.impact import dossier
from urbanplan.report.page import render
from urbanplan.study.dossier import DOSSIER
from urbanplan.study.dossier.entries import COLUMNS as ENTRIES
from urbanplan.study.dossier.evidence import COLUMNS
from urbanplan.study.dossier.together import COLUMNS as TOGETHER

EVIL = "<script>alert('x')</script><b>ข้อ ๕</b>\"&"


def framed(key, rows, results):
    """Give rows as a listing of the dossier."""
    one = DOSSIER[key]
    table = pd.DataFrame([dict.fromkeys(one.columns) | row for row in rows])
    x, y = results.units["zone"].geometry.iloc[0].centroid.coords[0]
    shapes = [LineString([(x, y), (x + 500, y + 100 * k)]) for k in range(len(rows))]
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=results.units["zone"].crs)
    return conform_listing(frame, one, frame.crs)


def assessed(results, *, text="ข้อ ๖"):
    """Give results with a dossier of two rows, of which two assessors judge one."""
    base = {
        "attribute_kind": "view", "attribute": "V1>T1", "name": "ลาน → เจดีย์", "name_en": "Square → chedi", "unit": "share",
        "measure": "visible_share", "scenario": "p", "before": 1.0, "before_low": 1.0, "before_high": 1.0, "asset_value": "high",
        "impact_kind": "indirect", "how_sure": "certain", "clause": text, "data_date": "2024-03-01", "run": "abc123",
        "thresholds": "share: 0.01; 0.05; 0.2; 0.5", "thresholds_source": text, "in_force_from": "2024-03-01", "zone": "H1",
        "version": "2567", "metric": "views.sight_lines", "sources": "osm", "definition": "d",
    }  # fmt: skip
    rows = [
        base | {"row": "view/V1>T1/visible_share/p", "after": 0.4, "after_low": 0.4, "after_high": 0.4, "change": -0.6,
                "change_low": -0.6, "change_high": -0.6, "direction": "adverse", "magnitude": "major", "magnitude_low": "major",
                "magnitude_high": "major", "significance": "large_very_large"},
        base | {"row": "view/V2>T1/visible_share/p", "attribute": "V2>T1", "after_low": 0.1, "after_high": 0.9, "change_low": -0.9,
                "change_high": -0.1, "direction": "adverse", "magnitude": "unknown", "magnitude_low": "minor",
                "magnitude_high": "major", "significance": "unknown"},
    ]  # fmt: skip
    entry = {
        "row": rows[0]["row"], "attribute": "V1>T1", "name": "ลาน → เจดีย์", "name_en": "Square → chedi", "scenario": "p",
        "measure": "visible_share", "field": "magnitude", "computed": "major", "entered": "minor", "by": text, "entered_on": "2026-03-12",
        "why": text, "agreement": "disagrees", "stale": "yes", "contested": "yes", "matrix_then": "slight_moderate", "line": 2.0,
    }  # fmt: skip
    entries = [
        entry,
        entry | {"by": "John", "entered": "moderate", "line": 3.0},
        entry | {"field": "mitigation", "computed": None, "entered": text, "agreement": "recorded"},
    ]
    together = [
        {"row": "r", "attribute_kind": "view", "attribute": "V1>T1", "name": "ลาน", "name_en": "Square", "scenario": "both", "measure": "visible_share",
         "unit": "share", "alone_each": "p: -0.6; q: -0.5 to -0.1", "alone_sum": -1.1, "together": -0.7, "interaction": 0.4,
         "interaction_low": 0.2, "interaction_high": 0.5, "adds_up": "less_than_sum", "run": "abc123"}
    ]  # fmt: skip
    frames = {"impact.evidence": rows, "impact.entries": entries, "impact.together": together}
    listings = {key: framed(key, given, results) for key, given in frames.items()}
    facts = {
        key: {
            **one.record(),
            "scenario": "actual",
            "missing": [],
            "known_share": 1.0,
            "period": "",
            "reason": "",
        }
        for key, one in DOSSIER.items()
    }
    scenarios = {"p": {"kind": "proposal", "name": {"en": "Tower", "th": "อาคารสูง"}}}
    provenance = {**results.provenance, "scenarios": scenarios}
    return replace(results, listings=listings, listing_facts=facts, provenance=provenance)


def tables(results, lang="en"):
    return {table.columns.name: table for table in dossier(assessed(results), lang=lang)}


def test_both_numbers_stand_with_name_date_and_reason(results):
    found = tables(results)["Disagreement recorded"]
    first = found.iloc[0].tolist()
    assert "major" in first
    assert "minor" in first
    assert "12 March 2026" in first
    assert "ข้อ ๖" in first
    assert "disagrees; what was computed has changed since; another entry says otherwise" in first
    assert "John" in found["Name"].tolist()


def test_the_fields_of_both_guidances(results):
    found = tables(results)
    of_2011 = found["Tower: fields of ICOMOS 2011"]
    assert of_2011.shape == (2, 2 + len(OF_2011))
    told = of_2011.iloc[0].tolist()
    assert "high" in told
    assert any("major; minor (assessor: ข้อ ๖); moderate (assessor: John)" in text for text in told)
    assert "unknown (between minor and major)" in of_2011.iloc[1].tolist()
    of_2022 = found["Tower: fields of UNESCO, ICCROM, ICOMOS and IUCN 2022, Tool 3"]
    assert of_2022.shape == (2, 3 + len(OF_2022))
    assert of_2022.iloc[0, 1] == "Tower"
    assert (of_2022.iloc[0] == "for the assessor").sum() >= 5


def test_clause_date_and_bounds_are_in_the_row(results):
    row = tables(results)["Tower: what is measured"].iloc[1].tolist()
    assert any("ข้อ ๖" in text and "version 2567" in text and "1 March 2024" in text for text in row)
    assert any("10\u00a0% to 90\u00a0%" in text for text in row)
    assert any("\u221290\u00a0% to \u221210\u00a0%" in text for text in row)


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_page_holds_the_dossier_and_runs_nothing(results, lang):
    page = render(assessed(results, text=EVIL), lang)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    for key in DOSSIER:
        assert f'id="{key}"' in page
    assert "abc123" in page
    assert 'id="impact.evidence/1"' in page


def test_a_city_without_proposals_tells_its_baseline_and_why_a_view_is_unknown(results):
    given = assessed(results)
    rows = given.listings["impact.evidence"].assign(
        scenario="actual", before=float("nan"), before_low=float("nan"), state_before="open_over_ground"
    )
    bare = replace(
        given,
        listings={"impact.evidence": rows},
        listing_facts={"impact.evidence": given.listing_facts["impact.evidence"]},
        provenance={**given.provenance, "scenarios": {}},
    )
    (table,) = dossier(bare, lang="en")
    assert table.columns.tolist() == ["Attribute", "Measured", "As it is", "Clause", "Dates of the data"]
    assert table["As it is"].str.startswith("unknown; ").all()
    assert "No proposal is declared in the city file" in render(bare, "en")


def test_thai_pages_speak_thai(results):
    words = " ".join(
        text
        for table in dossier(assessed(results), lang="th")
        for text in [*table.columns, *table.to_numpy().ravel()]
    )
    assert "ทางลบ" in words
    assert "ไม่ตรงกัน" in words
    for code in ("adverse", "visible_share", "disagrees", "large_very_large", "for the assessor"):
        assert code not in words


def test_columns_that_nobody_named_are_none():
    for key, columns in (("evidence", COLUMNS), ("together", TOGETHER), ("entries", ENTRIES)):
        assert DOSSIER[f"impact.{key}"].columns == columns
