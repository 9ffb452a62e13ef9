"""The surface: buildings on ground, unknown heights, and cells too coarse for a street."""

import numpy as np
import pytest
import shapely
from view_scenes import blocks

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.surface import build_surface, eyes_over_ground, refuse_coarse_surface


def one_house(footprint, height_m=5.0, ground=None, **options):
    ground = np.zeros((10, 10)) if ground is None else ground
    return build_surface(
        ground,
        np.array([footprint], dtype=object),
        np.array([height_m]),
        x0=0.0,
        y0=10.0,
        cell_m=1.0,
        **options,
    )


def test_a_house_on_a_slope_has_a_level_roof_over_its_mean_ground():
    ground = np.tile(np.arange(10.0), (10, 1))
    town = one_house(shapely.box(2, 6, 6, 9), ground=ground)
    assert town.roof_m.tolist() == [5.0 + (2 + 3 + 4 + 5) / 4]
    assert (town.top[1:4, 2:6] == 8.5).all()
    assert (town.building >= 0).sum() == 12
    np.testing.assert_array_equal(town.top[town.building < 0], ground[town.building < 0])


def test_a_cell_belongs_to_the_house_that_covers_half_of_it_or_touches_it():
    footprint = shapely.box(2.4, 5, 4.4, 6)
    assert np.flatnonzero(one_house(footprint).building[4] == 0).tolist() == [2, 3]
    assert np.flatnonzero(one_house(footprint, least_share=0.0).building[4] == 0).tolist() == [2, 3, 4]
    hut = one_house(shapely.box(2.1, 5.1, 2.3, 5.3))
    assert np.argwhere(hut.building == 0).tolist() == [[4, 2]], "a hut does not vanish"
    assert (one_house(shapely.box(50, 50, 60, 60)).building < 0).all()


def test_cells_are_those_that_shapely_finds():
    rng = np.random.default_rng(3)
    footprints = np.array(
        [
            shapely.affinity.rotate(shapely.box(x, y, x + 9, y + 5), a)
            for x, y, a in rng.uniform(0, 80, (20, 3))
        ]
    )
    town = build_surface(np.zeros((90, 95)), footprints, rng.uniform(3, 20, 20), x0=0.0, y0=90.0, cell_m=1.0)
    rows, cols = np.indices((90, 95))
    cells = shapely.box(cols, 89 - rows, cols + 1, 90 - rows)
    covered = np.array([shapely.area(shapely.intersection(cells, shape)) >= 0.5 for shape in footprints])
    np.testing.assert_array_equal(town.building >= 0, covered.any(axis=0))
    np.testing.assert_allclose(town.top, np.where(covered, town.roof_m[:, None, None], 0).max(axis=0))


def test_the_higher_roof_stands_and_an_unknown_one_hides_a_known():
    boxes = [(0, 0, 4, 4), (2, 2, 4, 4), (3, 3, 1, 1)]
    town = blocks(8, 8, boxes, [10.0, 6.0, np.nan])
    assert town.top[2, 2] == 10
    assert town.building[2, 2] == 0
    assert town.top[5, 5] == 6
    assert np.isnan(town.top[3, 3])
    assert town.building[3, 3] == 2
    turned = blocks(8, 8, boxes[::-1], [np.nan, 6.0, 10.0])
    np.testing.assert_array_equal(turned.top, town.top)


def test_trees_stand_where_no_higher_roof_does_and_unknown_ground_is_unknown():
    canopy, ground = np.full((10, 10), 8.0), np.zeros((10, 10))
    ground[0, 0] = np.nan
    town = one_house(shapely.box(2, 2, 4, 4), 20.0, canopy_m=canopy, ground=ground)
    assert town.top[7, 2] == 20
    assert town.top[5, 8] == 8
    assert np.isnan(town.top[0, 0])


def test_an_eye_in_a_building_moves_out_of_it_or_is_given_up():
    town = blocks(20, 20, [(5, 5, 6, 6)], [9.0], cell_m=2.0)
    xy = np.array([[5.0, 5.0], [13.0, 27.0], [16.5, 23.0]])
    eyes, shift = eyes_over_ground(town, xy, max_shift_m=4.0)
    assert eyes[0].tolist() == [5.0, 5.0, 1.6]
    assert eyes[1].tolist() == [13.0, 31.0, 1.6], "of two equally near the northern"
    assert shift.tolist() == [0.0, 4.0, 0.0]
    assert np.isnan(eyes[2, 2]), "the nearest free cell is farther than allowed"
    with pytest.raises(InputError, match="viewpoint 1"):
        eyes_over_ground(town, np.array([[1.0, 1.0], [-1.0, 1.0]]))


@pytest.mark.parametrize("cell_m", [30.0, 1000.0, np.nan])
def test_a_coarse_surface_is_refused_for_streets_with_the_reason(cell_m):
    with pytest.raises(InputError, match="cannot carry views from the street"):
        refuse_coarse_surface(cell_m)
    refuse_coarse_surface(10.0)


def test_mistakes_are_named():
    house = shapely.box(2, 2, 4, 4)
    with pytest.raises(InputError, match="building 0 is -3"):
        one_house(house, -3.0)
    with pytest.raises(InputError, match="building 0 is inf"):
        one_house(house, np.inf)
    with pytest.raises(InputError, match="not a valid polygon"):
        one_house(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    with pytest.raises(InputError, match="resample"):
        one_house(house, canopy_m=np.zeros((3, 3)))
    with pytest.raises(InputError, match="rows and columns"):
        one_house(house, ground=np.zeros(5))
    with pytest.raises(InputError, match="infinite elevations"):
        one_house(house, ground=np.full((10, 10), np.inf))
    with pytest.raises(InputError, match="one height per footprint"):
        build_surface(np.zeros((3, 3)), np.array([house]), np.ones(2), x0=0.0, y0=3.0, cell_m=1.0)
    with pytest.raises(InputError, match="positive width"):
        build_surface(np.zeros((3, 3)), np.array([house]), np.ones(1), x0=0.0, y0=3.0, cell_m=0.0)
