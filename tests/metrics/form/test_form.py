"""Street form: hand-worked streets, osmnx on the same graph, and streets moved and reordered."""

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
import shapely
from town import CRS, X0, Y0, box, frame, lattice, streets

from urbanplan.metrics.form.circuity import circuity
from urbanplan.metrics.form.dead_end_share import dead_end_share
from urbanplan.metrics.form.intersection_density import intersection_density
from urbanplan.metrics.form.orientation_entropy import orientation_entropy
from urbanplan.metrics.form.self_loop_share import self_loop_share
from urbanplan.metrics.form.street_density import street_density
from urbanplan.metrics.form.street_length_mean import street_length_mean
from urbanplan.metrics.form.streets_per_node import streets_per_node
from urbanplan.metrics.form.walk_intersection_density import walk_intersection_density
from urbanplan.model.network import StreetNetwork
from urbanplan.sources.osm import read_osm

ALL = (
    intersection_density, walk_intersection_density, street_density, street_length_mean, circuity, streets_per_node,
    dead_end_share, self_loop_share, orientation_entropy,
)  # fmt: skip


def line(*xy):
    """Give a line in metres from the town's corner."""
    return shapely.LineString([(X0 + x, Y0 + y) for x, y in xy])


@pytest.fixture
def village():
    """Give a cross of four streets, one of them bent, with a loop at one end and a dead end at the others."""
    nodes = [(100, 100), (200, 100), (100, 200), (20, 100), (100, 20)]
    edges = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1)]
    loop = line((200, 100), (250, 100), (250, 150), (200, 100))
    bent = line((100, 100), (140, 130), (140, 170), (100, 200))
    lines = [
        line((100, 100), (200, 100)),
        bent,
        line((100, 100), (20, 100)),
        line((100, 100), (100, 20)),
        loop,
    ]
    return streets(nodes, edges, mode="drive", lines=lines)


@pytest.fixture
def whole():
    """Give one unit of 300 x 300 m that holds the village."""
    return frame("boundary", [box(0, 0, 300, 300)])


def test_hand_worked(village, whole):
    def value(metric):
        return metric(village, whole)["value"].iloc[0]

    loop = 50 + 50 + np.hypot(50, 50)
    bent = 50 + 40 + 50
    total = 100 + bent + 80 + 80 + loop
    assert value(intersection_density) == pytest.approx(2 / 0.09)  # the cross, and the end with the loop
    assert intersection_density(village, whole, min_streets=4)["n"].iloc[0] == 1
    assert value(street_density) == pytest.approx(total / 1000 / 0.09)
    assert value(street_length_mean) == pytest.approx(total / 5)
    assert value(circuity) == pytest.approx(total / 360)
    assert value(streets_per_node) == pytest.approx(10 / 5)
    assert value(dead_end_share) == pytest.approx(3 / 5)
    assert value(self_loop_share) == pytest.approx(1 / 5)
    # two streets run east-west and two north-south: a perfect grid
    assert value(orientation_entropy) == pytest.approx(np.log(4))
    assert orientation_entropy(village, whole)["n"].iloc[0] == 4


def test_streets_are_cut_at_borders_and_segments_belong_where_their_middle_lies(village):
    halves = frame("zones", [box(0, 0, 120, 300), box(120, 0, 300, 300)]).set_axis(["a", "b"])
    loop, bent_outside = 100 + np.hypot(50, 50), 40 + 2 * 50 * (20 / 40)
    dense = street_density(village, halves)["value"] * [120 * 0.3, 180 * 0.3]
    assert dense.tolist() == pytest.approx([20 + 80 + 80 + (140 - bent_outside), 80 + loop + bent_outside])
    mean = street_length_mean(village, halves)
    assert mean["n"].tolist() == [2, 3]  # the middle of the bent street lies at x = 140
    assert mean["value"].tolist() == pytest.approx([80, (100 + 140 + loop) / 3])


def test_a_street_on_the_border_counts_half_on_each_side():
    net = lattice(3, 2, 100, mode="drive")  # the middle street runs along x = 100
    zones = frame("zones", [box(-50, -50, 100, 150), box(100, -50, 250, 150)])
    assert (street_density(net, zones)["value"] * 30).tolist() == pytest.approx([350.0, 350.0])
    # its two nodes count once, in the first zone
    assert intersection_density(net, zones)["n"].tolist() == [2, 0]


