"""`urbanplan doctor --file`: a record or one sentence, in a process of its own that cannot take this one along."""

import json
import os
import sys

import pytest

from urbanplan.base.errors import InputError, UsageError
from urbanplan.cli import execute
from urbanplan.study import check_apart
from urbanplan.study.check_file import check_file
from urbanplan.study.file_kinds import guess_kind

TABLE = "id,name,lon,lat\n1,ศรีภูมิ,98.98,18.78\n2,หายยา,98.99,18.79\n3,ไม่ทราบ,,\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "temples.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_file_is_told_line_by_line(table, capsys):
    assert execute(["doctor", "--file", str(table)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["file        temples.csv", "kind        table"]
    assert "read        3" in lines
    assert "kept        2" in lines
    assert "left out    1 without geometry" in lines


def test_json_is_the_quality_record(table, capsys):
    assert execute(["doctor", "--file", str(table), "--json", "--as", "vector"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["read"], found["kept"], found["dropped"]) == (
        "vector",
        3,
        2,
        {"no_geometry": 1},
    )


def test_a_refusal_is_one_sentence_and_exit_3(tmp_path, capsys):
    path = tmp_path / "utm.csv"
    path.write_text("id,x,y\n1,498000,2077000\n")
    assert execute(["doctor", "--file", str(path)]) == 3
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.startswith("error: utm.csv has no CRS; these look like EPSG:32647 metres")
    assert caught.err.count("\n") == 1
    assert execute(["doctor", "--file", str(path), "--crs", "EPSG:32647"]) == 0
    assert list(tmp_path.iterdir()) == [path]


def test_what_does_not_go_together_is_usage(table, capsys):
    for words in (["doctor"], ["doctor", "sample", "--file", str(table)], ["doctor", "sample", "--json"]):
        assert execute(words) == 2
    assert "--file" in capsys.readouterr().err
    with pytest.raises(UsageError, match="kinds are vector"):
        check_file(table, "shape")


def test_a_reader_that_dies_or_hangs_is_told(table, monkeypatch):
    monkeypatch.setattr(check_apart, "TIME_S", 0.01)
    with pytest.raises(InputError, match=r"temples\.csv: was not read to its end within"):
        check_apart.check_apart(table)
    monkeypatch.setattr(check_apart, "TIME_S", 50)
    assert check_apart._end(-11) == "signal 11"
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(InputError, match=r"temples\.csv: stops its reader \(exit 1\)"):
        check_apart.check_apart(table)


def test_a_name_in_odd_bytes_and_a_name_with_a_line_end(tmp_path, capsys):
    odd = os.fsdecode(os.fsencode(str(tmp_path)) + b"/\xff\xfe\n.csv")
    with open(odd, "w", encoding="utf-8") as stream:  # noqa: PTH123 - the name is the point
        stream.write('id,na"me\n1,2\n')
    assert execute(["doctor", "--file", odd]) in {0, 3}
    caught = capsys.readouterr()
    assert "Traceback" not in caught.err
    assert len((caught.out or caught.err).splitlines()) == (1 if caught.err else len(caught.out.splitlines()))


def test_names_that_are_no_file(tmp_path):
    for path, word in (
        (tmp_path, "folder"),
        (tmp_path / "no.shp", "no such file"),
        ("/dev/null", "plain file"),
    ):
        with pytest.raises(InputError, match=word):
            check_file(path)
    odd = tmp_path / "a\nb\x1b.csv"
    odd.write_text("")
    with pytest.raises(InputError, match=r"^a\?b\?\.csv: is empty"):
        check_file(odd)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.json", b'{"version": 0.6, "elements": []}', "osm"),
        ("a.json", b'{"type": "FeatureCollection", "features": []}', "vector"),
        ("a.json", b'{"cells": [], "nbformat": 4}', "notebook"),
        ("A.TIF", b"II*\x00", "raster"),
        ("a.osm.gz", b"\x1f\x8b", "osm"),
        ("extract", b"\x00\x00\x00\x0d\x0a\x09OSMHeader", "osm"),
    ],
)
def test_kinds_are_told_by_name_and_content(tmp_path, name, content, kind):
    path = tmp_path / name
    path.write_bytes(content)
    assert guess_kind(path) == kind


@pytest.mark.shared
def test_real_files_are_in_order(shared):
    bangkok = check_file(next((shared / "thai_encodings" / "bangkok_district").glob("*.shp")))
    assert (bangkok.read, bangkok.kept, bangkok.crs) == (50, 50, "EPSG:32647")
    assert bangkok.encoding.startswith("cp874")
    islands = check_file(next((shared / "las_palmas").glob("*.osm.pbf")))
    assert islands.kept > 10_000
