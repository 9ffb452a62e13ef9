"""A slow and simple witness: every position becomes a node of a networkx graph, and Dijkstra does the rest."""

from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from urbanplan.methods.engine import Engine, Positions
from urbanplan.model.network import StreetNetwork

LENGTHS_MM = (0, 1, 2, 3, 7, 10, 400, 1000)


@dataclass(frozen=True)
class Streets:
    """Edges as whole numbers: ends, length in mm, cost both ways in mm or ms, None where closed."""

    nodes: int
    edges: tuple[tuple[int, int, int, int | None, int | None], ...]
    cost: str

    @property
    def network(self) -> StreetNetwork:
        angle = np.arange(self.nodes) * 2.4
        open_to = [[edge[at] is not None for edge in self.edges] for at in (3, 4)]
        seconds = [[np.inf if edge[at] is None else edge[at] / 1000 for edge in self.edges] for at in (3, 4)]
        return StreetNetwork.assemble(
            mode="walk",
            crs="EPSG:32647",
            node_id=np.arange(self.nodes) + 100,
            node_x=5e5 + np.cos(angle) * 100 * (1 + angle),
            node_y=2e6 + np.sin(angle) * 100 * (1 + angle),
            edge_u=[edge[0] for edge in self.edges],
            edge_v=[edge[1] for edge in self.edges],
            forward=np.array(open_to[0], dtype=bool),
            backward=np.array(open_to[1], dtype=bool),
            length_m=[edge[2] / 1000 for edge in self.edges],
            seconds_forward=seconds[0],
            seconds_backward=seconds[1],
        )

    @property
    def engine(self) -> Engine:
        return Engine.build(self.network, cost=self.cost)


@dataclass(frozen=True)
class Point:
    """A position: edge, mm along it, and access in whole units."""

    edge: int
    offset: int
    access: int = 0


@st.composite
def streets(draw, max_nodes=7, max_edges=11):
    nodes = draw(st.integers(1, max_nodes))
    cost = draw(st.sampled_from(["length", "seconds"]))
    end = st.integers(0, nodes - 1)
    edges = []
    for _ in range(draw(st.integers(0, max_edges))):
        length = draw(st.sampled_from(LENGTHS_MM))
        way = draw(st.sampled_from(["both", "both", "both", "forward", "backward", "closed"]))
        if cost == "length":
            there = back = length
        else:
            there, back = draw(st.integers(0, 12)), draw(st.integers(0, 12))
        edges.append((
            draw(end),
            draw(end),
            length,
            there if way in {"both", "forward"} else None,
            back if way in {"both", "backward"} else None,
        ))  # fmt: skip
    return Streets(nodes, tuple(edges), cost)


def points(given_streets, min_size=0, max_size=6, access=(0, 0, 0, 1, 5)):
    if not given_streets.edges:
        return st.just([])
    edge = st.integers(0, len(given_streets.edges) - 1)
    offset = st.sampled_from([0, 1, 2, 3, 5, 7, 200, 399, 400, 500, 999, 1000])
    return st.lists(
        st.builds(Point, edge, offset, st.sampled_from(access)), min_size=min_size, max_size=max_size
    )


def positions(engine: Engine, given_points: list[Point]) -> Positions:
    return engine.at(
        [point.edge for point in given_points],
        [point.offset / 1000 for point in given_points],
        access=np.array([point.access / 1000 for point in given_points]),
    )


def _share(whole: int, offset: int, length: int) -> int:
    return (whole * offset + length // 2) // length


def _node(edges, point: Point):
    u, v, length, _, _ = edges[point.edge]
    if point.offset <= 0:
        return u
    return v if point.offset >= length else ("on", point.edge, point.offset)


def expanded(given: Streets, *groups: list[Point]) -> nx.MultiDiGraph:
    """Return the graph with a node for every position of every group."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(given.nodes))
    everything = [point for group in groups for point in group]
    for number, (u, v, length, there, back) in enumerate(given.edges):
        inner = sorted({p.offset for p in everything if p.edge == number and 0 < p.offset < length})
        stops = [(u, 0), *((("on", number, offset), offset) for offset in inner), (v, length)]
        graph.add_nodes_from(stop for stop, _ in stops)
        for (one, begin), (other, end) in pairwise(stops):
            if there is not None:
                graph.add_edge(one, other, weight=_rise(there, begin, end, length))
            if back is not None:
                graph.add_edge(other, one, weight=_rise(back, begin, end, length))
    return graph


def lost(given: Streets, point: Point) -> bool:
    """Say whether a point lies within a street that is closed both ways, where nobody travels."""
    _, _, length, there, back = given.edges[point.edge]
    return 0 < point.offset < length and there is None and back is None


def _rise(whole: int, begin: int, end: int, length: int) -> int:
    return _share(whole, end, length) - _share(whole, begin, length) if length else whole


def costs(given: Streets, origins: list[Point], places: list[Point]) -> np.ndarray:
    """Return the cost from every origin to every place in metres or seconds, NaN where there is no way."""
    graph = expanded(given, origins, places)
    table = np.full((len(origins), len(places)), np.nan)
    for row, origin in enumerate(origins):
        if lost(given, origin):
            continue
        reached = nx.single_source_dijkstra_path_length(graph, _node(given.edges, origin))
        for column, place in enumerate(places):
            cost = reached.get(_node(given.edges, place))
            if cost is not None and not lost(given, place):
                table[row, column] = (cost + origin.access + place.access) / 1000
    return table


def node_costs(given: Streets, origins: list[Point]) -> np.ndarray:
    """Return the cost from the nearest origin to every node of the network."""
    graph = expanded(given, origins)
    table = np.full((len(origins), given.nodes), np.nan)
    for row, origin in enumerate(origins):
        if lost(given, origin):
            continue
        for node, cost in nx.single_source_dijkstra_path_length(graph, _node(given.edges, origin)).items():
            if isinstance(node, int):
                table[row, node] = (cost + origin.access) / 1000
    return table
