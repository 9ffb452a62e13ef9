"""Questions to a street network: on the index that was given, in metres and seconds, from any CRS."""

from itertools import pairwise

import geopandas as gpd
import geopandas.testing
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from urbanplan import StreetNetwork
from urbanplan.methods import decay
from urbanplan.model import network as model

CRS = "EPSG:32647"
X0, Y0 = 500_000.0, 2_077_000.0
PACE = 4.8 / 3.6


def lattice(columns=7, rows=5, step=100, **more):
    """Give a grid of streets; across they are named A, B, …, up they have no name but way ids."""
    xy = np.array([(X0 + c * step, Y0 + r * step) for r in range(rows) for c in range(columns)])
    across = [(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)]
    up = [(r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)]
    ends = np.array(across + up)
    names = [chr(65 + u // columns) for u, _ in across] + [None] * len(up)
    ways = [str(100 + u // columns) for u, _ in across] + [str(200 + u % columns) for u, _ in up]
    return StreetNetwork.assemble(
        mode="walk", crs=CRS, node_id=np.arange(len(xy)), node_x=xy[:, 0], node_y=xy[:, 1],
        edge_u=ends[:, 0], edge_v=ends[:, 1], tags=pd.DataFrame({"name": names, "osm_way": ways}), **more,
    )  # fmt: skip


def spots(*xy, **columns):
    """Give points in metres from the corner of the lattice, with letters for ids."""
    points = [shapely.Point(X0 + x, Y0 + y) for x, y in xy]
    return gpd.GeoDataFrame(columns, geometry=points, crs=CRS, index=list("zyxwvu"[: len(points)]))


@pytest.fixture(scope="module")
def walk():
    return lattice()


@pytest.fixture(scope="module")
def homes():
    return spots((50, 10), (250, 90), (620, 350), (9_000, 9_000))


@pytest.fixture(scope="module")
def shops():
    table = spots((50, 130), (480, 300), kind=["bread", "books"], beds=[3.0, 5.0])
    table.loc["x"] = ["bread", 7.0, shapely.box(X0 + 310, Y0 + 120, X0 + 390, Y0 + 260)]
    return table


def test_nearest_tells_the_place_and_how_far(walk, homes, shops):
    table = walk.nearest(homes, shops)
    assert table.index.equals(homes.index)
    assert table["place"].tolist()[:3] == ["z", "x", "y"]
    assert table["distance_m"].tolist() == pytest.approx(
        [10 + 50 + 100 + 50 + 30, 10 + 50 + 100 + 10, 20 + 50 + 120, np.nan], nan_ok=True
    )
    assert table["reason"].tolist() == ["", "", "", "off_network"]
    assert pd.isna(table["place"].iloc[3])
    timed = walk.nearest(homes, shops, by="time")
    assert timed["time_s"].to_numpy() == pytest.approx(
        table["distance_m"].to_numpy() / PACE, nan_ok=True, abs=0.01
    )


def test_k_nearest_and_categories(walk, homes, shops):
    table = walk.nearest(homes, shops, k=3)
    assert table.loc["z", ["place_1", "place_2", "place_3"]].tolist() == ["z", "x", "y"]
    whole = walk.matrix(homes, shops)
    ascending = np.sort(whole.to_numpy(), axis=1)
    assert table[["distance_m_1", "distance_m_2", "distance_m_3"]].to_numpy() == pytest.approx(
        ascending, nan_ok=True
    )
    kinds = walk.nearest(homes, shops, category="kind")
    assert kinds["books"]["distance_m"].tolist() == pytest.approx(whole["y"].tolist(), nan_ok=True)
    assert kinds["bread"]["place"].tolist()[:3] == ["z", "x", "x"]


def test_limits_are_within_and_what_is_beyond_says_so(walk, homes, shops):
    table = walk.nearest(homes, shops, max_distance_m=190)
    assert table["reason"].tolist() == ["beyond_limit", "", "", "off_network"]
    assert np.isnan(table["distance_m"].iloc[0])
    assert walk.nearest(homes, shops, max_distance_m=189.999)["reason"].iloc[2] == "beyond_limit"
    assert walk.nearest(homes, shops, max_time_s=190 / PACE)["reason"].iloc[2] == ""


def test_reach_counts_and_weighs_in_one_pass(walk, homes, shops):
    curve = {"halved": decay.exponential(half_life=100), "steps": decay.stepped([(100, 1), (300, 0.5)])}
    table = walk.reach(homes, shops, weights=["beds"], cutoffs_m=[70, 240], decays=curve, max_distance_m=600)
    cost = walk.matrix(homes, shops)
    for cut in (70, 240):
        expected = [(cost.loc[home] <= cut) @ shops["beds"] for home in "zyx"]
        assert table.loc[list("zyx"), f"beds_within_{cut}_m"].tolist() == expected
    for name, f in curve.items():
        weighed = np.where(cost <= 600, f(cost.to_numpy()), 0) @ shops["beds"].to_numpy()
        assert table[f"beds_{name}"].to_numpy()[:3] == pytest.approx(weighed[:3], abs=1e-5)
    assert table.loc["w"].drop("reason").isna().all()
    assert table["reason"].tolist() == ["", "", "", "off_network"]
    counted = walk.reach(homes, shops, cutoffs_s=[240 / PACE])
    assert counted.columns[0] == "places_within_180_s"
    assert counted.iloc[:3, 0].tolist() == [1, 2, 1]
    series = walk.reach(homes, shops, weights=pd.Series({"x": 7, "z": 3, "y": 5}, name="n"), cutoffs_m=[240])
    assert series["n_within_240_m"].tolist()[:3] == table["beds_within_240_m"].tolist()[:3]


def test_a_matrix_is_all_pairs_and_pairs_are_its_near_part(walk, homes, shops):
    cost = walk.matrix(homes, shops)
    assert cost.index.equals(homes.index)
    assert cost.columns.tolist() == ["z", "y", "x"]
    long = walk.matrix(homes, shops, long=True, max_distance_m=300)
    assert long.loc[long["origin"] == "w", "reason"].tolist() == ["off_network"] * 3
    assert set(long["reason"]) == {"", "beyond_limit", "off_network"}
    near = walk.pairs(homes, shops, max_distance_m=300)
    known = long.dropna(subset="distance_m")
    assert set(zip(near["origin"], near["place"], near["distance_m"], strict=True)) == set(
        zip(known["origin"], known["place"], known["distance_m"], strict=True)
    )
    for origin, rows in near.groupby("origin"):
        assert rows["distance_m"].is_monotonic_increasing, origin


def test_journeys_the_other_way_round(homes, shops):
    rng = np.random.default_rng(4)
    one_ways = lattice(backward=rng.random(58) < 0.6)
    there = one_ways.matrix(shops, homes)
    back = one_ways.matrix(homes, shops, reverse=True)
    points = shops.index[shops.geom_type == "Point"]
    pd.testing.assert_frame_equal(there.loc[points].T, back[points], check_names=False)
    assert (one_ways.matrix(homes, shops)[points].to_numpy() != back[points].to_numpy()).any()


def test_layers_come_from_any_crs_and_are_left_as_they_were(walk, homes, shops):
    before = shops.to_crs(4326)
    copy = before.copy()
    table = walk.nearest(homes.to_crs(32648), before)
    geopandas.testing.assert_geodataframe_equal(before, copy)
    here = walk.nearest(homes, shops)
    assert table["distance_m"].to_numpy() == pytest.approx(
        here["distance_m"].to_numpy(), abs=0.01, nan_ok=True
    )
    assert walk.nearest(homes.geometry, shops.geometry).equals(here)


@pytest.mark.parametrize("by", ["distance", "time"])
def test_an_explanation_adds_up_and_lies_on_the_ground(walk, homes, shops, by):
    for home in "zyx":
        for shop in shops.index:
            parts = walk.explain(homes.loc[[home]], shops.loc[[shop]], by=by)
            column = "distance_m" if by == "distance" else "time_s"
            total = walk.matrix(homes.loc[[home]], shops.loc[[shop]], by=by).iloc[0, 0]
            assert parts[column].sum() == pytest.approx(total, abs=0.002)
            assert parts.length.to_numpy() == pytest.approx(parts["distance_m"].to_numpy(), abs=0.002)
            ends = [shapely.get_coordinates(line)[[0, -1]] for line in parts.geometry]
            for one, other in pairwise(ends):
                assert one[1] == pytest.approx(other[0], abs=0.002)
            assert ends[0][0] == pytest.approx(np.ravel(homes.loc[home].geometry.xy))
            assert parts.crs == CRS


def test_an_explanation_names_streets_and_ways(walk, homes, shops):
    parts = walk.explain(homes.loc[["z"]], shops.loc[["z"]])
    assert parts["part"].tolist() == ["access", "street", "street", "street", "egress"]
    assert parts["name"].tolist()[1] == "A"
    assert parts["osm_way"].tolist()[1:4] == ["100", "200", "101"]
    assert parts["distance_m"].tolist() == [10, 50, 100, 50, 30]
    lost = walk.explain(homes.loc[["w"]], shops.loc[["z"]])
    assert (lost["part"].tolist(), lost["reason"].tolist()) == (["none"], ["off_network"])
    inside = spots((350, 200))
    assert walk.explain(inside, shops.loc[["x"]])["part"].tolist() == ["inside"]


def test_isochrones_are_cut_where_the_cutoff_is_met():
    street = StreetNetwork.assemble(
        mode="walk", crs=CRS, node_id=[0, 1], node_x=[X0, X0 + 1000], node_y=[Y0, Y0], edge_u=[0], edge_v=[1]
    )  # fmt: skip
    table = street.isochrones(spots((500, 0)), cutoffs_m=[100, 200], off_street_m=30, step_m=5)
    assert table.index.tolist() == ["z", "z"]
    assert table["streets_m"].tolist() == pytest.approx([200, 400])
    for cutoff, area in zip([100, 200], table.geometry, strict=True):
        # 30 m aside of the street, and at its ends half a circle around where 30 m are left
        west, south, east, north = area.bounds
        assert (east - west, north - south) == pytest.approx((2 * cutoff, 60), abs=5)
        assert area.area == pytest.approx(60 * 2 * (cutoff - 30) + np.pi * 30**2, rel=0.02)
    timed = street.isochrones(spots((500, 0)), cutoffs_s=[100 / PACE], off_street_m=30, step_m=5)
    assert timed["area_m2"].iloc[0] == pytest.approx(table["area_m2"].iloc[0], rel=1e-3)
    both = street.isochrones(
        spots((100, 0), (900, 0)), cutoffs_m=[100], together=True, off_street_m=30, step_m=5
    )
    assert len(both) == 1
    assert both["streets_m"].tolist() == pytest.approx([400])
    away = street.isochrones(spots((500, 4000)), cutoffs_m=[100])
    assert away["reason"].tolist() == ["off_network"]
    assert away["area_m2"].isna().all()


def test_what_osmnx_gives_can_be_asked():
    graph = nx.MultiDiGraph(crs=CRS)
    for node, (x, y) in enumerate([(0, 0), (100, 0), (100, 80), (300, 80)]):
        graph.add_node(node, x=X0 + x, y=Y0 + y)
    for u, v, length in [(0, 1, 100.0), (1, 2, 80.0), (2, 3, 200.0)]:
        graph.add_edge(u, v, length=length, osmid=u)
        graph.add_edge(v, u, length=length, osmid=u)
    streets = StreetNetwork.from_osmnx(graph, mode="walk")
    found = streets.nearest(spots((0, 0)), spots((300, 80)))
    expected = nx.shortest_path_length(graph, 0, 3, weight="length")
    assert found["distance_m"].tolist() == pytest.approx([expected])


def test_any_network_becomes_one_that_answers_and_shares_what_it_knows(walk, tmp_path):
    plain = model.StreetNetwork.assemble(
        mode="walk", crs=CRS, node_id=[0, 1], node_x=[X0, X0 + 100], node_y=[Y0, Y0], edge_u=[0], edge_v=[1]
    )  # fmt: skip
    asked = StreetNetwork.of(plain)
    assert asked.nearest(spots((0, 0)), spots((60, 0)))["distance_m"].tolist() == [60]
    assert asked.length_m is plain.length_m
    assert StreetNetwork.of(asked) is asked
    walk.save(tmp_path / "walk")
    again = StreetNetwork.read(tmp_path / "walk")
    assert isinstance(again, StreetNetwork)
    assert isinstance(again, model.StreetNetwork)


def test_what_lies_across_water_is_cut_off_and_says_so():
    canal = shapely.LineString([(X0 - 500, Y0 + 40), (X0 + 1500, Y0 + 40)])
    street = StreetNetwork.assemble(
        mode="walk", crs=CRS, node_id=[0, 1], node_x=[X0, X0 + 1000], node_y=[Y0, Y0], edge_u=[0], edge_v=[1],
        surroundings=model.Surroundings.of([canal], ["water"]),
    )  # fmt: skip
    banks = spots((100, 20), (100, 60))
    assert street.nearest(banks, spots((300, 0)))["reason"].tolist() == ["", "cut_off"]
    assert street.reach(banks, spots((300, 0)), cutoffs_m=[500])["reason"].tolist() == ["", "cut_off"]
    assert street.matrix(banks, spots((300, 0)), long=True)["reason"].tolist() == ["", "cut_off"]
    assert street.explain(banks.iloc[[1]], spots((300, 0)))["reason"].tolist() == ["cut_off"]
    assert street.isochrones(banks, cutoffs_m=[50])["reason"].tolist() == ["", "cut_off"]


def test_turns_that_are_forbidden_or_cost_something():
    # a cross: from the west one may not turn left into the north, and going straight on waits 10 s
    turns = model.TurnTable(np.array([0, 0]), np.array([0, 0]), np.array([1, 2]), np.array([np.inf, 10.0]))
    cross = StreetNetwork.assemble(
        mode="drive", crs=CRS, node_id=range(5), node_x=X0 + np.array([0.0, -100, 0, 100, 0]),
        node_y=Y0 + np.array([0.0, 0, 100, 0, -100]), edge_u=[1, 0, 0, 0], edge_v=[0, 2, 3, 4], turns=turns,
    )  # fmt: skip
    home, goals = spots((-50, 0)), spots((0, 50), (50, 0), (0, -50))
    metres = cross.matrix(home, goals).iloc[0].tolist()
    assert metres[1:] == [100, 100]
    # straight on to the end of the street, back, and then to the right
    assert metres[0] == 50 + 200 + 50
    pace = 30 / 3.6
    seconds = cross.matrix(home, goals, by="time").iloc[0].tolist()
    assert seconds[1:] == pytest.approx([100 / pace + 10, 100 / pace], abs=0.002)
    way = cross.explain(home, goals.iloc[[1]], by="time")
    assert way.loc[way["part"] == "turns", "time_s"].tolist() == [10]
    assert way["time_s"].sum() == pytest.approx(seconds[1], abs=0.002)
