"""Ways along streets: hand-worked lanes, and networkx on the same streets cut at every door."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from urbanplan.methods.routing import (
    MM,
    UNREACHED,
    Direct,
    Positions,
    count_within,
    direct_ways,
    graph_of,
    nearest,
    positions,
)
from urbanplan.model.network import StreetNetwork


def network(n, edges, *, length, forward=None, backward=None):
    """Give streets of given lengths between n points on a line."""
    ends = np.array(edges).reshape(-1, 2)
    return StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=np.arange(n), node_x=np.arange(n) * 10.0, node_y=np.zeros(n),
        edge_u=ends[:, 0], edge_v=ends[:, 1], length_m=length, forward=forward, backward=backward,
    )  # fmt: skip


def at(graph, *rows):
    """Give positions from rows of (what, edge, metres along it, metres to the door)."""
    table = pd.DataFrame([row[1:] for row in rows], columns=["edge", "offset_m", "distance_m"])
    return positions(graph, table, np.array([row[0] for row in rows], dtype=np.int64))


def metres(graph, cells, places, count):
    """Give distances in metres, infinite where no way leads."""
    found = nearest(graph, cells, places, direct_ways(graph, cells, places), count=count)
    return np.where(found == UNREACHED, np.inf, found / MM)


def test_from_edge_to_edge():
    graph = graph_of(network(3, [(0, 1), (1, 2)], length=[100, 50]))
    cells = at(graph, (0, 0, 30, 5), (1, 1, 50, 0), (2, -1, np.nan, np.nan))
    places = at(graph, (0, 1, 20, 7))
    assert metres(graph, cells, places, 3).tolist() == [5 + 70 + 20 + 7, 30 + 7, np.inf]


def test_on_one_edge_the_way_is_direct_unless_it_is_shorter_round_the_block():
    ring = graph_of(network(2, [(0, 1), (0, 1)], length=[100, 10]))
    cells = at(ring, (0, 0, 5, 0), (1, 0, 40, 0))
    assert metres(ring, cells, at(ring, (0, 0, 95, 0)), 2).tolist() == [5 + 10 + 5, 55]


def test_one_way_streets_are_kept_on_one_edge_too():
    # a loop that may be walked from its first end only, on a street both ways
    graph = graph_of(network(2, [(0, 1), (1, 1)], length=[100, 60], forward=[1, 1], backward=[1, 0]))
    cells = at(graph, (0, 1, 40, 0), (1, 1, 10, 0), (2, 0, 80, 0))
    places = at(graph, (0, 1, 20, 0))
    assert metres(graph, cells, places, 3).tolist() == [20 + 20, 10, 20 + 20]
    dead = graph_of(network(2, [(0, 1)], length=[100], forward=[1], backward=[0]))
    cells = at(dead, (0, 0, 20, 0), (1, 0, 60, 0), (2, 0, 50, 0))
    assert metres(dead, cells, at(dead, (0, 0, 50, 3)), 3).tolist() == [33, np.inf, 3]


def test_a_place_with_several_doors_counts_once_and_the_limit_is_included():
    graph = graph_of(network(2, [(0, 1)], length=[100]))
    cells = at(graph, (0, 0, 50, 0))
    places = at(graph, (0, 0, 20, 0), (0, 0, 80, 0), (1, 0, 100, 0), (2, 0, 0, 0.001))
    found = count_within(
        graph, cells, places, direct_ways(graph, cells, places), np.array([29, 30, 50, 51]) * MM, count=1
    )
    assert found.tolist() == [[0, 1, 2, 3]]


def random_streets(seed, n=40, m=75):
    """Give streets with loops, parallels, one-ways, parts that are cut off, and doors along them."""
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, n, (m, 2))
    edges[:4, 1] = edges[:4, 0]
    edges[4:8] = edges[8:12]
    forward, backward = rng.random(m) < 0.85, rng.random(m) < 0.85
    length = rng.integers(1, 300_000, m) / MM
    streets = network(n, edges, length=length, forward=forward, backward=backward)

    def doors(number, each):
        of = np.repeat(np.arange(number), each)
        edge = rng.integers(0, m, len(of))
        offset = np.rint(rng.random(len(of)) * streets.length_m[edge] * MM) / MM
        offset[::5] = streets.length_m[edge][::5]
        return Positions(
            of, edge, np.rint(offset * MM).astype(np.int64), rng.integers(0, 20_000, len(of)).astype(np.int64)
        )

    return streets, doors(60, 1), doors(12, 3)


def peer_distances(streets, cells, places):
    """Cut every edge at every door and ask networkx, in whole millimetres."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(streets.node_id)))
    length = np.rint(streets.length_m * MM).astype(int)
    stops = {edge: [] for edge in range(len(length))}
    for kind, doors in (("cell", cells), ("place", places)):
        for k, (edge, offset) in enumerate(zip(doors.edge, doors.offset, strict=True)):
            stops[edge].append((int(offset), f"{kind} {k}"))
    for edge, on_it in stops.items():
        row = [(0, int(streets.edge_u[edge])), *sorted(on_it), (int(length[edge]), int(streets.edge_v[edge]))]
        graph.add_nodes_from(stop for _, stop in on_it)
        for (a, one), (b, other) in pairwise(row):
            if streets.forward[edge] or a == b:
                graph.add_edge(one, other, weight=b - a)
            if streets.backward[edge] or a == b:
                graph.add_edge(other, one, weight=b - a)
    out = np.full((len(cells.of), places.of.max() + 1), np.inf)
    for k in range(len(cells.of)):
        reach = nx.single_source_dijkstra_path_length(graph, f"cell {k}")
        for j, of in enumerate(places.of):
            way = reach.get(f"place {j}", np.inf) + cells.access[k] + places.access[j]
            out[k, of] = min(out[k, of], way)
    return out


