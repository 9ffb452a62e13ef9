"""Journeys: hand-worked lanes, and networkx on the same streets cut at every door."""

from dataclasses import replace

import numpy as np
import pytest
from doors_on_streets import MM, between, doors, network, peer_distances, random_streets

from urbanplan.methods import decay
from urbanplan.methods.travel.insides import Few


def metres(streets, origin_doors, place_doors):
    return between(streets, origin_doors, place_doors).nearest().cost[0, :, 0].tolist()


def test_from_edge_to_edge():
    lane = network(3, [(0, 1), (1, 2)], length=[100, 50])
    people = doors((0, 0, 30, 5), (1, 1, 50, 0))
    found = between(lane, people, doors((0, 1, 20, 7)), origins=3)
    assert found.nearest().cost[0, :2, 0].tolist() == [5 + 70 + 20 + 7, 30 + 7]
    assert np.isnan(found.nearest().cost[0, 2, 0])
    assert found.off_street.tolist() == [False, False, True]


def test_on_one_edge_the_way_is_direct_unless_it_is_shorter_round_the_block():
    ring = network(2, [(0, 1), (0, 1)], length=[100, 10])
    assert metres(ring, doors((0, 0, 5, 0), (1, 0, 40, 0)), doors((0, 0, 95, 0))) == [5 + 10 + 5, 55]


def test_one_way_streets_are_kept_on_one_edge_too():
    # a loop that may be walked from its first end only, on a street both ways
    lane = network(2, [(0, 1), (1, 1)], length=[100, 60], forward=[1, 1], backward=[1, 0])
    people = doors((0, 1, 40, 0), (1, 1, 10, 0), (2, 0, 80, 0))
    assert metres(lane, people, doors((0, 1, 20, 0))) == [20 + 20, 10, 20 + 20]
    dead = network(2, [(0, 1)], length=[100], forward=[1], backward=[0])
    people = doors((0, 0, 20, 0), (1, 0, 60, 0), (2, 0, 50, 0))
    assert metres(dead, people, doors((0, 0, 50, 3))) == pytest.approx([33, np.nan, 3], nan_ok=True)


def test_a_place_with_several_doors_counts_once_and_the_limit_is_included():
    lane = network(2, [(0, 1)], length=[100])
    places = doors((0, 0, 20, 0), (0, 0, 80, 0), (1, 0, 100, 0), (2, 0, 0, 0.001))
    found = between(lane, doors((0, 0, 50, 0)), places)
    assert found.reach(np.ones(3), cutoffs=[29, 30, 50, 51]).within[0, :, 0].tolist() == [0, 1, 2, 3]
    table = found.table(50)
    assert [table.origin.tolist(), table.place.tolist(), table.cost_m.tolist()] == [[0, 0], [0, 1], [30, 50]]
    assert found.nearest(k=4).place[0, 0].tolist() == [0, 1, 2, -1]


@pytest.mark.parametrize("seed", range(16))
def test_networkx_agrees_to_the_millimetre_on_every_search(seed):
    streets, people, places = random_streets(seed)
    found = between(streets, people, places)
    peer = peer_distances(streets, people, places)
    expected = np.where(np.isfinite(peer), peer / MM, np.nan)
    np.testing.assert_array_equal(found.matrix(), expected)
    ranked = np.sort(np.where(np.isnan(expected), np.inf, expected), axis=1)
    for k in (1, 3, 15):
        got = found.nearest(k=k).cost[0]
        full = np.full((len(peer), k), np.inf)
        full[:, : peer.shape[1]] = ranked[:, :k]
        np.testing.assert_array_equal(np.nan_to_num(got, nan=np.inf), full)
    table = found.table(400)
    listed = np.full(peer.shape, np.nan)
    listed[table.origin, table.place] = table.cost_m
    np.testing.assert_array_equal(listed, np.where(expected <= 400, expected, np.nan))
    weights = np.random.default_rng(seed).integers(0, 9, (12, 2)).astype(float)
    cuts, curve = [50, 150, 400, 900], decay.exponential(half_life=200)
    sums = found.reach(weights, cutoffs=cuts, decays=[curve], limit=700)
    for at, cut in enumerate(cuts):
        np.testing.assert_array_equal(sums.within[:, at], (peer <= cut * MM).astype(float) @ weights)
    decayed = (curve(expected) * (peer <= 700 * MM)) @ weights
    np.testing.assert_allclose(sums.decayed[:, 0], decayed, atol=1e-5)
    each = places._replace(of=np.arange(36))
    turned = between(streets, each, people, reverse=True)
    np.testing.assert_array_equal(turned.matrix(), between(streets, people, each).matrix().T)


