"""Shared areas: against shapely's own cutting, against hand-worked squares, and conserved."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.methods.areas import areas_by_class, covered_area, shared_areas, without_overlaps
from urbanplan.methods.grid_areas import areas_in_squares, grid_of

CRS = "EPSG:32647"


def squares(columns, rows, side, west=0.0, south=0.0):
    """Give the squares of a grid from south to north and west to east."""
    row, col = np.divmod(np.arange(columns * rows), columns)
    return shapely.box(
        west + col * side, south + row * side, west + col * side + side, south + row * side + side
    )


def star(x, y, radius, points, *, hole=True):
    """Give a star with many corners, and a hole in it."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    far = radius * (1 + 0.4 * np.sin(9 * turn))
    shell = np.c_[x + far * np.cos(turn), y + far * np.sin(turn)]
    ring = [(x - 20, y - 30), (x + 35, y - 25), (x + 5, y + 40)]
    return shapely.Polygon(shell, [ring] if hole else [])


def table(shapes, units, found):
    """Turn triples into a table of shapes by units."""
    out = np.zeros((len(shapes), len(units)))
    np.add.at(out, (found[0], found[1]), found[2])
    return out


@pytest.fixture
def shapes():
    """Give polygons of all kinds: inside one square, on its lines, with holes, in parts, partly and wholly outside."""
    return np.array(
        [
            shapely.box(10, 10, 30, 40),
            shapely.box(100, 100, 300, 200),  # its sides run along the grid's lines
            star(420, 310, 260, 500),
            star(-20, 500, 150, 60),
            shapely.MultiPolygon([shapely.box(5, 305, 95, 395), star(700, 700, 90, 40, hole=False)]),
            shapely.box(5000, 5000, 5100, 5100),
            shapely.Polygon([(50, 50), (950, 60), (500, 940)]),
            shapely.box(0, 0, 1000, 800),  # the frame itself
        ],
        dtype=object,
    )


def test_areas_in_squares_agree_with_shapely(shapes):
    units = squares(10, 8, 100.0)
    grid, full = grid_of(units)
    assert full.all()
    got = table(shapes, units, areas_in_squares(shapes, grid))
    peer = shapely.area(shapely.intersection(shapes[:, None], units[None, :]))
    assert got == pytest.approx(peer, abs=1e-6)
    assert (got[5] == 0).all()


def test_areas_do_not_depend_on_where_the_town_lies_or_on_the_order(shapes):
    units = squares(10, 8, 100.0)
    here = table(shapes, units, shared_areas(gpd.GeoSeries(shapes), gpd.GeoSeries(units)))
    move = np.array([499_900.0, 2_077_300.0])
    far = [shapely.transform(these, lambda xy: xy + move) for these in (shapes, units)]
    there = table(shapes, units, shared_areas(*(gpd.GeoSeries(these) for these in far)))
    assert there == pytest.approx(here, abs=1e-4)
    order = np.random.default_rng(1).permutation(len(units))
    mixed = table(shapes, units, shared_areas(gpd.GeoSeries(shapes[::-1]), gpd.GeoSeries(units[order])))
    assert mixed == pytest.approx(here[::-1][:, order], abs=1e-9)


def test_a_grid_with_cut_squares_is_measured_whole(shapes):
    units = squares(10, 8, 100.0)
    units[3] = shapely.box(300, 0, 360, 100)
    units[17] = shapely.Polygon([(700, 100), (800, 100), (800, 200)])
    got = table(shapes, units, shared_areas(gpd.GeoSeries(shapes), gpd.GeoSeries(units)))
    peer = shapely.area(shapely.intersection(shapes[:, None], units[None, :]))
    assert got == pytest.approx(peer, abs=1e-6)


@pytest.mark.parametrize(
    "units",
    [
        [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 30, 10)],  # not equal
        [shapely.box(0, 0, 10, 10), shapely.box(13, 0, 23, 10)],  # not on one grid
        [shapely.box(0, 0, 10, 10), shapely.box(0, 0, 10, 10)],  # one upon the other
        [shapely.Point(0, 0).buffer(5), shapely.Point(20, 0).buffer(5)],
        [shapely.Polygon(), shapely.Polygon()],
    ],
)
def test_what_is_no_grid_is_not_taken_for_one(units):
    array = np.array(units, dtype=object)
    assert grid_of(array)[0] is None
    shape = gpd.GeoSeries([shapely.box(2, 2, 25, 8)])
    got = table(shape, units, shared_areas(shape, gpd.GeoSeries(units)))
    assert got[0] == pytest.approx(shapely.area(shapely.intersection(shape[0], array)))


def test_ground_under_two_roofs_counts_once():
    roofs = gpd.GeoSeries([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10), shapely.box(2, 2, 12, 8)])
    units = gpd.GeoSeries([shapely.box(0, 0, 8, 20), shapely.box(8, 0, 40, 20), shapely.box(40, 0, 50, 20)])
    assert covered_area(roofs, units) == pytest.approx([80.0, 70.0, 0.0])
    assert covered_area(roofs.iloc[[1, 2, 0]], units) == pytest.approx([80.0, 70.0, 0.0])
    assert covered_area(roofs[:0], units).tolist() == [0.0, 0.0, 0.0]


def test_without_overlaps_covers_what_the_union_covers():
    rng = np.random.default_rng(3)
    corners, sizes = rng.uniform(0, 300, (150, 2)), rng.uniform(5, 60, (150, 2))
    shapes = shapely.box(*corners.T, *(corners + sizes).T)
    shapes[7] = shapes[3]  # the same building drawn twice
    alone = without_overlaps(shapes)
    union = shapely.union_all(shapes)
    assert shapely.area(alone).sum() == pytest.approx(union.area)
    assert shapely.union_all(alone).symmetric_difference(union).area < 1e-6
    units = gpd.GeoSeries(squares(6, 5, 60.0, 10.0, 20.0))
    peer = shapely.area(shapely.intersection(union, units.to_numpy()))
    assert covered_area(gpd.GeoSeries(shapes), units) == pytest.approx(peer, abs=1e-6)


def test_areas_by_class():
    land = gpd.GeoDataFrame(
        {"class": ["a", "b", "a", None, "c"]},
        geometry=[shapely.box(k * 10, 0, k * 10 + 10, 10) for k in range(5)],
    )
    units = gpd.GeoSeries([shapely.box(0, 0, 15, 10), shapely.box(15, 0, 50, 10)])
    assert areas_by_class(land, "class", ("a", "b", "d"), units).tolist() == [[100, 50, 0], [100, 50, 0]]


def test_a_second_class_has_the_rest_of_the_area_wherever_it_is_cut():
    shapes = gpd.GeoDataFrame(
        {"class": ["a", "b", "a"], "class_2": ["b", None, None], "share": [0.25, np.nan, 0.5]},
        geometry=[shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(20, 0, 30, 10)],
        crs=CRS,
    )
    units = gpd.GeoSeries([shapely.box(0, 0, 30, 10), shapely.box(5, 0, 15, 10)], crs=CRS)
    found = areas_by_class(shapes, "class", ("a", "b", "c"), units)
    assert found.tolist() == [[25 + 50, 75 + 100, 0], [12.5, 37.5 + 50, 0]]
