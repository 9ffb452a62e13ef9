"""Vector files and tables that state one thing and hold another, or whose coordinates are in another unit."""

import datetime as dt
import json
import os
import sqlite3
import struct

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from corpus import Case, Corpus
from hostile_archives import zipped
from hostile_vectors import (
    CELL,
    GOOD,
    KML,
    LAT,
    LON,
    X,
    Y,
    collection,
    feature,
    point,
    save,
    shapefile,
    squares,
)
from pyarrow import parquet

corpus = Corpus()
case, raw = corpus.case, corpus.raw
HERE = feature(point(LON, LAT))


def named(name):
    return {"type": "name", "properties": {"name": name}}


def points(*places, crs="EPSG:32647"):
    return gpd.GeoDataFrame(
        {"a": range(len(places))}, geometry=[shapely.Point(place) for place in places], crs=crs
    )


# Units, axes and places
raw(
    "unit_squares",
    "unit.geojson",
    collection(feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})),
    "refused",
    "open sea",
)
raw(
    "radians",
    "radians.geojson",
    collection(feature(point(1.7276, 0.3279)), feature(point(1.7277, 0.328))),
    "refused",
    "not in degrees",
)
raw(
    "degrees_labelled_mercator",
    "mercator.geojson",
    collection(HERE, crs=named("EPSG:3857")),
    "refused",
    "EPSG:4326",
)
raw("full_circle", "circle.geojson", collection(feature(point(278.98, 18.78))), "refused", "0 to 360")
raw(
    "one_row_beyond_the_pole",
    "pole.geojson",
    collection(*[HERE] * 9, feature(point(LON, 91.0))),
    "said",
    "impossible coordinates",
)
raw(
    "four_numbers_a_place",
    "four.geojson",
    collection(feature({"type": "Point", "coordinates": [LON, LAT, 300, 5]})),
    "ok",
)
raw("compound_system", "compound.geojson", collection(HERE, crs=named("EPSG:4326+5773")), "ok")
raw("geocentric", "geocentric.geojson", collection(HERE, crs=named("EPSG:4978")), "refused", "not tied")
raw(
    "crs_from_a_file",
    "init.geojson",
    collection(HERE, crs=named("+init=/etc/passwd:1")),
    "refused",
    "EPSG:32647",
)
raw(
    "crs_from_elsewhere",
    "link.geojson",
    collection(HERE, crs={"type": "link", "properties": {"href": "http://127.0.0.1/x"}}),
    "refused",
    "names no CRS",
)


@case("kilometres.gpkg", "refused", "kilometres")
def kilometres(path):
    save(points((498.1, 2077.2), (498.2, 2077.3)), path)


@case("millimetres.gpkg", "refused", "millimetres")
def millimetres(path):
    save(points((X * 1000, Y * 1000)), path)


@case("south.gpkg", "refused", "EPSG:32647")
def southern_zone(path):
    save(points((X, Y), crs="EPSG:32747"), path)


@case("beside.gpkg", "said", "far beside the zone")
def beside_its_zone(path):
    save(points((-138_000, Y)), path)


@case("site.gpkg", "refused", "EPSG:4326")
def site_coordinates(path):
    save(points((10, 20), (30, 40)), path)


@case("unending.gpkg", "said", "not numbers")
def infinite_point(path):
    save(points((np.inf, 5), (X, Y)), path)


