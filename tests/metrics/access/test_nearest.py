"""Walking distance to the nearest place, for cells, and its mean over people."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from town import X0, Y0, box, frame, lattice, point, streets

from urbanplan.methods.grid import lay_grid
from urbanplan.metrics.access.nearest import nearest
from urbanplan.metrics.access.nearest_mean import nearest_mean
from urbanplan.model.layers import CATEGORIES
from urbanplan.sources.osm import read_osm


def places(*shapes, category="food"):
    """Give places of one category."""
    return frame("places", list(shapes), category=[category] * len(shapes))


@pytest.fixture
def lane():
    """Give a lane along y = 50 m, from x = 0 to 600 m."""
    return streets([(0, 50), (600, 50)], [(0, 1)])


@pytest.fixture
def row(cells):
    """Give the six cells along the lane, whose middles lie on it."""
    return cells.iloc[:6]


def test_straight_to_the_street_along_it_and_straight_to_the_place(lane, cells):
    market = places(point(320, 90))
    table = nearest(market, lane, cells.iloc[:12])
    along = [270, 170, 70, 30, 130, 230]
    assert table["value"].tolist() == pytest.approx([a + 40 for a in along] + [100 + a + 40 for a in along])
    assert (table["reason"] == "").all()


def test_a_park_is_entered_where_a_street_crosses_its_outline_and_not_at_its_centre(lane, row):
    park = places(box(180, 20, 420, 400))
    # the second and fifth cells walk to its sides at 180 and 420 m; the third and fourth lie inside
    assert nearest(park, lane, row)["value"].tolist() == pytest.approx([130, 30, 0, 0, 30, 130])
    beside = places(box(180, 80, 420, 400))
    # no street crosses it: one door, where the street comes nearest to it
    doors = lane.entrances(beside)
    assert len(doors) == 1
    to_door = np.abs(np.array([50, 150, 250, 350, 450, 550]) - doors["offset_m"].iloc[0]) + 30
    assert nearest(beside, lane, row)["value"].tolist() == pytest.approx(to_door.tolist())


def test_every_reason_for_not_knowing(row):
    two = streets([(0, 50), (250, 50), (350, 50), (450, 50)], [(0, 1), (2, 3)])
    market = places(point(10, 50))
    table = nearest(market, two, row, max_distance_m=200, max_off_street_m=60)
    assert table["value"].tolist()[:3] == pytest.approx([40, 140, np.nan], nan_ok=True)
    assert table["reason"].tolist() == ["", "", "beyond_limit", "disconnected", "disconnected", "off_network"]
    assert nearest(market, two, row, category="school")["reason"].tolist() == ["no_places"] * 6


def test_a_place_far_from_all_streets_is_not_reached(lane, row):
    assert nearest(places(point(300, 900)), lane, row)["reason"].tolist() == ["disconnected"] * 6


def test_across_the_river_is_far_on_foot(row):
    # two lanes 60 m apart with a bridge at their far end
    banks = streets([(0, 50), (600, 50), (600, 110), (0, 110)], [(0, 1), (1, 2), (2, 3)])
    value = nearest(places(point(50, 110)), banks, row)["value"]
    assert value.iloc[0] == pytest.approx(550 + 60 + 550)


def test_moving_the_town_and_mixing_its_rows_change_nothing(layers):
    for category in CATEGORIES:
        here = nearest(layers["places"], layers["walk"], layers["cells"], category=category)
        mixed = layers["cells"].sample(frac=1, random_state=2)
        there = nearest(layers["places"].iloc[::-1], layers["walk"], mixed, category=category)
        assert there.loc[here.index, "value"].tolist() == here["value"].tolist()
    east, north = 1300.0, -900.0
    moved = {k: layers[k].set_geometry(layers[k].translate(east, north)) for k in ("places", "cells")}
    walk = layers["walk"]
    xy = np.c_[walk.node_x - X0 + east, walk.node_y - Y0 + north]
    walk = streets(xy, np.c_[walk.edge_u, walk.edge_v])
    there = nearest(moved["places"], walk, moved["cells"], category="worship")
    assert there["value"].to_numpy() == pytest.approx(here["value"].to_numpy(), abs=0.01)


def test_what_was_worked_out_before_is_not_given_for_other_places(layers):
    walk, cells = layers["walk"], layers["cells"]
    one = nearest(places(point(10, 10)), walk, cells)["value"].tolist()
    other = nearest(places(point(590, 390)), walk, cells)["value"].tolist()
    assert one != other
    assert nearest(places(point(590, 390)), lattice(7, 5, 100), cells)["value"].tolist() == other
    assert nearest(places(point(10, 10)), walk, cells)["value"].tolist() == one
    assert nearest(places(point(10, 10)), walk, cells.iloc[::-1])["value"].tolist() == one[::-1]


def test_mean_over_people_leaves_out_whom_nothing_is_known_of(row, city, zones):
    two = streets([(0, 50), (250, 50), (350, 50), (450, 50)], [(0, 1), (2, 3)])
    market = places(point(50, 50))
    people = row.assign(population=[10.0, 30.0, 20.0, 5.0, np.nan, 5.0])
    table = nearest_mean(market, two, people, city)
    assert table["value"].iloc[0] == pytest.approx((10 * 0 + 30 * 100 + 20 * 200) / 60)
    assert table["coverage"].iloc[0] == pytest.approx(60 / 70)
    assert table["n"].iloc[0] == 3
    # of the eastern zone's 20 people half have a way; if fewer had, most people's reason would be given
    halves = nearest_mean(market, two, people, zones)
    assert halves["coverage"].tolist() == pytest.approx([1.0, 10 / 20])
    fewer = nearest_mean(market, two, people.assign(population=[10.0, 30, 2, 50, 1, 5]), zones)
    assert fewer["reason"].tolist() == ["", "disconnected"]


def test_mean_knows_nothing_where_nothing_is_mapped_or_nobody_lives(lane, row, city):
    market = places(point(50, 50))
    unmapped = row.assign(known=[True, True, False, False, False, False], population=10.0)
    assert nearest_mean(market, lane, unmapped, city)["reason"].tolist() == ["not_mapped"]
    assert nearest_mean(market, lane, row.assign(population=0.0), city)["reason"].tolist() == ["no_people"]
    assert nearest_mean(market, lane, row.assign(population=np.nan), city)["reason"].tolist() == [
        "population_unknown"
    ]
    assert nearest_mean(market, lane, row, city, category="park")["reason"].tolist() == ["no_places"]


def peer(chosen, walk, cells):
    """Ask networkx: every door and every cell is a node of its own."""
    graph = walk.to_networkx()
    ids = walk.node_id

    def join(name, door, *, away):
        edge, offset, apart = int(door["edge"]), door["offset_m"], door["distance_m"]
        u, v = ids[walk.edge_u[edge]], ids[walk.edge_v[edge]]
        for node, along in ((u, offset), (v, walk.length_m[edge] - offset)):
            graph.add_edge(*((name, node) if away else (node, name)), length=along + apart)

    doors = walk.entrances(chosen.reset_index(drop=True))
    for k, door in enumerate(doors.to_dict("records")):
        join(f"door {k}", door, away=False)
    middles = gpd.GeoSeries(cells.centroid.to_numpy(), crs=cells.crs)
    snapped = walk.snap(middles)
    for k, door in enumerate(snapped.to_dict("records")):
        if door["edge"] >= 0:
            join(f"cell {k}", door, away=True)
            for j in np.flatnonzero(doors["edge"] == door["edge"]):
                other = doors.iloc[j]
                direct = abs(other["offset_m"] - door["offset_m"]) + other["distance_m"] + door["distance_m"]
                graph.add_edge(f"cell {k}", f"door {j}", length=direct)
    back = graph.reverse()
    reach = nx.multi_source_dijkstra_path_length(
        back, {f"door {k}" for k in range(len(doors))}, weight="length"
    )
    out = np.array([reach.get(f"cell {k}", np.nan) for k in range(len(cells))])
    areas = chosen[chosen.geometry.geom_type.str.contains("Polygon")]
    out[shapely.intersects(middles.to_numpy()[:, None], areas.geometry.to_numpy()).any(axis=1)] = 0
    return out


def test_networkx_agrees_on_the_town(layers):
    for category in ("food", "park", "school"):
        chosen = layers["places"][layers["places"]["category"] == category]
        got = nearest(layers["places"], layers["walk"], layers["cells"], category=category)["value"]
        assert got.to_numpy() == pytest.approx(peer(chosen, layers["walk"], layers["cells"]), abs=0.01)


@pytest.mark.shared
def test_networkx_agrees_on_chiang_mai(shared):
    crs = "EPSG:32647"
    city = read_osm(shared / "chiang_mai/osm/chiang_mai.osm.pbf", crs=crs, layers=["places"], modes=["walk"])
    walk = city.networks["walk"]
    west, south, east, north = shapely.total_bounds(walk.lines)
    cells = lay_grid(shapely.box(west, south, east, north), crs, cell_m=400).iloc[::3]
    for category in ("worship", "park"):
        chosen = city.places[city.places["category"] == category]
        assert len(chosen) > 5
        got = nearest(city.places, walk, cells, category=category)
        assert got["value"].notna().sum() > 50
        assert got["value"].to_numpy() == pytest.approx(peer(chosen, walk, cells), abs=0.05, nan_ok=True)


def test_a_finer_town_has_longer_ways_by_the_same_factor():
    small, large = lattice(5, 5, 50), lattice(5, 5, 150)
    cell = lay_grid(box(0, 0, 200, 200), "EPSG:32647", cell_m=50).assign(known=True)
    big = cell.set_geometry(cell.scale(3, 3, origin=(X0, Y0)))
    one = nearest(places(point(100, 60)), small, cell)["value"].to_numpy()
    three = nearest(places(point(300, 180)), large, big)["value"].to_numpy()
    assert three == pytest.approx(3 * one, abs=0.01)
