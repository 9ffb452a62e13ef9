"""Files as city halls hand them over: each fault is mended and counted, or refused in one sentence."""

import json
import sqlite3

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import CRS
from shapely import LineString, Point, Polygon, box

from urbanplan.base.errors import InputError, LayerError, MissingFileError, NoCrsError
from urbanplan.sources.municipal import read_vector

X, Y = 498_000.0, 2_077_000.0
SQUARE = box(X, Y, X + 100, Y + 100)
BOWTIE = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
CHIANG_MAI = (98.98623, 18.78819)


def parcels(geometry=None, **columns):
    geometry = geometry or [shapely.affinity.translate(SQUARE, 150 * i) for i in range(3)]
    names = {
        "CODE": [f"0{i + 1}" for i in range(len(geometry))],
        "ชื่อ": ["ศรีภูมิ", "พระสิงห์", "หายยา"][: len(geometry)],
    }
    return gpd.GeoDataFrame({**names, **columns}, geometry=geometry, crs="EPSG:32647")


def save(frame, path, **options):
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}.get(
        path.suffix
    )
    if driver is None:
        frame.to_parquet(path)
    else:
        frame.to_file(path, driver=driver, engine="pyogrio", **options)
    return path


def geojson(path, features, **members):
    document = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def feature(geometry, **properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(geometry)) if geometry is not None else None,
    }


@pytest.mark.parametrize("ending", [".gpkg", ".fgb", ".parquet", ".shp"])
def test_every_format_gives_the_same_layer(tmp_path, ending):
    path = save(parcels(), tmp_path / f"zones{ending}")
    zones, record = read_vector(path, name="zones", columns={"id": "CODE", "name": "ชื่อ"})
    assert zones["name"].to_dict() == {
        "01": "ศรีภูมิ",
        "02": "พระสิงห์",
        "03": "หายยา",
    }  # FlatGeobuf sorts by place
    assert zones.area.sum() == pytest.approx(30_000)
    assert zones.crs.to_epsg() == 32647
    assert (record.read, record.kept, record.dropped, record.repaired) == (3, 3, {}, 0)
    assert record.to_dict()["file"] == path.name


def test_geojson_agrees_with_gdal_and_needs_no_crs(tmp_path):
    frame = parcels().to_crs("EPSG:4326")
    path = save(frame, tmp_path / "zones.geojson")
    zones, record = read_vector(path, name="zones", columns={"id": "CODE"}, target="EPSG:32647")
    witness = gpd.read_file(path, engine="pyogrio").to_crs("EPSG:32647")
    assert zones.geometry.geom_equals_exact(witness.geometry.set_axis(zones.index), 1e-6).all()
    assert "UTM zone 47N" in record.operation
    assert record.operation_accuracy_m == 0


