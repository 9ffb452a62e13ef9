"""From cells to units: nobody is lost, nobody counts twice."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.methods.aggregate import explained, membership, people_coverage
from urbanplan.methods.grid import lay_grid
from urbanplan.model.reason import Reason

CRS = "EPSG:32647"


@pytest.fixture
def cells():
    """Give 3 x 1 cells of 100 m of a town of 250 x 100 m, with 10, 20 and 30 people."""
    return lay_grid(shapely.box(0, 0, 250, 100), CRS, cell_m=100).assign(population=[10.0, 20.0, 30.0])


def units(*shapes):
    """Give polygons as units."""
    return gpd.GeoDataFrame(geometry=list(shapes), index=[f"{k:02d}" for k in range(len(shapes))], crs=CRS)


def test_people_of_a_cell_on_a_border_are_divided_by_area(cells):
    two = units(shapely.box(0, 0, 130, 100), shapely.box(130, 0, 250, 100))
    belongs = membership(cells, two)
    # all 30 people of the third cell live in its western half, which lies in the second zone
    assert belongs.sum(cells["population"].to_numpy()) == pytest.approx([10 + 0.3 * 20, 0.7 * 20 + 30])
    assert belongs.count(np.ones(3, dtype=bool)).tolist() == [2, 2]


def test_people_are_conserved_whatever_the_zones():
    rng = np.random.default_rng(11)
    town = shapely.Point(0, 0).buffer(900)
    seeds = shapely.MultiPoint(rng.uniform(-900, 900, (12, 2)))
    zones = [piece.intersection(town) for piece in shapely.voronoi_polygons(seeds, extend_to=town).geoms]
    zones = units(*[zone for zone in zones if zone.area > 0])
    cells = lay_grid(town, CRS, cell_m=100)
    people = rng.gamma(1, 50, len(cells))
    parts = membership(cells.assign(population=people), zones).sum(people)
    assert parts.sum() == pytest.approx(people.sum(), rel=1e-12)
    # the peer: geopandas cuts every cell
    cut = gpd.overlay(cells.assign(people=people).reset_index(), zones.reset_index(names="zone"))
    cut["people"] *= cut.area / (cut["inside"] * 100.0**2)
    assert parts == pytest.approx(cut.groupby("zone")["people"].sum().to_numpy(), rel=1e-6)


def test_nobody_lives_in_two_zones_that_lap_over_each_other(cells):
    lapping = units(shapely.box(0, 0, 150, 100), shapely.box(50, 0, 250, 100))
    assert membership(cells, lapping).sum(np.array([10.0, 20.0, 30.0])).sum() == pytest.approx(60.0)


def test_people_outside_all_zones_are_given_to_none(cells):
    some = units(shapely.box(0, 0, 150, 100))
    assert membership(cells, some).sum(np.array([10.0, 20.0, 30.0])) == pytest.approx([20.0])
    nowhere = units(shapely.box(900, 900, 950, 950))
    assert membership(cells, nowhere).sum(np.array([10.0, 20.0, 30.0])).tolist() == [0.0]


def test_unknown_people_leave_the_sums(cells):
    whole = units(shapely.box(0, 0, 250, 100))
    belongs = membership(cells, whole)
    assert belongs.sum(np.array([10.0, np.nan, 30.0])) == pytest.approx([40.0])
    assert people_coverage(belongs, cells, np.array([True, False, True])) == pytest.approx([40 / 60])


def test_the_first_cause_is_named():
    rows = units(*[shapely.box(k, 0, k + 1, 1) for k in range(4)])
    table = explained(
        rows,
        np.array([1.0, 2.0, np.nan, np.inf]),
        (np.array([False, True, False, False]), Reason.NO_PEOPLE),
        (np.array([False, True, True, False]), Reason.NOT_MAPPED),
    )
    assert table["value"].iloc[0] == 1.0
    assert table["value"].isna().tolist() == [False, True, True, True]
    assert table["reason"].tolist() == ["", "no_people", "not_mapped", "nothing_to_measure"]