# GeoJSON that is nearly right
raw(
    "members_twice",
    "twice.geojson",
    GOOD.replace('"name": "ศรีภูมิ"', '"name": 1, "name": 2'),
    "refused",
    "stands twice",
)
raw("utf16", "utf16.geojson", GOOD.encode("utf-16"), "ok")
raw(
    "half_a_character",
    "half.geojson",
    collection(HERE).replace("{}", '{"name": "\\ud800x"}'),
    "said",
    "U+FFFD",
)
raw("not_a_number", "nan.geojson", GOOD.replace(str(LON), "NaN"), "refused", "cannot be read")
raw(
    "texts_as_numbers",
    "texts.geojson",
    collection(feature({"type": "Point", "coordinates": ["98.9", "18.7"]})),
    "refused",
    "cannot be read",
)
raw(
    "circular",
    "arc.geojson",
    collection(HERE, feature({"type": "CircularString", "coordinates": [[98, 18], [99, 18], [99, 19]]})),
    "said",
    "cannot be read",
)
raw(
    "deep_positions",
    "deepring.geojson",
    collection(HERE, feature({"type": "Polygon", "coordinates": [[CELL["coordinates"]]]})),
    "said",
    "cannot be read",
)
raw("trailing_comma", "comma.geojson", GOOD[:-1] + ",}", "refused", "not valid JSON")
raw("cut_in_a_text", "text.geojson", GOOD[: GOOD.index("ศรี") + 2], "refused", "cut off")
raw(
    "one_a_line",
    "lines.geojson",
    f"{json.dumps(HERE)}\n{json.dumps(HERE)}\n",
    "refused",
    "several JSON texts",
)
raw("callback", "callback.geojson", f"callback({GOOD})", "refused", "not valid JSON")
raw(
    "esri_json",
    "esri.json",
    '{"geometryType": "esriGeometryPoint", "features": []}',
    "refused",
    "not GeoJSON",
)
raw("server_error", "error.geojson", '{"error": {"code": 400, "message": "x"}}', "refused", "not GeoJSON")
raw(
    "sliver",
    "sliver.geojson",
    collection(
        feature(
            {
                "type": "Polygon",
                "coordinates": [[[LON, LAT], [LON + 0.01, LAT], [LON + 0.01, LAT + 1e-10], [LON, LAT]]],
            }
        ),
        feature(CELL),
    ),
    "said",
    "slivers",
)
raw(
    "clockwise",
    "clockwise.geojson",
    collection(feature({"type": "Polygon", "coordinates": [CELL["coordinates"][0][::-1]]})),
    "said",
    "other way round",
)
raw(
    "hole_outside",
    "hole.geojson",
    collection(
        feature(
            {
                "type": "Polygon",
                "coordinates": [CELL["coordinates"][0], [[99, 19], [99.1, 19], [99.1, 19.1], [99, 19]]],
            }
        )
    ),
    "said",
    "repaired",
)
raw(
    "parts_on_parts",
    "parts.geojson",
    collection(feature({"type": "MultiPolygon", "coordinates": [CELL["coordinates"]] * 2})),
    "said",
    "repaired",
)
raw(
    "columns_with_odd_names",
    "odd.geojson",
    collection(feature(point(LON, LAT), **{"<img src=x>": 1, "=1+1": 2, "": 3})),
    "said",
    "columns with names that hold",
)
raw("columns_alike", "alike.geojson", collection(feature(point(LON, LAT), a=1, A=2)), "said", "capitals")
raw(
    "values_of_two_kinds",
    "kinds.geojson",
    collection(feature(point(LON, LAT), a=1), feature(point(LON, LAT + 0.1), a="x")),
    "said",
    "1 numbers and 1 texts",
)
raw(
    "turned_letters",
    "turned.geojson",
    collection(feature(point(LON, LAT), name="\u202egnp.exe")),
    "said",
    "control characters",
)


# KML
raw("kml_spaces", "spaces.kml", KML.replace("98.98,18.78,0", "98.98, 18.78, 0"), "ok")
raw(
    "kml_deep",
    "deep.kml",
    KML.replace(
        "<Document>",
        "<Document><Placemark>" + "<MultiGeometry>" * 3000 + "</MultiGeometry>" * 3000 + "</Placemark>",
        1,
    ),
    "said",
    "cannot be read",
)


# Shapefiles whose parts do not fit
def put(path, at, data):
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(bytes(content))


