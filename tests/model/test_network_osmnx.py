"""To osmnx and back: what osmnx computes of our graph is what it computes of its own."""

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
import shapely

from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.model.network import StreetNetwork
from urbanplan.sources.osm import read_osm

CRS = "EPSG:32647"


@pytest.fixture(scope="module")
def chiang_mai(shared):
    clip = shapely.box(98.975, 18.78, 98.995, 18.795)
    return read_osm(
        shared / "chiang_mai/osm/chiang_mai.osm.pbf", crs=CRS, clip=clip, layers=[], modes=["drive"]
    ).networks["drive"]


@pytest.mark.shared
def test_a_network_goes_to_networkx_and_comes_back(chiang_mai):
    back = StreetNetwork.from_osmnx(chiang_mai.to_networkx(), mode="drive")
    assert back.crs == CRS
    assert np.array_equal(back.node_id, chiang_mai.node_id)
    assert len(back.edge_u) == len(chiang_mai.edge_u)
    key = ["u", "v", "length_m", "forward", "backward", "osm_way", "highway", "name"]
    ours, theirs = (
        net.edges()[key].assign(oriented=net.forward).fillna("").sort_values(key).reset_index(drop=True)
        for net in (chiang_mai, back)
    )
    assert ours.equals(theirs)
    assert np.array_equal(np.sort(back.seconds_forward), np.sort(chiang_mai.seconds_forward))


@pytest.mark.shared
def test_osmnx_measures_our_graph_like_any_other(chiang_mai):
    graph = chiang_mai.to_networkx()
    stats = ox.basic_stats(graph)
    assert stats["n"] == len(chiang_mai.node_id)
    assert stats["m"] == int(chiang_mai.forward.sum() + chiang_mai.backward.sum())
    assert stats["street_segment_count"] == len(chiang_mai.edge_u)
    assert stats["street_length_total"] == pytest.approx(chiang_mai.length_m.sum())
    counted = ox.stats.count_streets_per_node(graph)
    differing = {node for node, count in graph.nodes(data="street_count") if counted[node] != count}
    # osmnx takes two one-way streets between the same two nodes, one each way, for the two directions of one street
    one_way = {(u, v) for u, v, only in graph.edges(data="oneway") if only}
    assert differing == {u for u, v in one_way if u != v and (v, u) in one_way}
    assert len(differing) == 2
    nodes, edges = ox.graph_to_gdfs(graph)
    assert nodes.crs == CRS
    assert edges.length.sum() == pytest.approx(stats["edge_length_total"])
    origin, target = chiang_mai.node_id[[0, -1]]
    assert ox.routing.k_shortest_paths(graph, origin, target, 1) is not None


@pytest.mark.shared
def test_a_graph_of_osmnx_comes_over_with_its_lengths(chiang_mai, tmp_path):
    graph = ox.project_graph(chiang_mai.to_networkx(), to_crs="EPSG:4326")
    for *_, data in graph.edges(data=True):
        data["length"] *= 2
    taken = StreetNetwork.from_osmnx(graph, mode="drive", crs=CRS)
    assert taken.length_m.sum() == pytest.approx(2 * chiang_mai.length_m.sum())
    assert taken.node_x == pytest.approx(chiang_mai.node_x, abs=1e-3)
    assert StreetNetwork.from_osmnx(graph, mode="drive").crs == "EPSG:32647"
    taken.save(tmp_path)
    assert len(StreetNetwork.read(tmp_path).edge_u) == len(chiang_mai.edge_u)


def small(crs="EPSG:4326", **attributes):
    graph = nx.MultiDiGraph(**({"crs": crs} if crs else {}))
    graph.add_node(1, x=99.0, y=18.8)
    graph.add_node(2, x=99.001, y=18.8)
    graph.add_edge(1, 2, osmid=[5, 6], highway=["steps", "footway"], length=105.0, **attributes)
    graph.add_edge(2, 1, osmid=[5, 6], highway=["steps", "footway"], length=105.0, **attributes)
    graph.add_edge(
        2,
        2,
        osmid=7,
        highway="steps",
        length=40.0,
        geometry=shapely.LineString([(99.001, 18.8), (99.002, 18.8), (99.001, 18.8)]),
    )
    return graph


def test_two_directed_edges_are_one_street_and_lists_become_words():
    net = StreetNetwork.from_osmnx(small(), mode="walk")
    assert net.crs == "EPSG:32647"
    assert list(zip(net.forward.tolist(), net.backward.tolist(), strict=True)) == [
        (True, True),
        (True, False),
    ]
    assert net.tags["osm_way"].tolist() == ["5;6", "7"]
    assert net.tags["highway"].tolist() == ["steps;footway", "steps"]
    assert net.tags["stairs"].tolist() == [True, True]
    assert np.isnan(net.tags["stairs_m"][0]), "how much of it is stairs is not known"
    assert net.tags["stairs_m"][1] == 40


def test_travel_times_are_taken_where_all_edges_have_them():
    graph = small(travel_time=9.0)
    assert StreetNetwork.from_osmnx(graph, mode="walk").seconds_forward.tolist() == pytest.approx(
        [105 / (4.8 / 3.6), 40 / (4.8 / 3.6)]
    )
    graph.remove_edge(2, 2)
    assert StreetNetwork.from_osmnx(graph, mode="walk").seconds_backward.tolist() == [9.0]


def test_what_is_no_street_graph_is_refused():
    with pytest.raises(LayerError, match="has no nodes"):
        StreetNetwork.from_osmnx(nx.MultiDiGraph(crs=CRS), mode="walk")
    with pytest.raises(NoCrsError, match="has no CRS"):
        StreetNetwork.from_osmnx(small(crs=None), mode="walk")
    with pytest.raises(NoCrsError, match="in degrees"):
        StreetNetwork.from_osmnx(small(), mode="walk", crs="EPSG:4326")
    graph = nx.MultiDiGraph(crs=CRS)
    graph.add_node("market", x=0, y=0)
    with pytest.raises(LayerError, match="whole numbers"):
        StreetNetwork.from_osmnx(graph, mode="walk")
