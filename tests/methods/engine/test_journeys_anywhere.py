"""The bridge on random multigraphs: loops, parallel and one-way streets, streets without length, lone parts."""

import numpy as np
from expanded_graph import Point, costs, lost, points, streets
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.methods import decay
from urbanplan.methods.travel import Journeys
from urbanplan.methods.travel.doors import Doors
from urbanplan.methods.travel.streets import WALK_M_S

ACCESS_MM = (0, 0, 1, 4)


def _doors(of: list[int], given_points: list[Point], owners: int) -> Doors:
    reason = np.full(owners, "off_network", dtype=object)
    reason[of] = ""
    return Doors(
        np.array(of, dtype=np.int64),
        np.array([point.edge for point in given_points], dtype=np.int64),
        np.array([point.offset / 1000 for point in given_points]),
        np.array([point.access / 1000 for point in given_points]),
        reason,
        np.full(owners, "", dtype=object),
    )


def _in_units(point: Point, cost: str) -> Point:
    """Return a point with its access in the unit of the costs: the way off the street is walked."""
    units = point.access if cost == "length" else round(point.access / WALK_M_S)
    return Point(point.edge, point.offset, units)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_every_search_of_the_bridge_equals_dijkstra(data):
    drawn = data.draw(streets())
    homes = data.draw(points(drawn, access=ACCESS_MM))
    entrances = data.draw(points(drawn, access=ACCESS_MM))
    places = data.draw(st.integers(1, 3))
    whose = sorted(data.draw(st.integers(0, places - 1)) for _ in entrances)
    pair = st.tuples(st.integers(0, len(homes)), st.integers(0, places - 1))
    inside = np.array(sorted(data.draw(st.sets(pair, max_size=3))), dtype=np.int64).reshape(-1, 2)
    # one origin more than doors, and perhaps a place without any
    found = Journeys(
        drawn.network, drawn.cost, reverse=False, origins=len(homes) + 1, places=places,
        origin_doors=_doors(list(range(len(homes))), homes, len(homes) + 1), place_doors=_doors(whose, entrances, places),
        inside_origin=inside[:, 0], inside_place=inside[:, 1],
    )  # fmt: skip
    table = costs(
        drawn, [_in_units(p, drawn.cost) for p in homes], [_in_units(p, drawn.cost) for p in entrances]
    )
    expected = np.full((len(homes) + 1, places), np.inf)
    for column, place in enumerate(whose):
        expected[:-1, place] = np.fmin(expected[:-1, place], table[:, column])
    expected[inside[:, 0], inside[:, 1]] = 0.0

    np.testing.assert_array_equal(np.nan_to_num(found.matrix(), nan=np.inf), expected)
    np.testing.assert_array_equal(
        np.nan_to_num(found.nearest(k=2).cost[0], nan=np.inf),
        np.pad(np.sort(expected, axis=1)[:, :2], ((0, 0), (0, max(0, 2 - places))), constant_values=np.inf),
    )
    limit = data.draw(st.sampled_from([0.0, 0.003, 0.4, 3.0]))
    near = found.table(limit)
    listed = np.full(expected.shape, np.inf)
    listed[near.origin, near.place] = near.cost_m
    np.testing.assert_array_equal(listed, np.where(expected <= limit, expected, np.inf))

    weights = np.arange(1.0, places + 1)
    sums = found.reach(weights, cutoffs=[limit, 1.0], decays=[decay.stepped([(0.005, 1.0), (2.0, 0.5)])])
    off = np.array([lost(drawn, point) for point in homes] + [True])
    off[inside[:, 0]] = False
    if drawn.edges:
        np.testing.assert_array_equal(found.off_street, off)
    for at, cutoff in enumerate((limit, 1.0)):
        reached = np.where(found.off_street, np.nan, (expected <= cutoff) @ weights)
        np.testing.assert_array_equal(sums.within[:, at, 0], reached)
    weighed = (np.where(expected <= 0.005, 1.0, np.where(expected <= 2.0, 0.5, 0.0))) @ weights
    np.testing.assert_allclose(sums.decayed[:, 0, 0], np.where(found.off_street, np.nan, weighed), atol=1e-6)