@pytest.mark.parametrize("seed", range(20, 26))
def test_what_one_stands_inside_of_costs_nothing_and_the_rest_is_as_before(seed):
    streets, people, places = random_streets(seed)
    rng = np.random.default_rng(seed)
    inside = np.unique(np.stack([rng.integers(0, 62, 30), rng.integers(0, 13, 30)], axis=1), axis=0)
    # origins 60 and 61 meet no street; place 12 has no door
    found = between(streets, people, places, origins=62, places=13, inside=inside)
    cost = np.full((62, 13), np.inf)
    cost[:60, :12] = peer_distances(streets, people, places) / MM
    cost[inside[:, 0], inside[:, 1]] = 0
    known = np.where(np.isfinite(cost), cost, np.nan)
    np.testing.assert_array_equal(found.matrix(), known)
    np.testing.assert_array_equal(
        np.nan_to_num(found.nearest(k=4).cost[0], nan=np.inf), np.sort(cost, axis=1)[:, :4]
    )
    table = found.table(400)
    listed = np.full(cost.shape, np.inf)
    listed[table.origin, table.place] = table.cost_m
    np.testing.assert_array_equal(listed, np.where(cost <= 400, cost, np.inf))
    weights = rng.integers(1, 9, 13).astype(float)
    curves = [decay.linear(end=300.0), decay.stepped([(100, 1.0), (2000, 0.25)]), decay.gaussian(sigma=150)]
    sums = found.reach(weights, cutoffs=[0, 250, 700], decays=curves, limit=600)
    off = found.off_street
    for at, cut in enumerate([0, 250, 700]):
        expected = np.where(off, np.nan, (cost <= cut) @ weights)
        np.testing.assert_array_equal(sums.within[:, at, 0], expected)
    for at, curve in enumerate(curves):
        expected = np.where(off, np.nan, (curve(known) * (cost <= 600)) @ weights)
        np.testing.assert_allclose(sums.decayed[:, at, 0], expected, atol=1e-5)
    kinds = rng.integers(0, 3, 13)
    few = found.nearest(k=2, category=kinds, categories=3)
    for kind in range(3):
        alone = np.sort(np.where(kinds == kind, cost, np.inf), axis=1)[:, :2]
        np.testing.assert_array_equal(np.nan_to_num(few.cost[kind], nan=np.inf), alone)
        assert (kinds[few.place[kind][few.place[kind] >= 0]] == kind).all()


def test_nothing_is_nothing():
    lane = network(2, [(0, 1)], length=[100])
    nobody = doors()
    found = between(lane, nobody, nobody, origins=2)
    assert np.isnan(found.nearest(k=2).cost).all()
    assert np.isnan(found.reach(np.empty(0), cutoffs=[5]).within).all()
    assert found.matrix().shape == (2, 0)
    assert len(found.table(5).origin) == 0
    some = between(network(1, [], length=[]), nobody, nobody, origins=2, places=1)
    assert isinstance(some.nearest(), Few)
    assert np.isnan(some.matrix()).all()


def test_costs_in_seconds_walk_the_way_to_the_door():
    lane = network(2, [(0, 1)], length=[100])
    found = between(lane, doors((0, 0, 30, 8)), doors((0, 0, 90, 4)))
    timed = replace(found, cost="seconds")
    pace = 4.8 / 3.6
    assert timed.nearest().cost[0, 0, 0] == pytest.approx((8 + 60 + 4) / pace, abs=0.002)


def test_who_stands_on_a_street_closed_both_ways_is_off_the_street():
    lane = network(3, [(0, 1), (1, 2)], length=[100, 50], forward=[1, 0], backward=[1, 0])
    found = between(lane, doors((0, 0, 50, 0), (1, 1, 25, 0)), doors((0, 0, 80, 0)))
    assert found.off_street.tolist() == [False, True]
    np.testing.assert_array_equal(found.reach([1.0], cutoffs=[40]).within[:, 0, 0], [1, np.nan])
