"""Ways from cells to all places within reach, and to the nearest few, on streets that networkx knows too."""

import numpy as np
import pytest
from test_routing import apart, at, network, peer_distances, random_streets

from urbanplan.base.errors import InputError
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.ranking import nearest_several
from urbanplan.methods.routing import (
    MM,
    UNREACHED,
    Direct,
    Positions,
    count_within,
    direct_ways,
    graph_of,
    nearest,
    ways_within,
)


@pytest.mark.parametrize("seed", range(20, 30))
def test_networkx_agrees_on_every_pair_and_every_rank(seed):
    streets, cells, places = random_streets(seed)
    cells, places = apart(streets, cells, places)
    graph = graph_of(streets)
    direct = direct_ways(graph, cells, places)
    peer = peer_distances(streets, cells, places)
    ways = ways_within(graph, cells, places, direct, 400_000, count=len(cells.of))
    listed = np.full(peer.shape, np.inf)
    listed[ways.cell, ways.place] = ways.cost
    assert listed.tolist() == np.where(peer <= 400_000, peer, np.inf).tolist()
    assert (np.diff(ways.cell) >= 0).all()
    ranked = np.sort(peer, axis=1)
    for k in (1, 3, 15):
        got = nearest_several(graph, cells, places, direct, k=k, count=len(cells.of))
        expected = np.full((len(peer), k), np.inf)
        expected[:, : peer.shape[1]] = ranked[:, :k]
        assert np.where(got == UNREACHED, np.inf, got).tolist() == expected.tolist()
    first = nearest_several(graph, cells, places, direct, k=1, count=len(cells.of))[:, 0]
    assert first.tolist() == nearest(graph, cells, places, direct, count=len(cells.of)).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_pairs_and_counts_tell_the_same(seed):
    streets, cells, places = random_streets(seed)
    graph = graph_of(streets)
    direct = direct_ways(graph, cells, places)
    limits = np.array([100_000, 300_000])
    number = count_within(graph, cells, places, direct, limits, count=60)
    for step, limit in enumerate(limits):
        ways = ways_within(graph, cells, places, direct, limit, count=60)
        assert np.bincount(ways.cell, minlength=60).tolist() == number[:, step].tolist()


def test_a_place_with_two_doors_stands_once_by_its_nearer_door_and_the_limit_is_included():
    graph = graph_of(network(2, [(0, 1)], length=[100]))
    cells = at(graph, (0, 0, 50, 0), (1, 0, 0, 0))
    places = at(graph, (0, 0, 20, 0), (0, 0, 80, 0), (1, 0, 100, 0))
    direct = direct_ways(graph, cells, places)
    ways = ways_within(graph, cells, places, direct, 50 * MM, count=2)
    assert [row.tolist() for row in ways] == [[0, 0, 1], [0, 1, 0], [30_000, 50_000, 20_000]]
    several = nearest_several(graph, cells, places, direct, k=3, count=2)
    assert several.tolist() == [[30_000, 50_000, UNREACHED], [20_000, 100_000, UNREACHED]]


def test_nothing_is_nothing():
    graph = graph_of(network(2, [(0, 1)], length=[100]))
    nobody = Positions(*(np.empty(0, dtype=np.int64) for _ in range(4)))
    none = Direct(*(np.empty(0, dtype=np.int64) for _ in range(3)))
    assert len(ways_within(graph, nobody, nobody, none, 5, count=2).cell) == 0
    assert nearest_several(graph, nobody, nobody, none, k=2, count=1).tolist() == [[UNREACHED] * 2]


def test_a_cost_table_is_sorted_however_it_was_given():
    table = CostTable([1, 0, 1], [0, 2, 1], [30.0, 5.0, 20.0], 2, 3)
    assert (table.origin.tolist(), table.place.tolist()) == ([0, 1, 1], [2, 1, 0])
    assert table.cost_m.tolist() == [5, 20, 30]
    assert table.by_origin(table.cost_m).tolist() == [5, 50]
    assert table.by_place(table.cost_m).tolist() == [30, 20, 5]


@pytest.mark.parametrize(
    ("origin", "place", "cost", "says"),
    [
        ([2], [0], [1.0], "origin must be from 0 to 1, has 2 to 2"),
        ([0], [-1], [1.0], "place must be from 0 to 2"),
        ([0], [0], [-1.0], "negative"),
        ([0], [0], [np.nan], "not a number"),
        ([0], [0], [np.inf], "infinite"),
        ([0, 0], [1, 1], [1.0, 2.0], "origin 0 and place 1 stand together twice"),
        ([0, 1], [1], [1.0], "same length"),
    ],
)
def test_a_wrong_cost_table_is_refused(origin, place, cost, says):
    with pytest.raises(InputError, match=says):
        CostTable(origin, place, cost, 2, 3)


@pytest.mark.parametrize("wrong", [[1.0, -2.0], [1.0, np.nan], [1.0, np.inf], [1.0]])
def test_wrong_weights_are_refused(wrong):
    table = CostTable([0], [0], [1.0], 2, 2)
    with pytest.raises(InputError, match="opportunities"):
        table.supply(wrong)
    with pytest.raises(InputError, match="people"):
        table.demand(wrong)
