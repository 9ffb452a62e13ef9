"""The grid adds up to the boundary, and a cell keeps its id."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.base.errors import InputError
from urbanplan.methods.grid import lay_grid

CRS = "EPSG:32647"


def test_a_town_of_two_and_a_half_cells_by_hand():
    cells = lay_grid(shapely.box(1000, 2000, 1250, 2100), CRS, cell_m=100)
    assert cells.index.tolist() == ["r20c10", "r20c11", "r20c12"]
    assert cells["inside"].tolist() == [1.0, 1.0, 0.5]
    assert cells.loc["r20c12"].geometry.equals(shapely.box(1200, 2000, 1300, 2100))


@given(
    x=st.floats(-1000, 1000),
    y=st.floats(-1000, 1000),
    radius=st.floats(30, 700),
    cell=st.sampled_from([50.0, 100.0, 333.0]),
)
def test_area_is_conserved_and_every_cell_shares_area(x, y, radius, cell):
    boundary = shapely.Point(x, y).buffer(radius)
    cells = lay_grid(boundary, CRS, cell_m=cell)
    assert cells["inside"].sum() * cell**2 == pytest.approx(boundary.area, rel=1e-9)
    assert ((cells["inside"] > 0) & (cells["inside"] <= 1 + 1e-12)).all()
    assert cells.index.is_unique


def test_agrees_with_an_overlay_by_geopandas():
    boundary = shapely.Polygon([(0, 0), (730, 110), (420, 660), (90, 480)])
    cells = lay_grid(boundary, CRS, cell_m=100)
    cut = gpd.overlay(cells.reset_index(), gpd.GeoDataFrame(geometry=[boundary], crs=CRS)).set_index(
        "cell_id"
    )
    np.testing.assert_allclose(cut.area.reindex(cells.index) / 1e4, cells["inside"], atol=1e-12)


def test_a_larger_boundary_keeps_the_ids_of_the_cells_within():
    small = lay_grid(shapely.box(0, 0, 300, 300), CRS, cell_m=100)
    large = lay_grid(shapely.box(-500, -500, 300, 300), CRS, cell_m=100)
    assert set(small.index) < set(large.index)
    assert large.loc[small.index].geometry.geom_equals(small.geometry).all()


def test_a_grid_beyond_all_reason_is_refused():
    with pytest.raises(InputError, match="raise cell_m"):
        lay_grid(shapely.box(0, 0, 1e6, 1e6), CRS, cell_m=10)
