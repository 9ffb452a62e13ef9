"""Who reaches an asset, how far enough people live, ground within minutes, walks between zones, places without a street."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from town import CRS, X0, Y0, box, frame, point, streets

from urbanplan.base.errors import InputError
from urbanplan.metrics.access.gravity import gravity
from urbanplan.metrics.access.isochrones import COLUMNS, isochrones
from urbanplan.metrics.access.people_distance import people_distance
from urbanplan.metrics.access.people_reaching import people_reaching
from urbanplan.metrics.access.zone_walks import zone_walks


@pytest.fixture
def lane():
    """Give a lane along y = 50 m, from x = 0 to 600 m."""
    return streets([(0, 50), (600, 50)], [(0, 1)])


@pytest.fixture
def row(cells):
    """Give the six cells along the lane, with 10 to 15 people."""
    return cells.iloc[:6]


def test_people_who_reach_an_asset(lane, row):
    assets = frame("heritage_assets", [point(50, 50), box(240, 40, 260, 60), point(300, 3000)])
    table = people_reaching(lane, row, assets, max_distance_m=200.0)
    # from the outline of the second, at 240 and 260 m: 190 m to the first cell, 190 m to the fifth
    assert table["value"].iloc[:2].tolist() == [10 + 11 + 12, 10 + 11 + 12 + 13 + 14]
    assert table["n"].tolist() == [3, 5, 0]
    assert table["reason"].tolist() == ["", "", "off_network"]
    some = row.assign(population=[np.nan, np.nan, 12, 13, 14, 15])
    told = people_reaching(lane, some, assets, max_distance_m=200.0)
    assert told["reason"].tolist() == ["population_unknown", "", "off_network"]
    assert told["coverage"].iloc[:2].tolist() == pytest.approx([1 / 3, 3 / 5])
    assert told["value"].iloc[1] == 12 + 13 + 14


def test_how_far_enough_people_live(lane, row):
    table = people_distance(lane, row, row, number_people=21.0)
    # 10, 11, 12, … people, 100 m apart; in the middle two neighbours are reached together
    assert table["value"].tolist() == [100, 100, 100, 100, 100, 100]
    assert people_distance(lane, row, row, number_people=12.0)["value"].tolist() == [100, 100, 0, 0, 0, 0]
    all_of_them = people_distance(lane, row, row, number_people=75.0)["value"]
    assert all_of_them.tolist() == [500, 400, 300, 300, 400, 500]
    beyond = people_distance(lane, row, row, number_people=76.0)
    assert set(beyond["reason"]) == {"beyond_limit"}
    some = row.assign(population=[10, np.nan, 12, 13, 14, 15.0])
    told = people_distance(lane, some, some, number_people=25.0)
    # an unknown neighbour may be enough, or not: where enough live nearer than it, it does not matter
    assert told["reason"].tolist() == ["population_unknown"] * 3 + [""] * 3
    assert told["value"].iloc[3:].tolist() == [100, 100, 100]
    with pytest.raises(InputError, match="number_people must be a number above zero"):
        people_distance(lane, row, row, number_people=0.0)


def test_far_cells_are_off_the_network_and_many_cells_are_asked_in_parts(layers, monkeypatch):
    cells = layers["cells"]
    whole = people_distance(layers["walk"], cells, cells, number_people=100.0)
    monkeypatch.setattr("urbanplan.metrics.access.people_distance._AT_ONCE", 5)
    parts = people_distance(layers["walk"], cells, cells, number_people=100.0)
    assert parts["value"].tolist() == whole["value"].tolist()
    short = streets([(0, 50), (100, 50)], [(0, 1)])
    table = people_distance(short, cells, cells, number_people=10.0, max_off_street_m=60.0)
    assert table["reason"].value_counts()["off_network"] == 22


def test_ground_within_minutes_of_a_place_on_a_lane():
    lane = streets([(0, 50), (3000, 50)], [(0, 1)])
    squares = [box(100 * k, 0, 100 * k + 100, 100) for k in range(30)]
    cells = gpd.GeoDataFrame({"population": [10.0] * 30}, geometry=squares, crs=CRS)
    places = frame("places", [point(0, 50), point(900, 50)], category=["food", "park"])
    city = frame("boundary", [box(-100, -100, 2000, 200)])
    table = isochrones(places, lane, cells, city, step_m=10.0)
    assert table.columns.tolist() == [*COLUMNS, "geometry"]
    assert table["within_min"].tolist() == [5, 10, 15]
    assert table["streets_km"].tolist() == pytest.approx([0.4, 0.8, 1.2], abs=1e-3)
    # cells have their middles at 50, 150, … m
    assert table["people"].tolist() == [40, 80, 120]
    assert table["people_share"].tolist() == pytest.approx([40 / 300, 80 / 300, 120 / 300])
    # 60 m on both sides, round at both ends: who leaves the street walks there within the same minutes
    expected = [(limit - 60) * 120 + np.pi * 60**2 for limit in (400, 800, 1200)]
    assert table["area_m2"].tolist() == pytest.approx(expected, rel=0.02)
    # drawn without the ground before it
    assert table.geometry.iloc[1].area == pytest.approx(
        table["area_m2"].iloc[1] - table["area_m2"].iloc[0], rel=1e-6
    )
    half = isochrones(places, lane, cells, frame("boundary", [box(200, -100, 2000, 200)]), minutes=(5,))
    assert half["streets_km"].tolist() == pytest.approx([0.2], abs=1e-3)
    assert half.total_bounds[0] == X0 + 200
    assert isochrones(places, lane, cells, city, category="school").empty
    with pytest.raises(InputError, match="must ascend from above zero"):
        isochrones(places, lane, cells, city, minutes=(10, 5))


def test_ground_is_reached_against_one_way_streets():
    # people walk to the place: on a street that is open eastwards only, they come from the west
    lane = streets([(0, 50), (3000, 50)], [(0, 1)], backward=[False])
    places = frame("places", [point(1500, 50)], category=["food"])
    cells = gpd.GeoDataFrame({"population": [np.nan]}, geometry=[box(0, 0, 100, 100)], crs=CRS)
    table = isochrones(places, lane, cells, frame("boundary", [box(0, 0, 3000, 100)]), minutes=(5,))
    west, _, east, _ = table.total_bounds - (X0, Y0, X0, Y0)
    assert (west, east) == pytest.approx((1100, 1560), abs=15)
    assert np.isnan(table["people"].iloc[0])


def test_walks_between_zones_are_those_between_their_people(lane, row, zones):
    table = zone_walks(lane, row, zones)
    people = np.arange(10.0, 16.0)
    # the border halves the third cell
    west = np.average([50, 150, 250], weights=[10, 11, 6])
    east = np.average([250, 350, 450, 550], weights=[6, 13, 14, 15])
    assert table[["from_zone", "to_zone"]].to_numpy().tolist() == [["01", "02"], ["02", "01"]]
    assert table["walk_km"].tolist() == pytest.approx([(east - west) / 1000] * 2, abs=1e-5)
    assert table["walk_min"].tolist() == pytest.approx([(east - west) / 80] * 2, abs=1e-3)
    assert people.sum() == 75
    assert zone_walks(lane, row, zones.iloc[:1]).empty
    nobody = zone_walks(lane, row.assign(population=np.nan), zones)
    assert nobody["straight_km"].tolist() == pytest.approx([0.3, 0.3])


def test_every_family_of_decays_and_an_interval_that_holds_the_value(lane, row):
    shops = frame("places", [point(50, 50), point(150, 50), point(550, 50)], category=["food"] * 3)
    exponential = gravity(shops, lane, row, half_life_m=100.0)
    assert "low" not in exponential
    linear = gravity(shops, lane, row, family="linear", half_life_m=100.0)["value"]
    assert linear.iloc[0] == pytest.approx(1 + 0.5)
    counted = gravity(shops, lane, row, family="cut_off", half_life_m=100.0)["value"]
    assert counted.tolist() == [2, 2, 1, 0, 1, 1]
    with pytest.raises(InputError, match="'cubic' is not a family"):
        gravity(shops, lane, row, family="cubic")
    sure = gravity(shops, lane, row, half_life_m=100.0, draws=200)
    assert sure["value"].tolist() == exponential["value"].tolist()
    assert ((sure["low"] <= sure["value"]) & (sure["value"] <= sure["high"])).all()
    assert (sure["low"] < sure["high"]).all()
    again = gravity(shops, lane, row, half_life_m=100.0, draws=200)
    assert again["low"].tolist() == sure["low"].tolist()


def test_shapes_are_drawn_where_they_lie(layers):
    table = isochrones(
        layers["places"], layers["walk"], layers["cells"], layers["boundary"], category="park", minutes=(1, 2)
    )
    assert table.geometry.is_valid.all()
    assert (
        not shapely.intersects(*table.geometry.to_numpy()).all()
        or shapely.intersection(*table.geometry.to_numpy()).area < 1
    )
