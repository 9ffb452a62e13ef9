"""Each thing that can be wrong with geometry, one by one: what becomes of it, and what the quality record shows."""

import json
import sqlite3
import struct

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Polygon, box

from urbanplan.report.record import as_lines
from urbanplan.sources.municipal import read_vector

X, Y = 498_000.0, 2_077_000.0
WHOLE = box(X + 1000, Y, X + 1100, Y + 100)


def at(text):
    """Return a shape near the origin, moved to Chiang Mai."""
    return shapely.transform(shapely.from_wkt(text), lambda xy: np.add(xy, (X, Y)))


def read(tmp_path, *shapes, name="zones"):
    path = tmp_path / "layer.gpkg"
    codes = [f"Z{n}" for n in range(len(shapes) + 1)]
    frame = gpd.GeoDataFrame({"code": codes}, geometry=[*shapes, WHOLE], crs="EPSG:32647")
    pyogrio.write_dataframe(frame, path, driver="GPKG", geometry_type="Unknown")
    frame, record = read_vector(path, name=name, columns={"id": "code"})
    return frame, record, {note.code: dict(note.facts) for note in record.notes}


@pytest.mark.parametrize(
    ("shape", "area", "change"),
    [
        (
            "POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))",
            5000,
            5000,
        ),  # a bow tie: as drawn its halves cancel out
        ("POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0), (200 0, 210 0, 210 10, 200 10, 200 0))", 10100, 200),
        (
            "MULTIPOLYGON (((0 0, 100 0, 100 100, 0 100, 0 0)), ((50 0, 150 0, 150 100, 50 100, 50 0)))",
            15000,
            -5000,
        ),
        ("POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0), (0 0, 50 0, 50 50, 0 50, 0 0))", 7500, 0),
    ],
    ids=["crossing", "hole outside", "parts overlap", "hole on the edge"],
)
def test_invalid_outlines_are_mended_with_the_change_of_area_by_feature(tmp_path, shape, area, change):
    frame, record, _ = read(tmp_path, at(shape))
    assert frame.is_valid.all()
    assert frame.loc["Z0"].geometry.area == pytest.approx(area)
    assert record.repaired == 1
    assert record.repairs == {"Z0": pytest.approx(change)}
    assert record.area_change_m2 == pytest.approx(abs(change))
    assert record.dropped == {}


def test_duplicates_are_kept_and_counted_whatever_point_they_start_at(tmp_path):
    turned = shapely.reverse(Polygon([*WHOLE.exterior.coords[2:], *WHOLE.exterior.coords[1:3]]))
    frame, record, notes = read(tmp_path, turned, box(X, Y, X + 1, Y + 1))
    assert len(frame) == 3
    assert (record.duplicates, notes["duplicates"]) == (1, {"count": 1})


def test_slivers_are_named_and_a_canal_is_none(tmp_path):
    frame, _, notes = read(tmp_path, box(X, Y, X + 2000, Y + 0.01), box(X, Y + 10, X + 10_000, Y + 13))
    assert len(frame) == 3
    assert notes["slivers"] == {"count": 1, "features": "Z0"}


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (None, "no_geometry"),
        (Polygon(), "empty_geometry"),
        (at("POLYGON ((0 0, 100 0, 50 0, 0 0))"), "no_area"),
        (at("LINESTRING (0 0, 10 10)"), "not_polygons"),
        (Polygon([(X, Y), (X, np.inf), (X + 1, Y), (X, Y)]), "not_finite"),
        (box(X, 10 * Y, X + 1, 10 * Y + 1), "impossible_coordinates"),
    ],
    ids=["null", "empty", "no area", "another kind", "infinite", "nowhere"],
)
def test_what_cannot_be_used_is_dropped_with_its_reason(tmp_path, shape, reason):
    frame, record, _ = read(tmp_path, shape)
    assert list(frame.index) == ["Z1"]
    assert record.dropped == {reason: 1}
    assert [(each.feature, each.what, each.reason) for each in record.log.repairs] == [
        ("Z0", "dropped", reason)
    ]
    for lang in ("en", "th"):
        assert reason not in as_lines({**record.to_dict(), "kind": "vector"}, lang)  # words, not codes


def test_of_mixed_geometry_the_parts_of_the_layer_are_kept(tmp_path):
    mixed = GeometryCollection([box(X, Y, X + 10, Y + 10), LineString([(X, Y), (X + 50, Y)])])
    frame, record, notes = read(tmp_path, mixed)
    assert frame.loc["Z0"].geometry.area == pytest.approx(100)
    assert notes["mixed_polygons"] == {"count": 1}
    assert record.log.repairs[0].reason == "mixed_kinds"


