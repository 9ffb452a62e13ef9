"""Change of land cover: transitions, gains and swaps by hand; and where a city grew."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy import ndimage

from urbanplan.base.errors import InputError
from urbanplan.methods.landscape import change, expansion, transitions
from urbanplan.model.land_cover import cover_of

CRS = "EPSG:32647"


def raster(cells, date, **more):
    """Give a raster in cells of 10 m whose lower left corner is the origin."""
    table = np.asarray(cells, dtype=np.uint8)
    place = {"crs": CRS, "west": 0.0, "north": 10.0 * len(table), "cell_m": 10.0, "nodata": 0, **more}
    return cover_of(table, date=date, **place)


def all_of(one):
    """Give the outline of a raster."""
    rows, columns = one.shape
    west, north = one.west, one.north
    shape = shapely.box(west, north - rows * one.cell_m, west + columns * one.cell_m, north)
    return gpd.GeoDataFrame(geometry=[shape], crs=CRS)


def test_transitions_by_hand():
    before = raster([[1, 1, 1, 2], [1, 2, 2, 0]], "2010")
    after = raster([[1, 2, 2, 1], [1, 2, 3, 3]], "2020")
    found = transitions(before, after, all_of(before))
    assert found.classes.tolist() == [1, 2, 3]
    assert (found.area_m2 / 100).tolist() == [[2, 2, 0], [1, 1, 1], [0, 0, 0]]
    assert found.years == 10
    made = change(found)
    assert (made.before / 100).tolist() == [4, 3, 0]
    assert (made.after / 100).tolist() == [3, 3, 1]
    assert (made.gain / 100).tolist() == [1, 2, 1]
    assert (made.loss / 100).tolist() == [2, 2, 0]
    assert (made.net / 100).tolist() == [-1, 0, 1]
    assert (made.swap / 100).tolist() == [2, 4, 0]
    assert made.rate.tolist() == pytest.approx([(3 / 4) ** 0.1 - 1, 0, np.nan], nan_ok=True)
    assert made.uniform == pytest.approx(4 / 7 / 10)
    assert made.gain_intensity.tolist() == pytest.approx([1 / 30, 2 / 30, 1 / 10])
    assert made.loss_intensity.tolist() == pytest.approx([2 / 40, 2 / 30, np.nan], nan_ok=True)


def test_what_is_gained_is_lost_elsewhere():
    rng = np.random.default_rng(1)
    before, after = (raster(rng.integers(1, 6, (40, 50)), date) for date in ("2000", "2015"))
    made = change(transitions(before, after, all_of(before)))
    assert made.gain.sum() == pytest.approx(made.loss.sum())
    assert made.before.sum() == pytest.approx(40 * 50 * 100) == pytest.approx(made.after.sum())
    assert (made.gain + made.kept == made.after).all()


@pytest.mark.parametrize("more", [{"west": 5.0}, {"cell_m": 20.0}, {"north": 33.0}])
def test_another_grid_trips_the_gate(more):
    before, after = raster(np.ones((3, 3)), "2000"), raster(np.ones((3, 3)), "2010", **more)
    with pytest.raises(InputError, match="same grid"):
        transitions(before, after, all_of(before))
    with pytest.raises(InputError, match="same grid"):
        expansion(before, after, all_of(before))


def test_infill_edge_and_leapfrog_by_hand():
    before, after = np.full((9, 12), 40), np.full((9, 12), 40)
    before[2:7, 1:6] = 50
    before[4, 3] = 40  # a gap in the city
    after[before == 50] = 50
    after[4, 3] = 50  # infill: all eight around it were built
    after[3:5, 6] = 50  # edge: of ten around, four were
    after[8, 11] = 50  # apart, in the corner of the map
    one, other = raster(before, "2000"), raster(after, "2010")
    found = expansion(one, other, all_of(one))
    table = dict(zip(found.kind, zip(found.area_m2, found.share_around, strict=True), strict=True))
    assert table == {"infill": (100, 1), "edge": (200, 0.4), "leapfrog": (100, 0)}
    assert shapely.area(found.shapes).tolist() == found.area_m2.tolist()


def test_exactly_half_is_edge_and_unknown_around_does_not_count():
    before = raster([[50, 50, 0], [50, 40, 40], [0, 40, 40]], "2000")
    after = raster([[50, 50, 40], [50, 50, 40], [40, 40, 40]], "2010")
    found = expansion(before, after, all_of(before))
    assert found.share_around.tolist() == [0.5]
    assert found.kind.tolist() == ["edge"]


def test_against_a_buffer_grown_around_each_patch():
    rng = np.random.default_rng(5)
    before = np.where(ndimage.gaussian_filter(rng.random((60, 70)), 2) > 0.51, 50, 40)
    after = np.where((before == 50) | (ndimage.gaussian_filter(rng.random((60, 70)), 1) > 0.56), 50, 40)
    one, other = raster(before, "2000"), raster(after, "2010")
    found = expansion(one, other, all_of(one))
    eight = np.ones((3, 3))
    label, number = ndimage.label((after == 50) & (before != 50), eight)
    assert len(found.kind) == number > 20
    for patch in range(number):
        mine = label == patch + 1
        ring = ndimage.binary_dilation(mine, eight) & ~mine
        assert found.share_around[patch] == pytest.approx((before[ring] == 50).mean())
        assert found.area_m2[patch] == 100 * mine.sum()
        assert found.shapes[patch].area == pytest.approx(found.area_m2[patch])


def test_growth_counts_within_the_place_and_sees_around_it():
    before, after = np.full((5, 6), 40), np.full((5, 6), 40)
    before[:, 0] = after[:, 0] = 50
    after[2, 1] = 50
    one, other = raster(before, "2000"), raster(after, "2010")
    east = gpd.GeoDataFrame(geometry=[shapely.box(10, 0, 60, 50)], crs=CRS)
    assert expansion(one, other, east).share_around.tolist() == [3 / 8]
    west = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 50)], crs=CRS)
    assert len(expansion(one, other, west).kind) == 0
