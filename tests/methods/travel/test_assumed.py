"""Streets as a city declares that people travel on them: journeys heed it, what was mapped stays, and nothing is as before."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan import StreetNetwork
from urbanplan.methods.travel import journeys
from urbanplan.methods.travel.assumed import as_declared, as_usual, on_foot
from urbanplan.methods.travel.network import TravelNetwork
from urbanplan.model.network.details import plain_details

CRS = "EPSG:32647"
X0, Y0 = 500_000.0, 2_077_000.0


def lane(mode="walk", *, gate_m=None, ban=None, assumptions=None, highway="residential"):
    """Give a lane of 100 m and 200 m eastwards, with a square of 100 m beyond; a gate on the first part if asked."""
    at = [(0, 0), (100, 0), (300, 0), (100, 100), (200, 100)]
    ends = np.array([(0, 1), (1, 2), (1, 3), (3, 4), (4, 2)])
    made = StreetNetwork.assemble(
        mode=mode, crs=CRS, node_id=np.arange(5) + 1, node_x=[X0 + x for x, _ in at], node_y=[Y0 + y for _, y in at],
        edge_u=ends[:, 0], edge_v=ends[:, 1],
    )  # fmt: skip
    tags = made.tags.assign(highway=highway)
    details = plain_details(tags, made.length_m)
    if gate_m is not None:
        details = replace(
            details, met_words=("gate",), met_edge=np.array([0], np.int32), met_word=np.array([0], np.int32),
            met_way=np.array([0], np.int8), met_offset_m=np.array([gate_m]), met_share=np.array([1.0]),
        )  # fmt: skip
    if ban is not None:
        details = replace(
            details, ban_start=np.array([0, 2]), ban_edge=np.array(ban[:2], np.int32), ban_node=np.array(ban[2:], np.int32)
        )  # fmt: skip
    return replace(made, tags=tags, details=details, assumptions=assumptions)


def spots(*xy):
    return gpd.GeoSeries([shapely.Point(X0 + x, Y0 + y) for x, y in xy], crs=CRS)


def cost(network, origin, place, by="seconds"):
    return float(journeys(network, spots(origin), spots(place), cost=by).matrix()[0, 0])


def test_where_nothing_is_declared_the_network_is_the_very_same():
    plain = lane(gate_m=50.0)
    assert as_declared(plain) is plain
    assert journeys(plain, spots((0, 0)), spots((300, 0))).network is plain
    assert cost(plain, (0, 0), (300, 0), "length") == 300
    assert on_foot(plain, 1200.0) == ("length", 1200.0)


def test_journeys_are_as_declared_and_what_was_mapped_stays():
    shut = lane(gate_m=50.0, assumptions={"delays_s": {"gate": np.inf}})
    assert np.isnan(cost(shut, (0, 0), (300, 0), "length"))
    assert cost(shut, (60, 0), (300, 0), "length") == 240
    assert len(shut.edge_u) == 5
    assert shut.streets().index.tolist() == lane().streets().index.tolist()
    slow = lane(assumptions={"speeds_kmh": 2.4})
    assert cost(slow, (0, 0), (300, 0)) == pytest.approx(300 / (2.4 / 3.6), abs=0.01)
    assert cost(slow, (0, 0), (300, 0), "length") == 300
    assert slow.seconds_forward[0] == pytest.approx(100 / (4.8 / 3.6))
    assert on_foot(slow, 1200.0) == ("seconds", pytest.approx(900.0))


def test_the_researcher_is_answered_as_declared_and_may_assume_otherwise():
    slow = lane(assumptions={"speeds_kmh": 2.4, "delays_s": {}})
    asked = gpd.GeoDataFrame(geometry=spots((0, 0))), gpd.GeoDataFrame(geometry=spots((300, 0)))
    network = TravelNetwork.of(slow)
    assert network.nearest(*asked, by="time")["time_s"].tolist() == pytest.approx([450.0], abs=0.01)
    assert network.explain(*asked, by="time")["time_s"].sum() == pytest.approx(450.0, abs=0.01)
    usual = network.travelled()
    assert usual.assumptions is None
    assert usual.nearest(*asked, by="time")["time_s"].tolist() == pytest.approx([225.0], abs=0.01)


def test_cars_make_no_forbidden_turn_unless_the_network_was_travelled_otherwise():
    # straight on from the first street to the second is forbidden: round the square instead
    car = lane("drive", ban=(0, 1, 1))
    metres_a_second = 30 / 3.6
    round_the_square = 100 + 100 + 100 + np.hypot(100, 100)
    assert cost(car, (0, 0), (300, 0)) == pytest.approx(300 / metres_a_second, abs=0.01), "as it was mapped"
    assert cost(as_usual(car), (0, 0), (300, 0)) == pytest.approx(
        round_the_square / metres_a_second, abs=0.01
    )
    declared = replace(car, assumptions={"speeds_kmh": 15.0})
    assert cost(as_usual(declared), (0, 0), (300, 0)) == pytest.approx(
        round_the_square / (15 / 3.6), abs=0.01
    )
    made = as_usual(car)
    assert as_usual(made) is made
    assert as_usual(car) is made, "worked out once"
