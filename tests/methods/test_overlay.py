"""Areas that overlap become areas that do not."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.methods.overlay import observed_use, planar, polygonal
from urbanplan.model.layers import conform

CRS = "EPSG:32647"


def frame(*shapes):
    return gpd.GeoDataFrame({"name": [f"n{i}" for i in range(len(shapes))]}, geometry=list(shapes), crs=CRS)


def test_the_smaller_area_wins_over_the_larger_it_lies_in():
    out = planar(frame(shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4), shapely.box(3, 3, 3.5, 3.5)))
    assert out.area.tolist() == pytest.approx([96, 3.75, 0.25])
    assert out["name"].tolist() == ["n0", "n1", "n2"]
    assert out.crs == CRS


def test_of_equal_areas_the_first_wins_and_what_is_covered_goes():
    same = shapely.box(0, 0, 10, 10)
    out = planar(frame(same, shapely.box(5, 0, 15, 10), same))
    assert out.index.tolist() == [0, 1]
    assert out.area.tolist() == pytest.approx([100, 50])


def test_neighbours_that_touch_are_left_alone():
    given_frame = frame(shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 1))
    assert shapely.equals_exact(planar(given_frame).geometry.array, given_frame.geometry.array).all()
    assert planar(given_frame.iloc[:0]).empty


def test_what_is_not_an_area_is_left_out_and_a_crossing_outline_is_repaired():
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    mixed = shapely.GeometryCollection([shapely.Point(9, 9), shapely.MultiPolygon([shapely.box(5, 5, 6, 6)])])
    out = planar(frame(bow, shapely.Point(1, 1), shapely.Polygon(), mixed, None))
    assert out.area.to_dict() == {0: pytest.approx(2), 3: pytest.approx(1)}
    assert out.is_valid.all()
    assert set(out.geom_type) <= {"Polygon", "MultiPolygon"}
    assert polygonal(np.array([None, shapely.Point(0, 0)], dtype=object))[1].is_empty


rectangles = st.lists(
    st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(1, 15)] * 2).map(
        lambda r: shapely.box(r[0], r[1], r[0] + r[2], r[1] + r[3])
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(rectangles)
def test_nothing_overlaps_and_nothing_is_lost(shapes):
    given_frame = frame(*shapes)
    before = given_frame.copy()
    out = planar(given_frame)
    assert given_frame.equals(before), "the input is not changed"
    union = shapely.union_all(np.array(shapes))
    assert out.area.sum() == pytest.approx(union.area)
    assert shapely.union_all(out.geometry.array).area == pytest.approx(union.area)


@settings(max_examples=20, deadline=None)
@given(rectangles, st.randoms(use_true_random=False))
def test_every_place_belongs_to_the_smallest_area_over_it(shapes, random):
    out = planar(frame(*shapes))
    for _ in range(10):
        # corners are whole numbers: the middle of a square of 1 m is never on a border, which belongs to nobody
        point = shapely.Point(random.randint(0, 44) + 0.5, random.randint(0, 44) + 0.5)
        over = [(shape.area, i) for i, shape in enumerate(shapes) if shape.contains(point)]
        winner = [i for i, shape in out.geometry.items() if shape.contains(point)]
        assert winner == [min(over)[1]] if over else winner == []


def uses(*shapes, classes):
    return conform(gpd.GeoDataFrame({"class": list(classes)}, geometry=list(shapes), crs=CRS), "land_use")


def houses(*shapes, use):
    return conform(gpd.GeoDataFrame({"use": list(use)}, geometry=list(shapes), crs=CRS), "buildings")


def test_a_building_beats_the_land_and_the_land_beats_nothing():
    land = uses(
        shapely.box(0, 0, 100, 100), shapely.box(100, 0, 150, 100), classes=["residential", "commercial"]
    )
    built = houses(
        shapely.box(10, 10, 20, 20),  # a shop among homes
        shapely.box(30, 10, 40, 20),  # a home among homes: adds nothing
        shapely.box(50, 10, 60, 20),  # nobody knows: the land keeps the word
        shapely.box(95, 40, 105, 50),  # a temple over two areas
        shapely.box(200, 0, 210, 10),  # a factory where nothing is mapped
        shapely.box(205, 0, 215, 10),  # half of it over the one before
        use=["commercial", "residential", "unknown", "religious", "industrial", "industrial"],
    )
    found = observed_use(land, built)
    area = found.area.groupby(found["class"]).sum().to_dict()
    assert area == pytest.approx(
        {"residential": 9_850, "commercial": 4_950 + 100, "religious": 100, "industrial": 150}
    )
    assert found.union_all().area == pytest.approx(found.area.sum())
    assert found["basis"].value_counts().to_dict() == {"building": 4, "land": 2}
    assert found.index.is_unique


def test_without_land_or_without_buildings():
    land, nothing = uses(shapely.box(0, 0, 10, 10), classes=["forest"]), houses(use=[])
    assert observed_use(land, nothing).area.tolist() == [100]
    alone = observed_use(uses(classes=[]), houses(shapely.box(0, 0, 5, 5), use=["religious"]))
    assert alone[["class", "basis"]].to_numpy().tolist() == [["religious", "building"]]
    assert observed_use(uses(classes=[]), nothing).empty


def test_what_is_listed_first_wins_over_what_is_smaller():
    frame_ = frame(shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4))
    assert planar(frame_, rank=np.array([0, 1])).area.tolist() == [100]
    assert planar(frame_, rank=np.array([1, 0])).area.tolist() == [96, 4]
