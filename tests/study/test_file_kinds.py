"""Each kind of file by `--as`, its exit code, and a folder in which nothing is changed."""

import hashlib
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hostile"))

import hostile_archives
import hostile_rasters
import hostile_texts
import hostile_vectors

from urbanplan.cli import execute

FILES = {
    "vector": ("a.geojson", hostile_vectors.GOOD.encode()),
    "raster": ("a.tif", hostile_rasters.good),
    "osm": ("a.osm", hostile_archives.MAP.encode()),
    "gtfs": ("a.zip", hostile_archives.feed()),
    "table": ("a.csv", hostile_texts.TABLE.encode()),
    "city": ("a.yml", hostile_texts.CITY.encode()),
    "notebook": ("a.ipynb", hostile_texts.GOOD.encode()),
}


def written(kind, folder):
    name, content = FILES[kind]
    path = folder / name
    content(path) if callable(content) else path.write_bytes(content)
    return path


def state(folder):
    """Return every file with its bytes, its time and what may be done with it."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
            path.stat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("kind", FILES)
def test_a_good_file_is_0_whether_its_kind_is_told_or_not_and_nothing_is_written(
    kind, tmp_path, monkeypatch, capsys
):
    path = written(kind, tmp_path)
    monkeypatch.chdir(tmp_path)
    before = state(tmp_path)
    assert execute(["doctor", "--file", str(path), "--as", kind, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == path.name
    assert told["kept"] > 0
    assert ("proposal" in told and told["proposal"] is not None) == (kind in {"vector", "table"})
    assert execute(["doctor", "--file", path.name, "--lang", "th"]) == 0
    assert state(tmp_path) == before


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_another_kind_is_3_in_one_sentence_of_the_language_and_nothing_is_written(
    kind, tmp_path, capsys
):
    path = tmp_path / "letter.bin"
    path.write_bytes(b"Dear mayor,\n\x00\x01 this is no map at all.\n")
    before = state(tmp_path)
    assert execute(["doctor", "--file", str(path), "--as", kind, "--lang", "th"]) == 3
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.startswith("ผิดพลาด: ")
    assert "letter.bin" in caught.err
    assert "ให้" in caught.err
    assert caught.err.count("\n") == 1
    assert state(tmp_path) == before


def test_words_that_are_none_are_2(tmp_path, capsys):
    path = written("table", tmp_path)
    for words in (["--as", "shape"], ["--to", "trees"], ["--lang", "fr"], ["--crs"]):
        assert execute(["doctor", "--file", str(path), *words]) == 2
    assert execute(["doctor", "--file", str(path), "--crs", "EPSG:999999"]) == 3
    assert "not a coordinate reference system" in capsys.readouterr().err
