"""People, and how densely they live."""

import numpy as np
import pytest
from geopandas import overlay

from urbanplan.metrics.landuse.population import population
from urbanplan.metrics.landuse.population_density import population_density


def test_people_on_a_border_are_divided_and_conserved(cells, zones, city):
    # columns of cells 1-2 lie west, 3 is halved, 4-6 lie east; people are 10 … 33 from south to north
    people = np.arange(10.0, 34.0).reshape(4, 6)
    west = people[:, :2].sum() + people[:, 2].sum() / 2
    table = population(cells, zones)
    assert table["value"].tolist() == pytest.approx([west, people.sum() - west])
    assert table["value"].sum() == pytest.approx(population(cells, city)["value"].iloc[0], rel=1e-12)
    assert table["n"].tolist() == [12, 16]
    assert population_density(cells, zones)["value"].iloc[0] == pytest.approx(west / (0.25 * 0.4))


def test_unknown_people_are_no_zero(cells, zones):
    half = cells.assign(population=np.where(np.arange(24) % 6 < 3, np.nan, cells["population"]))
    table = population(half, zones)
    assert table["value"].isna().tolist() == [True, False]
    assert table["reason"].tolist() == ["population_unknown", ""]
    assert table["coverage"].tolist() == pytest.approx([0.0, 300 / 350])
    # density: neither the unknown people nor their land are taken
    dense = population_density(half, zones)
    assert dense["value"].iloc[1] == pytest.approx(table["value"].iloc[1] / (0.3 * 0.4))


def test_density_of_a_cell_is_of_its_land_inside_the_city(cells):
    cut = cells.iloc[:3].assign(inside=[1.0, 0.25, 1.0])
    assert population_density(cut, cut)["value"].tolist() == pytest.approx([1000.0, 11 / 0.0025, 1200.0])


def test_geopandas_agrees(cells, zones):
    cut = overlay(cells.reset_index(), zones.reset_index(names="zone")[["zone", "geometry"]])
    peer = (cut["population"] * cut.area / 1e4).groupby(cut["zone"]).sum()
    assert population(cells, zones)["value"].to_numpy() == pytest.approx(peer.to_numpy())


def test_order_does_not_matter(cells, zones):
    mixed = population(cells.sample(frac=1, random_state=4), zones.iloc[::-1]).iloc[::-1]
    assert mixed["value"].to_numpy() == pytest.approx(population(cells, zones)["value"].to_numpy())
