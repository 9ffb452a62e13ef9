"""Ceilings: as brute force says, kept exactly, and never raised by one more viewpoint."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from view_scenes import bare, blocks

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.ceiling import keep_required, view_ceilings
from urbanplan.methods.visibility.curvature import drop_per_m2
from urbanplan.methods.visibility.plots import lowest_over_plots, slack_m
from urbanplan.methods.visibility.sightlines import draw_sight_lines, sample_line


def ceiling_by_hand(surface, eyes, targets, kept, c):
    """Clip every line to every cell's slab; -1e300 stands for nothing."""
    shape = surface.top.shape
    lowest, first = np.full(shape, np.inf), np.full(shape, -1)
    rows, cols = np.indices(shape)
    for i, eye in enumerate(surface.in_cells(eyes)):
        for j, target in enumerate(surface.in_cells(targets)):
            if not kept[i, j]:
                continue
            enter, leave = np.zeros(shape), np.ones(shape)
            for cell, start, change in (
                (cols, eye[0], target[0] - eye[0]),
                (rows, eye[1], target[1] - eye[1]),
            ):
                if change == 0:
                    outside = ~((cell <= start) & (start <= cell + 1))
                    enter, leave = np.where(outside, 1.0, enter), np.where(outside, 0.0, leave)
                else:
                    one, other = (cell - start) / change, (cell + 1 - start) / change
                    enter = np.maximum(enter, np.minimum(one, other))
                    leave = np.minimum(leave, np.maximum(one, other))
            over = leave - enter > 1e-12
            for end in (eye, target):
                over[int(end[1]), int(end[0])] = False
            metres = np.hypot(*(target - eye)[:2]) * surface.cell_m
            height = np.minimum(*(passing(t, eye, target, metres, c) for t in (enter, leave)))
            if c > 0:
                turn = 0.5 - (target[2] - eye[2]) / (2 * c * metres**2)
                height = np.where(
                    (enter < turn) & (turn < leave),
                    np.minimum(height, passing(turn, eye, target, metres, c)),
                    height,
                )
            first = np.where(over & (height < lowest), i * len(targets) + j, first)
            lowest = np.where(over, np.minimum(lowest, height), lowest)
    return lowest, first


def passing(t, eye, target, metres, c):
    """Say how high a line passes at a share of its length."""
    return eye[2] + (target[2] - eye[2]) * t - c * metres**2 * t * (1 - t)


def random_lines(seed, rows=60, cols=75, eyes=8, targets=5, cell_m=2.0, on_centres=False):
    """Draw lines over a rolling surface with some towers."""
    rng = np.random.default_rng(seed)
    top = rng.uniform(0, 1, (rows, cols))
    top[rng.random((rows, cols)) < 0.004] += 15
    surface = bare(rng.uniform(0, 1, (rows, cols)), cell_m=cell_m)
    surface = replace(surface, top=np.maximum(surface.top, top))
    corner = np.array([1.0, 1.0, 2.6]), np.array([cols - 1.0, rows - 1.0, 2.7])
    from_ = rng.uniform(*corner, (eyes, 3))
    to = rng.uniform(corner[0], corner[1] + np.array([0, 0, 40]), (targets, 3))
    if on_centres:
        from_[:, :2], to[:, :2] = np.floor(from_[:, :2]) + 0.5, np.floor(to[:, :2]) + 0.5
    from_[:, :2] *= cell_m
    to[:, :2] *= cell_m
    return surface, from_, to


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    k=st.sampled_from([None, 1 / 7]),
    cell_m=st.sampled_from([0.5, 2.0, 60.0]),
    on_centres=st.booleans(),
)
def test_the_ceiling_is_that_of_brute_force(seed, k, cell_m, on_centres):
    surface, eyes, targets = random_lines(seed, cell_m=cell_m, on_centres=on_centres)
    lines = draw_sight_lines(surface, eyes, targets, refraction=k)
    found = view_ceilings(surface, lines)
    for ceiling, kept in ((found.protection, lines.protectable), (found.restoration, lines.restorable)):
        lowest, _ = ceiling_by_hand(surface, eyes, targets, kept, drop_per_m2(k))
        np.testing.assert_array_equal(np.isfinite(ceiling.elevation_m), np.isfinite(lowest))
        known = np.isfinite(lowest)
        np.testing.assert_allclose(ceiling.elevation_m[known], lowest[known], rtol=0, atol=1e-9)
        assert (ceiling.viewpoint >= 0).tolist() == known.tolist()