def test_old_crs_member_of_geojson_is_honoured(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32647"}}
    zones, record = read_vector(geojson(tmp_path / "z.geojson", [feature(SQUARE)], crs=crs), name="zones")
    assert zones.crs.to_epsg() == 32647
    assert record.crs_from == "file"


def test_ids_without_a_column_are_unique_across_files(tmp_path):
    one, _ = read_vector(save(parcels(), tmp_path / "north.gpkg"), name="zones")
    other, _ = read_vector(
        save(parcels(), tmp_path / "south.gpkg"), name="zones", where={"CODE": ["01", "03"]}
    )
    assert list(one.index) == ["north/0", "north/1", "north/2"]
    assert list(other.index) == ["south/0", "south/2"]


def test_several_layers_are_refused_by_name_unless_one_is_chosen(tmp_path):
    path = tmp_path / "two.gpkg"
    save(parcels(), path, layer="zones")
    save(parcels()[:1], path, layer="plan")
    with pytest.raises(LayerError, match="plan, zones"):
        read_vector(path, name="zones")
    with pytest.raises(LayerError, match="did you mean 'zones'"):
        read_vector(path, name="zones", layer="zone")
    assert len(read_vector(path, name="zones", layer="plan")[0]) == 1


def test_a_wrong_column_names_the_nearest_one(tmp_path):
    path = save(parcels(), tmp_path / "zones.gpkg")
    with pytest.raises(LayerError, match="did you mean 'CODE'"):
        read_vector(path, name="zones", columns={"id": "CDOE"})
    with pytest.raises(LayerError, match="did you mean 'name_th'"):
        read_vector(path, name="zones", columns={"nameth": "ชื่อ"})
    with pytest.raises(LayerError, match="no column is called 'สี'"):
        read_vector(path, name="zones", where={"สี": 1})


def test_filters_compare_values_not_types(tmp_path):
    path = save(parcels(level=[1, 2, 2]), tmp_path / "zones.gpkg")
    assert len(read_vector(path, name="zones", where={"level": "2"})[0]) == 2
    assert len(read_vector(path, name="zones", where={"level": 2.0, "CODE": ["02", "01"]})[0]) == 1
    with pytest.raises(LayerError, match="no feature has CODE = 1; there are 01, 02, 03"):
        read_vector(path, name="zones", where={"CODE": 1})
    with pytest.raises(LayerError, match="fits all"):
        read_vector(path, name="zones", where={"level": 1, "CODE": "02"})


def test_values_and_constants_make_our_words(tmp_path):
    path = save(parcels(ใช้=["วัด", "ตลาด", "วัด"]), tmp_path / "places.gpkg")
    places, record = read_vector(
        path,
        name="places",
        columns={"category": "ใช้", "kind": "ใช้"},
        values={"category": {"วัด": "worship", "ตลาด": "food"}},
        constants={"source": "x"},
    )
    assert list(places["category"]) == ["worship", "food", "worship"]
    assert list(places["kind"]) == ["วัด", "ตลาด", "วัด"]
    assert set(places["source"]) == {"x"}
    assert record.notes == []
    with pytest.raises(LayerError, match=r"ตลาด \(1\)"):
        read_vector(path, name="places", columns={"category": "ใช้"}, values={"category": {"วัด": "worship"}})
    with pytest.raises(LayerError, match="none of temple occurs"):
        read_vector(
            path, name="places", columns={"category": "ใช้"}, values={"category": {"temple": "worship"}}
        )
    with pytest.raises(LayerError, match="needs a category"):
        read_vector(path, name="places")


def test_places_without_a_category_are_left_out_and_counted(tmp_path):
    path = save(parcels(category=["food", None, "food"]), tmp_path / "places.gpkg")
    places, record = read_vector(path, name="places")
    assert len(places) == record.kept == 2
    assert record.dropped == {"no_category": 1}


def test_thai_digits_units_and_buddhist_years_are_read(tmp_path):
    frame = parcels(สูง=["๑๒ ม.", "ไม่จำกัด", "15.5"], วันที่=["๑ มีนาคม ๒๕๖๑", "2561-03-02", "ไม่ทราบ"])
    path = save(frame, tmp_path / "zones.gpkg")
    zones, record = read_vector(
        path, name="heritage_zones", columns={"max_height_m": "สูง", "in_force_from": "วันที่"}
    )
    assert zones["max_height_m"].tolist()[::2] == [12.0, 15.5]
    assert pd.isna(zones["max_height_m"].iloc[1])
    assert list(zones["in_force_from"])[:2] == ["2018-03-01", "2018-03-02"]
    assert zones["in_force_from"].iloc[2] is None
    assert any("ไม่จำกัด" in str(note) for note in record.notes)


def test_crossing_outlines_are_mended_and_the_area_change_is_said(tmp_path):
    path = save(parcels([SQUARE, shapely.affinity.translate(BOWTIE, 200)]), tmp_path / "zones.gpkg")
    zones, record = read_vector(path, name="zones", columns={"id": "CODE"})
    assert zones.is_valid.all()
    assert zones.loc["02"].geometry.area == pytest.approx(5_000)  # two triangles of 50 x 100 / 2 each
    assert record.repaired == 1
    assert record.repairs == {"02": pytest.approx(5_000)}  # as signed areas the two cancelled out
    assert record.area_change_m2 == pytest.approx(5_000)


def test_area_change_is_square_metres_also_for_degrees(tmp_path):
    frame = parcels([SQUARE, shapely.affinity.translate(BOWTIE, 200)]).to_crs("EPSG:4326")
    _, record = read_vector(save(frame, tmp_path / "zones.gpkg"), name="zones")
    assert record.area_change_m2 == pytest.approx(5_000, rel=1e-3)


def test_what_cannot_be_used_is_dropped_by_reason(tmp_path):
    flat = Polygon([(X, Y), (X + 10, Y), (X, Y)])
    mixed = shapely.GeometryCollection([SQUARE, LineString([(X, Y), (X + 500, Y)])])
    features = [
        None,
        Polygon(),
        Point(X, Y),
        LineString([(X, Y), (X + 1, Y)]),
        flat,
        shapely.force_3d(SQUARE, 300),
        mixed,
    ]
    crs = {"type": "name", "properties": {"name": "EPSG:32647"}}
    path = geojson(tmp_path / "zones.geojson", [feature(g) for g in features], crs=crs)
    zones, record = read_vector(path, name="zones")
    assert len(zones) == 2
    assert zones.area.tolist() == pytest.approx([10_000, 10_000])
    assert not zones.has_z.any()
    assert record.dropped == {
        "no_geometry": 1,
        "empty_geometry": 1,
        "not_polygons": 2,
        "no_area": 1,
    }
    assert record.duplicates == 1
    assert sum(record.dropped.values()) + record.kept == record.read


def test_nothing_usable_is_an_error_that_says_why(tmp_path):
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[Point(X, Y)], crs="EPSG:32647")
    with pytest.raises(LayerError, match=r"not polygons \(1\)"):
        read_vector(save(frame, tmp_path / "zones.gpkg"), name="zones")
    with pytest.raises(LayerError, match="is empty"):
        read_vector(save(parcels()[:0], tmp_path / "none.gpkg"), name="zones")


