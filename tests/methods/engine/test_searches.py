"""Every search against Dijkstra on a graph in which every position is a node."""

import numpy as np
import pytest
from expanded_graph import Point, Streets, costs, lost, node_costs, points, positions, streets, turned_streets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from urbanplan.methods import decay
from urbanplan.methods.engine import bounded, matrix, nearest, reach

MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def journeys(draw, of=streets):
    given_streets = draw(of())
    return given_streets, draw(points(given_streets)), draw(points(given_streets))


@MANY
@given(journeys())
def test_matrix_equals_dijkstra(journey):
    given_streets, origins, places = journey
    engine = given_streets.engine
    got = matrix(engine, positions(engine, origins), positions(engine, places), threads=1)
    np.testing.assert_array_equal(got, costs(given_streets, origins, places))


@MANY
@given(journeys())
def test_reversed_matrix_is_the_way_back(journey):
    given_streets, origins, places = journey
    engine = given_streets.engine
    got = matrix(engine.reversed, positions(engine, origins), positions(engine, places), threads=1)
    np.testing.assert_array_equal(got, costs(given_streets, places, origins).T)


@MANY
@given(journeys(of=turned_streets))
def test_turns_that_cost_or_are_forbidden(journey):
    given_streets, origins, places = journey
    engine = given_streets.engine
    there, back = positions(engine, origins), positions(engine, places)
    expected = costs(given_streets, origins, places)
    np.testing.assert_array_equal(matrix(engine, there, back, threads=1), expected)
    np.testing.assert_array_equal(matrix(engine.reversed, back, there, threads=1), expected.T)
    found = nearest(engine, there, back, threads=1).cost[0, :, 0]
    reached = np.nan_to_num(np.column_stack([expected, np.full(len(origins), np.nan)]), nan=np.inf).min(
        axis=1
    )
    np.testing.assert_array_equal(found, np.where(np.isinf(reached), np.nan, reached))


def _nearest_by_hand(table, kind, place, kinds, k, limit):
    cost = np.full((kinds, len(table), k), np.nan)
    found = np.full((kinds, len(table), k), -1)
    for row in range(len(table)):
        best = {}
        for column, number in enumerate(place):
            if table[row, column] <= limit:
                best[number] = min(best.get(number, np.inf), table[row, column])
        for one in range(kinds):
            ranked = sorted((value, number) for number, value in best.items() if kind[number] == one)[:k]
            for at, (value, number) in enumerate(ranked):
                cost[one, row, at], found[one, row, at] = value, number
    return cost, found


@MANY
@given(journeys(), st.data())
def test_nearest_equals_dijkstra(journey, data):
    given_streets, origins, places = journey
    engine = given_streets.engine
    numbers = st.integers(0, max(len(places) - 2, 0))
    place = data.draw(st.lists(numbers, min_size=len(places), max_size=len(places)))
    kind = data.draw(st.lists(st.integers(0, 1), min_size=max(len(places), 1), max_size=max(len(places), 1)))
    k = data.draw(st.integers(1, 4))
    limit = data.draw(st.sampled_from([0.0, 0.003, 0.01, 0.5, 100.0]))
    got = nearest(
        engine, positions(engine, origins), positions(engine, places), category=kind, categories=2, place=place, k=k,
        limit=limit, threads=1,
    )  # fmt: skip
    cost, found = _nearest_by_hand(costs(given_streets, origins, places), kind, place, 2, k, limit)
    np.testing.assert_array_equal(got.cost, cost)
    np.testing.assert_array_equal(got.place, found)


@MANY
@given(journeys(), st.data())
def test_reach_equals_dijkstra(journey, data):
    given_streets, origins, places = journey
    engine = given_streets.engine
    numbers = st.integers(0, max(len(places) - 2, 0))
    place = np.array(data.draw(st.lists(numbers, min_size=len(places), max_size=len(places))), dtype=int)
    weights = np.arange(2 * max(len(places), 1)).reshape(-1, 2) % 5 * 1.5
    cutoffs = [0.5, 0.0, 0.007, 0.01, 1.2]
    curve = decay.exponential(rate=2.0)
    got = reach(
        engine, positions(engine, origins), positions(engine, places), weights, cutoffs=cutoffs, decays=[curve],
        limit=0.9, place=place, threads=1,
    )  # fmt: skip
    table = np.full((len(origins), len(weights)), np.inf)
    for column, cost in enumerate(costs(given_streets, origins, places).T):
        table[:, place[column]] = np.fmin(table[:, place[column]], cost)
    nowhere = np.array([lost(given_streets, origin) for origin in origins], dtype=bool)
    within = np.stack([(table <= cutoff) @ weights for cutoff in cutoffs], axis=1)
    within[nowhere] = np.nan
    np.testing.assert_allclose(got.within, within, rtol=1e-12)
    decayed = np.where(table <= 0.9, np.exp(-2.0 * np.minimum(table, 0.9)), 0.0) @ weights
    decayed[nowhere] = np.nan
    np.testing.assert_allclose(got.decayed[:, 0], decayed, rtol=1e-6, atol=1e-9)