def visible_by_steps(surface, eye, target, c, steps=20_000):
    """Walk a line in small steps over prisms."""
    t = (np.arange(steps) + 0.5) / steps
    start, end = surface.in_cells(np.array([eye, target]))
    col, row = (np.floor(start[k] + (end[k] - start[k]) * t).astype(int) for k in (0, 1))
    metres = np.hypot(*(end - start)[:2]) * surface.cell_m
    own = np.zeros(steps, dtype=bool)
    for point in (start, end):
        own |= (col == int(point[0])) & (row == int(point[1]))
    return not ((surface.top[row, col] > passing(t, start, end, metres, c)) & ~own).any()


def test_built_to_a_millimetre_under_the_ceiling_every_view_stays_and_five_centimetres_over_it_one_goes():
    surface, eyes, targets = random_lines(11)
    c = drop_per_m2()
    lines = draw_sight_lines(surface, eyes, targets)
    kept = np.argwhere(lines.protectable)
    assert 10 < len(kept) < lines.top.size
    for i, j in np.ndindex(lines.top.shape):
        assert visible_by_steps(surface, eyes[i], targets[j], c) == bool(lines.protectable[i, j])
    ceiling = view_ceilings(surface, lines).protection
    all_at_once = replace(
        surface, top=np.where(np.isfinite(ceiling.elevation_m), ceiling.elevation_m - 1e-3, surface.top)
    )
    built = draw_sight_lines(all_at_once, eyes, targets)
    assert (built.top[lines.protectable] == 1).all()
    assert all(visible_by_steps(all_at_once, eyes[i], targets[j], c) for i, j in kept)
    cells = np.argwhere(np.isfinite(ceiling.elevation_m))
    for row, col in np.random.default_rng(0).permutation(cells)[:60]:
        higher = surface.top.copy()
        higher[row, col] = ceiling.elevation_m[row, col] + 0.05
        after = draw_sight_lines(replace(surface, top=higher), eyes, targets)
        lost = np.argwhere(lines.protectable & (after.top != 1))
        assert [ceiling.viewpoint[row, col], ceiling.target[row, col]] in lost.tolist()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), extra=st.integers(0, 7))
def test_one_more_viewpoint_never_raises_the_ceiling(seed, extra):
    surface, eyes, targets = random_lines(seed, 40, 40)
    every = view_ceilings(surface, draw_sight_lines(surface, eyes, targets)).protection
    fewer = view_ceilings(
        surface, draw_sight_lines(surface, np.delete(eyes, extra, axis=0), targets)
    ).protection
    assert (every.elevation_m <= fewer.elevation_m).all()


def test_half_way_to_a_chedi_half_its_height_may_be_built():
    flat = bare(np.zeros((3, 101)))
    eyes, targets = np.array([[0.5, 1.5, 2.0]]), np.array([[100.5, 1.5, 42.0]])
    lines = draw_sight_lines(flat, eyes, targets, refraction=None)
    found = view_ceilings(flat, lines).protection
    # the line climbs 0.4 m per metre; over cell k it is lowest where it enters: k - 0.5 metres from the eye
    assert found.elevation_m[1, 50] == pytest.approx(2 + 0.4 * 49.5)
    assert found.height_m(flat.ground)[1, 1] == pytest.approx(2.2)
    assert np.isinf(found.elevation_m[1, [0, 100]]).all(), "the cells of eye and target have no ceiling"
    assert np.isinf(found.elevation_m[[0, 2]]).all()
    assert found.viewpoint[1, 50] == found.target[1, 50] == 0
    assert lines.clearance_m[0, 0] == pytest.approx(2.2)
    assert lines.obstacle[0, 0].tolist() == [1, 1]


def test_a_line_along_the_border_of_two_streets_counts_in_both():
    flat = bare(np.zeros((6, 20)))
    for x0, y0, x1, y1 in ((0.5, 3.0, 19.5, 3.0), (19.5, 3.0, 0.5, 3.0)):
        lines = draw_sight_lines(flat, np.array([[x0, y0, 2.0]]), np.array([[x1, y1, 2.0]]), refraction=None)
        found = view_ceilings(flat, lines).protection.elevation_m
        assert np.isfinite(found[2:4, 1:19]).all()
        assert np.isinf(found[[0, 1, 4, 5]]).all()


