"""Centrality of streets: a street of three houses by hand, networkx on a town, and people who all arrive."""

import itertools

import networkx as nx
import numpy as np
import pytest

from urbanplan.base.errors import InputError
from urbanplan.methods import decay
from urbanplan.methods.street_centrality import shortest_ways, straight_ways, surroundings, turning
from urbanplan.methods.street_walks import at_junctions, walks
from urbanplan.methods.travel.doors import Doors
from urbanplan.model.network import StreetNetwork


def _network(nodes, edges, **more):
    x, y = np.array(nodes, dtype=float).T
    u, v = np.array(edges).T
    return StreetNetwork.assemble(
        mode="walk",
        crs="EPSG:32647",
        node_id=np.arange(len(x)),
        node_x=x,
        node_y=y,
        edge_u=u,
        edge_v=v,
        **more,
    )


def _town(seed, side=7):
    """Give a grid of streets of uneven lengths, some of them missing."""
    rng = np.random.default_rng(seed)
    nodes = [
        (100.0 * c + rng.uniform(-30, 30), 100.0 * r + rng.uniform(-30, 30))
        for r in range(side)
        for c in range(side)
    ]
    edges = [(r * side + c, r * side + c + 1) for r in range(side) for c in range(side - 1)]
    edges += [(r * side + c, r * side + side + c) for r in range(side - 1) for c in range(side)]
    return _network(nodes, [edge for edge in edges if rng.random() < 0.9])


def test_three_streets_in_a_row():
    network = _network([(0, 0), (100, 0), (300, 0), (400, 0)], [(0, 1), (1, 2), (2, 3)])
    got = surroundings(network, [1, 2, 4], radius_m=200, decay=decay.exponential(half_life=150))
    # from middle to middle it is 150 m to the neighbour and 300 m from end to end
    assert got.reached.tolist() == [2, 5, 2]
    assert got.total.tolist() == pytest.approx([300, 750, 300])
    assert got.harmonic.tolist() == pytest.approx([2 / 150, 5 / 150, 2 / 150])
    assert got.decayed.tolist() == pytest.approx([1, 2.5, 1])
    assert got.closeness.tolist() == pytest.approx([4 / 300, 25 / 750, 4 / 300])
    far = surroundings(network, radius_m=1000, nearest_m=200)
    assert far.reached.tolist() == [2, 2, 2]
    assert far.harmonic.tolist() == pytest.approx([1 / 200 + 1 / 300, 2 / 200, 1 / 200 + 1 / 300])


@pytest.mark.parametrize("seed", range(3))
def test_surroundings_equal_networkx(seed, monkeypatch):
    monkeypatch.setattr("urbanplan.methods.street_centrality._AT_ONCE", 17)
    network = _town(seed)
    weight = np.random.default_rng(seed).integers(0, 9, len(network.edge_u)).astype(float)
    got = surroundings(network, weight, radius_m=350.0, decay=decay.gaussian(sigma=200))
    graph = nx.Graph()
    for edge, (u, v, metres) in enumerate(zip(network.edge_u, network.edge_v, network.length_m, strict=True)):
        graph.add_edge(u, ("middle", edge), weight=metres / 2)
        graph.add_edge(("middle", edge), v, weight=metres / 2)
    for edge in range(len(weight)):
        near = nx.single_source_dijkstra_path_length(graph, ("middle", edge), cutoff=350.0)
        others = {n[1]: d for n, d in near.items() if isinstance(n, tuple) and n[1] != edge}
        w, d = np.array([weight[k] for k in others]), np.array(list(others.values()))
        expected = (w.sum(), w @ d, (w / np.maximum(d, 10)).sum(), (w * np.exp(-(d**2) / 80_000)).sum())
        assert [column[edge] for column in got] == pytest.approx(expected, rel=1e-4)


def test_who_sets_out_passes_by_and_arrives():
    # a line of five corners: ten people in the west, two shops in the east, one in the middle
    network = _network([(100 * k, 0) for k in range(5)], [(k, k + 1) for k in range(4)])
    got = walks(network, [10, 0, 0, 0, 0], [0, 0, 1, 0, 2], radius_m=400)
    assert got.value.tolist() == pytest.approx([10, 10, 20 / 3, 20 / 3])
    near = walks(network, [10, 0, 0, 0, 0], [0, 0, 1, 0, 2], radius_m=300)
    assert near.value.tolist() == pytest.approx([10, 10, 0, 0])
    assert walks(network, [10, 0, 0, 0, 0], [0, 0, 0, 0, 0], radius_m=300).value.tolist() == [0] * 4


@pytest.mark.parametrize("seed", range(3))
def test_steps_of_all_walks_add_up_to_their_lengths(seed):
    network = _town(seed)
    rng = np.random.default_rng(seed)
    people, places = rng.integers(0, 9, 49).astype(float), rng.integers(0, 2, 49).astype(float)
    got = walks(network, people, places, radius_m=400.0)
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(network.edge_u, network.edge_v, network.length_m, strict=True))
    metres = 0.0
    for node in graph:
        near = nx.single_source_dijkstra_path_length(graph, node, cutoff=400.0)
        goals = [(d, places[n]) for n, d in near.items() if n != node and places[n]]
        if goals:
            metres += people[node] * sum(d * o for d, o in goals) / sum(o for _, o in goals)
    assert got.value @ network.length_m == pytest.approx(metres, rel=1e-5)