@pytest.mark.parametrize("seed", range(12))
def test_networkx_agrees_to_the_millimetre(seed):
    streets, cells, places = random_streets(seed)
    # at a corner or a shared offset the peer may turn on a one-way street, which we do not: keep doors apart
    cells, places = apart(streets, cells, places)
    graph = graph_of(streets)
    direct = direct_ways(graph, cells, places)
    peer = peer_distances(streets, cells, places)
    got = nearest(graph, cells, places, direct, count=len(cells.of))
    assert np.where(got == UNREACHED, np.inf, got).tolist() == peer.min(axis=1).tolist()
    limits = np.array([50_000, 150_000, 400_000, 900_000])
    number = count_within(graph, cells, places, direct, limits, count=len(cells.of))
    assert number.tolist() == (peer[:, :, None] <= limits).sum(axis=1).tolist()
    assert (number[:, 0] < number[:, -1]).any()


def apart(streets, *doors):
    """Move doors off the corners of one-way streets, and off each other, by whole millimetres."""
    taken, out = set(), []
    for these in doors:
        offset = these.offset.copy()
        for k, edge in enumerate(these.edge):
            longest = int(np.rint(streets.length_m[edge] * MM))
            while (edge, offset[k]) in taken or offset[k] in (0, longest):
                offset[k] = (offset[k] + 7) % max(longest, 8)
            taken.add((edge, offset[k]))
        out.append(these._replace(offset=offset))
    return out


def test_nothing_is_nothing():
    graph = graph_of(network(2, [(0, 1)], length=[100]))
    nobody = Positions(*(np.empty(0, dtype=np.int64) for _ in range(4)))
    none = Direct(*(np.empty(0, dtype=np.int64) for _ in range(3)))
    assert nearest(graph, nobody, nobody, none, count=2).tolist() == [UNREACHED, UNREACHED]
    assert count_within(graph, nobody, nobody, none, np.array([5]), count=2).tolist() == [[0], [0]]
