"""Random streets with doors along them, and networkx on the same streets cut at every door."""

from itertools import pairwise

import networkx as nx
import numpy as np

from urbanplan.methods.travel import Journeys
from urbanplan.methods.travel.doors import Doors
from urbanplan.model.network import StreetNetwork

MM = 1000
_NOBODY = np.empty(0, dtype=object)


def network(n, edges, *, length, forward=None, backward=None):
    """Give streets of given lengths between n points on a line."""
    ends = np.array(edges).reshape(-1, 2)
    return StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=np.arange(n), node_x=np.arange(n) * 10.0, node_y=np.zeros(n),
        edge_u=ends[:, 0], edge_v=ends[:, 1], length_m=length, forward=forward, backward=backward,
    )  # fmt: skip


def doors(*rows):
    """Give doors from rows of (whose, edge, metres along it, metres to the door)."""
    columns = np.array(rows, dtype=float).reshape(-1, 4).T
    return Doors(columns[0].astype(int), columns[1].astype(int), columns[2], columns[3], _NOBODY, _NOBODY)


def between(streets, origin_doors, place_doors, *, origins=None, places=None, inside=(), reverse=False):
    """Give journeys between doors."""
    pairs = np.array(inside, dtype=np.int64).reshape(-1, 2)
    origins = int(origin_doors.of.max(initial=-1)) + 1 if origins is None else origins
    places = int(place_doors.of.max(initial=-1)) + 1 if places is None else places
    told = [_told(these, count) for these, count in ((origin_doors, origins), (place_doors, places))]
    return Journeys(streets, "length", reverse, origins, places, *told, pairs[:, 0], pairs[:, 1])


def _told(these, count):
    """Say which owners have no door."""
    reason = np.full(count, "off_network", dtype=object)
    reason[these.of] = ""
    return these._replace(reason=reason, across=np.full(count, "", dtype=object))


def random_streets(seed, n=40, m=75):
    """Give streets with loops, parallels, one-ways, parts that are cut off, and doors along them.

    Doors lie on whole millimetres off corners and off each other: at a corner or a shared offset the peer may turn on a
    one-way street, which we do not.
    """
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, n, (m, 2))
    edges[:4, 1] = edges[:4, 0]
    edges[4:8] = edges[8:12]
    length = rng.integers(100, 300_000, m)
    forward = rng.random(m) < 0.85
    streets = network(
        n, edges, length=length / MM, forward=forward, backward=~forward | (rng.random(m) < 0.85)
    )
    taken = set()

    def along(number, each):
        of = np.repeat(np.arange(number), each)
        edge = rng.integers(0, m, len(of))
        offset = rng.integers(1, length[edge])
        for k, on in enumerate(edge):
            while (on, offset[k]) in taken or offset[k] in {0, length[on]}:
                offset[k] = (offset[k] + 7) % length[on]
            taken.add((on, offset[k]))
        return Doors(of, edge, offset / MM, rng.integers(0, 20_000, len(of)) / MM, _NOBODY, _NOBODY)

    return streets, along(60, 1), along(12, 3)


def peer_distances(streets, origin_doors, place_doors):
    """Cut every edge at every door and ask networkx, in whole millimetres; infinite where no way leads."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(streets.node_id)))
    length = np.rint(streets.length_m * MM).astype(int)
    stops = {edge: [] for edge in range(len(length))}
    for kind, these in (("origin", origin_doors), ("place", place_doors)):
        for k, (edge, offset) in enumerate(zip(these.edge, these.offset_m, strict=True)):
            stops[int(edge)].append((round(offset * MM), f"{kind} {k}"))
    for edge, on_it in stops.items():
        row = [(0, int(streets.edge_u[edge])), *sorted(on_it), (int(length[edge]), int(streets.edge_v[edge]))]
        graph.add_nodes_from(stop for _, stop in on_it)
        for (a, one), (b, other) in pairwise(row):
            if streets.forward[edge]:
                graph.add_edge(one, other, weight=b - a)
            if streets.backward[edge]:
                graph.add_edge(other, one, weight=b - a)
    out = np.full((origin_doors.of.max() + 1, place_doors.of.max() + 1), np.inf)
    for k, origin in enumerate(origin_doors.of):
        reached = nx.single_source_dijkstra_path_length(graph, f"origin {k}")
        for j, place in enumerate(place_doors.of):
            access = round((origin_doors.distance_m[k] + place_doors.distance_m[j]) * MM)
            out[origin, place] = min(out[origin, place], reached.get(f"place {j}", np.inf) + access)
    return out
