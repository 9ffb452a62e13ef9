"""A slow and simple witness: every position becomes a node of a networkx graph, and Dijkstra does the rest."""

from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from urbanplan.methods.engine import Engine, Positions, Turns
from urbanplan.model.network import StreetNetwork

LENGTHS_MM = (0, 1, 2, 3, 7, 10, 400, 1000)


@dataclass(frozen=True)
class Streets:
    """Streets as whole numbers.

    Edges: ends, length in mm, cost both ways in mm or ms, None where closed. Turns: edge, node, edge, cost, None where
    forbidden.
    """

    nodes: int
    edges: tuple[tuple[int, int, int, int | None, int | None], ...]
    cost: str
    turns: tuple[tuple[int, int, int, int | None], ...] = ()

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
        if not self.turns:
            return Engine.build(self.network, cost=self.cost)
        one, node, other, cost = zip(*self.turns, strict=True)
        seconds = [np.inf if units is None else units / 1000 for units in cost]
        return Engine.build(self.network, cost=self.cost, turns=Turns.of(one, node, other, seconds))


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


@st.composite
def turned_streets(draw):
    given = draw(streets())
    meetings = [
        (one, node, other)
        for one, first in enumerate(given.edges)
        for other, second in enumerate(given.edges)
        for node in {first[0], first[1]} & {second[0], second[1]}
    ]
    if not meetings:
        return given
    chosen = draw(st.lists(st.sampled_from(meetings), max_size=5, unique=True))
    turns = tuple((*meeting, draw(st.sampled_from([None, None, 0, 4]))) for meeting in chosen)
    return Streets(given.nodes, given.edges, given.cost, turns)


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


def _ways(given: Streets, node: int):
    """Return the half-edges at a node with their costs out and home."""
    return [
        (2 * number + side, (there, back) if side == 0 else (back, there))
        for number, (u, v, _, there, back) in enumerate(given.edges)
        for side in (0, 1)
        if (u, v)[side] == node and (there is not None or back is not None)
    ]


def _named(given: Streets, node: int) -> bool:
    return any(turn[1] == node for turn in given.turns)


def _passed(given: Streets, node: int) -> bool:
    """Say whether travel can only go on at a node, where nobody turns round once turns matter."""
    ways = _ways(given, node)
    if not given.turns or _named(given, node) or len(ways) != 2 or ways[0][0] >> 1 == ways[1][0] >> 1:
        return False
    (out, home), (other_out, other_home) = ways[0][1], ways[1][1]
    return (out is None) == (other_home is None) and (home is None) == (other_out is None)


def _split(given: Streets, node: int) -> bool:
    return _named(given, node) or _passed(given, node)


def _node(given: Streets, point: Point, role: str):
    """Return the node of a point that journeys leave (role "from") or come to (role "to")."""
    u, v, length, _, _ = given.edges[point.edge]
    if 0 < point.offset < length:
        return (role if given.turns else "on", point.edge, point.offset)
    node, half = (u, 2 * point.edge) if min(point.offset, length) <= 0 else (v, 2 * point.edge + 1)
    if _passed(given, node):
        return (role, "node", node)
    return (role, half) if _named(given, node) else node


def expanded(given: Streets, *groups: list[Point]) -> nx.MultiDiGraph:
    """Return the graph with a node for every position of every group."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(given.nodes))
    everything = [point for group in groups for point in group]
    for number, (u, v, length, there, back) in enumerate(given.edges):
        inner = sorted({p.offset for p in everything if p.edge == number and 0 < p.offset < length})
        ahead = [("ahead" if given.turns else "on", number, offset) for offset in inner]
        behind = [("behind" if given.turns else "on", number, offset) for offset in inner]
        graph.add_nodes_from([*ahead, *behind])
        leave, arrive = (
            [(role, 2 * number + side) if _split(given, node) else node for side, node in enumerate((u, v))]
            for role in ("leave", "arrive")
        )
        for (one, begin), (other, end) in pairwise(
            [(leave[0], 0), *zip(ahead, inner, strict=True), (arrive[1], length)]
        ):
            if there is not None:
                graph.add_edge(one, other, weight=_rise(there, begin, end, length))
        for (one, begin), (other, end) in pairwise(
            [(arrive[0], 0), *zip(behind, inner, strict=True), (leave[1], length)]
        ):
            if back is not None:
                graph.add_edge(other, one, weight=_rise(back, begin, end, length))
        if given.turns:
            # whoever is on the way does not turn round there
            for offset, *both in zip(inner, ahead, behind, strict=True):
                for way in both:
                    graph.add_edge(("from", number, offset), way, weight=0)
                    graph.add_edge(way, ("to", number, offset), weight=0)
    _add_turns(graph, given)
    return graph


def _add_turns(graph: nx.MultiDiGraph, given: Streets) -> None:
    """Join the ways in and out of junctions with named turns, and the points that lie at them."""
    named = {turn[:3]: turn[3] for turn in given.turns}
    for node in range(given.nodes):
        ways = _ways(given, node)
        if not _split(given, node):
            continue
        graph.add_edge(("from", "node", node), ("to", "node", node), weight=0)
        for half, (out, home) in ways:
            graph.add_edge(("from", half), ("to", half), weight=0)
            if out is not None:
                graph.add_edge(("from", half), ("leave", half), weight=0)
                graph.add_edge(("from", "node", node), ("leave", half), weight=0)
                graph.add_edge(("leave", half), ("to", half), weight=0)
            if home is not None:
                graph.add_edge(("from", half), ("arrive", half), weight=0)
                graph.add_edge(("arrive", half), ("to", half), weight=0)
                graph.add_edge(("arrive", half), ("to", "node", node), weight=0)
            for other, _ in ways:
                free = None if half == other and len(ways) > 1 else 0
                cost = named.get((half >> 1, node, other >> 1), free)
                if cost is not None:
                    graph.add_edge(("arrive", half), ("leave", other), weight=cost)


def lost(given: Streets, point: Point) -> bool:
    """Say whether a point lies on a street that is closed both ways, and at no junction that other streets share."""
    _, _, _, there, back = given.edges[point.edge]
    node = _node(given, point, "from")
    return there is None and back is None and isinstance(node, tuple) and node[1] != "node"


def _rise(whole: int, begin: int, end: int, length: int) -> int:
    return _share(whole, end, length) - _share(whole, begin, length) if length else whole


def costs(given: Streets, origins: list[Point], places: list[Point]) -> np.ndarray:
    """Return the cost from every origin to every place in metres or seconds, NaN where there is no way."""
    graph = expanded(given, origins, places)
    table = np.full((len(origins), len(places)), np.nan)
    for row, origin in enumerate(origins):
        if lost(given, origin):
            continue
        reached = nx.single_source_dijkstra_path_length(graph, _node(given, origin, "from"))
        for column, place in enumerate(places):
            cost = reached.get(_node(given, place, "to"))
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
        for node, cost in nx.single_source_dijkstra_path_length(graph, _node(given, origin, "from")).items():
            if isinstance(node, int):
                table[row, node] = (cost + origin.access) / 1000
    return table
