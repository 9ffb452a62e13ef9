"""Every remark and every reason for leaving something out has words in each language."""

import re
from pathlib import Path

import pytest

import urbanplan
from urbanplan.base.notes import Note, sentence
from urbanplan.model.quality import QualityRecord
from urbanplan.report.record import as_json, as_lines
from urbanplan.report.words import words

CODE = Path(urbanplan.__file__).parent
FORMED = {
    *(f"mixed_{kind}" for kind in ("polygons", "lines", "points")),
    *(f"network_{mode}" for mode in ("walk", "bike", "motorcycle", "drive")),
    *("storeys_unread", "height_unread", "not_dates", "not_numbers"),
}
"""Codes that the code puts together, or names in a table."""


def used(pattern):
    texts = (path.read_text(encoding="utf-8") for path in sorted(CODE.rglob("*.py")))
    return {code for text in texts for code in re.findall(pattern, text)}


@pytest.mark.parametrize("lang", ["en", "th"])
def test_every_code_has_words(lang):
    said = used(r'(?:\bNote\(|\.note\()\s*"([a-z_0-9]+)"') | FORMED
    assert len(said) > 50
    assert said - set(words(lang).tree["notes"]) == set()
    evidence = used(r'\bEvidence\(\s*"([a-z_0-9]+)"')
    assert len(evidence) > 10
    assert evidence - set(words(lang).tree["evidence_of"]) == set()
    left_out = used(r'(?:\.drop\(\s*|, )"([a-z]+(?:_[a-z]+)+)"(?:, int\(|, record\))')
    assert len(left_out) > 10
    assert left_out - set(words(lang).tree["dropped"]) == set()


def test_a_note_is_told_in_the_language_asked_for():
    note = Note("duplicates", {"count": 1200})
    assert str(note).startswith("1,200 features")
    assert "1,200" in sentence(note.to_dict(), "th")
    assert "ซ้ำ" in sentence(note, "th")
    assert sentence("a text of old") == "a text of old"
    assert sentence({"code": "new_thing", "facts": {"count": 2}}) == "new thing count=2"


def test_a_record_in_thai_has_no_english_sentence():
    record = QualityRecord("vector", "เขต.shp", read=4, kept=2, repaired=1, crs="EPSG:32647", crs_from=".prj")
    record.encoding, record.area_change_m2 = "cp874 (the text itself is Thai)", 12.5
    record.drop("no_geometry", 2)
    record.note("heights_left_out", count=2)
    values = {**record.to_dict(), "kind": "vector"}
    thai = as_lines(values, "th")
    assert "ที่ไม่มีรูปทรงเรขาคณิต" in thai
    assert "ค่าความสูง (Z)" in thai
    assert "the text itself" not in thai
    assert (
        len(
            {
                line.index(word)
                for line, word in zip(as_lines(values).splitlines(), ("เขต", "vector"), strict=False)
            }
        )
        == 1
    )
    assert '"text": "2 geometries have heights' in as_json(values)
