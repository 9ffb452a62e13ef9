"""Dates of last edits: read where the file has them, never invented where it has none."""

import numpy as np
import osmium
import pytest
from tiny_osm import CRS, osm_xml

from urbanplan.sources.osm import edit_ages, read_osm
from urbanplan.sources.osm.edits import last_edits, on_map_since


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


def test_what_has_a_smaller_id_was_there_before():
    """A witness by force: the year of creation of each object is known here, and the bound never lies before it."""
    random = np.random.default_rng(4)
    created = np.sort(random.uniform(2008, 2023, 400))
    last = np.maximum(created, np.where(random.random(400) < 0.5, created, random.uniform(2008, 2023, 400)))
    since = on_map_since({f"way/{7 * at + 1}": year for at, year in enumerate(last)})
    bound = np.array([since[f"way/{7 * at + 1}"] for at in range(400)])
    assert (bound >= created).all()
    assert (bound <= last).all()
    assert np.median(bound - created) < 0.1 < np.median(last - created) + 0.2
    assert list(np.maximum.accumulate(bound)) == list(bound)
    assert on_map_since({"node/1": 2020.0, "way/2": 2010.0}) == {"node/1": 2020.0, "way/2": 2010.0}


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
    since = on_map_since(edited)
    assert all(since[key] <= year for key, year in edited.items())
    streets = [since[key] for key in since if key.startswith("way/")]
    assert 0.5 < np.mean(np.array(streets) < 2020.1) < 1.0  # most was there three years before, not all
