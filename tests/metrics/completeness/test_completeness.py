"""Completeness: worked by hand, unmoved by order and place, and found in the sample city where it was planted."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from town import CRS, X0, Y0, box, frame, point, streets

from urbanplan.methods.completeness import buildings_mapped, share_by_unit, streets_mapped
from urbanplan.methods.grid import lay_grid
from urbanplan.metrics.completeness.building_tags import building_tags
from urbanplan.metrics.completeness.buildings import buildings
from urbanplan.metrics.completeness.edit_age import edit_age
from urbanplan.metrics.completeness.place_names import place_names
from urbanplan.metrics.completeness.street_saturation import street_saturation
from urbanplan.metrics.completeness.street_tags import street_tags
from urbanplan.metrics.completeness.streets import streets as streets_metric


@pytest.fixture
def grid():
    """Give four cells in a row with 1,000, 1,000, 100 and an unknown number of square metres built up."""
    cells = lay_grid(box(0, 0, 400, 100), CRS, cell_m=100)
    return cells.assign(built_up_m2=[1000.0, 1000.0, 100.0, np.nan], population=1.0)


def whole(west, east):
    return frame("zones", [box(west, 0, east, 100)])


def test_footprints_beside_built_up_ground(grid):
    drawn = frame(
        "buildings", [box(0, 0, 20, 20), box(10, 0, 30, 20), box(150, 0, 190, 60), box(210, 0, 220, 10)]
    )
    share = buildings_mapped(drawn, grid)
    np.testing.assert_allclose(share, [0.6, 1.0, np.nan, np.nan])
    cells = grid.assign(complete_buildings=share)
    table = buildings(cells, pd.concat([whole(0, 400), whole(200, 400)]).set_axis(["all", "east"]))
    assert table.loc["all", "value"] == pytest.approx((0.6 * 1000 + 1.0 * 1000) / 2000)
    assert table.loc["all", "n"] == 2
    assert np.isnan(table.loc["east", "value"])
    assert table.loc["east", "reason"] == "nothing_to_measure"


def test_more_in_one_cell_never_makes_up_for_a_gap_in_another(grid):
    drawn = frame("buildings", [box(100, 0, 199, 99)])
    cells = grid.assign(complete_buildings=buildings_mapped(drawn, grid))
    assert buildings(cells, whole(0, 200))["value"].iloc[0] == pytest.approx(0.5)


def test_built_up_ground_without_a_street_near_it(grid):
    line = np.array([shapely.LineString([(X0 - 50, Y0 - 100), (X0 - 50, Y0 + 200)])])
    share = streets_mapped(line, grid)
    np.testing.assert_allclose(
        share, [0.6, 0.0, np.nan, np.nan]
    )  # points at 10, 30, 50 m of 10, 30, 50, 70, 90
    assert streets_mapped(np.empty(0, dtype=object), grid)[:2].tolist() == [0.0, 0.0]
    cells = grid.assign(complete_streets=share)
    assert streets_metric(cells, whole(0, 200))["value"].iloc[0] == pytest.approx(0.3)


def test_tags_of_buildings_places_and_streets():
    drawn = frame(
        "buildings", [box(10 * k, 0, 10 * k + 5, 5) for k in range(4)],
        height_m=[12.0, np.nan, np.nan, np.nan], levels=[np.nan, 2.0, np.nan, np.nan], use=["house", "yes", None, None],
    )  # fmt: skip
    unit = whole(0, 400)
    assert building_tags(drawn, unit)["value"].iloc[0] == 0.5
    assert building_tags(drawn, unit, tag="use")["value"].iloc[0] == 0.25
    shops = frame(
        "places",
        [point(5, 5), point(6, 6), point(999, 5)],
        name=[None, None, "far"],
        name_th=["ก", None, None],
    )
    table = place_names(shops, unit)
    assert (table["value"].iloc[0], table["n"].iloc[0]) == (0.5, 2)
    ways = streets(
        [(0, 50), (300, 50), (300, 60)], [(0, 1), (1, 2)], mode="drive",
        tags=pd.DataFrame({"name": ["ถนน", None], "maxspeed": [None, None]}),
    )  # fmt: skip
    assert street_tags(ways, unit)["value"].iloc[0] == pytest.approx(300 / 310)
    assert street_tags(ways, unit, tag="maxspeed")["value"].iloc[0] == 0


def test_the_age_of_edits_is_a_median_with_quarters():
    edits = frame(
        "osm_edits", [point(5, 5)] * 6, layer=["streets"] * 5 + ["places"], age_years=[1.0, 2.0, 3.0, 4.0, 9.0, 50.0],
        mapped_years=[9.0] * 6, length_m=[10.0] * 6,
    )  # fmt: skip
    row = edit_age(edits, whole(0, 400)).iloc[0]
    assert (row["value"], row["low"], row["high"], row["n"]) == (3.0, 2.0, 4.0, 5)
    assert np.isnan(edit_age(edits, whole(200, 400))["value"].iloc[0])


def test_streets_that_were_on_the_map_for_years():
    edits = frame(
        "osm_edits", [point(5, 5), point(6, 5), point(7, 5), point(250, 5), point(8, 8)],
        layer=["streets"] * 4 + ["places"], age_years=[0.1] * 5, mapped_years=[9.0, 3.0, 2.9, 0.0, 9.0],
        length_m=[600.0, 100.0, 300.0, 50.0, np.nan],
    )  # fmt: skip
    table = street_saturation(edits, pd.concat([whole(0, 200), whole(200, 400)]).set_axis(["old", "new"]))
    assert table["value"].to_dict() == {"old": pytest.approx(0.7), "new": 0.0}
    assert table["n"].to_dict() == {"old": 3.0, "new": 1.0}
    assert street_saturation(edits, whole(0, 200), settled_years=2)["value"].iloc[0] == 1.0
    nothing = street_saturation(edits, whole(300, 400)).iloc[0]
    assert np.isnan(nothing["value"])
    assert nothing["reason"] == "nothing_to_measure"


def test_a_thing_on_a_common_border_counts_once():
    units = pd.concat([whole(0, 200), whole(200, 400)]).reset_index(drop=True)
    points = gpd.GeoSeries([point(200, 50), point(300, 50)], crs=CRS)
    _, count = share_by_unit(points, np.ones(2, dtype=bool), np.ones(2), units)
    assert count.tolist() == [1.0, 1.0]
