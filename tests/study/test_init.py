"""A new city file is valid as it stands, whatever the names are."""

import pytest

from urbanplan.base.errors import UsageError
from urbanplan.model.city import Place
from urbanplan.model.city_file import read_city
from urbanplan.study.init import write_city_file


def test_it_is_valid_and_commented(tmp_path):
    path = write_city_file(
        "khon-kaen", place="Khon Kaen, Thailand", name_th="ขอนแก่น", target=tmp_path / "khon-kaen.yml"
    )
    city = read_city(path)
    assert city.id == "khon-kaen"
    assert (city.name.en, city.name.th) == ("Khon Kaen", "ขอนแก่น")
    assert city.boundary == Place(place="Khon Kaen, Thailand")
    assert city.languages == ["th", "en"]
    assert city.sources["osm"].origin.overpass
    assert set(city.layers) >= {"streets", "places", "buildings", "land_use"}
    assert sum("#" in line for line in path.read_text(encoding="utf-8").splitlines()) > 20


@pytest.mark.parametrize(
    "place",
    [
        'A", sources: {x: 1}, y: "',
        "A: {b: [c",
        "A # not a comment",
        "*alias &anchor !tag",
        "O'Hara \\ \\n {id} {{",
        "2024-01-01",
        "null",
        "é ก็ 😀",
        "- a\\u2028b",
    ],
)
def test_text_stays_text(tmp_path, place):
    city = read_city(write_city_file("x", place=place, name=place, name_th=place, target=tmp_path / "x.yml"))
    assert isinstance(city.boundary, Place)
    assert city.boundary.place == city.name.en == city.name.th == place
    assert list(city.sources) == ["osm"]


@pytest.mark.parametrize("place", ["a\nsources: {}", "a\x1b[2J", "a\x85b", "a\u2028b", "x" * 201, ""])
def test_text_that_leaves_its_line_is_refused(tmp_path, place):
    with pytest.raises(UsageError, match="--place"):
        write_city_file("x", place=place, target=tmp_path / "x.yml")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("city", "hint"),
    [("Khon Kaen", "khon-kaen would do"), ("../x", "x would do"), ("", "a-z"), ("ขอนแก่น", "a-z")],
)
def test_an_odd_id_is_refused(tmp_path, city, hint):
    with pytest.raises(UsageError, match=hint):
        write_city_file(city, place="X", target=tmp_path / "x.yml")


def test_a_file_that_exists_is_left_alone(tmp_path):
    path = tmp_path / "x.yml"
    path.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        write_city_file("x", place="X", target=path)
    assert path.read_text() == "mine"
