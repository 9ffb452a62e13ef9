"""The assessor's table goes out, through a spreadsheet and back; what it says stands beside the numbers, never in their place."""

import csv
import io

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from urbanplan.base.errors import LayerError
from urbanplan.base.spreadsheet import guarded, unguarded, write_csv
from urbanplan.model.assessment import COMPUTED_FIELDS, FIELDS
from urbanplan.study.dossier import form as forms
from urbanplan.study.dossier.entries import beside, read_entries
from urbanplan.study.dossier.evidence import COLUMNS

HOSTILE = [
    "=1+1",
    "+SUM(A1)",
    "-2",
    "@cmd",
    "'=1",
    "''",
    "\t=x",
    'a","b',
    "ข้อ ๕ (๑)\nบรรทัดสอง",
    "<script>alert(1)</script>",
]


def evidence(**changes):
    """Give three rows of evidence, as the dossier has them."""
    base = dict.fromkeys(COLUMNS)
    rows = [
        base
        | {
            "row": f"view/V{k}>T1/visible_share/p",
            "attribute_kind": "view",
            "attribute": f"V{k}>T1",
            "name": "ลานวัด → เจดีย์",
            "name_en": "Terrace → chedi",
            "scenario": "p",
            "measure": "visible_share",
            "change": change,
            "direction": direction,
            "magnitude": size,
            "asset_value": "unknown",
            "significance": "unknown",
            "impact_kind": "indirect",
            "how_sure": "certain",
        }
        for k, (change, direction, size) in enumerate(
            [(-0.6, "adverse", "major"), (0.0, "none", "no_change"), (np.nan, "unknown", "unknown")]
        )
    ]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=[Point(0, 0)] * 3, crs="EPSG:32647")
    for column, value in changes.items():
        frame.loc[0, column] = value
    return frame


@pytest.fixture
def filled(tmp_path, monkeypatch):
    """Give a function that writes the form, fills in one line as a person would, and returns its path."""
    monkeypatch.setattr(forms, "evidence", lambda results: evidence())
    forms.write_form(None, tmp_path / "form.csv")

    def fill(field="magnitude", *, encoding="utf-8-sig", delimiter=",", more=(), **given):
        rows = list(csv.DictReader(io.StringIO((tmp_path / "form.csv").read_text(encoding="utf-8-sig"))))
        line = next(row for row in rows if row["field"] == field)
        line.update(
            {"value": "minor", "by": "สมชาย ใจดี", "date": "๑๒ มีนาคม ๒๕๖๙", "reason": "ต้นไม้บังอยู่แล้ว"} | given
        )
        target = tmp_path / "filled.csv"
        with target.open(
            "w", encoding=encoding, errors="replace", newline=""
        ) as stream:  # cp874 has no arrow
            writer = csv.DictWriter(stream, rows[0].keys(), delimiter=delimiter, quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows([*rows, *({**line, **other} for other in more)])
        return target

    return fill


def test_the_form_has_a_line_for_each_row_that_changes_and_each_field(filled):
    table = pd.read_csv(filled(), encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert len(table) == 2 * len(FIELDS)  # not of the row in which nothing changes
    first = table[table["row"] == "view/V0>T1/visible_share/p"].set_index("field")
    assert set(first.index) == set(FIELDS)
    assert first.loc["magnitude", "computed"] == "major"
    assert set(first.index[first["computed"] == ""]) == set(FIELDS) - set(COMPUTED_FIELDS)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8", ";"), ("cp874", ","), ("utf-16", "\t")]
)
def test_it_comes_back_however_a_spreadsheet_saves_it(filled, encoding, delimiter):
    path = filled(encoding=encoding, delimiter=delimiter)
    entries = read_entries(path)
    assert len(entries) == 1
    row = entries.iloc[0]
    assert row[["by", "reason", "date", "value"]].tolist() == [
        "สมชาย ใจดี",
        "ต้นไม้บังอยู่แล้ว",
        "2026-03-12",
        "minor",
    ]
    assert (row["change"], row["computed"]) == ("-0.6", "major")


@pytest.mark.parametrize("text", ["น้อย", "Minor", " minor ", "MINOR"])
def test_words_may_be_those_of_either_language(filled, text):
    assert read_entries(filled(value=text))["value"].tolist() == ["minor"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_runs_and_every_text_comes_back(tmp_path, text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t"))
    write_csv(pd.DataFrame({"what": [text]}), tmp_path / "x.csv")
    cells = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_bytes().decode("utf-8-sig"), newline="")))
    assert unguarded(cells[1][0]) == text