def test_what_a_building_blocks_can_be_restored_and_what_a_hill_blocks_cannot():
    ground = np.zeros((3, 60))
    ground[2, 30] = 30.0  # a hill on the southern line only
    town = blocks(3, 60, [(0, 20, 1, 4)], [12.0], ground=ground)
    eyes = np.array([[0.5, y, 1.6] for y in (2.5, 1.5, 0.5)])
    targets = np.array([[59.5, y, 10.0] for y in (2.5, 1.5, 0.5)])
    lines = draw_sight_lines(town, eyes, targets, refraction=None)
    straight = np.arange(3)
    assert lines.ground[straight, straight].tolist() == [1, 1, 0]
    assert lines.top[straight, straight].tolist() == [0, 1, 0]
    found = view_ceilings(town, lines)
    assert found.restoration.elevation_m[0, 21] < 12
    assert np.isfinite(found.protection.elevation_m[1, 21])
    along_hill = draw_sight_lines(town, eyes[2:], targets[2:], refraction=None)
    nothing = view_ceilings(town, along_hill)
    assert np.isinf(nothing.protection.elevation_m).all()
    assert np.isinf(nothing.restoration.elevation_m).all()


def test_an_unknown_cell_makes_the_line_and_the_ceilings_under_it_unknown():
    ground = np.zeros((1, 30))
    ground[0, 12] = np.nan
    surface = bare(ground)
    eyes, targets = np.array([[0.5, 0.5, 2.0]]), np.array([[29.5, 0.5, 6.0], [10.5, 0.5, 30.0]])
    lines = draw_sight_lines(surface, eyes, targets)
    assert lines.top.tolist() == [[2, 1]]
    assert np.isnan(lines.clearance_m[0, 0])
    found = view_ceilings(surface, lines)
    assert np.isnan(found.protection.elevation_m[0, 1:29]).all(), "the doubtful line is the lower one"
    assert np.isfinite(found.doubtful.elevation_m[0, 1:29]).all()
    blocked = replace(surface, top=np.where(np.arange(30) == 20, 50.0, ground))
    assert draw_sight_lines(blocked, eyes, targets).top.tolist() == [[0, 1]]
    assert not draw_sight_lines(blocked, eyes, targets).restorable.any(), "the ground is not known to be open"


def test_a_target_off_the_grid_is_not_called_open():
    flat = bare(np.zeros((5, 20)))
    off = np.array([[200.0, 2.5, 300.0]])
    lines = draw_sight_lines(flat, np.array([[1.5, 2.5, 1.6]]), off)
    assert lines.top.tolist() == [[2]]
    walled = replace(flat, top=np.where(np.arange(20) == 9, 90.0, flat.top))
    assert draw_sight_lines(walled, np.array([[1.5, 2.5, 1.6]]), off).top.tolist() == [[0]]
    from_outside = draw_sight_lines(flat, off, np.array([[1.5, 2.5, 1.6]]))
    assert np.isfinite(view_ceilings(flat, from_outside).doubtful.elevation_m[2, 2:]).all()


def test_a_temple_does_not_stand_in_its_own_way():
    town = blocks(5, 40, [(0, 30, 5, 8)], [20.0])
    eyes, targets = np.array([[0.5, 2.5, 1.6]]), np.array([[35.5, 2.5, 20.0]])
    assert draw_sight_lines(town, eyes, targets).top.tolist() == [[0]]
    own = draw_sight_lines(town, eyes, targets, target_building=np.array([0], dtype="int32"))
    assert own.top.tolist() == [[1]]
    found = view_ceilings(town, own).protection.elevation_m
    assert np.isinf(found[:, 30:38]).all()
    assert np.isfinite(found[2, 1:30]).all()


def test_the_sky_behind_a_target_is_protected_only_where_no_hill_fills_it():
    eyes, targets = np.array([[0.5, 0.5, 1.6]]), np.array([[20.5, 0.5, 12.0]])
    for hill_m, protected in ((0.0, True), (100.0, False)):
        ground = np.zeros((1, 60))
        ground[0, 55] = hill_m
        surface = bare(ground)
        lines = draw_sight_lines(surface, eyes, targets, refraction=None)
        found = view_ceilings(surface, lines, backdrop_m=15.0).protection.elevation_m[0]
        assert np.isfinite(found[1:20]).all()
        assert np.isfinite(found[21:36]).all() == protected
        assert np.isinf(found[36:]).all()
        if protected:
            assert found[30] == pytest.approx(1.6 + 10.4 / 20 * 29.5)


