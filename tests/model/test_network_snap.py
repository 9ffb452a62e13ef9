"""Places meet the streets on edges, at the outline, at the nearest point."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.ops
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.model.network import StreetNetwork, Surroundings

CRS = "EPSG:32647"


def network(lines, **more):
    ends = [(line.coords[0], line.coords[-1]) for line in lines]
    places = sorted({end for pair in ends for end in pair})
    return StreetNetwork.assemble(
        mode="walk", crs=CRS, node_id=range(len(places)), node_x=[p[0] for p in places], node_y=[p[1] for p in places],
        edge_u=[places.index(a) for a, _ in ends], edge_v=[places.index(b) for _, b in ends], lines=lines, **more,
    )  # fmt: skip


LINES = [
    LineString([(0, 0), (100, 0)]),
    LineString([(0, 0), (0, 100), (50, 100)]),
    LineString([(100, 0), (100, 100)]),
]


def series(*shapes, index=None):
    return gpd.GeoSeries(list(shapes), index=index, crs=CRS)


def test_a_point_meets_the_nearest_edge_at_its_foot():
    out = network(LINES).snap(series(Point(30, 10), Point(-20, 60), Point(20, 130), index=["a", "b", "c"]))
    assert out.index.tolist() == ["a", "b", "c"]
    assert out["edge"].tolist() == [0, 1, 1]
    assert out["offset_m"].tolist() == pytest.approx([30, 60, 120])
    assert out["distance_m"].tolist() == pytest.approx([10, 20, 30])


def test_nothing_near_is_unknown_not_zero():
    out = network(LINES).snap(series(Point(50, -80), None, Point()), max_distance_m=79)
    assert out["edge"].tolist() == [-1, -1, -1]
    assert out[["offset_m", "distance_m"]].isna().all(axis=None)
    assert network(LINES).snap(series(Point(50, -80)), max_distance_m=80)["edge"].tolist() == [0]


def test_of_equally_near_edges_the_first_is_taken():
    out = network(LINES).snap(series(Point(0, 0), Point(100, 0), Point(50, 50)))
    assert out["edge"].tolist() == [0, 0, 0]
    assert out["offset_m"].tolist() == [0, 100, 50]


def test_a_park_is_met_at_its_outline_never_at_its_centre():
    inside = box(20, -300, 80, -10)
    crossed = box(80, -50, 300, 50)
    around = box(-500, -500, 600, 600)
    out = network(LINES).snap(series(inside, crossed, around))
    assert out["distance_m"].tolist() == pytest.approx([10, 0, 500])
    assert out["edge"].tolist()[:2] == [0, 0]
    assert out.loc[1, "offset_m"] == pytest.approx(80)
    assert 20 <= out.loc[0, "offset_m"] <= 80


def test_every_crossing_of_an_outline_is_an_entrance():
    crossed = box(80, -50, 300, 50)
    out = network(LINES).entrances(series(Point(50, 5), crossed, Point(0, 5000), index=["p", "park", "far"]))
    assert out["place"].tolist() == ["p", "park", "park"]
    assert out["edge"].tolist() == [0, 0, 2]
    assert out["offset_m"].tolist() == pytest.approx([50, 80, 50])
    assert out["distance_m"].tolist() == pytest.approx([5, 0, 0])


def test_a_lane_can_be_left_out():
    net = network(LINES)
    out = net.snap(series(Point(30, 10)), edges=np.array([False, True, True]))
    assert out["edge"].tolist() == [1]
    assert net.snap(series(Point(30, 10)), edges=np.zeros(3, dtype=bool))["edge"].tolist() == [-1]


def test_offsets_stay_within_lengths_that_were_brought_along():
    net = network(LINES, length_m=[200.0, 150.0, 100.0])
    assert net.snap(series(Point(30, 10)))["offset_m"].tolist() == pytest.approx([60])


def test_the_crs_is_checked():
    net = network(LINES)
    with pytest.raises(NoCrsError, match="no CRS"):
        net.snap(gpd.GeoSeries([Point(0, 0)]))
    with pytest.raises(LayerError, match="project the places first"):
        net.snap(gpd.GeoSeries([Point(0, 0)], crs="EPSG:4326"))
    with pytest.raises(LayerError, match="above zero"):
        net.snap(series(Point(0, 0)), max_distance_m=0)


def test_it_agrees_with_geopandas_and_moves_with_the_town():
    rng = np.random.default_rng(5)
    lines = [LineString(rng.uniform(0, 1000, (3, 2))) for _ in range(80)]
    shapes = [Point(p) for p in rng.uniform(0, 1000, (200, 2))]
    shapes += [Point(p).buffer(15).exterior for p in rng.uniform(0, 1000, (30, 2))]
    net = network(lines)
    out = net.snap(series(*shapes), max_distance_m=60)
    theirs = gpd.GeoDataFrame(geometry=series(*shapes)).sjoin_nearest(
        net.edges()[["geometry"]], max_distance=60, distance_col="d"
    )
    best = theirs.groupby(level=0)["d"].min().reindex(range(len(shapes)))
    assert out["distance_m"].to_numpy() == pytest.approx(best.to_numpy(), nan_ok=True)
    assert ((out["edge"] >= 0) == best.notna()).all()
    met = out[out["edge"] >= 0]
    feet = shapely.line_interpolate_point(net.lines[met["edge"]], met["offset_m"].to_numpy())
    apart = shapely.distance(feet, np.array(shapes, dtype=object)[met.index])
    assert apart == pytest.approx(met["distance_m"].to_numpy(), abs=1e-6)
    moved = network([shapely.transform(line, lambda xy: xy + np.array([4096, 8192])) for line in lines])
    shifted = moved.snap(
        series(*(shapely.transform(s, lambda xy: xy + np.array([4096, 8192])) for s in shapes)),
        max_distance_m=60,
    )
    pd.testing.assert_series_equal(shifted["edge"], out["edge"])
    assert shifted["offset_m"].to_numpy() == pytest.approx(out["offset_m"].to_numpy(), abs=1e-6, nan_ok=True)


def test_the_order_of_places_does_not_matter():
    rng = np.random.default_rng(6)
    points = series(*(Point(p) for p in rng.uniform(0, 100, (40, 2))))
    net = network(LINES)
    pd.testing.assert_frame_equal(net.snap(points).iloc[::-1], net.snap(points.iloc[::-1]))


RIVER = LineString([(-500, 20), (500, 20)])


def beside(*cuts, doors=(), lines=LINES, **more):
    shapes, kinds = [cut for cut, _ in cuts], [kind for _, kind in cuts]
    return network(lines, surroundings=Surroundings.of(shapes, kinds, doors), **more)


@pytest.mark.parametrize("kind", ["water", "rail", "motorway"])
def test_nothing_is_met_across_what_nobody_crosses(kind):
    shops = series(Point(50, 30), Point(50, 10), Point(50, 30.5))
    net = network([LINES[0], LineString([(0, 90), (100, 90)])], surroundings=Surroundings.of([RIVER], [kind]))
    out = net.snap(shops)
    assert out["edge"].tolist() == [1, 0, 1], "30 m to the street over there, 60 m to the one on this side"
    assert out["distance_m"].tolist() == pytest.approx([60, 10, 59.5])
    near = net.snap(shops, max_distance_m=59.7)
    assert near["edge"].tolist() == [-1, 0, 1]
    assert near["reason"].tolist() == ["cut_off", "", ""]
    assert near["across"].tolist() == [kind, "", ""]
    assert near.loc[0, ["offset_m", "distance_m"]].isna().all()


def test_too_far_and_cut_off_are_two_reasons():
    out = beside((RIVER, "water"), lines=LINES[:1]).snap(series(Point(50, 400), Point(50, 600)))
    assert out["reason"].tolist() == ["cut_off", "off_network"]
    assert out["across"].tolist() == ["water", ""]


def test_a_lake_cuts_at_its_shore_so_that_a_pier_is_no_island():
    pier = LineString([(50, 0), (50, -150)])
    lake = box(-300, -300, 300, -50)
    net = beside(
        (lake, "water"), lines=[LineString([(0, 0), (50, 0)]), LineString([(50, 0), (100, 0)]), pier]
    )
    out = net.snap(series(Point(60, -140), Point(90, -55), Point(98, -40)))
    assert out["edge"].tolist() == [2, 2, 1], (
        "both cafés in the lake are reached from the pier, the one ashore from the street"
    )


def test_a_station_is_not_cut_off_by_its_own_rails_nor_a_ferry_by_the_water():
    places = gpd.GeoDataFrame(
        {"kind": ["railway=station", "shop=bakery", "amenity=ferry_terminal"]},
        geometry=[Point(50, 30)] * 3,
        crs=CRS,
    )
    rails = beside((RIVER, "rail"), lines=LINES[:1]).snap(places)
    assert rails["edge"].tolist() == [0, -1, -1]
    assert beside((RIVER, "water"), lines=LINES[:1]).snap(places)["edge"].tolist() == [-1, -1, 0]
    assert beside((RIVER, "rail"), lines=LINES[:1]).entrances(places)["place"].tolist() == [0]


def test_what_begins_on_the_shore_may_leave_it():
    out = beside((RIVER, "water")).snap(series(Point(50, 20)))
    assert out["edge"].tolist() == [0]
    assert out["distance_m"].tolist() == pytest.approx([20])


def test_doors_open_to_no_motorway_tunnel_or_bridge():
    tags = pd.DataFrame(
        {
            "highway": ["residential"] * 3,
            "bridge": ["yes", None, None],
            "tunnel": [None, "yes", "building_passage"],
        }
    )
    net = network(LINES, tags=tags)
    assert net.meetable.tolist() == [False, False, True]
    assert net.snap(series(Point(50, 5)))["edge"].tolist() == [2]
    fast = network(LINES, tags=pd.DataFrame({"highway": ["motorway", "motorway_link", "trunk"]}))
    assert fast.meetable.tolist() == [False, False, True]
    assert fast.entrances(series(box(40, -5, 60, 5)))["edge"].tolist() == [2], (
        "its outline is crossed by the motorway only"
    )


def test_an_area_is_entered_through_the_doors_on_its_outline():
    hall = box(20, 30, 80, 70)
    doors = [Point(50, 70), Point(20, 50.4), Point(50, 50), Point(50, 28)]
    net = beside(doors=doors)
    out = net.entrances(series(hall, box(200, 200, 210, 210)))
    assert out["place"].tolist() == [0, 0, 1], "a door within the hall and one beside it are not its doors"
    assert out["edge"].tolist() == [1, 1, 2]
    assert out["offset_m"].tolist()[:2] == pytest.approx([50.4, 150])
    assert out["distance_m"].tolist()[:2] == pytest.approx([20, 30])


def test_doors_and_crossing_paths_are_both_ways_in():
    park = box(80, -50, 300, 50)
    out = beside(doors=[Point(300, 0)]).entrances(series(park))
    assert out["edge"].tolist() == [0, 0, 2], "the corner of two streets counts as the first one's end"
    assert out["distance_m"].tolist() == pytest.approx([0, 200, 0])


def test_a_door_towards_the_river_is_no_way_in():
    hall = box(20, 25, 80, 60)
    doors = [Point(50, 25), Point(80, 50)]
    out = beside((RIVER, "water"), doors=doors, lines=LINES[:1]).entrances(series(hall))
    assert len(out) == 0, "all its doors are cut off from the only street, and so is its outline"
    both = beside((RIVER, "water"), doors=doors).entrances(series(hall))
    assert both["edge"].tolist() == [1, 2], "both open to the streets that lie on their side"
    assert both["distance_m"].tolist() == pytest.approx([50, 20])


def test_cells_with_their_middle_in_water_live_along_their_own_streets():
    sea = box(-500, 12, 500, 500)
    net = beside((sea, "water"), lines=LINES[:1])
    cells = series(
        box(10, -40, 110, 60), box(10, -30, 110, 70), box(200, -40, 300, 60), box(0, 100, 100, 200)
    )
    out = net.snap_areas(cells)
    assert out["edge"].tolist() == [0, 0, 0, -1]
    assert out["reason"].tolist() == ["", "", "", "cut_off"]
    assert out["offset_m"].tolist()[:3] == pytest.approx([60, 60, 100])
    assert out["distance_m"].tolist()[:2] == pytest.approx([10, 20])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_brute_force_over_every_street_agrees(seed):
    rng = np.random.default_rng(seed)
    lines = [LineString(rng.integers(0, 300, (3, 2)).astype(float)) for _ in range(12)]
    lines = [line for line in lines if line.length > 1]
    cuts = [LineString(rng.uniform(0, 300, (2, 2))) for _ in range(6)] + [
        Point(*rng.uniform(0, 300, 2)).buffer(30)
    ]
    around = Surroundings.of(cuts, rng.choice(["water", "rail", "motorway"], 7))
    places = series(*(Point(*xy) for xy in rng.uniform(0, 300, (15, 2))), box(100, 100, 130, 140))
    limit = float(rng.uniform(20, 200))
    out = network(lines, surroundings=around).snap(places, max_distance_m=limit)
    for place, edge, apart in zip(places, out["edge"], out["distance_m"], strict=True):
        shape = place.exterior if place.geom_type == "Polygon" else place
        ways = [(shape.distance(line), number) for number, line in enumerate(lines)]
        free = [way for way in sorted(ways) if way[0] <= limit and is_free(shape, lines[way[1]], cuts)]
        assert edge == (free[0][1] if free else -1)
        assert not free or apart == pytest.approx(free[0][0])


def is_free(shape, line, cuts):
    """Walk straight to the street, but for the first and last 10 cm, and look whether anything is crossed."""
    way = shapely.shortest_line(line, shape)
    if way.length <= 0.2:
        return True
    inner = shapely.ops.substring(way, 0.1, way.length - 0.1)
    return not any(inner.intersects(cut.exterior if cut.geom_type == "Polygon" else cut) for cut in cuts)
