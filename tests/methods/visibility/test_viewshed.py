"""Every cell of a viewshed agrees with a slow walk over fractions; GDAL agrees nearly."""

import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from view_scenes import BEYOND, HIDDEN, UNKNOWN, VISIBLE, bare, blocks, rough_town, viewshed_by_hand

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.curvature import drop_per_m2
from urbanplan.methods.visibility.surface import Surface
from urbanplan.methods.visibility.viewshed import exposure, viewshed


def eye_in(surface, row, col, height_m=1.6):
    """Stand in the middle of a cell, on what is there."""
    x = surface.x0 + (col + 0.5) * surface.cell_m
    y = surface.y0 - (row + 0.5) * surface.cell_m
    return np.array([x, y, np.nan_to_num(surface.top[row, col]) + height_m])


def test_a_wall_hides_the_ground_behind_it_until_the_line_of_sight_comes_down():
    # eye 2 m high in cell 0, wall 1 m high in cell 10: the line comes down to the ground in cell 20
    top = np.zeros((1, 30))
    top[0, 10] = 1.0
    seen = viewshed(bare(top), eye_in(bare(top), 0, 0, 2.0), refraction=None).codes[0]
    assert seen[:11].tolist() == [VISIBLE] * 11
    assert seen[11:20].tolist() == [HIDDEN] * 9
    assert seen[20:].tolist() == [VISIBLE] * 10


def test_a_line_between_two_centres_crosses_the_slope_between_them():
    # a knight's move away the line passes half way between two centres, 3 m and 1 m high: 2 m high there
    top = np.zeros((3, 2))
    top[1, 0], top[1, 1] = 3.0, 1.0
    for target_m, expected in ((2.1, VISIBLE), (1.9, HIDDEN)):
        aims = np.zeros((3, 2))
        aims[2, 1] = target_m
        surface = Surface(aims, np.maximum(top, 0), bare(top).building, np.empty(0), 0.0, 3.0, 1.0)
        seen = viewshed(surface, np.array([0.5, 2.5, 2.0]), aim="ground", refraction=None)
        assert seen.codes[2, 1] == expected


def test_the_earth_hides_what_is_lower_than_the_drop():
    surface = bare(np.zeros((1, 101)), cell_m=200.0)
    seen = viewshed(surface, eye_in(surface, 0, 0)).codes[0]
    far = np.arange(101) * 200.0
    # the centre before the last one stands in the way: at t = (D - 200) / D the line is 1.6 (1 - t) - c D^2 t (1 - t)
    np.testing.assert_array_equal(seen == VISIBLE, drop_per_m2() * far * (far - 200) <= 1.6)
    assert 4_000 < far[seen == VISIBLE].max() < 6_000
    assert (viewshed(surface, eye_in(surface, 0, 0), refraction=None).codes == VISIBLE).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), holes=st.sampled_from([0.0, 0.0, 0.02]), k=st.sampled_from([None, 1 / 7]))
def test_no_cell_differs_from_a_slow_walk(seed, holes, k):
    rng = np.random.default_rng(seed)
    rows, cols = rng.integers(1, 26, 2)
    surface = rough_town(rng, rows, cols, float(rng.choice([0.5, 2.0, 30.0])), unknown=holes)
    row, col = int(rng.integers(rows)), int(rng.integers(cols))
    eye = eye_in(surface, row, col, float(rng.choice([0.2, 1.6, 20.0])))
    aim, height = str(rng.choice(["top", "ground"])), float(rng.choice([0.0, 1.6]))
    reach = float(rng.choice([np.inf, 8 * surface.cell_m]))
    found = viewshed(surface, eye, aim=aim, aim_height_m=height, max_distance_m=reach, refraction=k).codes
    aims = surface.top if aim == "top" else surface.ground
    by_hand = viewshed_by_hand(surface, eye, aims, height, drop_per_m2(k), reach)
    by_hand[row, col] = UNKNOWN if np.isnan(aims[row, col]) else VISIBLE
    np.testing.assert_array_equal(found, by_hand)


