"""Centralities against networkx, and angular ones by hand."""

import networkx as nx
import numpy as np
import pytest
from expanded_graph import Streets, streets
from hypothesis import HealthCheck, given, settings

from urbanplan.methods.engine import Engine, angular_graph, betweenness, closeness, metric_graph
from urbanplan.model.network import StreetNetwork

MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def _witness(given_streets: Streets) -> nx.DiGraph:
    """Return the graph of the nodes, of parallel streets the cheapest, none cheaper than one unit."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(given_streets.nodes))
    for u, v, _, there, back in given_streets.edges:
        for one, other, cost in ((u, v, there), (v, u, back)):
            if cost is not None and one != other:
                held = graph.get_edge_data(one, other, {"weight": np.inf})["weight"]
                graph.add_edge(one, other, weight=min(held, max(cost, 1)))
    return graph


@MANY
@given(streets())
def test_betweenness_equals_networkx(given_streets):
    graph = metric_graph(given_streets.engine)
    got = betweenness(graph, threads=1)
    witness = _witness(given_streets)
    expected = nx.betweenness_centrality(witness, normalized=False, weight="weight")
    np.testing.assert_allclose(
        got.through, [expected[node] for node in range(given_streets.nodes)], atol=1e-9
    )
    flows = nx.edge_betweenness_centrality(witness, normalized=False, weight="weight")
    assert got.on_edge.sum() == pytest.approx(sum(flows.values()))
    assert not got.error.any()
    assert not got.bound.any()
    assert not got.edge_error.any()
    assert not got.edge_bound.any()


@MANY
@given(streets())
def test_closeness_equals_networkx(given_streets):
    got = closeness(metric_graph(given_streets.engine), threads=1)
    for node, reached in nx.all_pairs_dijkstra_path_length(_witness(given_streets)):
        others = [cost / 1000 for goal, cost in reached.items() if goal != node]
        assert got.reached[node] == len(others)
        assert got.total[node] == pytest.approx(sum(others))
        assert got.harmonic[node] == pytest.approx(sum(1 / cost for cost in others))


def test_trees_and_sweeps_add_up_alike(monkeypatch):
    network = _grid(9)
    for graph in (metric_graph(Engine.build(network)), angular_graph(network)):
        weights = np.arange(graph.elements) % 4
        swept = closeness(graph, weights=weights, limit=250.0)
        with monkeypatch.context() as patch:
            patch.setattr("urbanplan.methods.engine.centrality._SWEPT", 0)
            grown = closeness(graph, weights=weights, limit=250.0)
        for one, other in zip(swept, grown, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)


def test_limit_and_weights_by_hand():
    line = Streets(
        4, ((0, 1, 1000, 1000, 1000), (1, 2, 1000, 1000, 1000), (2, 3, 1000, 1000, 1000)), "length"
    )
    graph = metric_graph(line.engine)
    got = betweenness(graph, weights_from=[3, 0, 0, 0], weights_to=[1, 1, 5, 7], limit=2.0)
    np.testing.assert_array_equal(got.through, [0, 15, 0, 0])
    np.testing.assert_array_equal(got.on_edge, [18, 15, 0])
    near = closeness(graph, weights=[1, 2, 3, 4], limit=1.0)
    np.testing.assert_array_equal(near.reached, [2, 4, 6, 3])


def _grid(side):
    number = np.arange(side * side).reshape(side, side)
    across = np.stack([number[:, :-1], number[:, 1:]], -1).reshape(-1, 2)
    up = np.stack([number[:-1], number[1:]], -1).reshape(-1, 2)
    pairs = np.concatenate([across, up])
    x, y = np.meshgrid(np.arange(side) * 100.0, np.arange(side) * 100.0)
    return StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=np.arange(side * side), node_x=5e5 + x.ravel(), node_y=2e6 + y.ravel(),
        edge_u=pairs[:, 0], edge_v=pairs[:, 1],
    )  # fmt: skip


def test_sampled_betweenness_is_near_and_knows_how_near():
    rng = np.random.default_rng(3)
    side = 12
    network = _grid(side)
    lengths = rng.integers(50_000, 150_000, len(network.edge_u))
    noisy = Streets(
        side * side,
        tuple((int(u), int(v), int(mm), int(mm), int(mm)) for u, v, mm in zip(network.edge_u, network.edge_v, lengths, strict=True)),
        "length",
    )  # fmt: skip
    graph = metric_graph(noisy.engine)
    exact = betweenness(graph).through
    drawn = [betweenness(graph, samples=60, seed=seed) for seed in range(30)]
    assert all((sample.error >= 0).all() for sample in drawn)
    off = np.mean([(sample.through - exact) ** 2 for sample in drawn])
    assert np.sqrt(off / np.mean([sample.error**2 for sample in drawn])) == pytest.approx(1.0, abs=0.2)
    assert all((np.abs(sample.through - exact) <= sample.bound).all() for sample in drawn)
    along = betweenness(graph).on_edge
    off = np.mean([(sample.on_edge - along) ** 2 for sample in drawn])
    assert np.sqrt(off / np.mean([sample.edge_error**2 for sample in drawn])) == pytest.approx(1.0, abs=0.2)
    assert all((np.abs(sample.on_edge - along) <= sample.edge_bound).all() for sample in drawn)
    closer = betweenness(graph, samples=60, limit=300.0, most=40.0)
    assert (closer.bound < betweenness(graph, samples=60, limit=300.0).bound).all()
    assert (np.abs(closer.through - betweenness(graph, limit=300.0).through) <= closer.bound).all()
    mean = np.mean([sample.through for sample in drawn], axis=0)
    assert np.abs(mean - exact).sum() < 0.1 * exact.sum()
    assert betweenness(graph, samples=side * side).through.tobytes() == exact.tobytes()


def test_any_number_of_threads_gives_the_same_bytes():
    graph = metric_graph(
        Streets(9, tuple((a, b, 7, 7, 7) for a in range(9) for b in range(a)), "length").engine
    )
    network = _grid(12)
    for one in (graph, angular_graph(network)):
        runs = [betweenness(one, threads=threads) for threads in (1, 2, 3)]
        assert len({run.through.tobytes() + run.on_edge.tobytes() for run in runs}) == 1


def test_angular_costs_are_degrees_turned():
    # a T: west and east arms on one line, a stem going north from the middle
    network = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=[1, 2, 3, 4], node_x=[0, 100, 200, 100], node_y=[0, 0, 0, 100],
        edge_u=[0, 1, 1], edge_v=[1, 2, 3],
    )  # fmt: skip
    got = closeness(angular_graph(network))
    # straight on costs a thousandth of a degree, the stem a right angle from both arms
    np.testing.assert_allclose(got.total, [90.001, 90.001, 180.0])
    np.testing.assert_array_equal(got.reached, [2, 2, 2])


def test_angular_way_prefers_the_straight_street():
    # from west to east: straight through three pieces, or round a shorter-stepped bow
    network = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=np.arange(6), node_x=[0, 100, 200, 300, 400, 200],
        node_y=[0, 0, 0, 0, 0, 30], edge_u=[0, 1, 2, 3, 1, 5], edge_v=[1, 2, 3, 4, 5, 3],
    )  # fmt: skip
    through = betweenness(angular_graph(network)).through
    assert through[1] == through[2] > through[4]


def _local_witness(graph, radius_m, weights=None):
    """Return what passes through, and lies around, every element, by networkx on the states within the radius alone."""
    states, arcs = nx.DiGraph(), graph.arcs
    tail = np.repeat(np.arange(len(arcs.first) - 1), np.diff(arcs.first))
    for one, other, cost, span in zip(
        tail.tolist(), arcs.head.tolist(), arcs.cost.tolist(), graph.span.tolist(), strict=True
    ):
        states.add_edge(one, other, weight=cost, span=span)
    through, total = np.zeros(graph.elements), np.zeros(graph.elements)
    for origin in range(graph.elements):
        seeds = graph.state[graph.first[origin] : graph.first[origin + 1]].tolist()
        near = nx.multi_source_dijkstra_path_length(
            states, set(seeds) & set(states), cutoff=radius_m * 1000, weight="span"
        )
        local = states.subgraph(near).copy()
        local.add_edges_from(("door", seed, {"weight": 0}) for seed in seeds if seed in near)
        cost = nx.single_source_dijkstra_path_length(local, "door")
        for goal in set(graph.element[[state for state in cost if state != "door"]].tolist()) - {origin}:
            ends = [state for state in cost if state != "door" and graph.element[state] == goal]
            least = min(cost[state] for state in ends)
            total[origin] += least
            paths = [
                way
                for end in ends
                if cost[end] == least
                for way in nx.all_shortest_paths(local, "door", end, weight="weight")
            ]
            for way in paths:
                for between in {int(graph.element[state]) for state in way[1:]} - {origin, goal}:
                    through[between] += 1 / len(paths)
    return through, total / 1000


def test_within_a_radius_paths_of_fewest_turns_keep_to_what_is_near():
    network = _grid(5)
    for graph in (angular_graph(network), metric_graph(Engine.build(network))):
        through, total = _local_witness(graph, 210.0)
        np.testing.assert_allclose(betweenness(graph, radius_m=210.0).through, through, atol=1e-9)
        np.testing.assert_allclose(closeness(graph, radius_m=210.0).total, total, atol=1e-9)


def test_a_radius_is_a_limit_where_costs_are_metres():
    graph = metric_graph(Engine.build(_grid(8)))
    one, other = betweenness(graph, radius_m=300.0), betweenness(graph, limit=300.0)
    assert one.through.tobytes() == other.through.tobytes()
    assert one.on_edge.tobytes() == other.on_edge.tobytes()
    for mine, theirs in zip(closeness(graph, radius_m=300.0), closeness(graph, limit=300.0), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)
    wide = angular_graph(_grid(8))
    assert betweenness(wide, radius_m=1e6).through.tobytes() == betweenness(wide).through.tobytes()
    runs = {betweenness(wide, radius_m=300.0, threads=threads).through.tobytes() for threads in (1, 2, 3)}
    assert len(runs) == 1
