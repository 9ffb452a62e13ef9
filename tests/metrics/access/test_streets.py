"""Streets as units: values on the streets that were asked for, those beyond the city among the surroundings."""

import numpy as np
import pytest
from town import lattice, streets

from urbanplan.metrics.access.street_betweenness import street_betweenness
from urbanplan.metrics.access.street_choice import street_choice
from urbanplan.metrics.access.street_closeness import street_closeness
from urbanplan.metrics.access.street_gravity import street_gravity
from urbanplan.metrics.access.street_harmonic import street_harmonic
from urbanplan.metrics.access.street_turning import street_turning

ALL = (street_betweenness, street_choice, street_closeness, street_gravity, street_harmonic, street_turning)


@pytest.fixture
def row():
    """Give three streets in a row, 100, 200 and 100 m long."""
    return streets([(0, 0), (100, 0), (300, 0), (400, 0)], [(0, 1), (1, 2), (2, 3)])


def test_three_streets_in_a_row(row):
    units = row.streets()
    assert units.index.tolist() == ["1:2", "2:3", "3:4"]
    # 200 m of street at 150 m and 100 m at 300 m; in the middle 200 m at 150 m
    assert street_closeness(row, units)["value"].tolist() == pytest.approx(
        [300**2 / 60_000, 200**2 / 30_000, 300**2 / 60_000]
    )
    assert street_harmonic(row, units)["value"].iloc[:2].tolist() == pytest.approx(
        [200 / 150 + 100 / 300, 200 / 150]
    )
    weighed = street_gravity(row, units, half_life_m=150.0)["value"]
    assert weighed.tolist() == pytest.approx([125, 100, 125])
    assert street_gravity(row, units, family="cut_off", half_life_m=150.0)["value"].tolist() == [
        200,
        200,
        200,
    ]
    ways = street_betweenness(row, units)
    assert ways[["value", "low", "high"]].to_numpy().tolist() == [[6] * 3, [8] * 3, [6] * 3]
    assert street_choice(row, units)["value"].tolist() == [0, 2, 0]
    assert street_turning(row, units)["value"].tolist() == pytest.approx([0.0015, 0.001, 0.0015])


@pytest.mark.parametrize("measure", ALL)
def test_moved_and_renumbered_streets_keep_their_values(measure):
    network = lattice(7, 5, 100)
    here = measure(network, network.streets())["value"]
    order = np.random.default_rng(4).permutation(len(network.edge_u))
    x, y = network.node_x + 5000, network.node_y - 2000
    mixed = type(network).assemble(
        mode="walk", crs=network.crs, node_id=network.node_id, node_x=x, node_y=y,
        edge_u=network.edge_u[order], edge_v=network.edge_v[order],
    )  # fmt: skip
    there = measure(mixed, mixed.streets())["value"]
    assert there.reindex(here.index).to_numpy() == pytest.approx(here.to_numpy())


@pytest.mark.parametrize("measure", ALL)
def test_streets_beyond_those_asked_for_count_as_surroundings(measure):
    network = lattice(7, 5, 100)
    units = network.streets()
    some = units.iloc[[3, 11, 4]]
    assert measure(network, some)["value"].tolist() == measure(network, units)["value"][some.index].tolist()


def test_parallel_streets_have_ids_of_their_own_and_closed_ones_no_value():
    network = streets(
        [(0, 0), (100, 0), (100, 100)], [(0, 1), (0, 1), (1, 2)],
        forward=[True, True, False], backward=[True, True, False],
    )  # fmt: skip
    units = network.streets()
    assert units.index.tolist() == ["1:2", "1:2:2", "2:3"]
    for measure in ALL:
        table = measure(network, units)
        assert table["reason"].tolist() == ["", "", "off_network"]
        assert table["value"].isna().tolist() == [False, False, True]
