"""A city file with mistakes: one sentence each, with line, column and the key that was meant."""

from pathlib import Path

import pytest

from urbanplan.base.errors import CityFileError, MissingFileError
from urbanplan.model.city_file import city_path, read_city

GOOD = """\
id: test-town
name: {en: Test Town, th: เมืองทดสอบ}
boundary: {centre: [98.98, 18.79], radius_m: 1000}
sources:
  osm: {file: town.osm.pbf, date: 2024-03-06, licence: ODbL-1.0, attribution: © OpenStreetMap contributors}
layers:
  streets: {source: osm}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "town.yml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(CityFileError) as caught:
        read_city(written(folder, text))
    return str(caught.value)


def test_a_good_file_is_read_with_dates_as_text_and_one_entry_as_a_list(tmp_path):
    city = read_city(written(tmp_path, GOOD))
    assert city.sources["osm"].date == "2024-03-06"
    assert [entry.source for entry in city.layers["streets"]] == ["osm"]
    assert city.name.in_language("th") == "เมืองทดสอบ"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("boundary:", "boundry:", "town.yml:3:1: boundry: no such key; did you mean 'boundary'?"),
        ("radius_m: 1000", "radius_m: -1", "town.yml:3:36: boundary.radius_m: "),
        ("date: 2024-03-06", "date: last year", "town.yml:5:29: sources.osm.date: "),
        ("attribution:", "atribution:", "sources.osm.atribution: no such key; did you mean 'attribution'?"),
        (
            "streets: {source: osm}",
            "streats: {source: osm}",
            "layers.streats: no such layer; did you mean 'streets'?",
        ),
        ("streets: {source: osm}", "streets: {source: ocm}", "source 'ocm' is not declared under `sources`"),
        (
            "file: town.osm.pbf",
            "file: ../../etc/passwd",
            "sources.osm.file: must be a path inside the data folder",
        ),
        ("id: test-town", "id: Test Town", "town.yml:1:1: id: "),
        (
            "boundary: {centre: [98.98, 18.79], radius_m: 1000}",
            "boundary: {bbox: [99, 18, 98, 19]}",
            "bbox must be [west",
        ),
        (
            "id: test-town",
            "id: test-town\ncrs: EPSG:4326",
            "town.yml:2:1: crs: 'EPSG:4326' is not projected in metres",
        ),
        ("id: test-town", "id: [unclosed", "not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, old, new, said):
    assert old in GOOD
    assert said in complaint(tmp_path, GOOD.replace(old, new))


def test_each_mistake_has_a_line_of_its_own(tmp_path):
    text = complaint(tmp_path, GOOD.replace("boundary:", "boundry:").replace("licence:", "license:"))
    assert [line.split(": ")[1] for line in text.splitlines() if "did you mean" in line] == [
        "boundry",
        "sources.osm.license",
    ]


def test_text_that_is_not_a_mapping_or_not_utf8(tmp_path):
    assert "must be a mapping" in complaint(tmp_path, "- 1\n- 2\n")
    path = tmp_path / "thai.yml"
    path.write_bytes("id: เมือง".encode("cp874"))
    with pytest.raises(CityFileError, match="not UTF-8"):
        read_city(path)


def test_an_unknown_city_offers_the_nearest():
    with pytest.raises(MissingFileError, match="did you mean 'sample'"):
        city_path("sampel")


def test_yaml_runs_no_code(tmp_path):
    text = GOOD + "remarks: !!python/object/apply:os.system ['touch pwned']\n"
    assert complaint(tmp_path, text)
    assert not (tmp_path / "pwned").exists()
