"""Whatever carries given tags: which, as what, and where."""

import pytest
import shapely
from tiny_osm import CRS, ORIGIN, degrees

from urbanplan.base.errors import MissingFileError, UsageError
from urbanplan.sources.osm import read_tagged

NODES = {
    1: (10, 10, {"amenity": "pharmacy", "name": "ร้านยา", "name:en": "Chemist"}),
    2: (20, 10, {"amenity": "clinic;pharmacy"}),
    3: (30, 10, {"amenity": "no"}),
    4: (40, 10, {"healthcare": "doctor", "name": "<b>'; DROP"}),
    5: (50, 10, {"amenity": "hospital", "name": "General"}),
    6: (5000, 10, {"amenity": "pharmacy"}),
    11: (40, 0), 12: (60, 0), 13: (60, 20), 14: (40, 20),
    21: (0, 90), 22: (90, 90),
}  # fmt: skip
WAYS = [
    (1, (11, 12, 13, 14, 11), {"amenity": "hospital", "name": "General", "building": "yes"}),
    (2, (21, 22), {"barrier": "wall"}),
]


@pytest.fixture
def file(osm_file):
    return osm_file(NODES, WAYS)


def test_values_any_value_and_lists_of_values(file):
    found = read_tagged(file, {"amenity": "pharmacy"}, crs=CRS)
    assert found.index.tolist() == ["node/1", "node/2", "node/6"]
    assert found["tag"].tolist() == ["amenity=pharmacy"] * 3
    assert found.loc["node/1", ["name", "name_en"]].tolist() == ["ร้านยา", "Chemist"]
    assert (found.loc["node/1"].geometry.x, found.crs) == (pytest.approx(ORIGIN[0] + 10, abs=0.02), CRS)
    any_care = read_tagged(file, {"healthcare": True, "amenity": ["clinic"]}, crs=CRS)
    assert any_care["tag"].to_dict() == {"node/2": "amenity=clinic", "node/4": "healthcare=doctor"}
    assert any_care.loc["node/4", "name"] == "<b>'; DROP"
    assert "node/3" not in read_tagged(file, {"amenity": True}, crs=CRS).index


def test_what_is_mapped_twice_stands_once_and_areas_and_lines_keep_their_shape(file):
    found = read_tagged(file, {"amenity": "hospital", "barrier": "wall"}, crs=CRS)
    assert found.index.tolist() == ["way/1", "way/2"]
    assert found.geom_type.tolist() == ["Polygon", "LineString"]
    assert found.area.tolist() == pytest.approx([400, 0], abs=0.5)


def test_only_near_the_clip_and_nothing_is_a_table_without_rows(file):
    near = read_tagged(file, {"amenity": "pharmacy"}, clip=degrees(shapely.box(0, 0, 100, 100)), crs=CRS)
    assert near.index.tolist() == ["node/1", "node/2"]
    none = read_tagged(file, {"amenity": "casino"}, crs=CRS)
    assert (len(none), none.crs, "tag" in none) == (0, CRS, True)


@pytest.mark.parametrize(
    "wrong", [{}, None, {"amenity": False}, {"amenity": []}, {"amenity": [1]}, {"amenity": 3}]
)
def test_questions_without_an_answer_are_refused(file, wrong):
    with pytest.raises(UsageError, match="tag"):
        read_tagged(file, wrong, crs=CRS)


def test_no_file(tmp_path):
    with pytest.raises(MissingFileError):
        read_tagged(tmp_path / "none.osm.pbf", {"amenity": True}, crs=CRS)
