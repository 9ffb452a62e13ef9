"""What was mended or left out is written for the owner: before, after, why, where, and by how much."""

import json

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from urbanplan.base.notes import templates
from urbanplan.cli import execute
from urbanplan.report.tables import quality_table
from urbanplan.sources.municipal import read_vector
from urbanplan.sources.municipal.repair import _FAULTS, fault_of
from urbanplan.study.prepare import prepare
from urbanplan.study.repairs import write_repairs

X, Y = 498_000.0, 2_077_000.0
BOW = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
"""Two triangles of 2,500 m2 that meet at a point: as drawn, their areas cancel out."""


def layer(tmp_path, shapes, name="zones.gpkg", **columns):
    many = len(shapes)
    frame = gpd.GeoDataFrame(
        {"code": [f"Z{n}" for n in range(many)], **columns}, geometry=shapes, crs="EPSG:32647"
    )
    path = tmp_path / name
    pyogrio.write_dataframe(frame, path, driver="GPKG", geometry_type="Unknown")
    return path


def tables(path):
    return {name: pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)}


def test_a_bow_tie_before_and_after_with_its_area(tmp_path):
    path = layer(tmp_path, [box(X, Y, X + 10, Y + 10), BOW, None, Point(X, Y)])
    frame, record = read_vector(path, name="zones", columns={"id": "code"})
    assert list(frame.index) == ["Z0", "Z1"]
    target = tmp_path / "out.gpkg"
    assert write_repairs([record], target) == {"zones/zones.gpkg": ["zones_original", "zones_repaired"]}
    found = tables(target)
    before = found["zones_original"].set_index("feature")
    assert before["row"].to_dict() == {"Z1": 1, "Z2": 2, "Z3": 3}
    assert before["what"].to_dict() == {"Z1": "repaired", "Z2": "dropped", "Z3": "dropped"}
    assert before["reason"].to_dict() == {
        "Z1": "self_intersection",
        "Z2": "no_geometry",
        "Z3": "not_polygons",
    }
    assert before.loc["Z1", "reason_th"] == "เส้นขอบตัดกันเอง"
    assert before.loc["Z2", "reason_en"] == "without geometry"
    assert before.loc["Z1", "detail"] == "Self-intersection[498050 2077050]"
    assert before.loc["Z1", "geometry"].equals_exact(BOW, 0)
    assert before.loc["Z2", "geometry"] is None
    after = found["zones_repaired"].set_index("feature")
    assert list(after.index) == ["Z1"]
    assert after.loc["Z1", "geometry"].area == pytest.approx(5000)
    assert after.loc["Z1", ["area_before_m2", "area_change_m2"]].tolist() == [0, pytest.approx(5000)]
    assert str(after.crs) == "EPSG:32647"
    assert (
        "สิ่งที่ซ่อมหรือไม่ใช้จาก zones.gpkg"
        in pyogrio.read_info(target, layer="zones_original")["layer_metadata"]["DESCRIPTION"]
    )


def test_the_same_bytes_twice_and_nothing_for_nothing(tmp_path):
    _, record = read_vector(layer(tmp_path, [BOW, box(X, Y, X + 1, Y + 1)]), name="zones")
    for name in ("a", "b"):
        write_repairs([record], tmp_path / name / "r.gpkg")
    assert (tmp_path / "a/r.gpkg").read_bytes() == (tmp_path / "b/r.gpkg").read_bytes()
    _, clean = read_vector(layer(tmp_path, [box(X, Y, X + 1, Y + 1)], "clean.gpkg"), name="zones")
    assert write_repairs([clean], tmp_path / "none.gpkg") == {}
    assert not (tmp_path / "none.gpkg").exists()


