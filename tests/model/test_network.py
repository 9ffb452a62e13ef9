"""The street network: arrays that fit together, arcs, parts, files."""

import hashlib

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from urbanplan.base.errors import LayerError, MissingFileError, NoCrsError
from urbanplan.model.network import TAG_COLUMNS, StreetNetwork

CRS = "EPSG:32647"


def town(**changes):
    """Return a square of 100 m with a one-way diagonal, and a lane elsewhere."""
    parts = {
        "mode": "walk",
        "crs": CRS,
        "node_id": [40, 10, 20, 30, 90, 91],
        "node_x": [0, 0, 100, 100, 500, 530],
        "node_y": [100, 0, 0, 100, 0, 40],
        "edge_u": [1, 2, 3, 0, 1, 4],
        "edge_v": [2, 3, 0, 1, 3, 5],
        "forward": [True] * 6,
        "backward": [True, True, True, True, False, True],
        "tags": pd.DataFrame(
            {"osm_way": ["1", "2", "3", "4", "5;6", "7"], "name": ["a", None, "c", "d", np.nan, "f"]}
        ),
    }
    return StreetNetwork.assemble(**(parts | changes))


def test_nodes_stand_by_id_and_edges_follow_them():
    net = town()
    assert net.node_id.tolist() == [10, 20, 30, 40, 90, 91]
    assert list(zip(net.edge_u.tolist(), net.edge_v.tolist(), strict=True)) == [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 0),
        (0, 2),
        (4, 5),
    ]
    assert net.length_m.tolist() == pytest.approx([100, 100, 100, 100, 100 * 2**0.5, 50])
    assert net.street_count.tolist() == [3, 2, 3, 2, 1, 1]
    assert net.seconds_forward[0] == pytest.approx(75), "100 m at 4.8 km/h"
    assert np.isinf(net.seconds_backward[4])
    assert {name: getattr(net, name).dtype.name for name in ("edge_u", "heads", "indptr", "node_id")} == {
        "edge_u": "int32", "heads": "int32", "indptr": "int64", "node_id": "int64",
    }  # fmt: skip


def test_arcs_are_what_each_node_lets_one_go_to():
    net = town()
    reached = {
        int(net.node_id[node]): sorted(
            net.node_id[net.heads[net.indptr[node] : net.indptr[node + 1]]].tolist()
        )
        for node in range(6)
    }
    assert reached == {10: [20, 30, 40], 20: [10, 30], 30: [20, 40], 40: [10, 30], 90: [91], 91: [90]}
    tails = np.repeat(np.arange(6), np.diff(net.indptr))
    there = net.arc_forward
    assert (np.where(there, net.edge_u[net.arc_edge], net.edge_v[net.arc_edge]) == tails).all()
    assert (np.where(there, net.edge_v[net.arc_edge], net.edge_u[net.arc_edge]) == net.heads).all()


def test_the_largest_part_is_part_zero():
    net = town()
    assert net.component.tolist() == [0, 0, 0, 0, 1, 1]
    assert net.component_sizes.tolist() == [4, 2]


def test_tags_have_all_columns_and_unknown_is_none():
    net = town()
    assert list(net.tags.columns) == list(TAG_COLUMNS)
    assert net.tags["name"].tolist() == ["a", None, "c", "d", None, "f"]
    assert net.tags["stairs"].tolist() == [False] * 6


def test_tables_for_maps():
    net = town()
    edges, nodes = net.edges(), net.nodes()
    assert edges.crs == CRS
    assert edges.loc[4, ["u", "v", "forward", "backward", "component"]].tolist() == [10, 30, True, False, 0]
    assert edges.length.to_numpy() == pytest.approx(net.length_m)
    assert nodes["osm_id"].tolist() == net.node_id.tolist()
    assert nodes.geometry.x.tolist() == net.node_x.tolist()


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"mode": "car"}, LayerError, "'car' is not a mode of travel"),
        ({"crs": None}, NoCrsError, "has no CRS"),
        ({"crs": "EPSG:4326"}, NoCrsError, "in degrees"),
        ({"crs": "EPSG:2263"}, NoCrsError, "foot"),
        ({"node_id": [40, 10, 20, 30, 90, 10]}, LayerError, "node 10 stands twice"),
        ({"node_x": [0, 0, 100, np.nan, 500, 530]}, LayerError, "no finite coordinates"),
        ({"edge_v": [2, 3, 0, 1, 3, 6]}, LayerError, r"outside 0\.\.5"),
        ({"edge_v": [2, 3]}, LayerError, "6 starts of edges but 2 ends"),
        ({"length_m": [1.0]}, LayerError, "6 edges but 1 values of length_m"),
        ({"tags": pd.DataFrame({"name": ["a"]})}, LayerError, "6 edges but 1 rows of tags"),
        ({"lines": [shapely.Point(0, 0)] * 6}, LayerError, "one LineString"),
        ({"lines": (np.arange(7), np.zeros((6, 2)))}, LayerError, "two vertices or more"),
        ({"lines": (np.arange(7) * 2, np.zeros((11, 2)))}, LayerError, "two vertices or more"),
    ],
)
def test_what_does_not_fit_is_refused(changes, error, words):
    with pytest.raises(error, match=words):
        town(**changes)


