"""Isochrones: areas worked out by hand, another's contours, and every street cut exactly where the limit is met."""

from itertools import pairwise

import contourpy
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.base.errors import InputError
from urbanplan.methods import isochrone
from urbanplan.methods.contour import area_below
from urbanplan.methods.engine import Engine, bounded
from urbanplan.model.network import StreetNetwork


def _distance(columns, rows, x, y):
    up, right = np.mgrid[0:rows, 0:columns]
    return np.hypot(right - x, up - y)


def test_a_disc_and_a_ring():
    from_middle = _distance(101, 91, 50.3, 44.8)
    disc = area_below(from_middle, 30.0, west=1000.0, south=2000.0, step=2.0)
    assert disc.area == pytest.approx(np.pi * 60**2, rel=5e-3)
    assert (disc.centroid.x, disc.centroid.y) == pytest.approx((1100.6, 2089.6), abs=0.01)
    ring = area_below(np.abs(from_middle - 30), 5.0, west=0, south=0, step=1.0)
    assert ring.area == pytest.approx(np.pi * (35**2 - 25**2), rel=1e-3)
    assert len(ring.interiors) == 1


def test_a_tilted_plane_is_cut_straight():
    right = np.mgrid[0:11, 0:21][1].astype(float)
    half = area_below(right, 7.25, west=0, south=0, step=10.0)
    # the part of the plane that lies within the grid; beyond its edge everything is high
    assert half.area == pytest.approx(72.5 * 100, rel=1e-4)
    assert half.bounds == pytest.approx((0, 0, 72.5, 100), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.floats(-1.5, 1.5))
def test_areas_equal_those_of_another_library(seed, level):
    surface = np.random.default_rng(seed).normal(size=(12, 15))
    ours = area_below(surface, level, west=3.0, south=5.0, step=2.0)
    padded = np.pad(surface, 1, constant_values=1e12)
    x, y = 3 + 2 * (np.arange(17) - 1.0), 5 + 2 * (np.arange(14) - 1.0)
    found = contourpy.contour_generator(x=x, y=y, z=padded).filled(-1e9, level)
    theirs = 0.0
    for points, offsets in zip(*found, strict=True):
        rings = [points[a:b] for a, b in pairwise(offsets)]
        theirs += shapely.Polygon(rings[0], rings[1:]).area
    assert ours.is_valid
    assert ours.area == pytest.approx(theirs, abs=1e-2)


def test_infinite_ground_and_no_ground():
    surface = np.full((5, 5), np.inf)
    assert area_below(surface, 9.0, west=0, south=0, step=1).is_empty
    surface[2, 2] = 1.0
    assert area_below(surface, 9.0, west=0, south=0, step=1).area < 1e-9
    surface[2, 3] = surface[3, 2] = surface[3, 3] = 2.0
    assert area_below(surface, 9.0, west=0, south=0, step=1).area == pytest.approx(1.0, rel=1e-4)
    with pytest.raises(InputError, match="a number at every corner"):
        area_below(np.array([[np.nan]]), 0, west=0, south=0, step=1)


LANE = {"x": np.arange(0.0, 1000.1, 5.0), "y": np.zeros(201)}


def test_ground_beside_a_lane():
    field = isochrone.ground(**LANE, cost=LANE["x"], off_street_m=60, pace=1.0, step_m=5)
    area = isochrone.area_within(field, 500.0, off_street_m=60, pace=1.0)
    # 60 m on both sides, half a disc round the near end, and one round where people must have left the lane
    assert area.area == pytest.approx(440 * 120 + np.pi * 60**2, rel=5e-3)
    inside = [area.covers(shapely.Point(x, y)) for x, y in ((0, 59), (499, 0), (440, 59), (480, 43))]
    beyond = [area.covers(shapely.Point(x, y)) for x, y in ((0, 61), (501, 0), (440, 61), (485, 43))]
    assert (inside, beyond) == ([True] * 4, [False] * 4)
    nearer = isochrone.area_within(field, 400.0, off_street_m=60, pace=1.0)
    assert area.buffer(1e-6).covers(nearer)


