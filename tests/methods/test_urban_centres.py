"""Urban centres: drawn square by square, and against the steps of the manual done with plain loops."""

import numpy as np
import pytest
import shapely

from urbanplan.base.errors import InputError
from urbanplan.methods.grid import lay_grid
from urbanplan.methods.urban_centres import urban_centres

CRS = "EPSG:32647"


def cells(thousands, *, cell_m=500.0, boundary=None):
    """Give cells from people (in thousands) of square kilometres; the first row lies in the south."""
    table = np.asarray(thousands, dtype=float) * 1000
    rows, columns = table.shape
    whole = shapely.box(0, 0, columns * 1000, rows * 1000) if boundary is None else boundary
    grid = lay_grid(whole, CRS, cell_m=cell_m)
    per = round(1000 / cell_m)
    people = table[grid["row"] // per, grid["col"] // per] / per**2
    return grid.assign(population=people)


def test_dense_squares_that_share_a_side_make_a_centre():
    found = urban_centres(cells([[20, 20, 0, 30], [20, 1, 0, 1], [0, 0, 40, 0]]))
    assert found.people.tolist() == pytest.approx([60_000])
    assert found.area_m2.tolist() == pytest.approx([3e6])
    assert found.shapes[0].equals(
        shapely.union_all([shapely.box(0, 0, 2000, 1000), shapely.box(0, 1000, 1000, 2000)])
    )


def test_corners_do_not_join_and_fewer_than_fifty_thousand_are_no_centre():
    assert len(urban_centres(cells([[30, 0], [0, 30]])).people) == 0
    assert urban_centres(cells([[30, 30], [0, 0]])).people.tolist() == pytest.approx([60_000])
    assert len(urban_centres(cells([[25, 24.9]])).people) == 0


def test_density_is_of_the_land_within_the_city():
    half = shapely.box(0, 0, 1000, 500)
    whole = cells([[1.0]], boundary=half).assign(population=lambda f: 500.0)
    assert urban_centres(whole, min_people=900).people.tolist() == pytest.approx([1000])
    assert len(urban_centres(whole, min_people=900, min_density_km2=2001).people) == 0


def test_small_gaps_are_filled_and_large_ones_not():
    ring = np.full((6, 7), 10.0)
    ring[1:5, 1:4] = 0  # 12 km2
    found = urban_centres(cells(ring))
    assert found.area_m2.tolist() == pytest.approx([42e6])
    wide = np.full((7, 8), 10.0)
    wide[1:6, 1:4] = (
        0  # 15 km2 is not smaller than 15; no square of it has five neighbours in the ring at first
    )
    wide[1:6, 4:7] = 10
    assert urban_centres(cells(wide), max_gap_km2=1).people.tolist() == pytest.approx([wide.sum() * 1000])


def test_squares_among_five_neighbours_join():
    notch = np.full((3, 3), 10.0)
    notch[2, 1] = 0.1  # five of its eight neighbours lie in the centre
    assert urban_centres(cells(notch)).area_m2.tolist() == pytest.approx([9e6])
    corner = np.full((3, 3), 10.0)
    corner[2, 2] = 0.1  # three neighbours
    assert urban_centres(cells(corner)).area_m2.tolist() == pytest.approx([8e6])


def test_two_centres_the_larger_first():
    found = urban_centres(cells([[60, 0, 80]]))
    assert found.people.tolist() == pytest.approx([80_000, 60_000])


def test_cells_must_divide_a_kilometre():
    with pytest.raises(InputError, match="divides"):
        urban_centres(
            cells([[60.0]], cell_m=500)
            .iloc[:0]
            .pipe(lambda _: lay_grid(shapely.box(0, 0, 900, 900), CRS, cell_m=300).assign(population=1.0))
        )


def test_unknown_people_are_no_people_of_a_centre():
    some = cells([[60, 60]])
    some.loc[some["col"] >= 2, "population"] = np.nan
    assert urban_centres(some).people.tolist() == pytest.approx([60_000])
    assert len(urban_centres(some.iloc[:0]).people) == 0