def test_an_empty_network_is_a_network(tmp_path):
    none = np.empty(0)
    net = StreetNetwork.assemble(
        mode="bike", crs=CRS, node_id=none, node_x=none, node_y=none, edge_u=none, edge_v=none
    )
    assert len(net.edges()) == len(net.nodes()) == 0
    net.save(tmp_path / "bike")
    assert StreetNetwork.read(tmp_path / "bike").component_sizes.tolist() == []
    assert net.to_networkx().number_of_nodes() == 0


def arrays(net):
    return {
        name: value for name, value in vars(net).items() if isinstance(value, np.ndarray) and name != "lines"
    }


def test_it_is_read_as_it_was_saved_and_saved_to_the_same_bytes(tmp_path):
    net = town()
    digests = []
    for folder in ("a", "b"):
        net.save(tmp_path / folder)
        digests.append(
            {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (tmp_path / folder).iterdir()}
        )
    assert digests[0] == digests[1]
    assert set(digests[0]) == {"network.npz", "tags.parquet"}
    again = StreetNetwork.read(tmp_path / "a")
    assert (again.mode, again.crs) == ("walk", CRS)
    for name, value in arrays(net).items():
        assert np.array_equal(getattr(again, name), value), name
        assert getattr(again, name).dtype == value.dtype
    assert again.tags.equals(net.tags)
    again.save(tmp_path / "c")
    assert (tmp_path / "c" / "tags.parquet").read_bytes() == (tmp_path / "a" / "tags.parquet").read_bytes()


def test_damaged_files_are_refused(tmp_path):
    town().save(tmp_path)
    with pytest.raises(MissingFileError, match="no street network"):
        StreetNetwork.read(tmp_path / "nowhere")
    whole = (tmp_path / "network.npz").read_bytes()
    for broken in (whole[: len(whole) // 2], b"", b"no zip at all"):
        (tmp_path / "network.npz").write_bytes(broken)
        with pytest.raises(LayerError, match="is damaged"):
            StreetNetwork.read(tmp_path)
    (tmp_path / "network.npz").write_bytes(whole)
    town(tags=pd.DataFrame({"name": list("uvwxyz")})).tags.to_parquet(tmp_path / "tags.parquet")
    with pytest.raises(LayerError, match="does not belong to"):
        StreetNetwork.read(tmp_path)


def test_a_pickle_in_the_file_is_not_run(tmp_path):
    town().save(tmp_path)
    with np.load(tmp_path / "network.npz") as content:
        values = dict(content)
    values["node_x"] = np.array([{"a": 1}], dtype=object)
    np.savez(tmp_path / "network.npz", **values)
    with pytest.raises(LayerError, match="is damaged"):
        StreetNetwork.read(tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_parts_and_shortest_ways_are_those_of_networkx_and_scipy(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 25)), int(rng.integers(1, 40))
    x, y = rng.uniform(0, 1000, (2, n)).round(1)
    u, v = rng.integers(0, n, (2, m))
    forward = rng.random(m) < 0.7
    backward = ~forward | (rng.random(m) < 0.5)
    net = StreetNetwork.assemble(
        mode="drive", crs=CRS, node_id=rng.permutation(n) * 7, node_x=x, node_y=y, edge_u=u, edge_v=v,
        forward=forward, backward=backward, length_m=rng.uniform(1, 99, m),
    )  # fmt: skip
    graph = net.to_networkx()
    parts = sorted((len(p) for p in nx.weakly_connected_components(graph)), reverse=True)
    assert net.component_sizes.tolist() == parts
    lowest = {}
    for tail in range(n):
        for arc in range(net.indptr[tail], net.indptr[tail + 1]):
            pair = tail, int(net.heads[arc])
            lowest[pair] = min(lowest.get(pair, np.inf), net.length_m[net.arc_edge[arc]])
    rows, columns = np.array(list(lowest)).T
    ours = dijkstra(csr_matrix((list(lowest.values()), (rows, columns)), shape=(n, n)))
    theirs = dict(nx.all_pairs_dijkstra_path_length(graph, weight="length"))
    for i, a in enumerate(net.node_id.tolist()):
        for j, b in enumerate(net.node_id.tolist()):
            assert ours[i, j] == pytest.approx(theirs[a].get(b, np.inf))