def test_degrees_have_areas_in_square_metres_and_mixed_shapes_are_told(tmp_path):
    mixed = GeometryCollection([box(X, Y, X + 50, Y + 50), LineString([(X, Y), (X + 9, Y)])])
    frame = gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=[mixed, BOW], crs="EPSG:32647").to_crs(4326)
    path = tmp_path / "z.geojson"
    path.write_text(frame.to_json(), encoding="utf-8")
    _, record = read_vector(path, name="zones", columns={"id": "code"})
    write_repairs([record], tmp_path / "r.gpkg")
    after = tables(tmp_path / "r.gpkg")["zones_repaired"].set_index("feature")
    assert after.loc["a", "reason"] == "mixed_kinds"
    assert after.loc["b", "area_change_m2"] == pytest.approx(5000, rel=1e-3)


def test_two_files_of_one_layer_are_told_apart(tmp_path):
    records = [
        read_vector(layer(tmp_path, [BOW], name), name="buildings", source=name[0])[1]
        for name in ("a.gpkg", "b.gpkg")
    ]
    found = write_repairs(records, tmp_path / "r.gpkg")
    assert sorted(name for names in found.values() for name in names) == [
        "buildings_a_original",
        "buildings_a_repaired",
        "buildings_b_original",
        "buildings_b_repaired",
    ]


def test_every_reason_has_its_words():
    for lang in ("en", "th"):
        assert {*_FAULTS.values(), "invalid_outline", "mixed_kinds"} <= templates("repairs", lang).keys()
    hole = Polygon(box(0, 0, 9, 9).exterior, [box(20, 20, 21, 21).exterior])
    nested = MultiPolygon([box(0, 0, 9, 9), box(1, 1, 2, 2)])
    assert [fault_of(shapely.is_valid_reason(shape)) for shape in (BOW, hole, nested)] == [
        "self_intersection",
        "hole_outside",
        "shells_nested",
    ]


def test_prepare_writes_them_beside_the_quality_record(tmp_path):
    layer(tmp_path, [box(X, Y, X + 500, Y + 500), BOW, None])
    city = tmp_path / "town.yml"
    city.write_text(
        "id: town\nname: {en: Town}\ncrs: EPSG:32647\nboundary: {bbox: [98.95, 18.75, 99.02, 18.82]}\n"
        'sources: {z: {file: zones.gpkg, date: "2024", licence: CC0-1.0, attribution: City hall}}\n'
        "layers: {zones: {source: z, columns: {id: code}}}\n"
    )
    area = prepare(city, data=tmp_path, out=tmp_path / "runs", offline=True)
    assert area.manifest["repairs"] == {
        "file": "repairs.gpkg",
        "tables": {"zones/zones.gpkg": ["zones_original", "zones_repaired"]},
    }
    found = tables(tmp_path / "runs/town/layers/repairs.gpkg")
    assert found["zones_original"]["feature"].tolist() == ["Z2", "Z1"]
    for lang, word in (("th", "ส่งให้เจ้าของข้อมูล"), ("en", "layers/repairs.gpkg")):
        notes = quality_table(area, lang).iloc[:, -1]
        assert notes.str.contains(word).any()


def test_the_doctor_writes_them_and_nothing_else(tmp_path, capsys):
    path = layer(tmp_path, [BOW, box(X, Y, X + 10, Y + 10)])
    clean = layer(tmp_path, [box(X, Y, X + 10, Y + 10)], "clean.gpkg")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    target = tmp_path / "to_correct.gpkg"
    assert execute(["doctor", "--file", str(path), "--repairs", str(target), "--lang", "th"]) == 0
    assert "การซ่อม" in (out := capsys.readouterr().out)
    assert "to_correct.gpkg: ซ่อม 1 รูป ไม่ใช้ 0 รูป" in out
    assert {file.name for file in tmp_path.iterdir()} == {*before, target.name}
    assert all((tmp_path / name).read_bytes() == data for name, data in before.items())
    whole = target.read_bytes()
    assert execute(["doctor", "--file", str(path), "--repairs", str(target)]) == 2
    assert target.read_bytes() == whole
    assert execute(["doctor", "--file", str(path), "--repairs", str(tmp_path / "r.shp")]) == 2
    capsys.readouterr()
    none = tmp_path / "none.gpkg"
    assert execute(["doctor", "--file", str(clean), "--repairs", str(none), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["repairs_written"]["file"] == ""
    assert not none.exists()
