"""Drawings, placemarks and zip files: the same outlines as the formats that GIS programs write."""

import zipfile

import geopandas as gpd
import pytest
import shapely
from shapely import box

from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.sources.municipal import read_vector

X, Y = 498_000.0, 2_077_000.0
CORNERS = [(X, Y), (X + 100, Y), (X + 100, Y + 50), (X, Y + 50)]


def groups(*pairs):
    return "".join(f"{code}\n{value}\n" for code, value in pairs)


def closed_line(layer, corners=CORNERS):
    head = [(0, "LWPOLYLINE"), (8, layer), (100, "AcDbPolyline"), (90, len(corners)), (70, 1)]
    return head + [pair for x, y in corners for pair in ((10, x), (20, y))]


def line(layer, start, end):
    return [(0, "LINE"), (8, layer), (10, start[0]), (20, start[1]), (11, end[0]), (21, end[1])]


def drawing(path, *entities, page="ANSI_874"):
    head = [(0, "SECTION"), (2, "HEADER"), (9, "$DWGCODEPAGE"), (3, page), (0, "ENDSEC")]
    body = [(0, "SECTION"), (2, "ENTITIES"), *[pair for entity in entities for pair in entity]]
    path.write_bytes(groups(*head, *body, (0, "ENDSEC"), (0, "EOF")).encode("cp874"))
    return path


def test_closed_lines_of_a_drawing_are_polygons(tmp_path):
    path = drawing(tmp_path / "plan.dxf", closed_line("แปลงที่ดิน"))
    zones, record = read_vector(
        path, name="zones", crs="EPSG:24047", columns={"name": "Layer"}, target="EPSG:32647"
    )
    assert zones.area.sum() == pytest.approx(5_000, rel=1e-4)
    assert list(zones["name"]) == ["แปลงที่ดิน"]
    assert record.encoding == "cp874 (code page of the drawing)"
    assert "Royal Thai Survey Department" in record.operation
    with pytest.raises(NoCrsError, match="EPSG:32647"):
        read_vector(path, name="zones")


def test_lines_that_together_close_are_a_polygon_as_polygonize_says(tmp_path):
    sides = [line("0", CORNERS[i], CORNERS[(i + 1) % 4]) for i in range(4)]
    path = drawing(tmp_path / "plan.dxf", *sides, line("0", (X + 500, Y), (X + 600, Y)))
    zones, record = read_vector(path, name="zones", crs="EPSG:32647")
    witness = shapely.polygonize([shapely.LineString([CORNERS[i], CORNERS[(i + 1) % 4]]) for i in range(4)])
    assert zones.geometry.iloc[0].equals(witness.geoms[0])
    assert record.dropped == {"not_polygons": 1}
    assert any("1 lines are left over" in str(note) for note in record.notes)


def test_layers_of_a_drawing_are_chosen_by_name(tmp_path):
    path = drawing(tmp_path / "plan.dxf", closed_line("ถนน"), closed_line("อาคาร"))
    with pytest.raises(LayerError, match="ถนน, อาคาร"):
        read_vector(path, name="zones", crs="EPSG:32647")
    assert len(read_vector(path, name="zones", crs="EPSG:32647", layer="อาคาร")[0]) == 1


def test_the_encoding_of_a_drawing_is_found_without_its_word(tmp_path):
    path = drawing(tmp_path / "plan.dxf", closed_line("แปลงที่ดิน"), page="ANSI_1252")
    zones, _ = read_vector(path, name="zones", crs="EPSG:32647", columns={"name": "Layer"})
    assert zones["name"].iloc[0] == "แปลงที่ดิน"


def test_kml_gives_what_gdal_reads(tmp_path):
    frame = gpd.GeoDataFrame(
        {"Name": ["ก", "ข"]},
        geometry=[box(98.98, 18.78, 98.99, 18.79), box(98.99, 18.78, 99.0, 18.79)],
        crs="EPSG:4326",
    )
    path = tmp_path / "zones.kml"
    frame.to_file(path, driver="KML", engine="pyogrio")
    zones, record = read_vector(path, name="zones", columns={"name": "name"})
    witness = gpd.read_file(path, engine="pyogrio")
    assert list(zones["name"]) == ["ก", "ข"]
    assert shapely.equals_exact(
        zones.geometry.to_numpy(), shapely.force_2d(witness.geometry.to_numpy()), 1e-9
    ).all()
    assert record.crs_from == "format"


def test_extended_data_of_kml_are_columns(tmp_path):
    path = tmp_path / "temples.kml"
    path.write_text(
        "<kml><Placemark><name>วัดพระสิงห์</name><ExtendedData><Data name='รหัส'><value>0012</value></Data></ExtendedData>"
        "<Point><coordinates>98.98,18.78,310</coordinates></Point></Placemark></kml>",
        encoding="utf-8",
    )
    temples, _ = read_vector(path, name="heritage_assets", columns={"id": "รหัส"})
    assert temples.index[0] == "0012"
    assert temples.geometry.iloc[0].equals(shapely.Point(98.98, 18.78))


def test_a_zipped_shapefile_is_the_shapefile(tmp_path):
    frame = gpd.GeoDataFrame({"CODE": ["01"]}, geometry=[box(X, Y, X + 10, Y + 10)], crs="EPSG:32647")
    work = tmp_path / "work"
    work.mkdir()
    frame.to_file(work / "zones.shp", engine="pyogrio")
    path = tmp_path / "handed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for item in sorted(work.iterdir()):
            archive.write(item, f"ข้อมูล/sub/{item.name.upper()}")
    zones, record = read_vector(path, name="zones", columns={"id": "CODE"})
    plain, _ = read_vector(work / "zones.shp", name="zones", columns={"id": "CODE"})
    assert zones.geometry.geom_equals(plain.geometry).all()
    assert record.file == "handed.zip"
    assert not list(tmp_path.glob("*.shp"))
