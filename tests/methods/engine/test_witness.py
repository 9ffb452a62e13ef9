"""Whole cities against scipy, and explicit vectors against plain loops."""

import json
from importlib import import_module

import numpy as np
import pytest
from pyproj import Transformer
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from urbanplan.methods import decay
from urbanplan.methods.engine import Engine, matrix, nearest, pairs, reach, warm_up
from urbanplan.model.network import StreetNetwork


def _town(seed=11, count=900):
    """Return a town of crooked streets: near points joined, some one-way, in several parts."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 3000, (count, 2))
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    pairs = np.argwhere((apart < 150) & (apart > 0) & (rng.random(apart.shape) < 0.35))
    u, v = pairs[:, 0], pairs[:, 1]
    closed = rng.random(len(u)) < 0.3
    return StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=np.arange(count), node_x=xy[:, 0], node_y=xy[:, 1], edge_u=u, edge_v=v,
        backward=~closed, length_m=apart[u, v] * rng.uniform(1, 1.5, len(u)),
    )  # fmt: skip


def _matrix(network, cost_mm):
    tail = np.concatenate([network.edge_u[network.forward], network.edge_v[network.backward]])
    head = np.concatenate([network.edge_v[network.forward], network.edge_u[network.backward]])
    cost = np.concatenate([cost_mm[network.forward], cost_mm[network.backward]]).astype(float)
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    n = len(network.node_id)
    return csr_matrix((cost[first], (tail[first], head[first])), shape=(n, n))


@pytest.fixture(scope="module")
def town():
    network = _town()
    return network, Engine.build(network), _matrix(network, np.rint(network.length_m * 1000))


def test_all_nodes_equal_scipy(town):
    network, engine, graph = town
    n = len(network.node_id)
    everywhere = engine.at_nodes(np.arange(n))
    places = np.random.default_rng(2).choice(n, 40, replace=False)
    costs = dijkstra(graph) / 1000
    costs[np.isinf(costs)] = np.nan
    np.testing.assert_array_equal(matrix(engine, everywhere, everywhere), costs)
    near = np.sort(costs[:, places], axis=1)[:, :5]
    got = nearest(engine, everywhere, engine.at_nodes(places), k=5)
    np.testing.assert_array_equal(got.cost[0], near)
    weights = np.random.default_rng(3).integers(0, 9, (n, 2)).astype(float)
    cutoffs = [300, 700, 1500]
    sums = reach(engine, everywhere, everywhere, weights, cutoffs=cutoffs)
    np.testing.assert_array_equal(
        sums.within, np.stack([(costs <= cut) @ weights for cut in cutoffs], axis=1)
    )


def test_passive_access_is_the_transpose(town):
    network, engine, _ = town
    rng = np.random.default_rng(5)
    spots = engine.at(
        rng.integers(0, len(network.edge_u), 80), rng.uniform(0, 100, 80), access=rng.uniform(0, 20, 80)
    )
    homes = engine.at(rng.integers(0, len(network.edge_u), 120), rng.uniform(0, 100, 120))
    people = rng.integers(0, 50, 120).astype(float)
    came = reach(engine.reversed, spots, homes, people, cutoffs=[600]).within[:, 0, 0]
    went = np.nan_to_num(matrix(engine, homes, spots), nan=np.inf) <= 600
    np.testing.assert_array_equal(came, people @ went)


def test_order_of_origins_and_places_does_not_matter(town):
    network, engine, _ = town
    rng = np.random.default_rng(6)
    spots = engine.at(rng.integers(0, len(network.edge_u), 300), rng.uniform(0, 100, 300))
    weights = rng.integers(0, 5, 300).astype(float)
    order = rng.permutation(300)
    one = reach(engine, spots, spots, weights, cutoffs=[500]).within
    other = reach(
        engine, spots.take(order), spots.take(order[::-1]), weights[order[::-1]], cutoffs=[500]
    ).within
    np.testing.assert_array_equal(other, one[order])


def test_plain_loops_give_the_same_bytes_as_vectors(town, monkeypatch):
    network, engine, _ = town
    rng = np.random.default_rng(7)
    spots = engine.at(
        rng.integers(0, len(network.edge_u), 500), rng.uniform(0, 100, 500), access=rng.uniform(0, 9, 500)
    )
    weights = rng.random((400, 2))
    decays = [decay.exponential(rate=0.004), decay.power(exponent=1.1, nearest=57.0)]

    def run():
        place = np.arange(500) % 400
        sums = reach(
            engine, spots, spots, weights, cutoffs=[250, 900], decays=decays, limit=1200, place=place
        )
        return [*sums, matrix(engine, spots, spots)]

    wide = run()
    for module in ("reach", "matrix"):
        monkeypatch.setattr(import_module(f"urbanplan.methods.engine.{module}"), "vectors", lambda: None)
    for one, other in zip(wide, run(), strict=True):
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("room", [40, 1 << 16])
def test_pairs_equal_the_matrix_however_little_room_there_is(town, monkeypatch, room):
    network, engine, _ = town
    rng = np.random.default_rng(9)
    spots = engine.at(rng.integers(0, len(network.edge_u), 200), rng.uniform(0, 100, 200))
    goals = engine.at(rng.integers(0, len(network.edge_u), 150), rng.uniform(0, 100, 150))
    monkeypatch.setattr(import_module("urbanplan.methods.engine.pairs"), "_ROOM", room)
    got = pairs(engine, spots, goals, 400.0, threads=2)
    costs = np.nan_to_num(matrix(engine, spots, goals), nan=np.inf)
    origin, place = np.nonzero(costs <= 400.0)
    order = np.lexsort((place, costs[origin, place], origin))
    np.testing.assert_array_equal(got.origin, origin[order])
    np.testing.assert_array_equal(got.place, place[order])
    np.testing.assert_array_equal(got.cost, costs[origin, place][order])


@pytest.mark.shared
def test_every_corner_of_chiang_mai_equals_scipy(shared):
    path = shared / "chiang_mai" / "reference" / "metro_network_2026.json"
    if not path.is_file():
        pytest.skip(f"no {path.name} among the shared data")
    data = json.loads(path.read_text())
    lon, lat = np.array(data["coords"]).reshape(-1, 2).T
    x, y = Transformer.from_crs(4326, 32647, always_xy=True).transform(lon, lat)
    u, v, metres = np.array(data["edges"]).reshape(-1, 3).T
    network = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=np.arange(len(x)), node_x=x, node_y=y, edge_u=u.astype(int),
        edge_v=v.astype(int), length_m=metres,
    )  # fmt: skip
    engine, graph = Engine.build(network), _matrix(network, np.rint(network.length_m * 1000))
    rng = np.random.default_rng(8)
    everywhere, places = engine.at_nodes(np.arange(len(x))), rng.choice(len(x), 300, replace=False)
    got = nearest(engine, everywhere, engine.at_nodes(places)).cost[0, :, 0]
    expected = dijkstra(graph.T, indices=places, min_only=True) / 1000
    np.testing.assert_array_equal(got, np.where(np.isinf(expected), np.nan, expected))
    sample = rng.choice(len(x), 60, replace=False)
    weights = rng.integers(0, 40, len(x)).astype(float)
    costs = dijkstra(graph, indices=sample, limit=1.6e6) / 1000
    sums = reach(engine, engine.at_nodes(sample), everywhere, weights, cutoffs=[500, 1000, 1600]).within[
        :, :, 0
    ]
    np.testing.assert_array_equal(
        sums, np.stack([(costs <= cut) @ weights for cut in (500, 1000, 1600)], axis=1)
    )


def test_warming_up_leaves_nothing_to_compile(town):
    _, engine, _ = town
    warm_up()
    kernels = {"reach": "_reach_batches", "nearest": "spread", "pairs": "_find", "matrix": "sweep"}
    loops = [
        getattr(import_module(f"urbanplan.methods.engine.{name}"), loop) for name, loop in kernels.items()
    ]
    known = [len(loop.signatures) for loop in loops]
    spots = engine.at_nodes(np.arange(40))
    nearest(engine, spots, spots, k=2, limit=300)
    reach(
        engine,
        spots,
        spots,
        np.ones((40, 3)),
        cutoffs=[100, 200],
        decays=[decay.gaussian(sigma=50)],
        limit=300,
    )
    pairs(engine, spots, spots, 200.0)
    matrix(engine, spots, spots)
    assert [len(loop.signatures) for loop in loops] == known