def test_one_stray_feature_does_not_spoil_the_layer(tmp_path):
    frame = parcels(
        [SQUARE, shapely.affinity.translate(SQUARE, 150), box(Y, X, Y + 100, X + 100)]
    )  # axes swapped once
    zones, record = read_vector(
        save(frame, tmp_path / "zones.gpkg"), name="zones", columns={"id": "CODE"}, near=CHIANG_MAI
    )
    assert list(zones.index) == ["01", "02"]
    assert record.dropped == {"impossible_coordinates": 1}
    assert "03" in str(record.notes[0])


def test_missing_crs_names_the_likely_one_and_a_stated_one_holds(tmp_path):
    path = save(parcels(), tmp_path / "zones.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(NoCrsError, match="look like EPSG:32647 metres"):
        read_vector(path, name="zones")
    zones, record = read_vector(path, name="zones", crs="EPSG:32647", near=CHIANG_MAI)
    assert zones.crs.to_epsg() == 32647
    assert record.crs_from == "city file"
    with pytest.raises(NoCrsError, match="look like EPSG:32647"):
        read_vector(path, name="zones", crs="EPSG:4326")


def test_nameless_everest_prj_is_refused_where_gdal_calls_it_indian_1954(tmp_path):
    path = save(parcels(), tmp_path / "zones.shp")
    esri = CRS.from_epsg(24047).to_wkt("WKT1_ESRI")
    path.with_suffix(".prj").write_text(esri)
    moved, record = read_vector(path, name="zones", target="EPSG:32647")
    assert "Royal Thai Survey Department" in record.operation
    assert moved.geometry.iloc[0].distance(SQUARE) > 300
    nameless = (
        esri.replace("Indian_1975_UTM_Zone_47N", "unnamed")
        .replace("GCS_Indian_1975", "unnamed")
        .replace("D_Indian_1975", "D_unknown")
    )
    path.with_suffix(".prj").write_text(nameless)
    with pytest.raises(NoCrsError, match="EPSG:24047"):
        read_vector(path, name="zones")


def test_crs_of_the_city_file_wins_and_is_noted(tmp_path):
    path = save(parcels(), tmp_path / "zones.gpkg")
    zones, record = read_vector(path, name="zones", crs="EPSG:24047", target="EPSG:32647")
    assert "the file says EPSG:32647" in str(record.notes[0])
    assert zones.geometry.iloc[0].distance(SQUARE) > 300


def test_twice_the_same_id_is_refused(tmp_path):
    path = save(parcels(CODE=["01", "01", "02"]), tmp_path / "zones.gpkg")
    with pytest.raises(LayerError, match="'01' in column 'CODE' stands twice"):
        read_vector(path, name="zones", columns={"id": "CODE"})
    path = save(parcels(CODE=["01", None, "02"]), tmp_path / "zones2.gpkg")
    with pytest.raises(LayerError, match="row 1"):
        read_vector(path, name="zones", columns={"id": "CODE"})


@pytest.mark.parametrize("part", [".shp", ".dbf", ".shx"])
def test_a_shapefile_cut_off_anywhere_is_refused(tmp_path, part):
    path = save(parcels(), tmp_path / "zones.shp")
    piece = path.with_suffix(part)
    raw = piece.read_bytes()
    for keep in (0, 10, 50, len(raw) // 2, len(raw) - 4):
        piece.write_bytes(raw[:keep])
        with pytest.raises(LayerError, match=r"cut off|not a Shapefile|different versions|shapes but"):
            read_vector(path, name="zones")
    piece.unlink()
    with pytest.raises(MissingFileError):
        read_vector(path, name="zones")


def test_parts_of_two_shapefiles_are_refused(tmp_path):
    one, other = save(parcels(), tmp_path / "one.shp"), save(parcels()[:2], tmp_path / "two.shp")
    one.with_suffix(".dbf").write_bytes(other.with_suffix(".dbf").read_bytes())
    with pytest.raises(LayerError, match="3 shapes but 2 rows"):
        read_vector(one, name="zones")


def test_names_cut_at_ten_bytes_and_names_in_capitals_are_read(tmp_path):
    path = save(parcels(), tmp_path / "Zones.SHP".lower())
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    at = raw.find("ชื่อ".encode()[:10])
    assert at > 0
    raw[at : at + 11] = "เลขที่".encode()[:10] + b"\x00"
    path.with_suffix(".dbf").write_bytes(raw)
    zones, _ = read_vector(path, name="zones", columns={"name": "เลข"})
    assert list(zones["name"]) == ["ศรีภูมิ", "พระสิงห์", "หายยา"]
    for end in (".shx", ".dbf", ".prj", ".cpg"):
        path.with_suffix(end).rename(path.with_suffix(end.upper()))
    assert len(read_vector(path, name="zones")[0]) == 3


def test_years_of_the_buddhist_era_in_a_date_field(tmp_path):
    frame = parcels(issued=pd.to_datetime(["2018-03-01"] * 3))
    path = save(frame, tmp_path / "zones.shp")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"20180301", b"25610301"))
    zones, _ = read_vector(path, name="heritage_zones", columns={"in_force_from": "issued"})
    assert set(zones["in_force_from"]) == {"2018-03-01"}