def test_ends_made_by_the_edge_of_the_data_are_no_nodes(village, whole):
    ids = np.array([1, 2, 3, -4, 5])
    order = np.argsort(ids)
    cut = StreetNetwork.assemble(
        mode="drive", crs=CRS, node_id=ids, node_x=village.node_x, node_y=village.node_y,
        edge_u=village.edge_u, edge_v=village.edge_v, lines=village.lines,
    )  # fmt: skip
    assert cut.node_id.tolist() == ids[order].tolist()
    assert dead_end_share(cut, whole)["value"].iloc[0] == pytest.approx(2 / 4)
    assert streets_per_node(cut, whole)["value"].iloc[0] == pytest.approx(9 / 4)
    assert street_density(cut, whole)["value"].iloc[0] == street_density(village, whole)["value"].iloc[0]


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.__name__)
def test_a_network_without_streets_is_unknown_and_a_unit_without_them_is_empty(metric, village):
    nothing = streets([(5, 5)], np.empty((0, 2)), mode="drive")
    units = frame("zones", [box(0, 0, 300, 300), box(800, 800, 900, 900)])
    assert metric(nothing, units)["reason"].tolist() == ["no_places"] * 2
    empty = metric(village, units).iloc[1]
    if metric in {intersection_density, walk_intersection_density, street_density}:
        assert empty["value"] == 0.0
    else:
        assert np.isnan(empty["value"])
        assert empty["reason"] == "nothing_to_measure"


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.__name__)
def test_where_the_town_lies_and_the_order_of_things_do_not_matter(metric, village):
    units = frame("zones", [box(0, 0, 150, 300), box(150, 0, 300, 300)])
    here = metric(village, units)
    east, north = 700.0, -400.0
    order = np.array([3, 0, 4, 2, 1])
    moved = StreetNetwork.assemble(
        mode="drive", crs=CRS, node_id=village.node_id, node_x=village.node_x + east, node_y=village.node_y + north,
        edge_u=village.edge_u[order], edge_v=village.edge_v[order],
        lines=shapely.transform(village.lines[order], lambda xy: xy + np.array([east, north])),
    )  # fmt: skip
    there = metric(moved, units.set_geometry(units.translate(east, north)).iloc[::-1]).iloc[::-1]
    assert there["value"].to_numpy() == pytest.approx(here["value"].to_numpy(), nan_ok=True)


def osmnx_says(network, area_m2):
    """Ask osmnx about the same streets."""
    directed = network.to_networkx()
    undirected = nx.MultiGraph(crs=network.crs)
    undirected.add_nodes_from(directed.nodes(data=True))
    for u, v, length in zip(network.edge_u, network.edge_v, network.length_m, strict=True):
        undirected.add_edge(network.node_id[u], network.node_id[v], length=float(length))
    degrees = ox.project_graph(
        ox.add_edge_bearings(ox.project_graph(directed, to_latlong=True)), to_latlong=True
    )
    compass = nx.MultiGraph(degrees.to_undirected(as_view=False), crs="EPSG:4326")
    compass.clear_edges()
    for u, v in zip(network.edge_u, network.edge_v, strict=True):
        a, b = degrees.nodes[network.node_id[u]], degrees.nodes[network.node_id[v]]
        bearing = ox.bearing.calculate_bearing(a["y"], a["x"], b["y"], b["x"])
        compass.add_edge(network.node_id[u], network.node_id[v], bearing=bearing, length=1.0)
    per_node = ox.stats.streets_per_node_proportions(directed)
    total = ox.stats.edge_length_total(undirected)
    return {
        intersection_density: ox.stats.intersection_count(directed, min_streets=3) / area_m2 * 1e6,
        street_density: total / area_m2 * 1e3,
        street_length_mean: total / ox.stats.street_segment_count(undirected),
        circuity: ox.stats.circuity_avg(undirected),
        streets_per_node: ox.stats.streets_per_node_avg(directed),
        dead_end_share: per_node.get(1, 0.0),
        self_loop_share: ox.stats.self_loop_proportion(undirected),
        orientation_entropy: ox.bearing.orientation_entropy(compass),
    }


def test_osmnx_agrees_on_the_village(village, whole):
    for metric, peer in osmnx_says(village, 300 * 300).items():
        assert metric(village, whole)["value"].iloc[0] == pytest.approx(peer, rel=1e-9), metric.__name__


@pytest.mark.shared
@pytest.mark.parametrize("file", ["chiang_mai/osm/chiang_mai.osm.pbf", "porto_alegre/poa_osm.pbf"])
def test_osmnx_agrees_on_real_cities(shared, file):
    crs = "EPSG:32647" if "chiang" in file else "EPSG:32722"
    drive = read_osm(shared / file, crs=crs, layers=[], modes=["drive"]).networks["drive"]
    bounds = shapely.total_bounds(drive.lines) + np.array([-10, -10, 10, 10])
    unit = frame("boundary", [shapely.box(*bounds)]).set_crs(crs, allow_override=True)
    assert (drive.node_id >= 0).all()
    for metric, peer in osmnx_says(drive, unit.area.iloc[0]).items():
        assert metric(drive, unit)["value"].iloc[0] == pytest.approx(peer, rel=1e-9), metric.__name__
