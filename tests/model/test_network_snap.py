"""Places meet the streets on edges, at the outline, at the nearest point."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point, box

from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.model.network import StreetNetwork

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