def test_the_threads_do_not_show():
    surface, eyes, targets = random_lines(4)
    one, three = (
        view_ceilings(surface, draw_sight_lines(surface, eyes, targets, threads=k), threads=k) for k in (1, 3)
    )
    np.testing.assert_array_equal(one.protection.elevation_m, three.protection.elevation_m)
    np.testing.assert_array_equal(one.protection.viewpoint, three.protection.viewpoint)
    np.testing.assert_array_equal(one.protection.target, three.protection.target)


def test_of_equal_lines_the_first_binds():
    flat = bare(np.zeros((1, 20)))
    eyes, targets = np.array([[0.5, 0.5, 2.0]] * 4), np.array([[19.5, 0.5, 2.0]] * 2)
    found = view_ceilings(flat, draw_sight_lines(flat, eyes, targets), threads=2).protection
    assert (found.viewpoint[0, 1:19] == 0).all()
    assert (found.target[0, 1:19] == 0).all()


def test_only_the_required_upper_part_is_kept():
    flat = bare(np.zeros((1, 50)))
    eyes = np.array([[0.5, 0.5, 1.6]])
    targets = np.array([[49.5, 0.5, z] for z in (5.0, 20.0, 10.0, 15.0)])
    lines = draw_sight_lines(flat, eyes, targets)
    kept = keep_required(lines, np.zeros(4, dtype="int32"), 0.5)
    assert kept.tolist() == [[False, True, False, True]]
    assert keep_required(lines, np.array([0, 0, 1, 1]), 0.5).tolist() == [[False, True, False, True]]
    low = view_ceilings(flat, lines).protection.elevation_m
    high = view_ceilings(flat, lines, kept=kept).protection.elevation_m
    assert (high[0, 1:49] > low[0, 1:49]).all()


def test_a_plot_may_be_built_to_its_lowest_cell():
    flat = bare(np.full((3, 101), 300.0))
    eyes, targets = np.array([[0.5, 1.5, 302.0]]), np.array([[100.5, 1.5, 342.0]])
    ceiling = view_ceilings(flat, draw_sight_lines(flat, eyes, targets, refraction=None)).protection
    plots = np.array([shapely.box(20.5, 0, 30, 3), shapely.box(10, 2, 20, 3), shapely.box(900, 0, 910, 3)])
    found, height_m = lowest_over_plots(flat, ceiling, plots)
    assert found.elevation_m[0] == pytest.approx(302 + 0.4 * 19.5)
    assert height_m[0] == pytest.approx(2 + 0.4 * 19.5)
    assert found.viewpoint.tolist() == [0, -1, -1]
    assert np.isinf(found.elevation_m[1])
    assert np.isnan(found.elevation_m[2])
    slack = slack_m(np.array([12.0, 12.0, 12.0]), height_m)
    assert slack[0] == pytest.approx(12 - 9.8)
    assert slack[1] == -np.inf
    assert np.isnan(slack[2])


def test_a_line_is_sampled_with_its_corners():
    points = sample_line(np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]]), 1.5)
    assert points.tolist()[0] == [0.0, 0.0]
    assert [3.0, 0.0] in points.tolist()
    assert points.tolist()[-1] == [3.0, 4.0]
    assert np.hypot(*np.diff(points, axis=0).T).max() <= 1.5
    with pytest.raises(InputError, match="above 0 m"):
        sample_line(np.zeros((2, 2)), 0.0)


def test_mistakes_are_named():
    flat = bare(np.zeros((5, 5)))
    point = np.array([[1.5, 1.5, 2.0]])
    with pytest.raises(InputError, match="targets have shape"):
        draw_sight_lines(flat, point, np.zeros((2, 2)))
    with pytest.raises(InputError, match="not numbers"):
        draw_sight_lines(flat, point * np.nan, point)
    with pytest.raises(InputError, match="numbers of buildings below 0"):
        draw_sight_lines(flat, point, point, target_building=np.array([0]))
    with pytest.raises(InputError, match="backdrop_m"):
        view_ceilings(flat, draw_sight_lines(flat, point, point), backdrop_m=-1.0)
