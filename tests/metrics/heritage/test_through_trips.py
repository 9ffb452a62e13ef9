"""Ways that only pass: a road through a zone worked out by hand, and networkx on a town."""

import itertools

import networkx as nx
import numpy as np
import pytest
from town import box, frame, lattice, point, streets

from urbanplan.methods.street_centrality import through_share
from urbanplan.metrics.heritage.through_trips import through_trips


def zones(*shapes):
    return frame("heritage_zones", list(shapes), kind=["core"] * len(shapes)).set_axis(
        [f"Z{k}" for k in range(len(shapes))]
    )


def test_a_road_through_a_zone():
    road = streets([(100 * c, 0) for c in range(5)], [(c, c + 1) for c in range(4)], mode="drive")
    asset = frame("heritage_assets", [point(150, 10)])
    table = through_trips(
        asset, zones(box(90, -50, 210, 50), box(0, 200, 50, 250)), road, samples=0, near_point_m=20.0
    )
    # beside the asset runs the street between the second and the third junction, both in the zone. Of all ordered pairs
    # 2 x 3 cross it; from elsewhere to elsewhere go 1 x 2 of them, there and back
    assert table["zone"].tolist() == ["Z0"]
    assert table["through_share"].tolist() == pytest.approx([4 / 12])
    assert (table["assets"].tolist(), table["passing_km"].tolist()) == ([1.0], [pytest.approx(0.1)])


@pytest.mark.parametrize("seed", range(2))
def test_networkx_counts_the_same(seed):
    rng = np.random.default_rng(seed)
    net = lattice(5, 4, 100, mode="drive")
    graph = nx.Graph()
    lengths = rng.uniform(80, 160, len(net.edge_u))
    net = type(net).assemble(
        mode="drive", crs=net.crs, node_id=net.node_id, node_x=net.node_x, node_y=net.node_y, edge_u=net.edge_u,
        edge_v=net.edge_v, length_m=lengths,
    )  # fmt: skip
    for u, v, metres in zip(net.edge_u.tolist(), net.edge_v.tolist(), lengths.tolist(), strict=True):
        graph.add_edge(u, v, weight=metres)
    here, edges = rng.random(20) < 0.3, np.array([3, 8, 14])
    wanted = {frozenset((int(net.edge_u[e]), int(net.edge_v[e]))) for e in edges}
    through = total = 0
    for one, other in itertools.permutations(range(20), 2):
        path = nx.shortest_path(graph, one, other, weight="weight")
        crossed = sum(frozenset(pair) in wanted for pair in itertools.pairwise(path))
        total += crossed
        through += crossed * (not here[one] and not here[other])
    assert through_share(net, here, edges, radius_m=1e5) == pytest.approx(through / total)
    drawn = through_share(net, here, edges, radius_m=1e5, samples=8)
    assert 0 <= drawn <= 1


def test_no_ways_and_no_zones():
    road = streets([(0, 0), (100, 0)], [(0, 1)], mode="drive")
    assert np.isnan(through_share(road, [False, True], [0], radius_m=50))
    assert through_trips(frame("heritage_assets", [point(50, 10)]), zones(), road).empty
    assert through_trips(frame("heritage_assets", []), zones(box(0, -50, 100, 50)), road).empty
