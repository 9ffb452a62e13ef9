"""Dissimilarity of housing and work."""

import geopandas as gpd
import numpy as np
import pytest
from block import grid, zones
from segregation.singlegroup import Dissim
from town import X0, box, frame

from urbanplan.metrics.landuse.home_work_dissimilarity import home_work_dissimilarity


def uses(*rows):
    """Give land use from (west, east, class): strips over one row of cells."""
    return frame("land_use", [box(w, 0, e, 100) for w, e, _ in rows], **{"class": [c for *_, c in rows]})


def value(layer, cells, *, unit=None):
    """Give the row of the whole strip."""
    return home_work_dissimilarity(
        layer, cells, unit if unit is not None else zones(box(0, 0, 400, 100))
    ).iloc[0]


def test_hand_worked():
    cells = grid(400, 100)
    apart = uses((0, 200, "residential"), (200, 400, "commercial"))
    assert value(apart, cells)["value"] == pytest.approx(1)
    mixed = uses(
        (0, 50, "residential"),
        (50, 100, "industrial"),
        (100, 150, "residential"),
        (150, 200, "commercial"),
        (200, 400, "forest"),
    )
    assert value(mixed, cells)["value"] == pytest.approx(0)
    # housing 100, 50 and 0 m wide, work 0, 50 and 100: D = (2/3 + 0 + 2/3) / 2
    third = uses(
        (0, 100, "residential"),
        (100, 150, "residential"),
        (150, 200, "institutional"),
        (200, 300, "commercial"),
        (300, 400, "forest"),
    )
    assert value(third, cells)["value"] == pytest.approx(2 / 3)
    assert value(third, cells)["n"] == 3


def test_agreement_with_segregation(layers):
    land, cells, city = layers["land_use"], layers["cells"], layers["boundary"]
    found = home_work_dissimilarity(land, cells, city)["value"].iloc[0]
    parts = gpd.overlay(
        land[["class", "geometry"]], cells.reset_index()[["cell_id", "geometry"]], keep_geom_type=False
    )
    table = parts.assign(area=parts.area).pivot_table(
        index="cell_id", columns="class", values="area", aggfunc="sum"
    )
    table = table.reindex(cells.index).fillna(0.0)
    frame_ = cells[["geometry"]].assign(
        home=table["residential"],
        all=table["residential"] + table[["commercial", "industrial", "institutional"]].sum(axis=1),
    )
    lived = frame_[frame_["all"] > 0]
    assert found == pytest.approx(Dissim(lived, group_pop_var="home", total_pop_var="all").statistic)


def test_unmapped_land_and_lack_of_either():
    cells = grid(400, 100)
    sparse = uses((0, 90, "residential"), (100, 110, "commercial"))
    row = value(sparse, cells)
    assert (row["reason"], row["coverage"]) == ("not_mapped", 0.25)
    only = uses((0, 400, "residential"))
    assert value(only, cells)["reason"] == "nothing_to_measure"
    assert value(only.iloc[:0], cells)["reason"] == "no_places"


def test_cells_outside_the_known_area_are_left_out():
    cells = grid(400, 100)
    cells["known"] = cells.geometry.centroid.x < X0 + 300
    third = uses(
        (0, 150, "residential"),
        (150, 200, "institutional"),
        (200, 300, "commercial"),
        (300, 400, "industrial"),
    )
    row = value(third, cells)
    assert row["coverage"] == 0.75
    assert row["value"] == pytest.approx((1 / 1.5 + abs(0.5 / 1.5 - 0.5 / 1.5) + 1 / 1.5) / 2)
    assert np.isfinite(row["value"])