@case("width.shp", "refused", "do not fit")
def field_too_wide(path):
    shapefile(path)
    put(path.with_suffix(".dbf"), 32 + 16, b"\xff")


@case("kind.shp", "refused", "do not fit")
def field_of_no_kind(path):
    shapefile(path)
    put(path.with_suffix(".dbf"), 32 + 11, b"?")


@case("deleted.shp", "said", "marked as deleted")
def deleted_row(path):
    shapefile(path)
    table = path.with_suffix(".dbf")
    put(table, struct.unpack("<H", table.read_bytes()[8:10])[0], b"*")


@case("bomb.shp", "said", "unreadable")
def shape_of_a_billion_points(path):
    shapefile(path)
    put(path, 100 + 8 + 40, struct.pack("<i", 2**30))


@case("nan.shp", "said", "unreadable")
def shape_of_no_number(path):
    shapefile(path)
    put(path, 100 + 8 + 48, struct.pack("<d", np.nan))


@case("null.shp", "said", "no geometry")
def shape_left_empty(path):
    shapefile(path)
    put(path, 100 + 8, struct.pack("<i", 0))


@case("index.shp", "refused", "at one place")
def index_names_a_shape_twice(path):
    shapefile(path)
    index = path.with_suffix(".shx")
    put(index, 108, index.read_bytes()[100:108])


@case("before.shp", "refused", "before.shp")
def index_points_before_the_file(path):
    shapefile(path)
    put(path.with_suffix(".shx"), 100, struct.pack(">i", -50))


def attributes(path, **columns):
    frame = points((X, Y), (X + 10, Y))
    save(frame.assign(**columns), path)
    return path.with_suffix(".dbf")


@case("stars.shp", "said", "******")
def number_too_long_for_its_field(path):
    table = attributes(path, n=[123456, 654321])
    table.write_bytes(table.read_bytes().replace(b"123456", b"******"))


def dated(path, date):
    frame = points((X, Y), (X + 10, Y))
    days = [dt.date(2018, 3, 12), dt.date(2019, 3, 12)]
    frame["d"] = pd.array(days, dtype=pd.ArrowDtype(pa.date32()))
    frame.to_file(path, use_arrow=True)
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"20180312", date))


@case("date.shp", "said", "2018023X")
def date_that_is_none(path):
    dated(path, b"2018023X")


@case("era.shp", "said", "Buddhist")
def date_of_the_buddhist_era(path):
    dated(path, b"25610312")


@case("same.shp", "refused", "two columns")
def two_columns_of_one_name(path):
    table = attributes(path, aaaa=[1, 2], bbbb=[1, 2])
    table.write_bytes(table.read_bytes().replace(b"bbbb", b"aaaa"))


@case("cpg.shp", "said", "names the encoding")
def encoding_of_noise(path):
    shapefile(path)
    path.with_suffix(".cpg").write_bytes(bytes(range(256)))


@case("CAPITALS.shp", "ok")
def parts_in_capitals(path):
    shapefile(path)
    for other in path.parent.iterdir():
        if other.suffix != ".shp":
            other.rename(other.with_name(other.name.upper()))


@case("pipe.shp", "refused", ".dbf file is not beside it")
def table_is_a_pipe(path):
    shapefile(path)
    path.with_suffix(".dbf").unlink()
    os.mkfifo(path.with_suffix(".dbf"))


# GeoPackages and GeoParquet that contradict themselves
def changed(path, *words, **options):
    save(squares(), path, layer="a", SPATIAL_INDEX="NO", **options)
    with sqlite3.connect(path) as base:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            base.create_function(name, 1, lambda _: 0)
        for word in words:
            base.execute(word)
    base.close()


def geopackage(title, verdict, said, *words):
    corpus.cases.append(case_of(f"{title}.gpkg", lambda path: changed(path, *words), verdict, said, title))


def case_of(name, make, verdict, word, title):
    return Case(name, make, verdict, word, None, title)