def test_a_plane_and_a_terrace_have_no_rounding_trouble():
    rows, cols = np.mgrid[0:21, 0:21]
    for top in (0.1 * rows + 0.3 * cols, np.floor(rows / 4) * 0.7, np.zeros((21, 21))):
        surface = bare(top, cell_m=3.0)
        eye = eye_in(surface, 10, 10)
        by_hand = viewshed_by_hand(surface, eye, top, 0.0, 0.0)
        np.testing.assert_array_equal(viewshed(surface, eye, refraction=None).codes, by_hand)


def test_who_sees_is_seen():
    surface = rough_town(np.random.default_rng(5), 40, 40)
    cells = np.random.default_rng(6).integers(0, 40, (14, 2))
    seen = [viewshed(surface, eye_in(surface, *cell), aim_height_m=1.6).codes for cell in cells]
    table = np.array([[codes[tuple(cell)] for cell in cells] for codes in seen])
    assert 0 < (table == HIDDEN).sum() < table.size
    np.testing.assert_array_equal(table, table.T)


def test_turning_and_mirroring_the_world_turns_and_mirrors_the_view():
    surface = rough_town(np.random.default_rng(7), 31, 31)
    plain = viewshed(surface, eye_in(surface, 9, 4)).codes
    turned = bare(np.rot90(surface.top).copy(), cell_m=2.0)
    np.testing.assert_array_equal(viewshed(turned, eye_in(turned, 30 - 4, 9)).codes, np.rot90(plain))
    mirrored = bare(surface.top[:, ::-1].copy(), cell_m=2.0)
    np.testing.assert_array_equal(viewshed(mirrored, eye_in(mirrored, 9, 30 - 4)).codes, plain[:, ::-1])


def test_the_number_of_threads_and_the_place_of_the_grid_change_nothing():
    surface = rough_town(np.random.default_rng(8), 60, 50, unknown=0.01)
    eye = eye_in(surface, 30, 20)
    plain = viewshed(surface, eye, threads=1).codes
    np.testing.assert_array_equal(viewshed(surface, eye, threads=3).codes, plain)
    moved = bare(surface.top, cell_m=2.0, x0=498_000.0, y0=2_077_000.0)
    np.testing.assert_array_equal(viewshed(moved, eye_in(moved, 30, 20)).codes, plain)


def test_what_is_unknown_is_neither_open_nor_closed():
    top = np.zeros((1, 12))
    top[0, 4], top[0, 8] = np.nan, 5.0
    surface = bare(top)
    for kind in ("exact", "approximate"):
        view = viewshed(surface, eye_in(surface, 0, 0), kind=kind, refraction=None)
        assert view.codes[0].tolist() == [1, 1, 1, 1, 2, 2, 2, 2, 2, 0, 0, 0]
        assert np.isnan(view.seen()[0, 4:9]).all()
        assert view.seen()[0, 9] == 0
        nowhere = viewshed(surface, np.array([0.5, 0.5, np.nan]), kind=kind)
        assert (nowhere.codes == UNKNOWN).all()


def test_beyond_the_greatest_distance_nothing_is_said():
    surface = bare(np.zeros((21, 21)), cell_m=2.0)
    for kind in ("exact", "approximate"):
        view = viewshed(surface, eye_in(surface, 10, 10), max_distance_m=10.0, kind=kind)
        away = np.hypot(*(np.mgrid[0:21, 0:21] - 10)) * 2
        np.testing.assert_array_equal(view.codes == BEYOND, away > 10)
        assert view.kind == kind


def test_many_eyes_add_up_to_their_single_views():
    surface = rough_town(np.random.default_rng(9), 45, 50, unknown=0.004)
    eyes = np.array([eye_in(surface, *cell) for cell in np.random.default_rng(1).integers(0, 45, (9, 2))])
    weights = np.arange(1.0, 10.0)
    for kind in ("exact", "approximate"):
        singles = [viewshed(surface, eye, max_distance_m=40.0, kind=kind).codes for eye in eyes]
        total = exposure(surface, eyes, weights=weights, max_distance_m=40.0, kind=kind)
        np.testing.assert_array_equal(
            total.seen, sum(w * (s == VISIBLE) for w, s in zip(weights, singles, strict=True))
        )
        np.testing.assert_array_equal(
            total.unknown, sum(w * (s == UNKNOWN) for w, s in zip(weights, singles, strict=True))
        )
        assert total.kind == kind
    assert exposure(surface, eyes[:0]).seen.max() == 0


