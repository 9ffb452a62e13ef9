"""Building coverage."""

import numpy as np
import pytest
import shapely
from town import box, frame, point

from urbanplan.metrics.landuse.building_coverage import building_coverage


def test_hand_worked_with_an_overlap_and_a_border():
    houses = frame("buildings", [box(0, 0, 20, 30), box(10, 0, 30, 30), box(95, 0, 105, 10)])
    units = frame("zones", [box(0, 0, 100, 60), box(100, 0, 150, 100), box(200, 0, 300, 100)])
    table = building_coverage(houses, units)
    assert table["value"].tolist() == pytest.approx([(900 + 50) / 6000, 50 / 5000, 0.0])
    assert (table["reason"] == "").all()


def test_no_buildings_at_all_is_unknown():
    table = building_coverage(frame("buildings", []), frame("zones", [box(0, 0, 9, 9)]))
    assert table["value"].isna().all()
    assert table["reason"].tolist() == ["no_places"]


def test_cells_agree_with_shapely_and_add_up_to_the_city(layers):
    houses, cells, city = layers["buildings"], layers["cells"], layers["boundary"]
    got = building_coverage(houses, cells)["value"].to_numpy()
    peer = shapely.intersection(houses.union_all(), cells.geometry.to_numpy())
    assert got == pytest.approx(shapely.area(peer) / 100**2, abs=1e-9)
    assert got.sum() * 100**2 == pytest.approx(building_coverage(houses, city)["value"].iloc[0] * 600 * 400)


def test_a_town_turned_round_is_built_as_densely(layers):
    def turned(table):
        return table.set_geometry(table.rotate(31, origin=point(0, 0)))

    here = building_coverage(layers["buildings"], layers["zones"])["value"].to_numpy()
    there = building_coverage(turned(layers["buildings"]), turned(layers["zones"]))["value"].to_numpy()
    assert there == pytest.approx(here)
    assert np.isfinite(here).all()
