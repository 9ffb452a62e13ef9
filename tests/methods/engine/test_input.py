"""Bad input: a clear sentence, or an answer that says that there is none."""

import numpy as np
import pytest
from expanded_graph import Streets

from urbanplan.base.errors import InputError
from urbanplan.methods.engine import Engine, Turns, betweenness, bounded, matrix, metric_graph, nearest, reach
from urbanplan.model.network import StreetNetwork

LINE = Streets(3, ((0, 1, 1000, 1000, 1000), (1, 2, 2000, 2000, 2000)), "length")


@pytest.fixture
def line():
    return LINE.engine


@pytest.fixture
def ends(line):
    return line.at_nodes([0, 2])


def test_no_places_at_all(line, ends):
    none = line.at([], [])
    assert np.isnan(nearest(line, ends, none, k=2).cost).all()
    assert not reach(line, ends, none, np.empty((0, 2)), cutoffs=[500]).within.any()
    assert matrix(line, ends, none).shape == (2, 0)
    assert matrix(line, none, ends).shape == (0, 2)
    assert nearest(line, none, ends).cost.shape == (1, 0, 1)


def test_no_place_of_a_category(line, ends):
    found = nearest(line, ends, ends, category=[0, 0], categories=2)
    assert (found.place[1] == -1).all()
    assert np.isnan(found.cost[1]).all()


def test_places_and_origins_on_no_street(line, ends):
    lost = line.at([-1, 0], [np.nan, 0.5])
    np.testing.assert_allclose(matrix(line, lost, ends), [[np.nan, np.nan], [0.5, 2.5]])
    got = reach(line, lost, lost, [4.0, 3.0], cutoffs=[500])
    np.testing.assert_array_equal(got.within[:, 0, 0], [np.nan, 3.0])
    assert np.isnan(nearest(line, lost, ends).cost[0, 0])


def test_a_network_of_one_node():
    alone = Streets(1, (), "length").engine
    here = alone.at_nodes([0])
    assert matrix(alone, here, here) == 0.0
    assert nearest(alone, here, here).cost[0, 0, 0] == 0.0
    assert reach(alone, here, here, [7.0], cutoffs=[100]).within[0, 0, 0] == 7.0
    assert bounded(alone, here, 100).node_cost[0] == 0.0
    assert len(bounded(alone, here, 100).pieces().edge) == 0
    assert betweenness(metric_graph(alone)).through[0] == 0.0


def test_zero_weights_reach_nothing(line, ends):
    assert reach(line, ends, ends, [0.0, 0.0], cutoffs=[5000]).within.tolist() == [[[0.0]], [[0.0]]]


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_weights_must_be_known(line, ends, weight):
    with pytest.raises(InputError, match="place 1 has"):
        reach(line, ends, ends, [1.0, weight], cutoffs=[500])
    with pytest.raises(InputError, match="element 2 has"):
        betweenness(metric_graph(line), weights_to=[1, 1, weight])


def test_numbers_that_do_not_fit_together(line, ends):
    with pytest.raises(InputError, match="2 positions of places but 3 rows"):
        reach(line, ends, ends, [1.0, 2.0, 3.0], cutoffs=[500])
    with pytest.raises(InputError, match="place 7"):
        reach(line, ends, ends, [1.0, 2.0], place=[0, 7], cutoffs=[500])
    with pytest.raises(InputError, match="have a category"):
        nearest(line, ends, ends, category=[0])
    with pytest.raises(InputError, match="numbered 0 to 0"):
        nearest(line, ends, ends, category=[0, 1], categories=1)
    with pytest.raises(InputError, match="at least one nearest"):
        nearest(line, ends, ends, k=0)
    with pytest.raises(InputError, match="limit"):
        nearest(line, ends, ends, limit=-5)
    with pytest.raises(InputError, match="limit"):
        bounded(line, ends, float("nan"))
    with pytest.raises(InputError, match="thread"):
        matrix(line, ends, ends, threads=0)


def test_positions_that_do_not_exist(line):
    with pytest.raises(InputError, match="edges are numbered 0 to 1"):
        line.at([5], [0.0])
    with pytest.raises(InputError, match="edges are numbered"):
        line.at([-2], [0.0])
    with pytest.raises(InputError, match="offset_m"):
        line.at([0], [np.nan])
    with pytest.raises(InputError, match="access"):
        line.at([0], [0.5], access=-1.0)
    with pytest.raises(InputError, match="nodes are numbered"):
        line.at_nodes([3])


def test_networks_that_cannot_be_travelled():
    with pytest.raises(InputError, match="length or seconds"):
        Engine.build(LINE.network, cost="hours")
    empty = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=[], node_x=[], node_y=[], edge_u=[], edge_v=[]
    )
    with pytest.raises(InputError, match="no nodes"):
        Engine.build(empty)
    far = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=[1, 2], node_x=[0, 1], node_y=[0, 1], edge_u=[0], edge_v=[1],
        length_m=[2e6],
    )  # fmt: skip
    with pytest.raises(InputError, match="must be below"):
        Engine.build(far)
    unknown = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=[1, 2], node_x=[0, 1], node_y=[0, 1], edge_u=[0], edge_v=[1],
        seconds_forward=[np.nan],
    )  # fmt: skip
    with pytest.raises(InputError, match="seconds of the street network"):
        Engine.build(unknown, cost="seconds")


def test_a_chain_too_long_to_count():
    long = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=[1, 2, 3], node_x=[0, 1, 2], node_y=[0, 1, 2], edge_u=[0, 1],
        edge_v=[1, 2], length_m=[6e5, 6e5],
    )  # fmt: skip
    with pytest.raises(InputError, match="more than the engine counts"):
        Engine.build(long)


def test_turns_must_name_nodes_that_exist():
    with pytest.raises(InputError, match=r"outside 0\.\.2"):
        Engine.build(LINE.network, turns=Turns.of([0], [9], [1]))
    with pytest.raises(InputError, match="numbers differ"):
        Turns.of([0, 1], [1], [1])


def test_what_lies_exactly_at_a_cutoff_is_within(line, ends):
    got = reach(line, ends, ends, [1.0, 1.0], cutoffs=[2.999, 3.0])
    assert got.within[:, :, 0].tolist() == [[1.0, 2.0], [1.0, 2.0]]
