"""What happened to buildings, case by case, and what must not change it."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Point, affinity, box

from urbanplan.methods.change import compare_buildings, ring_areas
from urbanplan.model.layers import conform

HOUSE = box(0, 0, 10, 12)


def town(*shapes, top=None, sd=1.0):
    top = np.full(len(shapes), np.nan) if top is None else np.array(top)
    columns = {"highest_point_m": top, "highest_point_sd_m": np.where(np.isnan(top), np.nan, sd)}
    return conform(gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:32647"), "buildings")


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ([HOUSE], [HOUSE], "same"),
        ([HOUSE], [affinity.translate(HOUSE, 2, -1.5)], "same"),
        ([HOUSE], [affinity.scale(HOUSE, 1.5, 1.5)], "enlarged"),
        ([HOUSE], [affinity.scale(HOUSE, 0.6, 0.6)], "reduced"),
        ([HOUSE], [affinity.translate(HOUSE, 50, 0)], "new"),
        ([HOUSE], [affinity.translate(HOUSE, 9, 0)], "new"),
        ([box(0, 0, 10, 12), box(10, 0, 20, 12)], [box(0, 0, 20, 12)], "regrouped"),
        ([box(0, 0, 20, 12)], [box(0, 0, 9, 12), box(11, 0, 20, 12)], "regrouped"),
        ([], [HOUSE], "new"),
    ],
)
def test_each_kind_of_change(before, after, state):
    found = compare_buildings(town(*before), town(*after))
    assert set(found.after) == {state}
    assert (found.before == "gone").tolist() == [state == "new"] * len(before)


def test_growth_must_exceed_the_error_of_two_outlines():
    # walls drawn with 0.5 m: the area of 10 x 12 m has the error 0.5 * sqrt(2 * 244) = 11.0 m2, of both dates about 17, times 1.96 = 34
    inside = compare_buildings(town(HOUSE), town(box(0, 0, 10, 15.0)))
    beyond = compare_buildings(town(HOUSE), town(box(0, 0, 10, 15.6)))
    assert (inside.after[0], beyond.after[0]) == ("same", "enlarged")
    assert compare_buildings(town(HOUSE), town(box(0, 0, 10, 15.0)), outline_sd_m=0.2).after[0] == "enlarged"


def test_heights_likewise():
    shapes = HOUSE, box(50, 0, 60, 10), box(80, 0, 90, 10)
    before, after = town(*shapes, top=[6.0, 6.0, np.nan]), town(*shapes, top=[8.7, 8.8, 30.0])
    # 1.96 * sqrt(2) = 2.77
    assert compare_buildings(before, after).heightened.tolist() == [False, True, False]
    assert compare_buildings(after, before).lowered.tolist() == [False, True, False]


def test_time_turned_round_turns_new_into_gone():
    rng = np.random.default_rng(5)
    spots = [Point(*xy).buffer(4) for xy in rng.uniform(0, 400, (60, 2))]
    one, other = town(*spots[:45]), town(*spots[20:])
    there, back = compare_buildings(one, other), compare_buildings(other, one)
    assert np.array_equal(there.after == "new", back.before == "gone")
    assert np.array_equal(there.before == "gone", back.after == "new")


def test_moving_and_mixing_change_nothing():
    rng = np.random.default_rng(6)
    before = town(*[Point(*xy).buffer(5) for xy in rng.uniform(0, 300, (40, 2))])
    after = town(*[Point(*xy).buffer(6) for xy in rng.uniform(0, 300, (40, 2))])
    here = compare_buildings(before, after).after
    order = rng.permutation(40)
    assert np.array_equal(compare_buildings(before.iloc[::-1], after.iloc[order]).after, here[order])
    far = [frame.set_geometry(frame.geometry.translate(5e5, 2e6)) for frame in (before, after)]
    assert np.array_equal(compare_buildings(*far).after, here)


def test_rings_share_nothing_and_miss_nothing():
    things = np.array([Point(0, 0), box(200, 0, 220, 20)], dtype=object)
    rings = ring_areas(things, (50.0, 100.0), box(-1000, -1000, 1000, 1000))
    assert shapely.area(shapely.intersection(*rings)) == pytest.approx(0, abs=1e-6)
    outer = shapely.union_all(shapely.buffer(things, 100, quad_segs=16))
    assert sum(ring.area for ring in rings) == pytest.approx(outer.area)
    assert rings[0].contains(box(200, 0, 220, 20)), "the ground of a thing belongs to the first ring"
