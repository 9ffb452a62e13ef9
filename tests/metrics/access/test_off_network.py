"""What no street leads to, and why: hand-drawn rivers, rails and lanes that lead nowhere."""

import numpy as np
import pytest
from shapely import LineString
from town import X0, Y0, box, frame, lattice, point, streets

from urbanplan.base.errors import InputError
from urbanplan.metrics.access.off_network import off_network
from urbanplan.metrics.access.off_network_ground import off_network_ground
from urbanplan.model.network import Surroundings


def cut(*lines):
    """Give what nobody crosses: kinds, and coordinates from the town's corner."""
    shapes = [LineString([(X0 + x, Y0 + y) for x, y in xy]) for _, xy in lines]
    return Surroundings.of(shapes, [kind for kind, _ in lines])


@pytest.fixture
def town_and_lane():
    """Give 900 m of street with a river and rails north of it, and a lane of 60 m that is connected with nothing."""
    between = cut(("water", [(-50, 130), (650, 130)]), ("rail", [(300, 140), (650, 140)]))
    return streets(
        [(0, 50), (400, 50), (900, 50), (20, 390), (80, 390)],
        [(0, 1), (1, 2), (3, 4)],
        surroundings=between,
    )


def test_places_without_a_street_are_listed_the_farthest_first(cells):
    short = streets([(0, 50), (100, 50)], [(0, 1)])
    spots = [point(50, 60), point(50, 390), box(500, 40, 520, 60), point(5000, 50)]
    places = frame("places", spots, category=["food", "park", "school", "food"], name=["a", "b", "c", "d"])
    table = off_network(places, short, cells, max_off_street_m=300.0)
    assert table["name"].tolist() == ["c", "b"]
    assert table["away_m"].tolist() == pytest.approx([400, 340])
    assert table["unreached"].tolist() == ["off_network"] * 2
    assert table["across"].tolist() == ["", ""]
    assert table["part"].isna().all()
    assert set(table.geom_type) == {"Point"}
    assert off_network(places, lattice(7, 5, 100), cells).empty
    nowhere = streets([(5, 5)], np.empty((0, 2)))
    table = off_network(places, nowhere, cells)
    assert table["away_m"].isna().all()
    assert set(table["unreached"]) == {"off_network"}


def test_each_cause_is_told_with_what_lies_between(town_and_lane, cells):
    spots = [point(100, 70), point(200, 170), box(450, 170, 470, 190), point(50, 380)]
    places = frame("places", spots, category=["food"] * 4, name=["met", "river", "both", "lane"])
    table = off_network(places, town_and_lane, cells, max_off_street_m=150.0).set_index("name")
    assert table.index.tolist() == ["both", "river", "lane"]
    assert table["unreached"].tolist() == ["cut_off", "cut_off", "disconnected"]
    assert table["across"].tolist() == ["water;rail", "water", ""]
    assert table["away_m"].tolist() == pytest.approx([120, 120, 10])
    assert table["part"].isna().tolist() == [True, True, False]
    assert table.loc["lane", "part"] == "1"
    assert table.loc["lane", "part_km"] == pytest.approx(0.06)
    assert np.isnan(table.loc["river", "part_km"])


def test_a_part_that_is_large_enough_is_a_town_of_its_own(town_and_lane, cells):
    places = frame("places", [point(50, 380)], category=["food"])
    for share, rows in ((0.06, 0), (60 / 960, 0), (0.07, 1)):
        assert len(off_network(places, town_and_lane, cells, own_part_share=share)) == rows
    halves = streets([(0, 50), (100, 50), (0, 390), (100, 390)], [(0, 1), (2, 3)])
    both = frame("places", [point(50, 60), point(50, 380)], category=["food"] * 2)
    assert off_network(both, halves, cells, own_part_share=1.0).empty, "neither half is the lesser one"
    with pytest.raises(InputError, match="from 0 to 1, not 2"):
        off_network(places, town_and_lane, cells, own_part_share=2)


def test_ground_is_joined_by_cause_and_counts_only_people_that_are_known(town_and_lane, cells):
    # row 0 stands on the street; above the river ten cells come to the lane, and eight are cut off
    told = cells.set_index(
        cells.geometry.centroid.apply(lambda p: (int(p.x - X0) // 100, int(p.y - Y0) // 100))
    )
    told = told.assign(population=1.0)
    told.loc[[(5, 3)], "population"] = 0.0
    told.loc[[(1, 1), (4, 3)], "population"] = np.nan
    told.loc[[(2, 1)], "known"] = False
    table = off_network_ground(town_and_lane, told, max_off_street_m=302.0)
    # certainly nobody lives in (5, 3), and nothing is known of the streets in (2, 1)
    assert table["unreached"].tolist() == ["disconnected", "cut_off"]
    assert table["across"].tolist() == ["", "water;rail"]
    assert table["people"].tolist() == [8.0, 6.0]
    assert table["area_m2"].tolist() == [90_000.0, 70_000.0]
    assert table.area.tolist() == pytest.approx(table["area_m2"].tolist())
    assert table["away_m"].tolist() == pytest.approx([np.hypot(270, 40), 300])
    assert table["part_km"].iloc[0] == pytest.approx(0.06)
    whole = off_network_ground(town_and_lane, told.assign(population=np.nan))
    assert whole["people"].isna().all()
    assert off_network_ground(lattice(7, 5, 100), cells).empty


def test_cells_in_the_order_of_the_map_or_any_other_make_the_same_ground(town_and_lane, cells):
    here = off_network_ground(town_and_lane, cells)
    mixed = off_network_ground(town_and_lane, cells.iloc[::-1])
    assert here["people"].tolist() == mixed["people"].tolist()
    assert here.geometry.normalize().to_wkt().tolist() == mixed.geometry.normalize().to_wkt().tolist()
