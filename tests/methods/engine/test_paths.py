"""Pairs and paths against the costs of Dijkstra."""

from itertools import pairwise

import numpy as np
from expanded_graph import Point, Streets, costs, lost, points, positions, streets, turned_streets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from urbanplan.methods.engine import pairs, path

MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def journeys(draw, of=streets):
    given_streets = draw(of())
    return given_streets, draw(points(given_streets)), draw(points(given_streets))


@MANY
@given(journeys(), st.sampled_from([0.0, 0.003, 0.01, 0.5, 100.0]), st.data())
def test_pairs_equal_dijkstra(journey, limit, data):
    given_streets, origins, places = journey
    engine = given_streets.engine
    numbers = st.integers(0, max(len(places) - 2, 0))
    place = data.draw(st.lists(numbers, min_size=len(places), max_size=len(places)))
    got = pairs(engine, positions(engine, origins), positions(engine, places), limit, place=place, threads=1)
    table = costs(given_streets, origins, places)
    expected = []
    for origin, row in enumerate(table):
        best = {}
        for number, cost in zip(place, row, strict=True):
            if cost <= limit:
                best[number] = min(cost, best.get(number, np.inf))
        expected += [(origin, cost, number) for number, cost in best.items()]
    found = list(zip(got.origin.tolist(), got.cost.tolist(), got.place.tolist(), strict=True))
    assert found == sorted(expected)


def _check_path(given_streets, engine, origin, place, cost):
    """Check that a path is connected, open, as long as it says, and costs what it must."""
    way = path(engine, positions(engine, [origin]), positions(engine, [place]))
    if np.isnan(cost):
        assert way is None
        return
    assert round(way.total * 1000) == round(cost * 1000)
    assert (way.before, way.after) == (origin.access / 1000, place.access / 1000)
    stops = []
    for edge, begin, end, spent in zip(way.edge, way.begin_m, way.end_m, way.cost, strict=True):
        u, v, length, there, back = given_streets.edges[edge]
        ends = (round(begin * 1000), round(end * 1000))
        if length:
            assert (there if ends[1] > ends[0] else back) is not None
            if abs(ends[1] - ends[0]) == length:
                assert round(spent * 1000) == (there if ends[1] > ends[0] else back)
            stops.append(tuple(u if at == 0 else v if at == length else ("on", edge, at) for at in ends))
    if any(edge[2] == 0 for edge in given_streets.edges):
        return  # what has neither length nor cost is not told
    for one, other in pairwise(stops):
        assert one[1] == other[0]
    if stops:
        for point, stop in ((origin, stops[0][0]), (place, stops[-1][1])):
            u, v, length, _, _ = given_streets.edges[point.edge]
            at = min(point.offset, length)
            assert stop == (u if at <= 0 else v if at >= length else ("on", point.edge, at))


@MANY
@given(journeys())
def test_paths_are_connected_and_cost_what_dijkstra_says(journey):
    given_streets, origins, places = journey
    engine = given_streets.engine
    table = costs(given_streets, origins, places)
    for origin, row in zip(origins, table, strict=True):
        for place, cost in zip(places, row, strict=True):
            _check_path(given_streets, engine, origin, place, cost)


@MANY
@given(journeys())
def test_a_path_the_other_way_round_costs_the_way_back(journey):
    given_streets, origins, places = journey
    engine = given_streets.engine
    table = costs(given_streets, places, origins)
    for column, origin in enumerate(origins):
        for row, place in enumerate(places):
            way = path(engine.reversed, positions(engine, [origin]), positions(engine, [place]))
            assert (way is None) == np.isnan(table[row, column])
            assert way is None or round(way.total * 1000) == round(table[row, column] * 1000)


@MANY
@given(journeys(of=turned_streets))
def test_paths_with_turns_cost_what_dijkstra_says(journey):
    given_streets, origins, places = journey
    engine = given_streets.engine
    table = costs(given_streets, origins, places)
    for origin, row in zip(origins, table, strict=True):
        for place, cost in zip(places, row, strict=True):
            way = path(engine, positions(engine, [origin]), positions(engine, [place]))
            assert (way is None) == np.isnan(cost)
            assert way is None or round(way.total * 1000) == round(cost * 1000)


def test_a_path_by_hand():
    # from 200 m along a street back to its start, over a second one, 300 m into a third that is drawn the other way
    crossing = Streets(
        4, ((0, 1, 1_000_000, 1_000_000, 1_000_000), (0, 2, 500_000, 500_000, 500_000), (3, 2, 400_000, 400_000, 400_000)),
        "length",
    )  # fmt: skip
    engine = crossing.engine
    way = path(engine, positions(engine, [Point(0, 200_000, 5_000)]), positions(engine, [Point(2, 100_000)]))
    assert way.edge.tolist() == [0, 1, 2]
    assert way.begin_m.tolist() == [200.0, 0.0, 400.0]
    assert way.end_m.tolist() == [0.0, 500.0, 100.0]
    assert way.cost.tolist() == [200.0, 500.0, 300.0]
    assert (way.before, way.after, way.turns, way.total) == (5.0, 0.0, 0.0, 1005.0)


def test_points_on_closed_streets_are_told_from_points_at_their_ends():
    closed = Streets(2, ((0, 1, 1000, None, None),), "length")
    assert lost(closed, Point(0, 500))
    assert not lost(closed, Point(0, 0))