geopackage(
    "two_systems",
    "said",
    "different reference systems (4326, 32647)",
    "UPDATE gpkg_contents SET srs_id = 4326",
)
geopackage(
    "shapes_name_another_system",
    "said",
    "different reference systems",
    "UPDATE a SET geom = CAST(substr(geom, 1, 4) || x'E6100000' || substr(geom, 9) AS BLOB)",
)
geopackage(
    "wrong_extent",
    "said",
    "the extent that it states",
    "UPDATE gpkg_contents SET min_x = 0, min_y = 0, max_x = 1, max_y = 1",
)
geopackage("wrong_count", "said", "states 99 features", "UPDATE gpkg_ogr_contents SET feature_count = 99")
geopackage(
    "own_trigger", "said", "never run", "CREATE TRIGGER wipe AFTER INSERT ON a BEGIN DELETE FROM a; END"
)
geopackage("one_shape_of_noise", "said", "unreadable", "UPDATE a SET geom = x'00' WHERE fid = 1")
geopackage("shapes_of_text", "refused", "cannot be read", "UPDATE a SET geom = 'POINT (1 1)'")
geopackage("text_not_utf8", "refused", "not in UTF-8", "UPDATE a SET CODE = CAST(x'E0B9FF' AS TEXT)")
geopackage(
    "no_such_column", "refused", "no such column", "UPDATE gpkg_geometry_columns SET column_name = 'nope'"
)
geopackage("no_such_system", "refused", "EPSG:32647", "UPDATE gpkg_geometry_columns SET srs_id = 99999")
geopackage("undefined_system", "refused", "not tied", "UPDATE gpkg_geometry_columns SET srs_id = -1")
geopackage("another_table", "refused", "no layer", "UPDATE gpkg_contents SET table_name = 'b'")


def restated(path, **facts):
    squares().to_parquet(path)
    table = parquet.read_table(path)
    metadata = dict(table.schema.metadata)
    geo = json.loads(metadata[b"geo"])
    geo["columns"]["geometry"].update(facts)
    metadata[b"geo"] = json.dumps(geo).encode()
    parquet.write_table(table.replace_schema_metadata(metadata), path)


for title, verdict, said, facts in (
    ("stated_extent", "said", "the extent that it states", {"bbox": [0, 0, 1, 1]}),
    ("stated_kinds", "said", "of the kind Point and holds Polygon", {"geometry_types": ["Point"]}),
    ("stated_edges", "said", "great circles", {"edges": "spherical"}),
    ("stated_no_crs", "refused", "EPSG:32647", {"crs": None}),
    ("stated_crs_of_noise", "refused", "cannot be read", {"crs": {"a": 1}}),
    ("stated_encoding", "refused", "cannot be read", {"encoding": "GEOARROW-9"}),
):
    corpus.cases.append(
        case_of(f"{title}.parquet", lambda path, facts=facts: restated(path, **facts), verdict, said, title)
    )


@case("two.parquet", "said", "other columns of geometry")
def two_geometries(path):
    frame = squares()
    frame["middle"] = frame.centroid
    frame.to_parquet(path)