def test_a_damaged_geopackage_is_refused(tmp_path):
    path = save(parcels(), tmp_path / "zones.gpkg")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(LayerError, match="damaged"):
        read_vector(path, name="zones")
    path.write_bytes(b"hello")
    with pytest.raises(LayerError, match="not a GeoPackage"):
        read_vector(path, name="zones")
    path.unlink()
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE t (a)")
    base.close()
    with pytest.raises(LayerError, match="damaged or not a GeoPackage"):
        read_vector(path, name="zones")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.geojson", '{"type": "FeatureCollection", "features": [', "cut off"),
        ("a.geojson", '{"type": "Topology"}', "not GeoJSON"),
        ("a.geojson", '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline"}', "not GeoJSON"),
        ("a.json", "[1, 2]", "not GeoJSON"),
        ("a.geojson", "[" * 100_000, "not valid JSON"),
        ("a.geojson", '{"type": "FeatureCollection", "features": [3]}', "no geometry member"),
        ("a.vrt", "<OGRVRTDataSource/>", "are not read"),
        ("a.shp", "<OGRVRTDataSource/>", r"\.shx"),
        ("a.gpkg", "<OGRVRTDataSource/>", "not a GeoPackage"),
        ("a.fgb", "<OGRVRTDataSource/>", "not a FlatGeobuf"),
        ("a.parquet", "PAR1 and nothing", "cannot be read as GeoParquet"),
        ("a.csv", "", "empty"),
        ("a.csv", "a,b\n1,2\n", "no columns hold coordinates"),
        ("a.csv", "lon,lat\n1,2,3\n", "row 2 has 3 fields"),
        ("a.csv", "lon,lat,lat\n1,2,3\n", "'lat'"),
        ("a.csv", 'lon,lat\n"1,2\n', "not a table"),
    ],
)
def test_files_that_are_not_what_they_seem_are_refused(tmp_path, name, text, words):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_vector(path, name="zones")


