"""Vector files, good and bad."""

import json
import shutil
import sqlite3
import struct
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from corpus import Corpus
from pyarrow import parquet
from shapely import GeometryCollection, LineString, Point, Polygon, box

X, Y = 498_000.0, 2_077_000.0
SQUARE = box(X, Y, X + 100, Y + 100)
BOWTIE = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
LON, LAT = 98.98, 18.78
corpus = Corpus()
case, raw = corpus.case, corpus.raw


def squares(count=3, crs="EPSG:32647", geometry=None, **columns):
    geometry = geometry or [shapely.affinity.translate(SQUARE, 150 * i) for i in range(count)]
    names = {"CODE": [f"0{i + 1}" for i in range(len(geometry))], "ชื่อ": ["ศรีภูมิ"] * len(geometry)}
    return gpd.GeoDataFrame({**names, **columns}, geometry=geometry, crs=crs)


def save(frame, path, **options):
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf"}[path.suffix]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bad files are what is wanted here
        frame.to_file(path, driver=driver, engine="pyogrio", **options)
    return path


def shapefile(path, frame=None, encoding="cp874", cpg=None):
    save(squares() if frame is None else frame, path, encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(x, y):
    return {"type": "Point", "coordinates": [x, y]}


def ring(*corners):
    return {"type": "Polygon", "coordinates": [list(corners)]}


def collection(*features, **members):
    return json.dumps(
        {"type": "FeatureCollection", "features": list(features), **members}, ensure_ascii=False
    )


CELL = ring([LON, LAT], [LON + 0.01, LAT], [LON + 0.01, LAT + 0.01], [LON, LAT + 0.01], [LON, LAT])
UTM_CELL = ring([X, Y], [X + 100, Y], [X + 100, Y + 100], [X, Y + 100], [X, Y])
GOOD = collection(feature(CELL, name="ศรีภูมิ"))

# GeoJSON
raw("good", "good.geojson", GOOD, "ok")
raw("good_bom", "bom.geojson", b"\xef\xbb\xbf" + GOOD.encode(), "ok")
raw("good_json_ending", "zones.json", GOOD, "ok")
raw("good_geometry_alone", "one.geojson", json.dumps(CELL), "ok")
raw(
    "good_crs_member",
    "utm.geojson",
    collection(feature(UTM_CELL, a=1), crs={"type": "name", "properties": {"name": "EPSG:32647"}}),
    "ok",
)
raw("cp874_text", "thai.geojson", GOOD.encode("cp874"), "ok")
raw("empty_file", "empty.geojson", b"", "refused", "0 bytes")
raw("no_features", "none.geojson", collection(), "refused", "empty")
raw("cut", "cut.geojson", GOOD[:-40], "refused", "ask for it again")
raw("not_json", "not.geojson", "hello", "refused", "JSON")
raw("html", "page.geojson", "<!doctype html><html>404</html>", "refused", "JSON")
raw("other_json", "other.geojson", '{"a": 1}', "refused", "GeoJSON")
raw("json_list", "list.geojson", "[1, 2]", "refused", "GeoJSON")
raw("topojson", "topo.json", '{"type": "Topology", "objects": {}}', "refused", "GeoJSON", kind="vector")
raw("deep", "deep.geojson", "[" * 200_000 + "]" * 200_000, "refused", "JSON")
raw("utm_labelled_degrees", "labelled.geojson", collection(feature(UTM_CELL)), "refused", "EPSG:32647")
raw(
    "swapped",
    "swapped.geojson",
    collection(feature(ring([LAT, LON], [LAT, LON + 0.1], [LAT + 0.1, LON], [LAT, LON]))),
    "refused",
    "swapped",
)
raw(
    "swapped_points",
    "swapped_points.geojson",
    collection(feature(point(13.7, 100.5)), feature(point(13.8, 100.6))),
    "refused",
    "swapped",
)
raw(
    "null_geometries", "null.geojson", collection(feature(None), feature(None)), "refused", "without geometry"
)
raw("one_null_geometry", "somenull.geojson", collection(feature(CELL), feature(None)), "said", "no geometry")
raw("null_island", "island.geojson", collection(feature(point(0, 0)), feature(point(0, 0))), "refused", "0")
raw(
    "one_on_null_island",
    "oneisland.geojson",
    collection(feature(point(LON, LAT)), feature(point(0, 0))),
    "said",
    "not filled in",
)
raw("nan", "nan.geojson", GOOD.replace("98.98,", "NaN,"), "refused", "nan.geojson")
raw("infinite", "inf.geojson", GOOD.replace("98.98,", "1e999,"), "refused", "inf.geojson")
raw(
    "one_infinite",
    "oneinf.geojson",
    collection(feature(point(LON, LAT)), feature(point(LON, LAT))).replace("18.78", "1e999", 1),
    "said",
    "not",
)
raw(
    "no_geometry_member",
    "nogeom.geojson",
    collection({"type": "Feature", "properties": {}}),
    "refused",
    "geometry",
)
raw(
    "properties_list",
    "props.geojson",
    collection({"type": "Feature", "properties": [1], "geometry": CELL}),
    "refused",
    "properties",
)
raw(
    "features_not_objects",
    "numbers.geojson",
    '{"type":"FeatureCollection","features":[1,2]}',
    "refused",
    "geometry",
)
raw("features_missing", "missing.geojson", '{"type":"FeatureCollection"}', "refused", "features")
raw(
    "mixed_kinds",
    "mixed.geojson",
    collection(feature(CELL), feature(point(LON, LAT))),
    "said",
    "several kinds",
)
raw(
    "bowtie",
    "bowtie.geojson",
    collection(
        feature(ring([LON, LAT], [LON + 0.01, LAT + 0.01], [LON + 0.01, LAT], [LON, LAT + 0.01], [LON, LAT]))
    ),
    "said",
    "repair",
)
raw(
    "flat_polygon",
    "flat.geojson",
    collection(feature(ring([LON, LAT], [LON + 0.01, LAT], [LON, LAT], [LON, LAT]))),
    "refused",
    "area",
)
raw(
    "open_ring",
    "open.geojson",
    collection(feature(ring([LON, LAT], [LON + 0.01, LAT], [LON, LAT + 0.01]))),
    "said",
    "closed",
)
raw(
    "duplicates",
    "twice.geojson",
    collection(feature(CELL, a=1), feature(CELL, a=2)),
    "said",
    "outline of another",
)
raw(
    "crs_unknown",
    "crs.geojson",
    collection(feature(CELL), crs={"type": "name", "properties": {"name": "Mars"}}),
    "refused",
    "reference system",
)
raw("crs_not_named", "crsnone.geojson", collection(feature(CELL), crs={"type": "link"}), "refused", "CRS")
raw(
    "heights",
    "z.geojson",
    collection(feature({"type": "Point", "coordinates": [LON, LAT, 300]})),
    "said",
    "heights",
)
raw(
    "garbled",
    "garbled.geojson",
    collection(feature(CELL, name="ศรีภูมิ".encode().decode("latin-1"))),
    "said",
    "garbled",
)
raw("lost_letters", "lost.geojson", collection(feature(CELL, name="ศรี\ufffd")), "said", "lost letters")
raw(
    "script",
    "script.geojson",
    collection(feature(CELL, name="<script>alert(1)</script>")),
    "said",
    "web pages",
)
raw(
    "formula",
    "formula.geojson",
    collection(feature(CELL, name='=HYPERLINK("http://x","y")')),
    "said",
    "formula",
)
raw(
    "world_wide",
    "wide.geojson",
    collection(feature(point(LON, LAT)), feature(point(-60, -30))),
    "said",
    "spans",
)
raw("buddhist_dates", "be.geojson", collection(feature(CELL, built="12/03/2561")), "said", "Buddhist")
raw(
    "impossible_dates", "nodate.geojson", collection(feature(CELL, built="31/02/2561")), "said", "no calendar"
)
raw("all_empty_column", "hollow.geojson", collection(feature(CELL, a=None)), "said", "empty in every row")
raw(
    "latlon_nested_wrong",
    "nested.geojson",
    collection(feature({"type": "Polygon", "coordinates": [[LON, LAT]]})),
    "refused",
    "nested.geojson",
)
raw(
    "unknown_geometry_type",
    "circle.geojson",
    collection(feature({"type": "Circle", "coordinates": [LON, LAT]})),
    "refused",
    "circle.geojson",
)
raw(
    "overpass_answer_called_geojson",
    "answer.geojson",
    '{"version": 0.6, "elements": []}',
    "refused",
    "GeoJSON",
)


raw("lines_of_json", "seq.geojson", GOOD + "\n" + GOOD, "refused", "FeatureCollection")
raw(
    "features_twice",
    "members.geojson",
    GOOD.replace('"features"', '"features": [], "features"', 1),
    "refused",
    "stands twice",
)
raw("mercator", "mercator.geojson", collection(feature(point(11_018_000, 2_130_000))), "refused", "EPSG:3857")
raw(
    "text_coordinates",
    "strings.geojson",
    collection(feature(point("98.9", "18.7"))),
    "refused",
    "strings.geojson",
)


# GeoPackage, FlatGeobuf, Parquet
@case("good.gpkg", "ok")
def good_geopackage(path):
    save(squares(), path)


@case("good.fgb", "ok")
def good_flatgeobuf(path):
    save(squares(), path)


@case("good.parquet", "ok")
def good_parquet(path):
    squares().to_parquet(path)


@case("two.gpkg", "refused", "one, two")
def two_layers(path):
    save(squares(), path, layer="one")
    save(squares(1), path, layer="two")


@case("nocrs.gpkg", "refused", "EPSG:32647")
def geopackage_without_crs(path):
    save(squares(crs=None), path)


@case("zero.gpkg", "refused", "empty")
def geopackage_without_features(path):
    save(squares()[:0], path)


@case("labelled.gpkg", "refused", "EPSG:32647")
def geopackage_of_metres_labelled_degrees(path):
    save(squares().set_crs("EPSG:4326", allow_override=True), path)


@case("degrees.gpkg", "refused", "EPSG:4326")
def geopackage_of_degrees_labelled_metres(path):
    save(squares().to_crs("EPSG:4326").set_crs("EPSG:32647", allow_override=True), path)


@case("cut.gpkg", "refused", "damaged")
def geopackage_cut(path):
    save(squares(), path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@case("attributes.gpkg", "refused", "no layer with geometry")
def geopackage_without_geometry(path):
    save(squares(), path)
    with sqlite3.connect(path) as base:
        base.execute("DELETE FROM gpkg_geometry_columns")
    base.close()


@case("plain.gpkg", "refused", "GeoPackage")
def sqlite_that_is_no_geopackage(path):
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE a (b)")
    base.close()


@case("view.gpkg", "refused", "view")
def geopackage_with_an_endless_view(path):
    save(squares(), path, layer="t")
    with sqlite3.connect(path) as base:
        base.execute("ALTER TABLE t RENAME TO u")
        base.execute(
            "CREATE VIEW t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT n.i AS fid, u.geom FROM n, u"
        )
        base.execute("UPDATE gpkg_contents SET table_name='t'")
        base.execute("UPDATE gpkg_geometry_columns SET table_name='t'")
    base.close()


@case("wal.gpkg", "ok")
def geopackage_in_wal_mode(path):
    save(squares(), path)
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode=WAL")
    base.close()


@case("open.gpkg", "refused", "close it in QGIS")
def geopackage_with_pending_changes(path):
    save(squares(), path)
    path.with_name("open.gpkg-wal").write_bytes(b"x" * 100)


@case("collections.gpkg", "said", "several kinds")
def geometry_collections(path):
    save(squares(geometry=[GeometryCollection([SQUARE, Point(X, Y)]), SQUARE]), path)


@case("bowtie.gpkg", "said", "repaired")
def bowtie_geopackage(path):
    save(squares(geometry=[BOWTIE, SQUARE]), path)


@case("stray.gpkg", "said", "impossible coordinates")
def one_stray(path):
    save(squares(geometry=[SQUARE, shapely.affinity.translate(SQUARE, 0, 18_700_000)]), path)


@case("everest.shp", "refused", "Everest")
def nameless_everest(path):
    shapefile(path)
    path.with_suffix(".prj").write_text(
        'PROJCS["UTM_Zone_47N",GEOGCS["GCS_Everest",DATUM["D_unknown",SPHEROID["Everest_1830",6377276.345,300.8017]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",99.0],'
        'PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


@case("indian.gpkg", "ok")
def indian_1975(path):
    save(squares(crs="EPSG:24047"), path)


@case("lines.gpkg", "ok")
def lines(path):
    save(squares(geometry=[LineString([(X, Y), (X + 50, Y + 50)])]), path)


@case("years.gpkg", "said", "Buddhist")
def buddhist_years(path):
    save(squares(year=[2561, 2562, 2563]), path)


@case("codes.gpkg", "said", "more than once")
def codes_twice(path):
    save(squares().rename(columns={"CODE": "code"}).assign(code=["01", "01", "02"]), path)


@case("fake.fgb", "refused", "FlatGeobuf")
def fake_flatgeobuf(path):
    path.write_bytes(b"not a flatgeobuf" * 100)


@case("cut.fgb", "refused", "cut.fgb")
def flatgeobuf_cut(path):
    save(squares(), path)
    path.write_bytes(path.read_bytes()[:-60])


@case("count.fgb", "refused", "count.fgb")
def flatgeobuf_stating_more_features(path):
    save(squares(5), path, SPATIAL_INDEX="NO")
    data = bytearray(path.read_bytes())
    at = data.find(struct.pack("<Q", 5))
    data[at : at + 8] = struct.pack("<Q", 50)
    path.write_bytes(bytes(data))


@case("srs.gpkg", "refused", "not tied to the Earth")
def geopackage_of_no_place(path):
    save(squares(), path)
    with sqlite3.connect(path) as base:
        base.execute("UPDATE gpkg_geometry_columns SET srs_id = -1")
    base.close()


@case("curve.gpkg", "said", "arcs")
def curved_outline(path):
    save(squares(1), path)
    corners = [(X, Y), (X + 50, Y + 50), (X + 100, Y), (X + 50, Y - 50), (X, Y)]
    arc = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *corner) for corner in corners)
    shape = b"GP\0\1" + struct.pack("<i", 32647) + struct.pack("<BII", 1, 10, 1) + arc
    with sqlite3.connect(path) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("UPDATE curve SET geom = ?", (shape,))
    base.close()


@case("wkb.parquet", "refused", "WKB")
def parquet_of_broken_geometries(path):
    squares().to_parquet(path)
    table = parquet.read_table(path)
    at = table.schema.get_field_index("geometry")
    broken = table.set_column(at, "geometry", pa.array([b"xx", b"yy", b"zz"]))
    parquet.write_table(broken.replace_schema_metadata(table.schema.metadata), path)


@case("plain.parquet", "refused", "GeoParquet")
def parquet_without_geometry(path):
    pd.DataFrame({"a": [1, 2]}).to_parquet(path)


@case("cut.parquet", "refused", "cut.parquet")
def parquet_cut(path):
    squares().to_parquet(path)
    path.write_bytes(path.read_bytes()[:-30])


@case("bomb.parquet", "refused", "rows")
def parquet_bomb(path):
    run = pa.array(np.zeros(3_000_000, dtype="int8"))
    table = pa.table({"a": run})
    with parquet.ParquetWriter(path, table.schema, compression="zstd") as out:
        for _ in range(8):
            out.write_table(table)


@case("fake.gpkg", "refused", "GeoPackage")
def zip_called_geopackage(path):
    path.write_bytes(b"PK\x03\x04" + bytes(500))


# Shapefiles
@case("good.shp", "ok")
def good_shapefile(path):
    shapefile(path, cpg="UTF-8", encoding="utf-8")


@case("cp874.shp", "ok")
def shapefile_in_cp874_without_a_word(path):
    shapefile(path)


@case("oem.shp", "ok")
def shapefile_declared_oem_874(path):
    shapefile(path, cpg="OEM 874")


@case("liar.shp", "said", "names the encoding")
def shapefile_with_a_wrong_cpg(path):
    shapefile(path, encoding="utf-8", cpg="ISO-8859-1")


@case("nocrs.shp", "refused", "EPSG:32647")
def shapefile_without_prj(path):
    shapefile(path)
    path.with_suffix(".prj").unlink()


@case("badprj.shp", "refused", "badprj.prj")
def shapefile_with_damaged_prj(path):
    shapefile(path)
    path.with_suffix(".prj").write_text("PROJCS[rubbish")


@case("local.shp", "refused", "local.shp")
def shapefile_in_a_local_crs(path):
    shapefile(path)
    path.with_suffix(".prj").write_text('LOCAL_CS["site",UNIT["metre",1]]')


@case("nodbf.shp", "refused", ".dbf")
def shapefile_without_dbf(path):
    shapefile(path)
    path.with_suffix(".dbf").unlink()


@case("noshx.shp", "refused", ".shx")
def shapefile_without_shx(path):
    shapefile(path)
    path.with_suffix(".shx").unlink()


@case("cut.shp", "refused", "cut off")
def shapefile_cut(path):
    shapefile(path)
    path.write_bytes(path.read_bytes()[:-50])


@case("cutdbf.shp", "refused", "cutdbf.dbf")
def shapefile_with_cut_table(path):
    shapefile(path)
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[: table.stat().st_size - 80])