def test_costs_off_the_street_go_by_their_pace():
    fast = isochrone.ground(**LANE, cost=LANE["x"] / 4, off_street_m=60, pace=0.25, step_m=5)
    area = isochrone.area_within(fast, 125.0, off_street_m=60, pace=0.25)
    slow = isochrone.ground(**LANE, cost=LANE["x"], off_street_m=60, pace=1.0, step_m=5)
    assert area.area == pytest.approx(isochrone.area_within(slow, 500.0, off_street_m=60, pace=1.0).area)


def test_nothing_reached_and_impossible_grids():
    none = np.empty(0)
    field = isochrone.ground(none, none, none, off_street_m=60, pace=1.0, step_m=10)
    assert isochrone.area_within(field, 500.0, off_street_m=60, pace=1.0).is_empty
    far = np.array([0.0, 1e6])
    with pytest.raises(InputError, match="too large; take a longer step"):
        isochrone.ground(far, far, far, off_street_m=60, pace=1.0, step_m=10)
    with pytest.raises(InputError, match="a step and a pace above zero"):
        isochrone.ground(far, far, far, off_street_m=60, pace=1.0, step_m=0)


def _ladder():
    """Give a ladder of streets, 100 m a rung, one side open northwards only."""
    nodes = [(column * 80.0, row * 100.0) for row in range(6) for column in range(2)]
    up = [(2 * row + side, 2 * row + 2 + side) for row in range(5) for side in range(2)]
    rungs = [(2 * row, 2 * row + 1) for row in range(6)]
    x, y = np.array(nodes).T
    u, v = np.array(up + rungs).T
    back = np.array([side == 0 for _ in range(5) for side in range(2)] + [True] * 6)
    return StreetNetwork.assemble(
        mode="walk",
        crs="EPSG:32647",
        node_id=np.arange(12),
        node_x=x,
        node_y=y,
        edge_u=u,
        edge_v=v,
        backward=back,
    )


def _cost_everywhere(network, start_node, spacing):
    """Work out the cost to points along every street node by node, as nobody would in earnest."""
    best = np.full(len(network.node_id), np.inf)
    best[start_node] = 0
    for _ in range(len(best)):
        for u, v, length, there, back in zip(
            network.edge_u, network.edge_v, network.length_m, network.forward, network.backward, strict=True
        ):
            best[v] = min(best[v], best[u] + length) if there else best[v]
            best[u] = min(best[u], best[v] + length) if back else best[u]
    told = {}
    for edge in range(len(network.edge_u)):
        length, steps = network.length_m[edge], int(np.ceil(network.length_m[edge] / spacing))
        for step in range(steps + 1):
            at = length * step / steps
            ways = [best[network.edge_u[edge]] + at] if network.forward[edge] else []
            ways += [best[network.edge_v[edge]] + length - at] if network.backward[edge] else []
            told[edge, round(at, 3)] = min(ways)
    return told


@pytest.mark.parametrize("limit", [35.0, 150.0, 260.0, 2000.0])
def test_points_and_stretches_of_streets_that_are_reached(limit):
    network = _ladder()
    engine = Engine.build(network)
    found = bounded(engine, engine.at_nodes([2]), limit)
    dots = found.dots(30.0)
    expected = {key: cost for key, cost in _cost_everywhere(network, 2, 30.0).items() if cost <= limit}
    got = {(int(e), round(float(o), 3)): c for e, o, c in zip(*dots, strict=True)}
    assert len(got) == len(dots.edge)
    assert got.keys() == expected.keys()
    assert all(got[key] == pytest.approx(expected[key], abs=0.002) for key in expected)
    pieces = found.pieces()
    cut = isochrone.stretches(network.lines, *pieces, length_m=network.length_m)
    assert shapely.length(cut) == pytest.approx(pieces.end_m - pieces.begin_m, abs=0.01)
    with pytest.raises(InputError, match="spacing_m between points on streets must be above zero"):
        found.dots(0.0)
