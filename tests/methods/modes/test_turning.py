"""Forbidden turns, travelled by hand and against a slow search that remembers its whole way."""

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.methods.engine import Engine, matrix
from urbanplan.methods.modes import travelled
from urbanplan.model.network import StreetDetails, StreetNetwork
from urbanplan.model.network.details import plain_details

CRS = "EPSG:32647"


def network(nodes, edges, bans=(), side="right", oneway=True):
    """Return streets between numbered nodes; bans are (node, edges)."""
    at = {number: place for place, number in enumerate(sorted(nodes))}
    made = StreetNetwork.assemble(
        mode="drive", crs=CRS, node_id=sorted(nodes), node_x=[nodes[n][0] for n in sorted(nodes)],
        node_y=[nodes[n][1] for n in sorted(nodes)], edge_u=[at[u] for u, _ in edges], edge_v=[at[v] for _, v in edges],
        backward=[not oneway] * len(edges),
    )  # fmt: skip
    plain = plain_details(made.tags, made.length_m)
    sizes = [len(row) for _, row in bans]
    details = StreetDetails(
        plain.kinds, plain.piece_edge, plain.piece_kind, plain.piece_length_m, plain.piece_against,
        ban_start=np.append(0, np.cumsum(sizes, dtype=np.int64)).astype(np.int64),
        ban_edge=np.array([edge for _, row in bans for edge in row], dtype=np.int32),
        ban_node=np.array([at[node] for node, _ in bans], dtype=np.int32), driving_side=side,
    )  # fmt: skip
    return StreetNetwork.assemble(
        mode="drive", crs=CRS, node_id=made.node_id, node_x=made.node_x, node_y=made.node_y, edge_u=made.edge_u,
        edge_v=made.edge_v, forward=made.forward, backward=made.backward, details=details,
    )  # fmt: skip


def lengths(net, origins, places, cost="length"):
    """Return the way from the middles of edges to the middles of others (their twins count as they do)."""
    engine = Engine.build(net, cost=cost)
    half = net.length_m / 2
    start = engine.at(origins, half[origins])
    out = []
    for place in places:
        doors = [place]
        if net.turns is not None:
            doors += net.turns.twin[net.turns.twin_of == place].tolist()
        found = matrix(engine, start, engine.at(doors, half[doors]))
        out.append(np.fmin.reduce(found, axis=1))
    return np.array(out).T


CROSS = {1: (-100, 0), 2: (0, 0), 3: (100, 0), 4: (0, 100), 5: (0, -100)}
STREETS = [(1, 2), (2, 3), (2, 4), (5, 2)]


def test_without_rules_there_are_no_turns():
    assert travelled(network(CROSS, STREETS)).turns is None


def test_a_forbidden_turn_is_not_made_in_metres_nor_in_seconds():
    net = travelled(network(CROSS, STREETS, [(2, (0, 2))]))
    for cost in ("length", "seconds"):
        found = lengths(net, [0, 3], [1, 2], cost)
        assert np.isnan(found[0, 1])
        assert np.isfinite(found[[0, 1, 1], [0, 0, 1]]).all()


def test_it_is_gone_round_by_the_block():
    nodes = {1: (-100, 0), 2: (0, 0), 3: (100, 0), 4: (0, 100), 6: (100, 100)}
    streets = [(1, 2), (2, 3), (2, 4), (3, 6), (6, 4), (4, 2)]
    free, ruled = (
        lengths(travelled(network(nodes, streets, bans)), [0], [2]) for bans in ([], [(2, (0, 2))])
    )
    assert free.tolist() == [pytest.approx([100])]
    assert ruled.tolist() == [pytest.approx([50 + 100 + 100 + 100 + 100 + 50])], (
        "round three sides, down the fourth and up again"
    )


AVENUE = {
    1: (-100, 0),
    2: (0, 0),
    3: (100, 0),
    4: (100, 20),
    5: (0, 20),
    6: (-100, 20),
    7: (0, -50),
    8: (0, 70),
}
DUAL = [(1, 2), (2, 3), (4, 5), (5, 6), (2, 5), (7, 2), (5, 8)]
"""Eastwards 0 and 1, westwards 2 and 3, the cross street northwards 5, 4 and 6."""


def test_turning_back_by_way_of_the_cross_street_is_forbidden_only_to_those_who_come_from_the_avenue():
    net = travelled(network(AVENUE, DUAL, [(2, (0, 4, 3))]))
    found = lengths(net, [0, 5], [3, 6, 4])
    assert np.isnan(found[0, 0]), "back on the avenue"
    assert found[0, 1:] == pytest.approx([50 + 20 + 25, 50 + 10]), (
        "straight on over it, and to a house on the cross street"
    )
    assert found[1] == pytest.approx([25 + 20 + 50, 25 + 20 + 25, 25 + 10]), (
        "from the side street everything is allowed"
    )
    assert net.turns.twin_of.tolist() == [4]
    assert not net.meetable[net.turns.twin].any()
    assert net.forward[net.turns.twin].all()


