"""A large extract is cut to the city: what lies or reaches in is kept whole, nothing else."""

import osmium
import pytest
from shapely import box
from tiny_osm import CRS, degrees, osm_xml

from urbanplan.base.errors import LayerError, OsmFileError
from urbanplan.sources.osm import cut_file, overpass_query, read_osm

TOWN = degrees(box(0, 0, 100, 100)).bounds


def extract(folder):
    """Write a street that leaves the town, one outside it, and a park whose second ring lies outside."""
    nodes = {
        1: (10, 10), 2: (90, 90), 3: (500, 500), 4: (600, 600), 5: (700, 600),
        10: (20, 20), 11: (40, 20), 12: (40, 40), 20: (800, 800), 21: (900, 800), 22: (900, 900),
        30: (50, 60, {"amenity": "school"}), 31: (950, 50, {"amenity": "school"}),
    }  # fmt: skip
    ways = [
        (1, [1, 2, 3], {"highway": "residential"}),
        (2, [4, 5], {"highway": "residential"}),
        (3, [10, 11, 12, 10], {}),
        (4, [20, 21, 22, 20], {}),
    ]
    relations = [
        (1, [("way", 3, "outer"), ("way", 4, "outer")], {"type": "multipolygon", "leisure": "park"}),
        (2, [("way", 2, "")], {"type": "route"}),
    ]
    source, target = folder / "region.osm", folder / "region.osm.pbf"
    source.write_text(osm_xml(nodes, ways, relations))
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return target


def held(path):
    found = {"n": set(), "w": set(), "r": set()}
    for thing in osmium.FileProcessor(str(path)):
        found[thing.type_str()].add(thing.id)
    return found


def test_whole_ways_and_whole_areas_that_reach_into_the_box(tmp_path):
    target = cut_file(extract(tmp_path), tmp_path / "town.osm.pbf", TOWN)
    assert held(target) == {"n": {1, 2, 3, 10, 11, 12, 20, 21, 22, 30}, "w": {1, 3, 4}, "r": {1}}


def test_the_cut_file_reads_like_the_whole(tmp_path):
    source = extract(tmp_path)
    target = cut_file(source, tmp_path / "town.osm.pbf", TOWN)
    clip = degrees(box(5, 5, 95, 95))
    whole, part = (read_osm(path, clip=clip, crs=CRS) for path in (source, target))
    for name, layer in whole.layers.items():
        assert layer.equals(part.layers[name]), name
    assert whole.networks["walk"].edge_u.tolist() == part.networks["walk"].edge_u.tolist()


@pytest.mark.shared
def test_a_quarter_of_chiang_mai(shared, tmp_path):
    source = shared / "chiang_mai/osm/chiang_mai.osm.pbf"
    clip = box(98.955, 18.79, 98.97, 18.80)
    target = cut_file(source, tmp_path / "quarter.osm.pbf", clip.bounds)
    assert target.stat().st_size < source.stat().st_size / 2
    whole, part = (read_osm(path, clip=clip, crs=CRS, modes=("walk",)) for path in (source, target))
    assert len(whole.buildings) == len(part.buildings) > 500
    assert whole.networks["walk"].length_m.sum() == pytest.approx(part.networks["walk"].length_m.sum())


def test_another_region_and_a_damaged_file_are_refused(tmp_path):
    source = extract(tmp_path)
    with pytest.raises(LayerError, match="no node lies in the area of the city"):
        cut_file(source, tmp_path / "out.osm.pbf", (0.0, 0.0, 1.0, 1.0))
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(source.read_bytes()[:-40])
    with pytest.raises(OsmFileError, match=r"broken\.osm\.pbf: is damaged"):
        cut_file(broken, tmp_path / "out.osm.pbf", TOWN)
    assert not (tmp_path / "out.osm.pbf").exists()


def test_the_past_is_asked_for_by_day():
    assert '[date:"2020-02-29T23:59:59Z"]' in overpass_query(
        box(98.98, 18.78, 98.99, 18.79), attic="2020-02-29"
    )
    assert "date" not in overpass_query(box(98.98, 18.78, 98.99, 18.79))