@pytest.mark.parametrize("seed", range(2))
def test_who_walks_goes_to_near_places_the_likelier(seed):
    network, fall = _town(seed, side=5), decay.exponential(half_life=150)
    rng = np.random.default_rng(seed)
    people, places = rng.integers(0, 9, 25).astype(float), rng.integers(0, 3, 25).astype(float)
    got = walks(network, people, places, radius_m=450.0, decay=fall)
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(network.edge_u, network.edge_v, network.length_m, strict=True))
    expected = dict.fromkeys(map(frozenset, graph.edges), 0.0)
    for home in graph:
        near, paths = nx.single_source_dijkstra(graph, home, cutoff=450.0)
        pull = {at: places[at] * float(fall(np.array([d]))[0]) for at, d in near.items() if at != home}
        for at, drawn in pull.items():
            for one, other in itertools.pairwise(paths[at]):
                share = drawn / sum(pull.values()) if drawn else 0.0
                expected[frozenset((one, other))] += people[home] * share
    told = [
        expected[frozenset(pair)]
        for pair in zip(network.edge_u.tolist(), network.edge_v.tolist(), strict=True)
    ]
    assert got.value == pytest.approx(told, rel=1e-5)
    assert got.value.sum() > 0
    sample = walks(network, people, places, radius_m=450.0, decay=fall, samples=12)
    assert ((sample.low <= got.value + 1e-9) & (got.value <= sample.high + 1e-9)).all()


def test_people_and_places_stand_at_the_nearer_end_of_their_street():
    network = _network([(0, 0), (100, 0), (300, 0)], [(0, 1), (1, 2)])
    nobody = np.full(3, "", dtype=object)
    doors = Doors(
        np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([50.0, 60.0, 150.0]), np.zeros(3), nobody, nobody
    )
    assert at_junctions(network, doors, [5.0, 4.0, 7.0]).tolist() == [5.0, 2.0, 2.0]


def test_a_closed_street_lies_nowhere_and_impossible_questions_are_refused():
    network = _network(
        [(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)], forward=[True, False], backward=[True, False]
    )
    got = surroundings(network, radius_m=500)
    assert got.reached.tolist() == pytest.approx([0, np.nan], nan_ok=True)
    assert got.closeness.tolist() == pytest.approx([0, np.nan], nan_ok=True)
    for weights in ([1.0], [1.0, -1.0], [np.nan, 1.0]):
        with pytest.raises(InputError, match="one known weight of zero or more each, 2 in all"):
            surroundings(network, weights, radius_m=500)
    with pytest.raises(InputError, match="must be above zero"):
        surroundings(network, radius_m=0)


def test_ways_between_junctions_by_hand_and_by_networkx():
    line = _network([(0, 0), (100, 0), (300, 0), (400, 0)], [(0, 1), (1, 2), (2, 3)])
    assert shortest_ways(line, radius_m=1000).value.tolist() == [6, 8, 6]
    assert shortest_ways(line, radius_m=300).value.tolist() == [4, 6, 4]
    network = _town(5)
    got = shortest_ways(network, radius_m=1e6)
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(network.edge_u, network.edge_v, network.length_m, strict=True))
    expected = nx.edge_betweenness_centrality(graph, normalized=False, weight="weight")
    pairs = zip(network.edge_u.tolist(), network.edge_v.tolist(), strict=True)
    assert got.value.tolist() == pytest.approx(
        [2 * (expected.get(pair) or expected[pair[::-1]]) for pair in pairs]
    )
    assert got.low.tolist() == got.value.tolist() == got.high.tolist()


def test_turns_and_straight_ways_by_hand():
    # a T: west and east arms on one line, a stem going north from the middle
    network = _network([(0, 0), (100, 0), (200, 0), (100, 100)], [(0, 1), (1, 2), (1, 3)])
    assert turning(network, radius_m=500) == pytest.approx([45.0005, 45.0005, 90])
    assert np.isnan(turning(network, radius_m=50)).all()
    row = _network([(100 * k, 0) for k in range(5)], [(k, k + 1) for k in range(4)])
    assert straight_ways(row, radius_m=500).value.tolist() == [0, 4, 4, 0]
    assert straight_ways(row, radius_m=200).value.tolist() == [0, 2, 2, 0]


@pytest.mark.parametrize("ways", [shortest_ways, straight_ways])
def test_a_sample_holds_the_whole_within_its_bounds(ways):
    network = _town(2, side=12)
    exact = ways(network, radius_m=400)
    drawn = ways(network, radius_m=400, samples=80)
    assert (drawn.low <= exact.value).all()
    assert (exact.value <= drawn.high).all()
    assert (drawn.low < drawn.high).all()
    assert drawn.value.sum() == pytest.approx(exact.value.sum(), rel=0.15)


def test_a_town_without_streets_has_no_values():
    nothing = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=[1], node_x=[0], node_y=[0], edge_u=[], edge_v=[]
    )
    assert surroundings(nothing, radius_m=500).closeness.shape == (0,)
    assert turning(nothing, radius_m=500).shape == (0,)
    for ways in (shortest_ways, straight_ways):
        assert ways(nothing, radius_m=500).value.shape == (0,)
