"""Every corner of real cities, asked as layers, against scipy on the same streets."""

import os

import geopandas as gpd
import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from urbanplan import StreetNetwork
from urbanplan.sources.osm import read_osm

CITIES = {
    "chiang_mai": ("chiang_mai/osm/chiang_mai.osm.pbf", "EPSG:32647"),
    "las_palmas": ("las_palmas/las_palmas_2023.osm.pbf", "EPSG:32628"),
    "porto_alegre": ("porto_alegre/poa_osm.pbf", "EPSG:32722"),
}


def scipy_graph(network):
    """Give the network as scipy wants it, in whole millimetres; of parallel streets the shortest."""
    mm = np.rint(network.length_m * 1000)
    tail = np.concatenate([network.edge_u[network.forward], network.edge_v[network.backward]])
    head = np.concatenate([network.edge_v[network.forward], network.edge_u[network.backward]])
    cost = np.concatenate([mm[network.forward], mm[network.backward]])
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))
    n = len(network.node_id)
    return csr_matrix((cost[first], (tail[first], head[first])), shape=(n, n))


def corners(network):
    """Give every node as a point, but for those that a street of another level passes over."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(network.node_x, network.node_y), crs=network.crs)
    edge = network.snap(points)["edge"].to_numpy()
    meets = (network.edge_u[edge] == points.index) | (network.edge_v[edge] == points.index)
    assert meets.mean() > 0.95
    return points[meets]


@pytest.mark.shared
@pytest.mark.parametrize("city", CITIES)
def test_all_corners_equal_scipy(shared, city, monkeypatch):
    path, crs = CITIES[city]
    if not (shared / path).is_file():
        pytest.skip(f"{path} is not among the shared data")
    walk = StreetNetwork.of(read_osm(shared / path, crs=crs, layers=[], modes=["walk"]).networks["walk"])
    graph, everywhere = scipy_graph(walk), corners(walk)
    node = everywhere.index.to_numpy()
    rng = np.random.default_rng(12)
    chosen = np.sort(rng.choice(len(node), 200, replace=False))
    places = everywhere.iloc[chosen].assign(beds=rng.integers(0, 30, 200).astype(float))

    near = walk.nearest(everywhere, places)["distance_m"].to_numpy()
    mm = dijkstra(graph.T, indices=node[chosen], min_only=True)[node]
    np.testing.assert_array_equal(near, np.where(np.isinf(mm), np.nan, mm / 1000))

    sample = everywhere.iloc[np.sort(rng.choice(len(node), 80, replace=False))]
    table = dijkstra(graph, indices=sample.index.to_numpy())[:, node[chosen]]
    costs = np.where(np.isinf(table), np.nan, table / 1000)
    np.testing.assert_array_equal(walk.matrix(sample, places).to_numpy(), costs)
    ranked = np.sort(np.where(np.isnan(costs), np.inf, costs), axis=1)[:, :5]
    five = walk.nearest(sample, places, k=5).filter(like="distance_m").to_numpy()
    np.testing.assert_array_equal(np.where(np.isnan(five), np.inf, five), ranked)

    cutoffs = [500, 1000, 1600, 5000]
    beds = places["beds"].to_numpy()
    expected = np.stack([(table <= cut * 1000) @ beds for cut in cutoffs], axis=1)
    answers = []
    for processors in ({0}, {0, 1}):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, these=processors: these, raising=False)
        found = walk.reach(sample, places, weights="beds", cutoffs_m=cutoffs)
        np.testing.assert_array_equal(found.drop(columns="reason").to_numpy(), expected)
        everyone = walk.reach(everywhere, places, weights="beds", cutoffs_m=cutoffs)
        answers.append(everyone.drop(columns="reason").to_numpy().tobytes())
    assert answers[0] == answers[1]