def test_doors_on_the_street_between_are_reached_from_both_its_lanes():
    from geopandas import GeoSeries  # noqa: PLC0415
    from shapely import Point  # noqa: PLC0415

    net = travelled(network(AVENUE, DUAL, [(2, (0, 4, 3))]))
    doors = net.entrances(GeoSeries([Point(5, 10), Point(-60, -5)], crs=CRS))
    assert doors["place"].tolist() == [0, 0, 1]
    assert doors["edge"].tolist() == [4, 7, 0]


def test_turning_costs_by_angle_and_more_across_the_traffic():
    def turn(side, place):
        net = travelled(network(CROSS, [(1, 2), (2, 3), (2, 4), (2, 5)], side=side), turn_s=8.0)
        ride = lengths(
            travelled(network(CROSS, [(1, 2), (2, 3), (2, 4), (2, 5)], side=side)), [0], [place], "seconds"
        )
        return float((lengths(net, [0], [place], "seconds") - ride)[0, 0])

    straight, left, right = (turn("right", place) for place in (1, 2, 3))
    assert straight < 0.05
    assert right == pytest.approx(8 / (1 + np.exp(-(13 / 1.075 / 2 - 6.5 * 1.075))), abs=0.002)
    assert left == pytest.approx(8 / (1 + np.exp(-(13 * 1.075 / 2 - 6.5 / 1.075))), abs=0.002)
    assert left > right
    assert (turn("left", 2), turn("left", 3)) == pytest.approx((right, left), abs=0.002), (
        "in Thailand the right turn takes longer"
    )
    assert turn("", 2) == pytest.approx(turn("", 3), abs=0.002)


def slow(net, bans, origin, place):
    """Search over ways that remember all their edges: the least length from the middle of one edge to that of another."""
    size = max((len(row) for _, row in bans), default=2)
    forbidden = [row for _, row in bans]
    heap, seen = [(net.length_m[origin] / 2, (origin,))], set()
    while heap:
        cost, way = heapq.heappop(heap)
        if way in seen:
            continue
        seen.add(way)
        if (way[-1] == place and len(way) > 1) or (way == (place,) and origin == place and cost == 0):
            return cost - net.length_m[place] / 2
        for edge in np.flatnonzero(net.edge_u == net.edge_v[way[-1]]).tolist():
            longer = (*way, edge)
            if any(longer[-len(row) :] == row for row in forbidden):
                continue
            heapq.heappush(heap, (cost + net.length_m[edge], longer[-size:]))
    return np.nan


@st.composite
def ruled_streets(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = int(rng.integers(3, 8))
    nodes = {number: tuple(rng.integers(0, 400, 2).tolist()) for number in range(count)}
    pairs = {(int(a), int(b)) for a, b in rng.integers(0, count, (int(rng.integers(4, 18)), 2)) if a != b}
    # the engine lets nobody turn round: two streets that face each other would say more than the slow search does
    edges = sorted(pair for pair in pairs if pair[::-1] not in pairs or pair < pair[::-1])
    bans = []
    for _ in range(int(rng.integers(0, 6))):
        way = [int(rng.integers(len(edges)))] if edges else []
        while way and len(way) < int(rng.integers(2, 5)):
            onward = [e for e, (u, _) in enumerate(edges) if u == edges[way[-1]][1]]
            if not onward:
                break
            way.append(int(rng.choice(onward)))
        if len(way) > 1:
            bans.append((edges[way[0]][1], tuple(way)))
    return nodes, edges, bans


@settings(max_examples=150, deadline=None, derandomize=True)
@given(ruled_streets())
def test_random_streets_with_random_rules_equal_the_slow_search(case):
    nodes, edges, bans = case
    if not edges:
        return
    net = travelled(network(nodes, edges, bans))
    plain = network(nodes, edges, bans)
    every = list(range(len(edges)))
    found = lengths(net, every, every)
    for origin in every:
        for place in every:
            if origin != place:
                expected = slow(plain, bans, origin, place)
                assert found[origin, place] == pytest.approx(expected, abs=0.01, nan_ok=True), (origin, place)


@pytest.mark.shared
def test_real_restrictions_only_lengthen_ways_and_none_is_broken(shared):
    from urbanplan.sources.osm import read_osm  # noqa: PLC0415

    net = read_osm(
        shared / "las_palmas/las_palmas_2023.osm.pbf", crs="EPSG:32628", layers=[], modes=["drive"]
    ).networks["drive"]
    ruled = travelled(net, delays_s={"gate": 0})
    rng = np.random.default_rng(5)
    many = rng.choice(len(net.edge_u), 60, replace=False)
    engines = [Engine.build(made) for made in (net, ruled)]
    tables = []
    for engine in engines:
        places = engine.at(many, net.length_m[many] / 2)
        tables.append(matrix(engine, places, places))
    both = np.isfinite(tables[0]) & np.isfinite(tables[1])
    assert (tables[1][both] >= tables[0][both] - 1e-6).all()
    assert both.sum() > 0.9 * np.isfinite(tables[0]).sum()
    assert (tables[1][both] > tables[0][both] + 1).any()
    banned = {(a, b) for row in net.details.bans() if len(row) == 2 for a, b in [row]}
    forbidden = {
        (int(a), int(b))
        for a, b, s in zip(ruled.turns.from_edge, ruled.turns.to_edge, ruled.turns.seconds, strict=True)
        if np.isinf(s)
    }
    assert len(forbidden & banned) > 0.9 * len(banned)
