"""The five city files and the registry of sources say what they must."""

import csv
from pathlib import Path

import pytest

from urbanplan.base.crs import check_projected_metres
from urbanplan.model.city import FromSource
from urbanplan.model.city_file import read_city
from urbanplan.model.layers import CATEGORIES
from urbanplan.sources.municipal import read_vector

ROOT = Path(__file__).resolve().parents[2]
CITIES = ("chiang-mai", "khon-kaen", "las-palmas", "rayong", "saraburi")
FOLDERS = {
    "chiang-mai": "chiang_mai",
    "las-palmas": "las_palmas",
    "khon-kaen": "other_thai_cities",
    "rayong": "other_thai_cities",
    "saraburi": "other_thai_cities",
}
VECTOR = (".geojson", ".gpkg", ".shp", ".csv")


def rows():
    with (ROOT / "data/sources.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_registry_is_sorted_complete_and_names_licences():
    table = rows()
    assert list(table[0]) == [
        "id",
        "title",
        "what_for",
        "licence",
        "attribution",
        "url",
        "date",
        "citation",
        "notes",
        "file_url",
        "tiles",
    ]
    ids = [row["id"] for row in table]
    assert ids == sorted(set(ids))
    for row in table:
        assert row["licence"]
        assert row["what_for"]
        assert row["attribution"]
        assert row["date"]
        assert row["url"].startswith("http") or row["licence"] == "not stated"
        assert "OpenStreetMap" not in row["title"] or row["attribution"] == "© OpenStreetMap contributors"


@pytest.mark.parametrize("city", CITIES)
def test_city_files_validate_and_each_licence_is_in_the_registry(city):
    facts = read_city(ROOT / f"data/cities/{city}.yml")
    assert facts.id == city
    assert facts.name.th
    check_projected_metres(facts.crs)
    known = {row["licence"] for row in rows()}
    for source in facts.sources.values():
        assert source.licence in known
        assert source.origin.url or source.origin.overpass or source.origin.note
    for entry in facts.layers.get("places", []):
        assert set(entry.values.get("category", {}).values()) <= set(CATEGORIES)


@pytest.mark.shared
@pytest.mark.parametrize("city", CITIES)
def test_every_municipal_layer_of_a_city_file_can_be_read(shared, city):
    facts = read_city(ROOT / f"data/cities/{city}.yml")
    folder = shared / FOLDERS[city]
    areas = [("boundary", facts.boundary)] if isinstance(facts.boundary, FromSource) else []
    read = 0
    for name, entry in [
        *areas,
        *((name, entry) for name, entries in facts.layers.items() for entry in entries),
    ]:
        source = facts.sources[entry.source]
        if not source.file.endswith(VECTOR):
            continue
        words = {key: getattr(entry, key, None) for key in ("columns", "values", "constants")}
        frame, record = read_vector(
            folder / source.file, name=name, layer=entry.layer, where=entry.where, target=facts.crs, **words
        )
        assert len(frame) == record.kept > 0
        assert frame.index.is_unique
        assert frame.crs == facts.crs
        read += 1
    assert read >= 2


@pytest.mark.shared
def test_chiang_mai_has_its_fourteen_tambon_as_zones(shared):
    facts = read_city(ROOT / "data/cities/chiang-mai.yml")
    where = facts.layers["zones"][0].where
    path = shared / "chiang_mai" / facts.sources["tambon"].file
    zones, _ = read_vector(path, name="zones", where=where, target=facts.crs)
    assert len(zones) == len(where["ADM3_TH"]) == 14
    assert zones.area.sum() / 1e6 == pytest.approx(146.8, abs=0.1)
