"""Who takes the view: all blockers and only they, with shares that add up."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from view_scenes import bare, blocks

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.obstacles import find_blockers, who_takes_the_view, who_takes_whole_views
from urbanplan.methods.visibility.shapley import shares_of_loss
from urbanplan.methods.visibility.sightlines import draw_sight_lines

EYE = np.array([[0.5, 2.5, 1.6]])


def street(boxes, heights, targets_m, **options):
    """Look along a street 80 m long at points of a tower at its end."""
    town = blocks(5, 80, boxes, heights, **options)
    targets = np.array([[79.5, 2.5, z] for z in targets_m])
    lines = draw_sight_lines(town, EYE, targets, refraction=None)
    return town, lines, find_blockers(town, lines)


def test_two_buildings_in_one_line_by_hand():
    town, lines, found = street(
        [(1, 20, 3, 5), (1, 50, 3, 5), (0, 30, 1, 5)], [12.0, 30.0, 99.0], [20.0, 60.0]
    )
    # to 60 m the line climbs 58.4/79 per metre: at 19.5 m it is 16.0 m high, at 49.5 m 38.2 m: nothing blocks
    # to 20 m it climbs 18.4/79: 6.14 m at 19.5 m, 13.13 m at 49.5 m
    assert lines.top.tolist() == [[0, 1]]
    assert found.target.tolist() == [0, 0]
    assert found.building.tolist() == [0, 1]
    np.testing.assert_allclose(found.over_m, [12 - (1.6 + 18.4 / 79 * 19.5), 30 - (1.6 + 18.4 / 79 * 49.5)])
    np.testing.assert_allclose(found.distance_m, [19.5, 49.5])
    assert found.together.tolist() == [2, 2]
    assert found.certain.all()
    takers = who_takes_the_view(town, found)
    assert takers.sole.tolist() == [0, 0, 0]
    assert takers.one_of_several.tolist() == [1, 1, 0]
    assert takers.lines_share.tolist() == [0.5, 0.5, 0.0]
    assert np.isnan(takers.over_m[2])
    np.testing.assert_allclose(takers.over_m[:2], found.over_m)


def test_without_its_sole_blocker_a_line_is_open():
    rng = np.random.default_rng(2)
    boxes = [(*rng.integers(0, 36, 2), *rng.integers(2, 5, 2)) for _ in range(25)]
    heights = rng.uniform(3, 25, 25)
    eyes = np.column_stack([rng.uniform(0, 40, (6, 2)), np.full(6, 1.6)])
    targets = np.column_stack([rng.uniform(0, 40, (6, 2)), np.full(6, 9.0)])
    town = blocks(40, 40, boxes, heights)
    lines = draw_sight_lines(town, eyes, targets)
    found = find_blockers(town, lines)
    pairs = {(int(v), int(t)) for v, t in zip(found.viewpoint, found.target, strict=True)}
    assert pairs == {(int(v), int(t)) for v, t in np.argwhere(lines.restorable)}
    assert 0 < len(pairs) < lines.top.size
    sole = np.flatnonzero(found.together == 1)
    assert len(sole)
    assert (found.together > 1).any()
    for row in range(len(found.building)):
        without = heights.copy()
        without[found.building[row]] = 0.0
        view = draw_sight_lines(blocks(40, 40, boxes, without), eyes, targets)
        if (town.building == found.building[row]).sum() == boxes_alone(boxes, int(found.building[row])):
            assert (view.top[found.viewpoint[row], found.target[row]] == 1) == (found.together[row] == 1)
    takers = who_takes_the_view(town, found)
    assert takers.lines_share.sum() == pytest.approx(len(pairs))
    assert takers.sole.sum() == len(sole)


def boxes_alone(boxes, number):
    """Return how many cells a box would have alone, if no other touches it, else -1."""
    count = np.zeros((60, 60), dtype=int)
    for r, c, h, w in boxes:
        count[r : r + h, c : c + w] += 1
    r, c, h, w = boxes[number]
    return h * w if (count[r : r + h, c : c + w] == 1).all() else -1


def test_terrain_takes_no_view_and_trees_share_without_a_number():
    ground = np.zeros((5, 80))
    ground[:, 60] = 90.0
    assert len(street([(1, 20, 3, 5)], [30.0], [20.0], ground=ground)[2].building) == 0
    canopy = np.zeros((5, 80))
    canopy[:, 40] = 25.0
    town, _, found = street([(1, 20, 3, 5)], [30.0], [20.0], canopy_m=canopy)
    assert found.building.tolist() == [-1, 0]
    takers = who_takes_the_view(town, found)
    assert takers.lines_share.tolist() == [0.5]
    assert takers.sole.tolist() == [0]


def test_a_building_of_unknown_height_makes_the_others_uncertain():
    _, lines, found = street([(1, 20, 3, 5), (1, 50, 3, 5)], [30.0, np.nan], [20.0])
    assert lines.top.tolist() == [[0]]
    assert found.building.tolist() == [0]
    assert found.certain.tolist() == [False]


def test_more_blockers_than_there_was_room_for():
    boxes = [(1, c, 3, 1) for c in range(5, 75, 2)]
    targets = np.linspace(3.0, 8.0, 40)
    _, _, found = street(boxes, np.full(len(boxes), 30.0), targets)
    assert len(found.building) == len(boxes) * len(targets)
    assert (np.diff(found.target * 1000 + found.building) > 0).all()
    np.testing.assert_allclose(found.over_m.reshape(40, -1)[:, 0], 30 - (1.6 + (targets - 1.6) / 79 * 4.5))


def test_nothing_blocked_is_an_empty_table():
    flat = bare(np.zeros((5, 80)))
    lines = draw_sight_lines(flat, EYE, np.array([[79.5, 2.5, 9.0]]))
    found = find_blockers(flat, lines)
    assert len(found.viewpoint) == len(who_takes_the_view(flat, found).sole) == 0
    assert len(who_takes_whole_views(lines, found, required_fraction=1.0).share) == 0


def shares_by_hand(blocks_, bearable):
    """Try all orders."""
    share, orders = np.zeros(len(blocks_)), list(permutations(range(len(blocks_))))
    for order in orders:
        blocked = set()
        for one in order:
            blocked |= blocks_[one]
            if len(blocked) > bearable:
                share[one] += 1 / len(orders)
                break
    return share


@settings(max_examples=40, deadline=None)
@given(
    blocks_=st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=1, max_size=6),
    bearable=st.integers(0, 4),
)
def test_shapley_shares_are_those_of_all_orders(blocks_, bearable):
    lines = sorted(set().union(*blocks_))
    pairs = [(lines.index(line), one) for one, own in enumerate(blocks_) for line in sorted(own)]
    line, player = (np.array(part) for part in zip(*pairs, strict=True))
    share, exact = shares_of_loss(line, player, bearable, samples=1, seed=0)
    assert exact
    np.testing.assert_allclose(share, shares_by_hand(blocks_, bearable), atol=1e-12)
    assert share.sum() == pytest.approx(1.0 if len(lines) > bearable else 0.0)


def test_many_players_are_sampled_with_a_seed_and_come_near_the_truth():
    # twenty towers each block their own line, one blocks all: it takes the loss unless eleven others came before
    line = np.concatenate([np.arange(20), np.arange(20)])
    player = np.concatenate([np.arange(20), np.full(20, 20)])
    share, exact = shares_of_loss(line, player, 10, samples=20_000, seed=3)
    assert not exact
    np.testing.assert_array_equal(share, shares_of_loss(line, player, 10, samples=20_000, seed=3)[0])
    assert share.sum() == pytest.approx(1)
    assert share[20] == pytest.approx(11 / 21, abs=0.02)
    np.testing.assert_allclose(share[:20], 10 / 21 / 20, atol=0.01)


def test_a_view_is_lost_by_those_who_leave_too_little_of_it():
    town, lines, found = street([(1, 20, 3, 5), (1, 50, 3, 5)], [6.0, 30.0], [5.0, 10.0, 20.0, 60.0])
    # the low one hides only the 5 m and 10 m points, the tall one these and the 20 m point
    assert sorted(zip(found.target.tolist(), found.building.tolist(), strict=True)) == [
        (0, 0), (0, 1), (1, 0), (1, 1), (2, 1),
    ]  # fmt: skip
    half = who_takes_whole_views(lines, found, required_fraction=0.5)
    assert half.building.tolist() == [0, 1]
    assert half.share.tolist() == [0.0, 1.0], "the low one alone leaves half"
    strict = who_takes_whole_views(lines, found, required_fraction=0.75)
    assert strict.share.tolist() == [0.5, 0.5]
    assert strict.exact.all()
    assert len(who_takes_whole_views(lines, found, required_fraction=0.25).share) == 0
    assert who_takes_the_view(town, found).lines_share.tolist() == [1.0, 2.0]
    with pytest.raises(InputError, match="required_fraction"):
        who_takes_whole_views(lines, found, required_fraction=0.0)
    with pytest.raises(InputError, match="samples"):
        who_takes_whole_views(lines, found, required_fraction=0.5, samples=0)