# Tables
TABLE = "id,name,lon,lat\n1,a,98.98,18.78\n2,b,98.99,18.79\n"
raw(
    "decimal_commas",
    "decimal.csv",
    "id;name;lon;lat\n1;a;98,98;18,78\n2;b;98,99;18,79\n",
    "said",
    "decimal points",
)
raw("thousands", "thousands.csv", 'id,people\n1,"1,234"\n2,"5,678"\n', "said", "no columns of coordinates")
raw("degree_signs", "signs.csv", "id,lon,lat\n1,98.98°,18.78°\n2,98°58'36\"E,18°46'48\"N\n", "ok")
raw("sides", "sides.csv", "id,lon,lat\n1,98.98E,18.78N\n", "ok")
raw("separator_line", "sep.csv", "sep=;\nid;lon;lat\n1;98.98;18.78\n", "ok")
raw("end_of_dos", "dos.csv", TABLE.encode() + b"\x1a", "ok")
raw("invisible_names", "invisible.csv", TABLE.replace("lon", "\u200blon"), "ok")
raw("text_with_system", "ewkt.csv", "id,wkt\n1,SRID=4326;POINT (98.98 18.78)\n", "ok")
raw(
    "texts_of_several_systems",
    "several.csv",
    "id,wkt\n1,SRID=4326;POINT (98 18)\n2,SRID=32647;POINT (498000 2077000)\n",
    "refused",
    "several CRS",
)
raw(
    "broken_text",
    "broken.csv",
    "id,wkt\n1,SRID=4326;POINT (98.98 18.78)\n2,SRID=4326;POINT (98.98\n",
    "said",
    "cannot be read",
)
raw("title_above", "title.csv", "ข้อมูลวัด,,,\nid,name,lon,lat\n1,a,98.98,18.78\n", "refused", "perhaps a title")
raw("line_of_totals", "totals.csv", "id,name,people\n1,ก,10\nรวม,,30\n", "said", "totals")
raw("below_zero", "below.csv", "id,population,lon,lat\n1,-5,98.98,18.78\n", "said", "below zero")
raw("swapped_in_one_row", "row.csv", TABLE + "3,c,18.78,98.98\n", "said", "impossible coordinates")
raw("metres_in_one_row", "metres.csv", TABLE + "3,c,498000,2077000\n", "said", "impossible coordinates")
raw("backslashes", "slash.csv", 'id,name\n1,"a\\"b"\n', "refused", "not a table")


# Zip files
def shapes(path):
    work = path.with_suffix(".parts")
    work.mkdir()
    shapefile(work / "zones.shp")
    files = {item.name: item.read_bytes() for item in sorted(work.iterdir())}
    for item in work.iterdir():
        item.unlink()
    work.rmdir()
    return files


@case("beside.zip", "refused", "holds 2 layers")
def shapefile_beside_another_map(path):
    path.write_bytes(zipped({**shapes(path), "other.geojson": GOOD}))


@case("legend.zip", "ok")
def shapefile_with_a_legend(path):
    path.write_bytes(
        zipped({**shapes(path), "legend.csv": "a,b\n1,2\n", "readme.txt": "x", "zones.qmd": "x"})
    )


@case("capitals.zip", "ok")
def parts_in_capitals_in_a_zip(path):
    files = shapes(path)
    path.write_bytes(
        zipped({name.upper() if name.endswith(".dbf") else name: data for name, data in files.items()})
    )


@case("nodbf.zip", "refused", ".dbf file is not beside it")
def zip_without_a_table(path):
    path.write_bytes(zipped({name: data for name, data in shapes(path).items() if not name.endswith(".dbf")}))


raw("zip_names_with_backslashes", "back.zip", zipped({"a\\z.geojson": GOOD}), "ok")
raw(
    "zip_slip_with_backslashes",
    "backslip.zip",
    zipped({"..\\..\\z.geojson": GOOD}),
    "refused",
    "holds no layer",
)
raw("zip_of_a_drive", "drive.zip", zipped({"C:\\z.geojson": GOOD}), "refused", "leads out")
raw("zip_of_a_geodatabase", "gdb.zip", zipped({"city.gdb/a00000001.gdbtable": "x"}), "refused", "unpack it")
raw(
    "zip_of_many_files",
    "many.zip",
    zipped({f"f{at}.txt": "" for at in range(10_001)}),
    "refused",
    "10,001 files",
)
raw("zip_behind_a_program", "program.zip", b"MZ" + bytes(500) + zipped({"z.geojson": GOOD}), "ok")
raw("kmz_of_two", "two.kmz", zipped({"doc.kml": KML, "other.kml": KML}), "refused", "holds 2 layers")
