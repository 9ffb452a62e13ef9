"""What fills a view: it adds up to the sphere, and a tower takes what it hides."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from view_scenes import bare, blocks, rough_town

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.composition import compose_views
from urbanplan.methods.visibility.fraction import visible_fraction
from urbanplan.methods.visibility.route import route_difference, view_along_route
from urbanplan.methods.visibility.skyline import sky_view_factor, skyline_change

SPHERE = 4 * np.pi


def total(view):
    return view.classes.sum(axis=1) + view.sky + view.unknown + view.beyond


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), holes=st.sampled_from([0.0, 0.01]), azimuths=st.sampled_from([7, 360]))
def test_every_view_adds_up_to_the_sphere(seed, holes, azimuths):
    rng = np.random.default_rng(seed)
    surface = rough_town(rng, 40, 45, unknown=holes)
    classes = rng.integers(0, 4, surface.top.shape).astype("int32")
    xy = rng.uniform([0, 0], [90, 80], (5, 2))
    row, col = surface.cells_of(xy, "viewpoint")
    eyes = np.column_stack([xy, surface.top[row, col] + 1.6])
    view = compose_views(surface, classes, eyes, azimuths=azimuths)
    known = ~np.isnan(eyes[:, 2])
    np.testing.assert_allclose(total(view)[known], SPHERE, atol=1e-9)
    assert np.isnan(total(view)[~known]).all()
    parts = np.column_stack([view.classes, view.sky, view.unknown, view.beyond])
    assert (parts[known] >= 0).all()


def test_an_endless_plain_is_half_the_sphere():
    flat = bare(np.zeros((401, 401)), cell_m=10.0)
    view = compose_views(
        flat, np.zeros((401, 401), "int32"), np.array([[2005.0, 2005.0, 2.0]]), refraction=None
    )
    below = view.classes[0, 0]
    # the horizon of the grid is a square 2005 m away, what is between it and the level may be ground beyond
    assert below == pytest.approx(SPHERE / 2 - 2 / 2005 * 8 * np.log(1 + np.sqrt(2)) / np.sqrt(2), abs=3e-3)
    assert below + view.beyond[0] == pytest.approx(SPHERE / 2, abs=1e-9)
    assert view.sky[0] == pytest.approx(SPHERE / 2, abs=1e-9)


def test_a_ring_of_walls_by_hand():
    # walls 10 m over the eye, from 30 m away all round; seen from the middle of a square court of 60 m
    top = np.full((121, 121), 11.6)
    top[30:91, 30:91] = 0.0
    court = bare(top)
    classes = (top > 0).astype("int32")
    view = compose_views(court, classes, np.array([[60.5, 60.5, 1.6]]), azimuths=7200, refraction=None)
    turn = (np.arange(720_000) + 0.5) / 720_000 * 2 * np.pi
    away = 30.5 / np.maximum(abs(np.cos(turn)), abs(np.sin(turn)))
    up, down = 10 / np.hypot(10, away), 1.6 / np.hypot(1.6, away)
    assert view.classes[0, 1] == pytest.approx((up + down).mean() * 2 * np.pi, rel=1e-5)
    assert view.classes[0, 0] == pytest.approx((1 - down).mean() * 2 * np.pi, rel=1e-5)
    assert sky_view_factor(view.horizon_rad)[0] == pytest.approx((1 - up**2).mean(), rel=1e-5)
    assert view.beyond[0] == 0


def cast(surface, classes, eye, azimuths, elevations, step_m=0.05):
    """Cast rays on a grid of directions and see what each hits first: slow, and knows no horizon."""
    number = int(classes.max()) + 1
    count = np.zeros(number + 1)
    away = np.arange(step_m / 2, 1.5 * max(surface.top.shape) * surface.cell_m, step_m)
    sines = -1 + 2 * (np.arange(elevations) + 0.5) / elevations
    for turn in (np.arange(azimuths) + 0.5) / azimuths * 2 * np.pi:
        col = np.floor((eye[0] + np.sin(turn) * away - surface.x0) / surface.cell_m).astype(int)
        row = np.floor((surface.y0 - eye[1] - np.cos(turn) * away) / surface.cell_m).astype(int)
        inside = (col >= 0) & (row >= 0) & (col < surface.top.shape[1]) & (row < surface.top.shape[0])
        height, kind = surface.top[row[inside], col[inside]] - eye[2], classes[row[inside], col[inside]]
        for sine in sines:
            hit = np.flatnonzero(height >= away[inside] * sine / np.sqrt(1 - sine**2))
            count[kind[hit[0]] if len(hit) else number] += 1
    return count * SPHERE / (azimuths * elevations)


def test_casting_rays_gives_the_same():
    surface = rough_town(np.random.default_rng(12), 40, 40)
    classes = (np.indices((40, 40)).sum(axis=0) // 9 % 3).astype("int32")
    eye = np.array([41.0, 39.0, surface.top[20, 20] + 2.0])
    view = compose_views(surface, classes, eye[None], azimuths=120, refraction=None)
    by_hand = cast(surface, classes, eye, 120, 500)
    np.testing.assert_allclose(view.classes[0], by_hand[:3], atol=0.02)
    assert view.sky[0] + view.beyond[0] == pytest.approx(by_hand[3], abs=0.02)


def tower_and_hill(tower_m=0.0, **options):
    """Put a tower in front of a hill 60 m high, 300 m long, that fills the west."""
    ground = np.zeros((61, 200))
    ground[:, :20] = 60.0
    town = blocks(61, 200, [(28, 90, 5, 5)], [tower_m], cell_m=5.0, ground=ground, **options)
    hill = np.zeros((61, 200), dtype=bool)
    hill[:, :20] = True
    return town, hill


EYES = np.array([[800.0, 152.5, 1.6]])


def test_a_tower_takes_the_hill_by_hand():
    before, hill = tower_and_hill()
    after, _ = tower_and_hill(45.0)
    full = visible_fraction(before, hill, EYES, directions=14_400)
    assert full.fraction[0] == 1.0
    left = visible_fraction(after, hill, EYES, directions=14_400)
    # the tower's face, 25 m wide, stands 325 m away and 43.4 m over the eye; the hill's 60 m are 700 m away: all of
    # the hill behind the face goes
    turn = np.linspace(-np.arctan(152.5 / 700), np.arctan(152.5 / 700), 200_001)
    hill_up = (58.4 - 6.7e-8 * 700**2) / np.hypot(58.4, 700 / np.cos(turn))
    hill_down = 1.6 / np.hypot(1.6, 700 / np.cos(turn))
    width = abs(turn) < np.arctan(12.5 / 325)
    lost = (hill_up + hill_down)[width].sum() / (hill_up + hill_down).sum()
    assert 1 - left.fraction[0] == pytest.approx(lost, rel=0.01)
    assert left.low[0] == left.high[0] == left.fraction[0]
    # the sky is hardly broken: the tower reaches 7.6 degrees, the hill 4.8
    one, other = (compose_views(t, hill.astype("int32"), EYES, azimuths=14_400) for t in (before, after))
    rise = skyline_change(one.horizon_rad, other.horizon_rad)
    assert rise.peak_rise_rad[0] == pytest.approx(np.arctan(43.4 / 325) - np.arctan(58.4 / 700), abs=1e-4)
    assert rise.extent_rad[0] == pytest.approx(2 * np.arctan(12.5 / 325), abs=2e-3)
    assert rise.intrusion_sr[0] == pytest.approx(one.sky[0] - other.sky[0], abs=1e-9)


def test_a_low_tower_hides_the_hill_without_breaking_the_sky():
    before, hill = tower_and_hill()
    after, _ = tower_and_hill(20.0)
    one, other = (compose_views(t, hill.astype("int32"), EYES) for t in (before, after))
    assert skyline_change(one.horizon_rad, other.horizon_rad).intrusion_sr[0] == 0
    assert visible_fraction(after, hill, EYES).fraction[0] < 0.97


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), higher=st.floats(0.1, 60), holes=st.sampled_from([0.0, 0.01]))
def test_raising_a_building_never_raises_the_visible_fraction(seed, higher, holes):
    rng = np.random.default_rng(seed)
    surface = rough_town(rng, 40, 40, unknown=holes)
    target = np.zeros((40, 40), dtype=bool)
    target[3:6, 3:9] = True
    surface = replace(surface, top=surface.top + np.where(target, 15.0, 0.0))
    xy = rng.uniform(0, 80, (4, 2))
    row, col = surface.cells_of(xy, "viewpoint")
    eyes = np.column_stack([xy, surface.ground[row, col] + 30.0])
    block = np.zeros((40, 40))
    r, c = rng.integers(0, 36, 2)
    block[r : r + 4, c : c + 4] = higher
    block[target] = 0
    block[row, col] = 0
    before, after = (
        visible_fraction(s, target, eyes, directions=720)
        for s in (surface, replace(surface, top=surface.top + block))
    )
    valid = ~np.isnan(before.low)
    assert (after.low[valid] <= before.low[valid] + 1e-12).all()
    assert (after.high[valid] <= before.high[valid] + 1e-12).all()
    assert ((before.low[valid] >= 0) & (before.high[valid] <= 1 + 1e-12)).all()


def test_a_building_of_unknown_height_leaves_the_fraction_between_two_bounds():
    town, hill = tower_and_hill(np.nan)
    view = visible_fraction(town, hill, EYES)
    assert np.isnan(view.fraction[0])
    assert view.high[0] == 1.0
    assert 0.6 < view.low[0] < 0.9
    aside = visible_fraction(town, hill, np.array([[400.0, 152.5, 1.6]]))
    assert aside.fraction[0] == 1.0, "the unknown building is behind"
    composition = compose_views(town, hill.astype("int32"), EYES)
    assert composition.unknown[0] > 0
    assert np.isnan(composition.horizon_rad).any()


def test_the_fraction_is_that_of_two_whole_views():
    town, hill = tower_and_hill(45.0)
    bare_town, _ = tower_and_hill()
    classes = hill.astype("int32")
    eyes = np.array([[800.0, 152.5, 1.6], [600.0, 80.0, 1.6], [500.0, 250.0, 60.0], [50.0, 150.0, 61.6]])
    with_tower, without = (
        compose_views(s, classes, eyes, azimuths=14_400).classes[:, 1] for s in (town, bare_town)
    )
    found = visible_fraction(town, hill, eyes, directions=3000)
    np.testing.assert_allclose(found.unobstructed_sr, without, rtol=2e-3)
    np.testing.assert_allclose(found.fraction, with_tower / without, rtol=3e-3)


def test_an_eye_inside_a_building_or_without_height_sees_nothing_known():
    town, hill = tower_and_hill(45.0)
    eyes = np.array([[460.0, 152.5, 1.6], [800.0, 152.5, np.nan]])
    assert np.isnan(total(compose_views(town, hill.astype("int32"), eyes))).all()
    assert np.isnan(visible_fraction(town, hill, eyes).fraction).all()
    ditch = np.full((1, 30), 50.0)
    ditch[0, 20] = 0.0
    pit = np.arange(30)[None] == 20
    sunk = visible_fraction(bare(ditch), pit, np.array([[1.5, 0.5, 51.6]]))
    assert np.isnan(sunk.fraction[0]), "what would have no solid angle has no fraction"


def test_an_eye_at_a_wall_and_an_eye_on_the_ground():
    town = blocks(20, 20, [(0, 10, 20, 3)], [30.0])
    numbers = (town.building + 1).astype("int32")
    at_wall = compose_views(town, numbers, np.array([[10.0, 10.0, 1.6]]), count=2)
    assert np.isnan(total(at_wall))[0], "the border belongs to the eastern cell, the building's"
    at_wall = compose_views(town, numbers, np.array([[13.0, 10.5, 1.6]]), count=2)
    assert total(at_wall)[0] == pytest.approx(SPHERE, abs=1e-9)
    assert at_wall.classes[0, 1] == pytest.approx(SPHERE / 2, abs=0.3), "the wall fills the western half"
    lying = compose_views(town, numbers, np.array([[2.5, 10.5, 0.0]]), count=2)
    assert total(lying)[0] == pytest.approx(SPHERE, abs=1e-9)
    assert lying.classes[0, 0] == pytest.approx(SPHERE / 2, abs=1e-3)


def test_which_building_takes_how_much():
    town = blocks(40, 40, [(5, 5, 5, 5), (30, 10, 4, 4)], [20.0, 8.0])
    eye = np.array([[20.0, 20.0, 1.6]])
    numbers = (town.building + 1).astype("int32")
    per_building = compose_views(town, numbers, eye, count=3)
    one_class = compose_views(town, (numbers > 0).astype("int32"), eye)
    assert per_building.classes[0, 1:].sum() == pytest.approx(one_class.classes[0, 1])
    assert (per_building.classes[0, 1:] > 0).all()


def test_what_may_stand_beyond_the_grid_is_not_called_sky():
    flat = bare(np.zeros((101, 101)), cell_m=10.0)
    eye, classes = np.array([[505.0, 505.0, 2.0]]), np.zeros((101, 101), "int32")
    near = compose_views(flat, classes, eye)
    mountains = compose_views(flat, classes, eye, highest_beyond_m=1_000.0)
    assert mountains.beyond[0] > near.beyond[0] + 5
    assert mountains.sky[0] + mountains.beyond[0] == pytest.approx(near.sky[0] + near.beyond[0])


def test_threads_and_turns_change_nothing():
    surface = rough_town(np.random.default_rng(2), 41, 41)
    classes = (surface.top > 3).astype("int32")
    eyes = np.array([[41.0, 41.0, 12.0], [20.0, 33.0, 25.0], [60.0, 8.0, 25.0]])
    one, three = (compose_views(surface, classes, eyes, threads=k) for k in (1, 3))
    np.testing.assert_array_equal(one.classes, three.classes)
    turned = bare(np.rot90(surface.top).copy(), cell_m=2.0)
    around = np.column_stack([82 - eyes[:, 1], eyes[:, 0], eyes[:, 2]])
    other = compose_views(turned, np.rot90(classes).copy(), around)
    np.testing.assert_allclose(other.classes, one.classes, atol=1e-9)
    np.testing.assert_allclose(np.roll(other.horizon_rad, 360, axis=1), one.horizon_rad, atol=1e-9)


def test_a_route_by_hand():
    # points every 10 m: seen at 20, 30 and 60, unknown at 70
    route = view_along_route(np.arange(0, 90, 10.0), np.array([0, 0, 0.4, 0.1, 0, 0, 0.9, np.nan, 0]))
    assert route.length_m == 80
    assert route.seen_share == 30 / 80
    assert route.unknown_share == 10 / 80
    assert route.first_sight_m == 20
    assert route.interruptions == 1
    assert route.longest_blind_m == 20
    strict = view_along_route(
        np.arange(0, 90, 10.0), np.array([0, 0, 0.4, 0.1, 0, 0, 0.9, 0, 0]), least_fraction=0.5
    )
    assert strict.first_sight_m == 60
    assert strict.longest_blind_m == 55
    assert strict.interruptions == 0
    assert np.isnan(view_along_route(np.array([0.0, 5.0]), np.array([np.nan, 1.0])).first_sight_m)
    assert np.isnan(view_along_route(np.array([0.0, 5.0]), np.zeros(2)).first_sight_m)
    with pytest.raises(InputError, match="distances that rise"):
        view_along_route(np.array([0.0, 0.0]), np.zeros(2))


def test_the_difference_of_two_routes_forgives_a_shift():
    course = np.array([0, 0, 1, 1, 0.0])
    assert route_difference(course, course) == 0
    assert route_difference(course, np.array([0, 1, 1, 0, 0.0])) == 0
    assert route_difference(course, np.array([0, 0.4, 0.4, 0.0])) == pytest.approx(0.6)
    with pytest.raises(InputError, match="leave unknown points out"):
        route_difference(course, np.array([np.nan]))


def test_mistakes_are_named():
    flat = bare(np.zeros((5, 5)))
    eye, classes = np.array([[2.5, 2.5, 2.0]]), np.zeros((5, 5), "int32")
    with pytest.raises(InputError, match="use the same grid"):
        compose_views(flat, classes[:4], eye)
    with pytest.raises(InputError, match="from 0 to 0"):
        compose_views(flat, classes + 1, eye, count=1)
    with pytest.raises(InputError, match="lies outside"):
        compose_views(flat, classes, eye + 50)
    with pytest.raises(InputError, match="azimuths is 0"):
        compose_views(flat, classes, eye, azimuths=0)
    with pytest.raises(InputError, match="x, y and elevation"):
        compose_views(flat, classes, eye[:, :2])
    with pytest.raises(InputError, match="no cell"):
        compose_views(bare(np.full((5, 5), np.nan)), classes, eye)
    with pytest.raises(InputError, match="the target has shape"):
        visible_fraction(flat, np.ones((4, 5), dtype=bool), eye)
    with pytest.raises(InputError, match="no cell on the surface"):
        visible_fraction(flat, np.zeros((5, 5), dtype=bool), eye)
    with pytest.raises(InputError, match="x, y and elevation"):
        visible_fraction(flat, np.ones((5, 5), dtype=bool), eye[:, :2])
    with pytest.raises(InputError, match="directions is 0"):
        visible_fraction(flat, np.ones((5, 5), dtype=bool), eye, directions=0)
    with pytest.raises(InputError, match="compare the same eyes"):
        skyline_change(np.zeros((1, 8)), np.zeros((2, 8)))
