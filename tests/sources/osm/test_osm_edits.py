"""Dates of last edits: read where the file has them, never invented where it has none."""

import osmium
import pytest
from tiny_osm import CRS, osm_xml

from urbanplan.sources.osm import edit_ages, read_osm
from urbanplan.sources.osm.edits import last_edits


def written(folder, stamp):
    text = osm_xml(
        {1: (0, 0), 2: (100, 0), 3: (50, 50, {"amenity": "school"})},
        [(1, [1, 2], {"highway": "residential"})],
    )
    path = folder / "a.osm"
    path.write_text(text.replace('version="1"', f'version="1" timestamp="{stamp}"') if stamp else text)
    return path


def test_ages_count_to_the_end_of_the_date_of_the_file(tmp_path):
    path = written(tmp_path, "2020-01-01T00:00:00Z")
    assert last_edits(path) == {
        "node/3": pytest.approx(2020.0, abs=0.01),
        "way/1": pytest.approx(2020.0, abs=0.01),
    }
    extract = read_osm(path, crs=CRS, layers=["places"])
    ages = edit_ages(path, extract, date="2022-12-31")
    assert sorted(ages["layer"]) == ["places", "streets"]
    assert ages["age_years"].tolist() == pytest.approx([3.0, 3.0], abs=0.01)
    assert edit_ages(path, extract, date="2019")["age_years"].tolist() == [0.0, 0.0]


def test_a_file_without_dates_says_nothing(tmp_path):
    path = written(tmp_path, None)
    assert last_edits(path) == {}
    assert edit_ages(path, read_osm(path, crs=CRS), date="2022") is None


@pytest.mark.parametrize("options", ["", ",pbf_dense_nodes=false", ",pbf_compression=lz4"])
def test_packed_files_say_the_same_as_plain_ones(tmp_path, options):
    path = written(tmp_path, "2021-03-04T05:06:07Z")
    with osmium.SimpleWriter(osmium.io.File(str(tmp_path / "a.osm.pbf"), f"pbf{options}")) as writer:
        for thing in osmium.FileProcessor(str(path)):
            writer.add(thing)
    (tmp_path / "a.osm.pbf").rename(tmp_path / "without_ending")
    assert last_edits(tmp_path / "without_ending") == last_edits(path)


@pytest.mark.shared
def test_las_palmas_was_edited_up_to_its_date(shared):
    edited = last_edits(shared / "las_palmas/las_palmas_2023.osm.pbf")
    assert len(edited) > 100_000
    assert 2007 < min(edited.values()) < max(edited.values()) < 2023.2
    assert last_edits(shared / "chiang_mai/osm/chiang_mai.osm.pbf") == {}
