"""Statistics by zone: against cells cut out one by one, and where outlines are wrong."""

import numpy as np
import pytest
import shapely

from urbanplan.base.errors import ConservationError, InputError
from urbanplan.methods.zonal import class_areas, statistics
from urbanplan.methods.zonal.outlines import Frame, centres_inside, outlines_of

FRAME = Frame(1000.0, 5000.0, 10.0, 40, 60)
RNG = np.random.default_rng(2)
SQUARES = np.array(
    [
        [shapely.box(1000 + 10 * c, 4990 - 10 * r, 1010 + 10 * c, 5000 - 10 * r) for c in range(60)]
        for r in range(40)
    ]
)


@pytest.fixture(scope="module")
def values():
    """Give numbers with one unknown."""
    table = RNG.normal(size=(40, 60))
    table[3, 5] = np.nan
    return table


@pytest.fixture(scope="module")
def zones():
    """Give discs, rings, pairs, a rectangle along cells, nothing, something elsewhere, and all."""
    shapes = []
    for i in range(24):
        shape = shapely.Point(RNG.uniform((980, 4580), (1620, 5020))).buffer(RNG.uniform(2, 150), quad_segs=3)
        if i % 3 == 0:
            shape = shape.difference(shape.centroid.buffer(12))
        if i % 5 == 0:
            shape = shape.union(shapely.Point(RNG.uniform((1000, 4600), (1600, 5000))).buffer(30))
        shapes.append(shape)
    shapes += [shapely.box(1010, 4900, 1030, 4910), shapely.Polygon(), shapely.box(0, 0, 1, 1)]
    return np.array([*shapes, shapely.box(900, 4500, 1700, 5100)], dtype=object)


def test_sums_and_means_against_cells_cut_one_by_one(values, zones):
    found = statistics(zones, [values[:7], values[7:20], values[20:]], FRAME)
    known = np.isfinite(values)
    for i, zone in enumerate(zones):
        share = shapely.area(shapely.intersection(SQUARES, zone)) / 100
        assert found.area_m2[i] == pytest.approx(share.sum() * 100, abs=1e-6)
        assert found.known_m2[i] == pytest.approx(share[known].sum() * 100, abs=1e-6)
        assert found.sum[i] == pytest.approx((share * values)[known].sum(), abs=1e-9)
        touched = values[known & (share > 1e-9)]
        if touched.size:
            assert found.mean[i] == pytest.approx((share * values)[known].sum() / share[known].sum())
            assert (found.low[i], found.high[i]) == (touched.min(), touched.max())
        else:
            assert np.isnan([found.mean[i], found.low[i], found.high[i]]).all()


def test_classes_against_cells_cut_one_by_one(zones):
    cells = RNG.integers(0, 5, (40, 60)).astype(np.uint8)
    found = class_areas(zones, [cells[:1], cells[1:]], FRAME, nodata=0)
    assert found.classes.tolist() == [1, 2, 3, 4]
    for i, zone in enumerate(zones):
        area = shapely.area(shapely.intersection(SQUARES, zone))
        expected = [area[cells == k].sum() for k in (1, 2, 3, 4)]
        assert found.area_m2[i].tolist() == pytest.approx(expected, abs=1e-6)
        assert found.total_m2[i] == pytest.approx(area.sum(), abs=1e-6)


def test_people_are_conserved_when_zones_cover_the_raster(values):
    people = np.abs(np.nan_to_num(values))
    points = shapely.multipoints(RNG.uniform((1000, 4600), (1600, 5000), (50, 2)))
    zones = shapely.intersection(
        shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shapely.box(1000, 4600, 1600, 5000))),
        shapely.box(1000, 4600, 1600, 5000),
    )
    found = statistics(np.asarray(zones), [people], FRAME)
    assert found.sum.sum() == pytest.approx(people.sum())


def test_a_number_for_unknown_is_unknown(zones):
    table = np.where(RNG.random((40, 60)) < 0.3, -9999.0, 1.0)
    found = statistics(zones[-1:], [table], FRAME, nodata=-9999.0)
    assert found.mean.tolist() == [1.0]
    assert found.known_m2[0] == (table == 1).sum() * 100


def test_an_outline_that_crosses_itself_trips_the_gate():
    bow = shapely.Polygon([(1100, 4700), (1200, 4800), (1200, 4700), (1100, 4900)])
    with pytest.raises(ConservationError, match="repair"):
        statistics(np.array([bow], dtype=object), [np.ones((40, 60))], FRAME)
    with pytest.raises(ConservationError, match="repair"):
        class_areas(np.array([bow], dtype=object), [np.ones((40, 60), dtype=np.uint8)], FRAME)


def test_strips_must_make_up_the_raster(zones):
    with pytest.raises(InputError, match="39 rows"):
        statistics(zones, [np.ones((39, 60))], FRAME)
    with pytest.raises(InputError, match="60 cells wide"):
        statistics(zones, [np.ones((40, 61))], FRAME)
    with pytest.raises(InputError, match="polygon"):
        statistics(np.array([shapely.Point(1, 1)], dtype=object), [np.ones((40, 60))], FRAME)


def test_centres_inside_as_shapely_tells(zones):
    x, y = np.meshgrid(1005 + 10 * np.arange(60), 4995 - 10 * np.arange(40))
    shapes = outlines_of(zones, FRAME)
    for i, zone in enumerate(zones):
        expected = shapely.contains_xy(zone, x, y)
        assert (centres_inside(shapes, i, (0, 40, 0, 60)) == expected).all()
        assert (centres_inside(shapes, i, (5, 17, 11, 40)) == expected[5:17, 11:40]).all()