@case("versions.shp", "refused", "different versions")
def shapefile_of_two_versions(path):
    shapefile(path)
    other = path.with_name("other.shp")
    shapefile(other, squares(2))
    shutil.move(other.with_suffix(".dbf"), path.with_suffix(".dbf"))


@case("longer.shp", "refused", "do not belong")
def shapefile_with_a_tail(path):
    shapefile(path)
    path.write_bytes(path.read_bytes() + b"tail")


@case("rows.shp", "refused", "rows.dbf")
def shapefile_stating_many_rows(path):
    shapefile(path)
    table = path.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    data[4:8] = struct.pack("<I", 4_000_000_000)
    table.write_bytes(bytes(data))


@case("noarea.shp", "refused", "area")
def shapefile_of_flat_rings(path):
    shapefile(path, squares(geometry=[Polygon([(X, Y), (X + 9, Y), (X, Y)])]))


@case("part.dbf", "refused", ".shp")
def a_side_file_alone(path):
    path.write_bytes(b"\x03" + bytes(100))


# KML
KML = (
    '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>'
    "<Placemark><name>วัด</name><Point><coordinates>98.98,18.78,0</coordinates></Point></Placemark>"
    "<Placemark><Point><coordinates>98.99,18.79</coordinates></Point></Placemark></Folder></Document></kml>"
)
AREA = "<Polygon><outerBoundaryIs><LinearRing><coordinates>98,18 98.1,18 98.1,18.1 98,18</coordinates></LinearRing></outerBoundaryIs></Polygon>"
raw("good_kml", "good.kml", KML, "ok")
raw("kml_area", "area.kml", f"<kml><Placemark>{AREA}</Placemark></kml>", "ok")
raw(
    "kml_multi",
    "multi.kml",
    f"<kml><Placemark><MultiGeometry>{AREA}{AREA}</MultiGeometry></Placemark></kml>",
    "said",
    "repair",
)
raw("kml_cp874", "thai.kml", KML.replace("UTF-8", "windows-874").encode("cp874"), "ok")
raw("kml_utf16", "wide.kml", KML.replace("UTF-8", "UTF-16").encode("utf-16"), "ok")
raw(
    "kml_bomb",
    "bomb.kml",
    '<!DOCTYPE k [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><kml>&b;</kml>',
    "refused",
    "entities",
)
raw(
    "kml_outside",
    "xxe.kml",
    '<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>',
    "refused",
    "entities",
)
raw("kml_cut", "cut.kml", KML[:200], "refused", "cut off")
raw("kml_empty", "none.kml", "<kml><Document/></kml>", "refused", "empty")
raw("kml_other_xml", "gpx.kml", "<gpx/>", "refused", "KML")
raw(
    "kml_link",
    "link.kml",
    "<kml><NetworkLink><Link><href>http://x</href></Link></NetworkLink></kml>",
    "refused",
    "empty",
)
raw("kml_lost", "lost.kml", KML.replace("98.99,18.79", "east,north"), "said", "cannot be read")
raw(
    "kml_swapped",
    "swapped.kml",
    KML.replace("98.98,18.78,0", "18.78,98.98").replace("98.99,18.79", "18.79,98.99"),
    "refused",
    "swapped",
)