def test_the_approximate_kind_is_near_the_exact_one():
    surface = rough_town(np.random.default_rng(3), 200, 200)
    eye = eye_in(surface, 100, 90)
    exact = viewshed(surface, eye).codes
    near = viewshed(surface, eye, kind="approximate").codes
    assert 0 < (exact != near).mean() < 0.02


def test_streets_are_seen_and_courtyards_are_not():
    town = blocks(30, 30, [(5, 5, 20, 20)], [6.0])
    eye = np.array([2.5, 15.5, 1.6])
    from_street = viewshed(town, eye, aim="ground", aim_height_m=1.6)
    assert (from_street.codes[:, :4] == VISIBLE).all()
    assert (from_street.codes[10:20, 26:] == HIDDEN).all()
    assert (from_street.codes[10:20, 10:20] == HIDDEN).all()


def test_mistakes_are_named():
    surface = bare(np.zeros((5, 5)))
    with pytest.raises(InputError, match=r"viewpoint 0 at \(9.0, 1.0\) lies outside"):
        viewshed(surface, np.array([9.0, 1.0, 2.0]))
    with pytest.raises(InputError, match="above 0 m"):
        viewshed(surface, np.array([1.0, 1.0, 2.0]), max_distance_m=0.0)
    with pytest.raises(InputError, match="choose 'exact'"):
        viewshed(surface, np.array([1.0, 1.0, 2.0]), kind="quick")
    with pytest.raises(InputError, match="choose 'top'"):
        viewshed(surface, np.array([1.0, 1.0, 2.0]), aim="roof")
    with pytest.raises(InputError, match="x, y and elevation"):
        exposure(surface, np.zeros((3, 2)))
    with pytest.raises(InputError, match="as many finite weights"):
        exposure(surface, np.ones((2, 3)), weights=np.array([1.0]))
    with pytest.raises(InputError, match="refraction is 2"):
        viewshed(surface, np.array([1.0, 1.0, 2.0]), refraction=2.0)


@pytest.mark.skipif(shutil.which("gdal_viewshed") is None, reason="gdal_viewshed (gdal-bin) is not installed")
def test_gdal_agrees_on_all_but_a_few_cells(tmp_path):
    rasterio = pytest.importorskip("rasterio")
    rng = np.random.default_rng(4)
    rows, cols = np.mgrid[0:150, 0:150]
    ground = 40 * np.exp(-(((cols - 10) / 30) ** 2) - ((rows - 75) / 60) ** 2) + 0.01 * cols
    boxes = [(*rng.integers(2, 140, 2), *rng.integers(3, 9, 2)) for _ in range(120)]
    surface = blocks(150, 150, boxes, rng.uniform(4, 20, 120), cell_m=2.0, ground=ground)
    profile = {
        "driver": "GTiff",
        "width": 150,
        "height": 150,
        "count": 1,
        "dtype": "float64",
        "crs": "EPSG:32647",
    }
    transform = rasterio.Affine(2.0, 0.0, 0.0, 0.0, -2.0, surface.y0)
    with rasterio.open(tmp_path / "top.tif", "w", transform=transform, **profile) as file:
        file.write(surface.top, 1)
    eye = eye_in(surface, 70, 80, 15.0)
    words = ["gdal_viewshed", "-q", "-oz", "15", "-tz", "0", "-md", "0", "-cc", "0.85714"]
    words += ["-ox", str(eye[0]), "-oy", str(eye[1]), str(tmp_path / "top.tif"), str(tmp_path / "seen.tif")]
    subprocess.run(words, check=True)
    with rasterio.open(tmp_path / "seen.tif") as file:
        theirs = file.read(1) > 0
    ours = viewshed(surface, eye).codes == VISIBLE
    assert (ours != theirs).mean() < 0.05
    assert (ours & theirs).sum() / (ours | theirs).sum() > 0.8