@pytest.mark.parametrize(("mark", "code"), [("Z", "heights_left_out"), ("M", "measures_left_out")])
def test_heights_and_measures_are_left_out_and_said(tmp_path, mark, code):
    path = tmp_path / "z.csv"
    shape = f"POLYGON {mark} ((498000 2077000 7, 498010 2077000 7, 498010 2077010 7, 498000 2077000 7))"
    path.write_text(f'code,geometry\nZ0,"{shape}"\nZ1,"{WHOLE.wkt}"\n')
    frame, record = read_vector(path, name="zones", columns={"id": "code"}, crs="EPSG:32647")
    assert {note.code: dict(note.facts) for note in record.notes} == {code: {"count": 1}}
    assert not frame.has_z.any()
    assert not shapely.has_m(frame.geometry.to_numpy()).any()
    assert record.repaired == 0


def test_arcs_become_short_lines_and_it_is_said(tmp_path):
    path = tmp_path / "layer.gpkg"
    read(tmp_path, box(X, Y, X + 100, Y + 100))
    corners = [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100), (X, Y)]  # on one circle
    arc = struct.pack("<BII", 1, 8, len(corners)) + b"".join(
        struct.pack("<dd", *corner) for corner in corners
    )
    curve = b"GP\x00\x01" + struct.pack("<i", 32647) + struct.pack("<BII", 1, 10, 1) + arc
    with sqlite3.connect(path) as base:
        for name in [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("UPDATE layer SET geom = ? WHERE fid = 1", (curve,))
    base.close()
    frame, record = read_vector(path, name="zones", columns={"id": "code"})
    assert frame.loc["Z0"].geometry.area == pytest.approx(np.pi * 5000, rel=1e-3)
    assert {note.code: dict(note.facts) for note in record.notes}["curves_straightened"] == {"count": 1}


def test_outlines_wound_the_other_way_lose_nothing_and_are_said(tmp_path):
    path = tmp_path / "z.geojson"
    hole = Polygon(box(0, 0, 10, 10).exterior, [box(2, 2, 4, 4).exterior])
    shapes = [
        shapely.affinity.translate(shapely.affinity.scale(hole, 1e-3, 1e-3), 98.98, 18.78 + n) for n in (0, 1)
    ]
    frame = gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=shapely.orient_polygons(shapes), crs=4326)
    document = json.loads(frame.to_json())
    first = document["features"][0]["geometry"]["coordinates"]
    document["features"][0]["geometry"]["coordinates"] = [ring[::-1] for ring in first]
    path.write_text(json.dumps(document))
    read_frame, record = read_vector(path, name="zones", columns={"id": "code"})
    assert {note.code: dict(note.facts) for note in record.notes} == {
        "wound_other_way": {"count": 1, "total": 2}
    }
    np.testing.assert_allclose(shapely.area(read_frame.geometry), shapely.area(frame.geometry))
    assert record.repaired == 0


@pytest.mark.parametrize("turned", [(), (0, 1, 2), (0,), (1,), (2,), (0, 2)], ids=str)
def test_holes_of_a_shapefile_are_told_by_how_they_lie_not_by_how_they_are_wound(tmp_path, turned):
    ring = Polygon(box(X, Y, X + 100, Y + 100).exterior, [box(X + 20, Y + 20, X + 40, Y + 40).exterior])
    both = MultiPolygon([ring, box(X + 200, Y, X + 210, Y + 10)])
    path = tmp_path / "z.shp"
    gpd.GeoDataFrame({"code": ["a"]}, geometry=[both], crs="EPSG:32647").to_file(path)
    data = bytearray(path.read_bytes())
    for part in turned:  # five corners of 16 bytes each, behind the headers and the starts of three parts
        start = 100 + 8 + 44 + 4 * 3 + part * 80
        corners = [bytes(data[start + 16 * n : start + 16 * n + 16]) for n in range(5)]
        data[start : start + 80] = b"".join(corners[::-1])
    path.write_bytes(data)
    frame, record = read_vector(path, name="zones", columns={"id": "code"})
    assert frame.area.iloc[0] == pytest.approx(100 * 100 - 20 * 20 + 10 * 10)
    assert record.repaired == 0
    told = {note.code for note in record.notes} & {"wound_other_way", "rings_by_lie"}
    assert bool(told) == bool(turned)