# DXF
def dxf(*entities, end="0\nEOF\n"):
    return f"0\nSECTION\n2\nENTITIES\n{''.join(entities)}0\nENDSEC\n{end}"


def drawn(layer, closed=1):
    corners = "".join(f"10\n{x}\n20\n{y}\n" for x, y in [(X, Y), (X + 9, Y), (X + 9, Y + 9)])
    return f"0\nLWPOLYLINE\n8\n{layer}\n100\nAcDbPolyline\n90\n3\n70\n{closed}\n{corners}"


raw("dxf_without_crs", "plan.dxf", dxf(drawn("lots")), "refused", "EPSG:32647")
raw("dxf_layers", "layers.dxf", dxf(drawn("lots"), drawn("roads")), "refused", "lots, roads")
raw("dxf_empty", "none.dxf", dxf(), "refused", "empty")
raw("dxf_cut", "cut.dxf", dxf(drawn("lots"), end=""), "refused", "cut off")
raw("dxf_binary", "binary.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(100), "refused", "binary")
raw("dxf_text", "text.dxf", "hello", "refused", "DXF")
raw("dxf_noise", "noise.dxf", dxf("0\nLINE\n8\na\n10\nx\n20\ny\n"), "refused", "noise.dxf")
raw("gml", "zones.gml", "<gml/>", "refused", "GeoPackage")
raw("dwg", "plan.dwg", b"AC1027" + bytes(200), "refused", "GeoPackage")
raw("pickle", "zones.pkl", b"\x80\x04\x95", "refused", "run code")
raw("feather", "zones.feather", b"ARROW1", "refused", "GeoParquet")
raw("no_ending", "zones", GOOD, "refused", "--as")
raw("no_ending_told", "layer", GOOD, "refused", "ending", kind="vector")
