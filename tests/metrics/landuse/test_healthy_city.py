"""The GHSCI profile: points along streets, what is near them, and their neighbourhoods."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from block import zones
from town import CRS, X0, Y0, box, frame, lattice, point, streets

from urbanplan.methods.allotment import units_of_points
from urbanplan.methods.grid import lay_grid
from urbanplan.methods.healthy_city import REFERENCE, clean_intersections, sample_points
from urbanplan.metrics.landuse.healthy_city import healthy_city

ROAD = streets([(0, 50), (1200, 50)], [(0, 1)])
NOWHERE = frame("open_space", [])


def grid(width=1200, height=100, people=10.0):
    """Give cells of 100 m."""
    return lay_grid(box(0, 0, width, height), CRS, cell_m=100).assign(population=people, known=True)


def shop(x, category="food", y=50):
    """Give one place."""
    return frame("places", [point(x, y)], category=[category])


def test_points_stand_every_30_m_and_500_m_run_along_the_street():
    found = sample_points(ROAD, shop(1200), NOWHERE, grid())
    assert (found.x - X0).tolist() == list(range(0, 1201, 30))
    # 700 m and more from the first end: 720, 750 … 1,200
    assert found.near["food"].sum() == 17
    assert found.near["food"][found.x - X0 >= 700].all()
    exactly = sample_points(ROAD, shop(500), NOWHERE, grid())
    assert exactly.near["food"][0] == 1
    assert sample_points(ROAD, shop(501), NOWHERE, grid()).near["food"][0] == 0


def test_a_kind_that_nobody_mapped_is_unknown_and_takes_the_sum_with_it():
    found = sample_points(ROAD, shop(0), NOWHERE, grid())
    assert np.isnan(found.near["convenience"]).all()
    assert np.isnan(found.daily_living).all()
    assert np.isnan(found.walkability).all()
    all_three = pd.concat([shop(0), shop(0, "convenience"), shop(1200, "transit")], ignore_index=True)
    living = sample_points(ROAD, all_three, NOWHERE, grid()).daily_living
    # to 480 m two, from 720 m the stop, between them nothing
    assert living.tolist() == [2.0] * 17 + [0.0] * 7 + [1.0] * 17


def test_open_spaces_are_entered_from_their_ring_and_no_point_stands_in_them():
    park = frame("open_space", [box(600, 20, 700, 80)])
    found = sample_points(ROAD, shop(0), park, grid())
    x = found.x - X0
    assert not ((x > 600) & (x < 700)).any()
    # of the ring only points within 30 m of the street are ways in: all of it here, from x = 600 on
    assert found.near["open_space"][x >= 120].all()
    assert found.near["open_space"][x <= 90].sum() == 0
    assert np.isnan(found.near["large_open_space"]).all()  # 0.6 ha
    off = frame("open_space", [box(600, 85, 700, 300)])
    assert np.isnan(
        sample_points(ROAD, shop(0), off, grid()).near["large_open_space"]
    ).all()  # 35 m from the street


def test_neighbourhoods_against_networkx():
    rng = np.random.default_rng(4)
    walk = lattice(12, 9, 150)
    cells = grid(1700, 1200, 0.0).sample(frac=1, random_state=2)
    cells["population"] = rng.integers(1, 90, len(cells)).astype(float)
    found = sample_points(walk, shop(0), NOWHERE, cells)
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(walk.edge_u, walk.edge_v, walk.length_m, strict=True))
    junction = walk.street_count >= 3
    lies = units_of_points(shapely.points(walk.node_x, walk.node_y), cells)
    crossings = np.bincount(lies[junction & (lies >= 0)], minlength=len(cells))
    assert (lies >= 0).all()
    for node in (0, 17, 50):
        reached = nx.single_source_dijkstra_path_length(graph, node, 1000)
        touched = sorted({lies[k] for k in reached if lies[k] >= 0})
        here = np.flatnonzero(
            (np.abs(found.x - walk.node_x[node]) < 1e-6) & (np.abs(found.y - walk.node_y[node]) < 1e-6)
        )
        assert len(here)
        people = cells["population"].to_numpy()[touched].mean() / 0.01
        assert found.people_km2[here] == pytest.approx(people)
        assert found.intersections_km2[here] == pytest.approx(crossings[touched].mean() / 0.01)


def test_a_cell_that_the_border_cuts_to_a_sliver_does_not_explode():
    cells = lay_grid(box(0, 0, 1200.001, 100), CRS, cell_m=100).assign(population=10.0, known=True)
    cells.loc[cells["inside"] < 0.5, "population"] = 0.0001
    cross = streets(
        [(0, 50), (1205, 50), (1205, 95), (1205, 5), (1290, 50)], [(0, 1), (1, 2), (1, 3), (1, 4)]
    )
    found = sample_points(cross, shop(0), NOWHERE, cells, min_people=0.0)
    assert found.intersections_km2.max() <= 100 + 1e-9  # one junction on a hectare at the most
    assert found.people_km2.max() <= 1000 + 1


def test_walkability_is_the_sum_of_three_z_scores_against_25_cities():
    places = pd.concat([shop(0, kind) for kind in ("food", "convenience", "transit")], ignore_index=True)
    found = sample_points(ROAD, places, NOWHERE, grid())
    assert REFERENCE == {
        "people_km2": (11_093.1, 13_637.9),
        "intersections_km2": (98.44, 36.96),
        "daily_living": (1.028, 0.915),
    }
    # the street is longer than 1,000 m: each end reaches its own cell alone, with 1,000 people and no junction by km2
    expected = (1000 - 11_093.1) / 13_637.9 + (0 - 98.44) / 36.96 + (3 - 1.028) / 0.915
    assert found.walkability[0] == pytest.approx(expected)


def test_intersections_whose_circles_touch_are_one():
    two = [(0, 0), (24, 0), (-100, 0), (0, 100), (0, -100), (124, 0), (24, 100), (24, -100)]
    edges = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 6), (1, 7)]
    assert clean_intersections(streets(two, edges)).tolist() == [[X0 + 12, Y0]]
    assert len(clean_intersections(streets(two, edges), tolerance_m=11.9)) == 2
    assert len(clean_intersections(ROAD)) == 0


def test_the_share_above_the_median_of_25_cities_is_of_those_who_live_there():
    places = pd.concat([shop(0, kind) for kind in ("food", "convenience", "transit")], ignore_index=True)
    # of a street of 1,200 m, with 1,000 people by km2 and no junction, z = -0.74 - 2.66 + (n - 1.028) / 0.915: below -0.4477 for all n
    few = rows(grid(), zones(box(0, 0, 1200, 100)), places).iloc[0]
    assert few["walkable_share"] == 0
    # with 45,000 people by km2 z = 2.49 - 2.66 + 2.16 for the 17 points that have all three near, and less than -1.29 for the others
    many = rows(grid(people=450.0), zones(box(0, 0, 1200, 100)), places).iloc[0]
    assert many["walkable_share"] == pytest.approx(many["near_food"])
    assert 0.3 < many["near_food"] < 0.5


def rows(cells, units, places=None):
    """Give the listing."""
    return healthy_city(
        places if places is not None else shop(1200), NOWHERE, ROAD, cells, units, units.iloc[[0]]
    )


def test_shares_of_people_by_hand():
    cells = grid()
    cells["population"] = np.where(cells.geometry.centroid.x > X0 + 700, 30.0, 10.0)
    table = rows(cells, zones(box(0, 0, 1200, 100)))
    # cells from 700 m on are within 500 m of the shop: five of twelve with 30 people each, seven with 10
    assert table["near_food"].iloc[0] == pytest.approx(150 / 220)
    assert table["weighted_by"].tolist() == ["people", "people"]
    assert table["points"].iloc[0] == 41
    ground = rows(cells.assign(population=np.nan), zones(box(0, 0, 1200, 100)))
    assert ground["near_food"].iloc[0] == pytest.approx(5 / 12)
    assert ground["weighted_by"].iloc[0] == "ground"
    assert np.isnan(ground["people_km2"].iloc[0])


def test_nobody_walks_where_nobody_lives():
    cells = grid()
    cells["population"] = np.where(cells.geometry.centroid.x > X0 + 700, 30.0, 0.5)
    table = rows(cells, zones(box(0, 0, 1200, 100)))
    assert table["near_food"].iloc[0] == pytest.approx(1)
    assert table["points"].iloc[0] == 17


def test_units_of_which_less_than_half_is_mapped_are_unknown():
    cells = grid()
    cells["known"] = cells.geometry.centroid.x < X0 + 700
    table = rows(cells, zones(box(0, 0, 800, 100), box(800, 0, 1200, 100)))
    assert table["known_share"].tolist() == pytest.approx([7 / 8, 7 / 8, 0])
    assert table["intersections_km2"].notna().tolist() == [True, True, False]


def test_the_city_comes_first_and_rows_may_come_in_any_order():
    cells, units = grid(), zones(box(0, 0, 500, 100), box(500, 0, 1200, 100))
    one = rows(cells, units)
    mixed = rows(cells.sample(frac=1, random_state=1), units)
    pd.testing.assert_frame_equal(one.drop(columns="geometry"), mixed.drop(columns="geometry"))
    assert one["name"].tolist() == ["z0", "z0", "z1"]
