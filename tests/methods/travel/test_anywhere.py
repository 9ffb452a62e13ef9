"""The researcher's questions on random multigraphs: one-ways, loops, parallels, streets without length, parts; networkx agrees."""

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan import StreetNetwork

CRS = "EPSG:32647"
X0, Y0 = 500_000.0, 2_077_000.0
NEAR_M = 0.05
"""Costs are whole millimetres: sums over some dozens of streets may be off by so much."""


def drawn_streets(seed, nodes, edges):
    """Give a multigraph whose streets bend where no other does, so that a point lies on one of them only."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 1000, (nodes, 2))
    at[1] = at[0]  # two junctions at one place: the street between them has no length
    ends = rng.integers(0, nodes, (edges, 2))
    ends[0] = (0, 1)
    ends[1:4, 1] = ends[1:4, 0]  # loops
    ends[4:7] = ends[7:10]  # parallels
    bends = rng.uniform(0, 1000, (edges, 2, 2))
    lines = [shapely.LineString([at[u], *bends[k], at[v]]) for k, (u, v) in enumerate(ends)]
    lines[0] = shapely.LineString([at[0], at[1]])
    forward = rng.random(edges) < 0.8
    backward = ~forward | (rng.random(edges) < 0.8)
    moved = [shapely.transform(line, lambda xy: xy + np.array([X0, Y0])) for line in lines]
    net = StreetNetwork.assemble(
        mode="drive", crs=CRS, node_id=np.arange(nodes), node_x=at[:, 0] + X0, node_y=at[:, 1] + Y0,
        edge_u=ends[:, 0], edge_v=ends[:, 1], lines=moved, forward=forward, backward=backward,
    )  # fmt: skip
    return net, rng


def on_streets(net, rng, count):
    """Give points in the midst of streets, with the edge and the metres along it."""
    edge = rng.integers(1, len(net.edge_u), count)
    offset = rng.uniform(0.2, 0.8, count) * net.length_m[edge]
    points = shapely.line_interpolate_point(net.lines[edge], offset)
    return gpd.GeoDataFrame(geometry=points, crs=CRS), edge, offset


def peer(net, homes, goals):
    """Give the metres from every home to every goal: Dijkstra by networkx between junctions, by hand on the streets."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(net.node_id)))
    ways = [(net.edge_u, net.edge_v, net.forward), (net.edge_v, net.edge_u, net.backward)]
    for tail, head, opened in ways:
        for k in np.flatnonzero(opened):
            u, v, metres = int(tail[k]), int(head[k]), float(net.length_m[k])
            if metres < graph.get_edge_data(u, v, {"weight": np.inf})["weight"]:
                graph.add_edge(u, v, weight=metres)
    forth, back = net.forward.tolist(), net.backward.tolist()
    apart = np.full((len(net.node_id),) * 2, np.inf)
    for u, found in nx.all_pairs_dijkstra_path_length(graph):
        apart[u, list(found)] = list(found.values())
    out = np.full((len(homes[1]), len(goals[1])), np.inf)
    for i, (e, x) in enumerate(zip(homes[1].tolist(), homes[2].tolist(), strict=True)):
        whole = float(net.length_m[e])
        leave = [(net.edge_v[e], whole - x)] * forth[e] + [(net.edge_u[e], x)] * back[e]
        for j, (f, y) in enumerate(zip(goals[1].tolist(), goals[2].tolist(), strict=True)):
            rest = float(net.length_m[f]) - y
            come = [(net.edge_u[f], y)] * forth[f] + [(net.edge_v[f], rest)] * back[f]
            costs = [a + apart[u, v] + b for u, a in leave for v, b in come]
            costs += [y - x] if e == f and forth[e] and y >= x else []
            costs += [x - y] if e == f and back[e] and x >= y else []
            out[i, j] = min(costs, default=np.inf)
    return out


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), nodes=st.integers(2, 25), edges=st.integers(12, 45))
def test_matrix_nearest_reach_pairs_and_explained_ways_equal_networkx(seed, nodes, edges):
    net, rng = drawn_streets(seed, nodes, edges)
    homes, goals = on_streets(net, rng, 6), on_streets(net, rng, 5)
    expected = peer(net, homes, goals)
    known = np.where(np.isfinite(expected), expected, np.nan)
    matrix = net.matrix(homes[0], goals[0]).to_numpy()
    np.testing.assert_allclose(matrix, known, atol=NEAR_M)
    turned = net.matrix(goals[0], homes[0], reverse=True).to_numpy()
    np.testing.assert_allclose(turned.T, known, atol=NEAR_M)
    near = net.nearest(homes[0], goals[0], k=3)
    ranked = np.sort(expected, axis=1)[:, :3]
    for k in range(3):
        told = near[f"distance_m_{k + 1}"].fillna(np.inf).to_numpy()
        np.testing.assert_allclose(told, ranked[:, k], atol=NEAR_M)
    assert (near["reason"] == "disconnected").tolist() == np.isinf(ranked[:, 0]).tolist()
    cut = float(rng.uniform(200, 2000))
    if (np.abs(expected - cut) > 1).all():
        counted = net.reach(homes[0], goals[0], cutoffs_m=[cut])[f"places_within_{cut:g}_m"]
        assert counted.tolist() == (expected <= cut).sum(axis=1).tolist()
        pairs = net.pairs(homes[0], goals[0], max_distance_m=cut)
        assert set(zip(pairs["origin"], pairs["place"], strict=True)) == set(
            zip(*np.nonzero(expected <= cut), strict=True)
        )
    way = net.explain(homes[0].iloc[[0]], goals[0].iloc[[0]])
    if np.isfinite(expected[0, 0]):
        assert abs(way["distance_m"].sum() - expected[0, 0]) < NEAR_M
        drawn = way.geometry[way["part"] == "street"]
        assert abs(drawn.length.sum() - way.loc[way["part"] == "street", "distance_m"].sum()) < NEAR_M
    else:
        assert way["reason"].tolist() == ["disconnected"]
