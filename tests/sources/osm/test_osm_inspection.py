"""OpenStreetMap files on their own: large ones are read to their end, broken places are one sentence."""

import osmium
import pytest
from tiny_osm import osm_xml

from urbanplan.base.errors import OsmFileError
from urbanplan.sources.osm import inspection, read_osm
from urbanplan.sources.osm.inspection import inspect_osm

NODES = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100, {"amenity": "school"})}
WAYS = [(1, [1, 2], {"highway": "residential"}), (2, [1, 2, 3, 1], {"building": "yes"})]


@pytest.fixture
def pbf(tmp_path):
    source = tmp_path / "town.osm"
    source.write_text(osm_xml(NODES, WAYS))
    target = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(target)) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)
    return target


def test_objects_are_counted_by_what_layers_use(pbf):
    record = inspect_osm(pbf)
    assert "1 points, 1 lines, 1 areas that layers can use" in map(str, record.notes)
    assert (record.read, record.kept, record.crs) == (3, 3, "EPSG:4326")


def test_a_large_file_is_read_to_its_end_without_its_areas(pbf, monkeypatch):
    monkeypatch.setattr(inspection, "_LARGE", 10)
    record = inspect_osm(pbf)
    assert (record.read, record.kept) == (1, 1)
    assert "areas were not assembled" in str(record.notes[0])
    whole = pbf.read_bytes()
    pbf.write_bytes(whole[:-40] + bytes(40))
    with pytest.raises(OsmFileError, match=r"town\.osm\.pbf"):
        inspect_osm(pbf)


def test_a_broken_place_is_one_sentence_for_every_reader(tmp_path):
    path = tmp_path / "town.osm"
    text = osm_xml(NODES, WAYS)
    at = text.index('lat="') + 7
    path.write_text(text[:at] + "*" + text[at + 1 :])
    for read in (inspect_osm, lambda file: read_osm(file, crs="EPSG:32647")):
        with pytest.raises(OsmFileError, match="cannot be read to its end"):
            read(path)
