"""Metrics in minutes where the city declares how people travel: the same town at half the pace."""

from dataclasses import replace

import numpy as np
import pytest
from town import frame, lattice, point, streets

from urbanplan.metrics.access.bike_minutes import bike_minutes
from urbanplan.metrics.access.drive_minutes import drive_minutes
from urbanplan.metrics.access.isochrones import isochrones
from urbanplan.metrics.access.minutes15 import minutes15
from urbanplan.metrics.access.minutes15_mean import minutes15_mean
from urbanplan.metrics.access.motorcycle_minutes import motorcycle_minutes
from urbanplan.metrics.access.nearest import nearest
from urbanplan.metrics.access.zone_walks import zone_walks
from urbanplan.model.network.details import plain_details

HALF = {"speeds_kmh": 2.4}


def slow(network):
    return replace(network, assumptions=HALF)


@pytest.fixture(scope="module")
def shops():
    return frame("places", [point(0, 50), point(600, 50)], category=["food", "health"])


def test_minutes_are_those_of_the_pace_that_is_declared_and_metres_stay_metres(shops, cells, city, zones):
    walk = lattice(7, 5, 100)
    level, half = (
        minutes15(shops, walk, cells, max_distance_m=200),
        minutes15(shops, slow(walk), cells, max_distance_m=400),
    )
    # the way to the street is walked at the usual pace in both
    assert (half["value"] <= minutes15(shops, walk, cells, max_distance_m=400)["value"]).all()
    assert half["value"].sum() < minutes15(shops, walk, cells, max_distance_m=400)["value"].sum()
    assert half["value"].sum() >= level["value"].sum()
    declared = replace(walk, assumptions={})
    for metres in (200, 400):
        one, other = (minutes15(shops, net, cells, max_distance_m=metres) for net in (walk, declared))
        assert one["value"].tolist() == other["value"].tolist(), "the usual pace is that of 80 m a minute"
    assert (
        nearest(shops, slow(walk), cells)["value"].tolist() == nearest(shops, walk, cells)["value"].tolist()
    )
    means = [
        minutes15_mean(shops, net, cells, zones, max_distance_m=400)["value"].sum()
        for net in (walk, slow(walk))
    ]
    assert means[1] < means[0]


def test_ground_and_walks_between_zones_in_minutes(shops, cells, city, zones):
    lane = streets([(0, 50), (600, 50)], [(0, 1)])
    ground = isochrones(shops, slow(lane), cells, city, minutes=(4,))
    # 4 minutes at 40 m a minute, on a single street
    assert ground["streets_km"].tolist() == pytest.approx([0.16], abs=0.002)
    assert isochrones(shops, lane, cells, city, minutes=(4,))["streets_km"].tolist() == pytest.approx(
        [0.32], abs=0.002
    )
    walks = [zone_walks(net, cells, zones) for net in (lane, replace(lane, assumptions={}), slow(lane))]
    assert walks[1]["walk_min"].tolist() == pytest.approx(walks[0]["walk_min"].tolist(), abs=1e-3)
    assert (walks[2]["walk_min"] > 1.2 * walks[0]["walk_min"]).all()
    assert walks[2]["walk_km"].tolist() == walks[0]["walk_km"].tolist()


def test_minutes_by_car_motorcycle_and_bicycle_are_those_of_the_street(cells):
    # from the middle of the first cell 50 m to the street's begin: on foot nothing, the street runs through it
    place = frame("places", [point(550, 50)], category=["health"])
    row = cells[cells.geometry.centroid.y < cells.geometry.centroid.y.min() + 1]
    for metric, mode, kmh in (
        (drive_minutes, "drive", 40),
        (motorcycle_minutes, "motorcycle", 40),
        (bike_minutes, "bike", 15),
    ):
        net = streets([(0, 50), (600, 50)], [(0, 1)], mode=mode)
        net = replace(net, details=plain_details(net.tags.assign(highway="tertiary"), net.length_m))
        table = metric(place, net, row)
        expected = np.abs(550 - np.array([50, 150, 250, 350, 450, 550])) / (kmh / 3.6) / 60
        assert table["value"].tolist() == pytest.approx(expected.tolist(), abs=1e-4)
        short = metric(place, net, row, max_time_s=12)
        assert set(short["reason"]) == {"", "beyond_limit"}
        assert short["value"].max() <= 0.2
