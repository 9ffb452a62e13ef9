"""Shapes of buildings: rectangles, an L and a row of shophouses by hand; turned and moved they stay what they are."""

import numpy as np
import pytest
import shapely
from town import box, frame

from urbanplan.metrics.form.building_compactness import building_compactness
from urbanplan.metrics.form.building_elongation import building_elongation
from urbanplan.metrics.form.building_rectangularity import building_rectangularity
from urbanplan.metrics.form.building_shared_walls import building_shared_walls
from urbanplan.metrics.form.plot_area import plot_area
from urbanplan.metrics.form.plot_coverage import plot_coverage

L_SHAPE = shapely.Polygon([(0, 0), (20, 0), (20, 10), (10, 10), (10, 20), (0, 20)])


def test_hand_worked():
    some = frame(
        "buildings", [shapely.box(0, 0, 10, 20), L_SHAPE, shapely.box(0, 0, 5, 5), shapely.Polygon()]
    )
    assert building_elongation(some)["value"].tolist()[:3] == pytest.approx([0.5, 1, 1])
    assert building_rectangularity(some)["value"].tolist()[:3] == pytest.approx([1, np.sqrt(300 / 400), 1])
    circles = [200 / (np.pi * 125), 300 / (np.pi * 200), 2 / np.pi]
    assert building_compactness(some)["value"].tolist()[:3] == pytest.approx(circles, rel=1e-6)
    for measure in (building_elongation, building_rectangularity, building_compactness):
        assert measure(some)["reason"].tolist() == ["", "", "", "nothing_to_measure"]


def test_a_round_building_has_more_than_a_rectangle():
    round_one = frame("buildings", [shapely.Point(0, 0).buffer(9, quad_segs=200)])
    assert building_rectangularity(round_one)["value"].iloc[0] == pytest.approx(2 / np.sqrt(np.pi), rel=1e-4)


def test_turned_and_moved_buildings_keep_their_shape():
    here = frame("buildings", [shapely.box(0, 0, 10, 23), L_SHAPE])
    there = here.set_geometry(here.rotate(17, origin=(0, 0)).translate(500_000, 2_000_000))
    for measure in (building_elongation, building_rectangularity, building_compactness):
        assert measure(there)["value"].tolist() == pytest.approx(measure(here)["value"].tolist(), rel=1e-5)


def test_shophouses_share_two_walls_inside_the_row_and_one_at_its_ends():
    row = frame("buildings", [box(4 * k, 0, 4 * k + 4, 12) for k in range(3)] + [box(100, 0, 110, 10)])
    table = building_shared_walls(row, row.iloc[[1, 0, 3]])
    assert table["value"].tolist() == pytest.approx([24 / 32, 12 / 32, 0])
    assert table.index.tolist() == [1, 0, 3]


def test_the_ground_of_a_building_and_how_much_of_it_is_covered():
    pair = frame("buildings", [box(0, 0, 10, 10), box(30, 0, 40, 10), box(0, 0, 0.5, 0.5)])
    whole = shapely.union_all(shapely.buffer(pair.geometry.to_numpy()[:2], 20)).area
    ground, share = plot_area(pair, pair, reach_m=20), plot_coverage(pair, pair, reach_m=20)
    assert ground["value"].tolist()[:2] == pytest.approx([whole / 2] * 2, rel=1e-6)
    assert share["value"].tolist()[:2] == pytest.approx([200 / whole] * 2, rel=1e-6)
    assert ground["reason"].tolist() == share["reason"].tolist() == ["", "", "nothing_to_measure"]