@pytest.mark.parametrize(
    "path", ["http://example.org/a.geojson", "/vsicurl/http://x/a.gpkg", "/vsizip/a.zip/b.shp"]
)
def test_nothing_is_fetched(path):
    with pytest.raises(InputError, match=r"not opened here"):
        read_vector(path, name="zones")


def test_csv_with_thai_columns_semicolons_and_codes(tmp_path):
    path = tmp_path / "schools.csv"
    text = "รหัส;ชื่อ;ลองจิจูด;ละติจูด;คน\n0501;โรงเรียน;98.98;18.78;12\n0502;วิทยาลัย;๙๘.๙๙;18.79;\n0503;ไม่ทราบ;;;5\n"
    path.write_text(text, encoding="cp874")
    places, record = read_vector(
        path, name="places", columns={"id": "รหัส", "name": "ชื่อ"}, constants={"category": "school"}
    )
    assert list(places.index) == ["0501", "0502"]
    assert list(places["name"]) == ["โรงเรียน", "วิทยาลัย"]
    assert places.geometry.x.tolist() == pytest.approx([98.98, 98.99])
    assert record.dropped == {"no_geometry": 1}
    assert record.encoding.startswith("cp874")


def test_csv_in_metres_needs_its_crs(tmp_path):
    path = tmp_path / "wells.csv"
    path.write_text("E_COORD,N_COORD\n498000,2077000\n", encoding="utf-8")
    mapping = {"x": "E_COORD", "y": "N_COORD"}
    with pytest.raises(NoCrsError, match="look like EPSG:32647"):
        read_vector(path, name="heritage_assets", columns=mapping)
    wells, _ = read_vector(path, name="heritage_assets", columns=mapping, crs="EPSG:32647")
    assert wells.geometry.iloc[0].equals(Point(498_000, 2_077_000))


def test_input_order_and_bytes_do_not_matter(tmp_path):
    frame = parcels()
    forward, _ = read_vector(save(frame, tmp_path / "a.gpkg"), name="zones", columns={"id": "CODE"})
    backward, _ = read_vector(save(frame[::-1], tmp_path / "b.gpkg"), name="zones", columns={"id": "CODE"})
    assert forward.geometry.geom_equals(backward.geometry.reindex(forward.index)).all()


def test_population_points_keep_their_numbers(tmp_path):
    frame = gpd.GeoDataFrame(
        {"POP": [1.5, 2.5]}, geometry=[Point(X, Y), Point(X + 1000, Y)], crs="EPSG:32647"
    )
    people, _ = read_vector(
        save(frame, tmp_path / "p.gpkg"), name="population", columns={"population": "POP"}
    )
    assert people["population"].tolist() == [1.5, 2.5]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "column", "first"),
    [
        ("bangkok_district/district.shp", "dname", "เขตบางพลัด"),
        ("bangkok_bmazone/bma_zone.shp", "z_name", "กลุ่มกรุงธนเหนือ"),
    ],
)
def test_bangkok_is_read_in_thai_without_being_told(shared, file, column, first):
    zones, record = read_vector(shared / "thai_encodings" / file, name="zones", columns={"name": column})
    assert zones["name"].iloc[0] == first
    assert record.encoding == "cp874 (.cpg file)"
    witness = gpd.read_file(shared / "thai_encodings" / file, engine="pyogrio", encoding="cp874")
    assert zones.area.sum() == pytest.approx(witness.area.sum())


@pytest.mark.shared
def test_the_fourteen_tambon_of_chiang_mai(shared):
    tambon = ["ศรีภูมิ", "พระสิงห์", "สุเทพ"]
    zones, record = read_vector(
        shared / "chiang_mai/municipal/tambon.geojson",
        name="zones",
        where={"ADM2_EN": "Mueang Chiang Mai", "ADM3_TH": tambon},
        target="EPSG:32647",
    )
    assert len(zones) == 3
    assert record.dropped == {"left_out_by_where": 114}
    assert zones.area.sum() / 1e6 == pytest.approx(2.05 + 1.27 + 60.79, abs=0.02)