def test_hostile_reasons_come_back_as_they_were_written(filled):
    for text in [*HOSTILE[:4], *HOSTILE[7:]]:
        assert read_entries(filled(reason=text))["reason"].tolist() == [text.strip()]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"value": "huge"}, "line .*: magnitude cannot be 'huge'"),
        ({"by": ""}, "line .*: by is empty"),
        ({"reason": " "}, "line .*: reason is empty"),
        ({"date": "30/2/2569"}, "is not a date"),
        ({"more": [{"field": "magnitud"}]}, "there is no field 'magnitud'"),
    ],
)
def test_what_is_not_whole_is_refused_with_its_line(filled, given, words):
    with pytest.raises(LayerError, match=words):
        read_entries(filled(**given))


def test_a_table_without_its_columns_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("row,field\na,b\n", encoding="utf-8")
    with pytest.raises(LayerError, match="no column 'value'"):
        read_entries(tmp_path / "x.csv")


def test_both_stand_beside_each_other_and_no_number_changes(filled):
    before = evidence()
    found = beside(read_entries(filled()), before)
    pd.testing.assert_frame_equal(pd.DataFrame(before), pd.DataFrame(evidence()))
    row = found.iloc[0]
    assert row[["computed", "entered", "agreement", "stale", "contested"]].tolist() == [
        "major",
        "minor",
        "disagrees",
        "no",
        "no",
    ]
    assert beside(read_entries(filled(value="major")), before)["agreement"].tolist() == ["agrees"]
    free = beside(read_entries(filled("mitigation", value="ลดความสูงเหลือ 9 ม.")), before).iloc[0]
    assert free[["agreement", "entered"]].tolist() == ["recorded", "ลดความสูงเหลือ 9 ม."]


def test_what_was_computed_anew_makes_an_entry_stale(filled):
    entries = read_entries(filled())
    assert beside(entries, evidence(change=-0.3))["stale"].tolist() == ["yes"]
    assert beside(entries, evidence(magnitude="moderate"))["stale"].tolist() == ["yes"]
    assert beside(entries, evidence(change=-0.60001))["stale"].tolist() == ["no"]  # less than was told
    assert beside(entries.assign(change=None), evidence())["stale"].tolist() == ["not_told"]
    assert beside(entries, evidence(row="view/other"))["agreement"].tolist() == ["gone"]
    # a spreadsheet writes numbers in its own way
    assert beside(read_entries(filled(change="\u22120.60")), evidence())["stale"].tolist() == ["no"]


def test_two_who_disagree_are_both_kept(filled):
    path = filled(more=[{"value": "moderate", "by": "สมหญิง"}, {"value": "minor", "by": "John"}])
    found = beside(read_entries(path), evidence())
    assert sorted(found["by"]) == ["John", "สมชาย ใจดี", "สมหญิง"]
    assert found["contested"].tolist() == ["yes"] * 3
    assert found["matrix_then"].isna().all()


def test_the_matrix_with_what_was_entered(filled):
    path = filled(more=[{"field": "asset_value", "value": "very_high", "computed": "unknown"}])
    found = beside(read_entries(path), evidence()).set_index("field")
    assert found["matrix_then"].to_dict() == dict.fromkeys(("asset_value", "magnitude"), "moderate_large")
    assert found.loc["asset_value", "agreement"] == "recorded"  # nothing was computed to disagree with