@MANY
@given(journeys(), st.sampled_from([0.0, 0.003, 0.01, 0.5, 100.0]))
def test_bounded_equals_dijkstra_at_nodes(journey, limit):
    given_streets, origins, _ = journey
    engine = given_streets.engine
    got = bounded(engine, positions(engine, origins), limit).node_cost
    table = np.full((len(origins) + 1, given_streets.nodes), np.inf)
    table[1:] = np.nan_to_num(node_costs(given_streets, origins), nan=np.inf)
    expected = table.min(axis=0)
    np.testing.assert_array_equal(got, np.where(expected <= limit, expected, np.nan))


@MANY
@given(journeys(), st.sampled_from([0.0, 0.003, 0.01, 0.5, 100.0]))
def test_pieces_hold_exactly_the_positions_within_the_limit(journey, limit):
    given_streets, origins, places = journey
    engine = given_streets.engine
    edge, begin, end = bounded(engine, positions(engine, origins), limit).pieces()
    table = np.full((len(origins) + 1, len(places)), np.inf)
    inside = [Point(p.edge, p.offset) for p in places]
    table[1:] = np.nan_to_num(costs(given_streets, origins, inside), nan=np.inf)
    for point, cost in zip(inside, table.min(axis=0), strict=True):
        length = given_streets.edges[point.edge][2]
        if not 0 < point.offset < length:
            continue
        at = point.offset / 1000
        covered = ((edge == point.edge) & (begin <= at + 1e-9) & (at - 1e-9 <= end)).any()
        # the cost of a point is rounded to a whole unit, the stretch is not
        if cost <= limit - 0.001 or (given_streets.cost == "length" and 0 < cost <= limit):
            assert covered
        elif cost > limit + 0.001:
            assert not covered


@MANY
@given(journeys(), st.sampled_from([0.003, 0.01, 0.5, 100.0]))
def test_bounded_search_the_other_way_round(journey, limit):
    given_streets, origins, places = journey
    engine = given_streets.engine
    goals, homes = positions(engine, origins), positions(engine, [Point(p.edge, p.offset) for p in places])
    around = bounded(engine.reversed, goals, limit)
    nodes = engine.at_nodes(np.arange(given_streets.nodes))
    cost = np.nan_to_num(
        np.pad(matrix(engine, nodes, goals), ((0, 0), (0, 1)), constant_values=np.inf), nan=np.inf
    )
    np.testing.assert_array_equal(
        around.node_cost, np.where(cost.min(axis=1) <= limit, cost.min(axis=1), np.nan)
    )
    edge, begin, end = around.pieces()
    cost = np.nan_to_num(
        np.pad(matrix(engine, homes, goals), ((0, 0), (0, 1)), constant_values=np.inf), nan=np.inf
    )
    for point, least in zip(places, cost.min(axis=1), strict=True):
        at = point.offset / 1000
        if 0 < point.offset < given_streets.edges[point.edge][2]:
            covered = ((edge == point.edge) & (begin <= at + 1e-9) & (at - 1e-9 <= end)).any()
            assert covered or least > limit - 0.001
            assert not covered or least <= limit + 0.001


def test_two_points_on_one_street_by_hand():
    loop = Streets(2, ((0, 1, 1000, 1000, None), (1, 0, 500, 500, None)), "length")
    engine = loop.engine
    there = positions(engine, [Point(0, 200), Point(0, 700)])
    got = matrix(engine, there, there)
    np.testing.assert_allclose(got, [[0.0, 0.5], [1.0, 0.0]])


@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bytes(threads):
    rng = np.random.default_rng(4)
    side = 40
    number = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate([
        np.stack([number[:, :-1], number[:, 1:]], -1).reshape(-1, 2),
        np.stack([number[:-1], number[1:]], -1).reshape(-1, 2),
    ])  # fmt: skip
    length = rng.integers(0, 90_000, len(pairs)).tolist()
    grid = Streets(
        side * side,
        tuple((*pair, mm, mm, mm) for pair, mm in zip(pairs.tolist(), length, strict=True)),
        "length",
    )
    engine = grid.engine
    edge = rng.integers(0, len(pairs), 900)
    spots = engine.at(edge, rng.random(900) * 60, access=rng.random(900))
    weights = rng.random((900, 2))
    curve = [decay.gaussian(sigma=200.0), decay.stepped([(100, 1.0), (300, 0.25)])]

    def everything(count):
        kind = np.arange(900) % 3
        near = nearest(engine, spots, spots, category=kind, k=3, limit=400, threads=count)
        far = reach(engine, spots, spots, weights, cutoffs=[150, 400], decays=curve, limit=500, threads=count)
        return [*near, *far, matrix(engine, spots, spots, threads=count)]

    for one, many in zip(everything(1), everything(threads), strict=True):
        assert one.tobytes() == many.tobytes()
