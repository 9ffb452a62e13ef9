"""What offices, spreadsheets and converters do to data without anybody meaning harm."""

import json
import sqlite3

import numpy as np
from corpus import Corpus
from hostile_archives import feed
from hostile_rasters import PLACE, RISING, save
from hostile_texts import CITY
from hostile_vectors import CELL, GOOD, LAT, LON, collection, feature, ring, shapefile, squares
from hostile_vectors import save as save_layer
from shapely import MultiPolygon, Polygon, box

corpus = Corpus()
case, raw = corpus.case, corpus.raw
X, Y = 498_000.0, 2_077_000.0
PLACES = "id,name,lon,lat\n"


def table(title, rows, verdict, word="", head=PLACES):
    raw(title, f"{title}.csv", head + rows, verdict, word)


# Tables out of spreadsheets
table(
    "years_of_two_digits",
    "1,12/03/61,98.981,18.781\n2,13/04/61,98.9921,18.7921\n",
    "said",
    "years of two digits",
    head="id,วันที่,lon,lat\n",
)
table(
    "days_as_numbers",
    "1,43171,98.981,18.781\n2,43172,98.9921,18.7921\n",
    "said",
    "as a spreadsheet counts them",
    head="id,วันที่,lon,lat\n",
)
table("cells_with_errors", "1,#REF!,98.981,18.781\n2,ข,98.9921,18.7921\n", "said", "error of a spreadsheet")
table(
    "years_are_no_days",
    "1,2561,98.981,18.781\n2,2562,98.9921,18.7921\n",
    "said",
    "Buddhist",
    head="id,year,lon,lat\n",
)
table(
    "numbers_of_a_register",
    "1,43171,98.981,18.781\n2,43172,98.9921,18.7921\n",
    "ok",
    head="id,permit,lon,lat\n",
)
table("whole_degrees", "".join(f"{n},n{n},{98 + n},{16 + n}\n" for n in range(4)), "said", "0 decimals")
table(
    "two_decimals",
    "".join(f"{n},n{n},{98.9 + n / 100:.2f},{18.7 + n / 100:.2f}\n" for n in range(5)),
    "said",
    "2 decimals",
)
table(
    "three_decimals",
    "".join(f"{n},n{n},{98.901 + n / 100:.3f},{18.703 + n / 100:.3f}\n" for n in range(5)),
    "ok",
)
table(
    "all_at_one_place",
    "".join(f"{n},n{n},98.9853,18.7883\n" for n in range(4)),
    "said",
    "exactly the outline",
)
table("west_by_a_sign", "1,ก,-98.981,18.781\n2,ข,98.9921,18.7921\n", "said", "198 degrees")
table(
    "both_in_one_column",
    '1,ก,"18.781,98.981"\n',
    "said",
    "no columns of coordinates",
    head="id,name,latlon\n",
)
table(
    "points_between_thousands",
    '1;"498.123,45";"2.077.123,45"\n',
    "refused",
    "without geometry",
    head="id;x;y\n",
)
table("comma_at_the_end", "1,ก,98.981,18.781,\n", "refused", "no name", head="id,name,lon,lat,\n")
table("lines_in_cells", '1,"ก\nข",98.981,18.781\n2,ค,98.9921,18.7921\n', "ok")
raw(
    "line_ends_of_old_macs",
    "cr.csv",
    PLACES.replace("\n", "\r") + "1,ก,98.981,18.781\r2,ข,98.9921,18.7921\r",
    "ok",
)
raw("utf16_the_other_way_round", "be.csv", f"\ufeff{PLACES}1,ก,98.981,18.781\n".encode("utf-16-be"), "ok")
raw(
    "a_fixed_width_list",
    "t.txt",
    "id   name   lon     lat\n1    ก      98.981  18.781\n",
    "refused",
    "one column",
)
raw(
    "deeds_and_nonsense",
    "d.csv",
    "id,เนื้อที่,lon,lat\n1,2-1-50,98.981,18.781\n2,2-9-500,98.9921,18.7921\n",
    "ok",
)

# KML of converters
KML = '<?xml version="1.0"?><kml{space}><Placemark><name>ก</name><Point><coordinates>{place}</coordinates></Point></Placemark></kml>'
raw("kml_of_no_namespace", "n.kml", KML.format(space="", place="98.98,18.78"), "ok")
raw(
    "kml_of_google",
    "g.kml",
    KML.format(space=' xmlns="http://earth.google.com/kml/2.2"', place="98.98,18.78"),
    "ok",
)
raw(
    "kml_of_another_namespace",
    "o.kml",
    KML.format(space=' xmlns="http://example.org/kml"', place="98.98,18.78"),
    "said",
    "not that of KML",
)
raw("kml_in_metres", "m.kml", KML.format(space="", place="498000,2077000"), "refused", "EPSG:32647 metres")
raw("kml_with_semicolons", "s.kml", KML.format(space="", place="98.98;18.78"), "refused", "cannot be read")
raw(
    "kml_with_decimal_commas",
    "c.kml",
    KML.format(space="", place="98,98 18,78"),
    "refused",
    "no such longitudes",
)

# GeoJSON that says two things
raw(
    "degrees_in_a_metric_crs",
    "d.geojson",
    collection(feature(CELL), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32647"}}),
    "refused",
    "EPSG:4326 degrees",
)
raw("a_feature_of_null", "n.geojson", collection(None, feature(CELL)), "refused", "has no geometry member")
raw(
    "properties_of_null",
    "p.geojson",
    collection(json.loads(GOOD)["features"][0] | {"properties": None}),
    "ok",
)
raw("a_hole_wound_as_its_outline", "h.geojson", collection(feature({"type": "Polygon", "coordinates": [
    CELL["coordinates"][0],
    ring([LON + 0.002, LAT + 0.002], [LON + 0.004, LAT + 0.002], [LON + 0.004, LAT + 0.004], [LON + 0.002, LAT + 0.002])["coordinates"][0],
]})), "ok")  # fmt: skip


# Shapefiles whose rings run the wrong way round
def wind(path, *turned):
    """Write an outline with a hole and an island, with some of its three rings turned round."""
    outline = Polygon(box(X, Y, X + 100, Y + 100).exterior, [box(X + 20, Y + 20, X + 40, Y + 40).exterior])
    shapefile(path, squares(1, geometry=[MultiPolygon([outline, box(X + 200, Y, X + 210, Y + 10)])]))
    data = bytearray(path.read_bytes())
    for part in turned:
        start = 100 + 8 + 44 + 4 * 3 + part * 80
        corners = [bytes(data[start + 16 * n : start + 16 * n + 16]) for n in range(5)]
        data[start : start + 80] = b"".join(corners[::-1])
    path.write_bytes(data)


@case("as_asked.shp", "ok")
def rings_as_the_format_asks(path):
    wind(path)


@case("turned.shp", "said", "told apart by how they lie")
def rings_all_turned(path):
    wind(path, 0, 1, 2)


@case("hole.shp", "said", "told apart by how they lie")
def a_hole_turned_to_an_outline(path):
    wind(path, 1)


# GeoPackages
@case("no_srs.gpkg", "refused", "has no CRS")
def geopackage_without_the_row_of_its_crs(path):
    save_layer(squares(2), path)
    with sqlite3.connect(path) as base:
        base.execute("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = 32647")
    base.close()


@case("ours.gpkg", "refused", "2 layers")
def geopackage_of_repairs_and_more(path):
    save_layer(squares(2), path, layer="zones_original")
    save_layer(squares(2), path, layer="zones_repaired")


# Rasters that are pictures, or in other units
@case("colours.tif", "said", "table of colours")
def a_picture_of_a_map(path):
    import rasterio  # noqa: PLC0415 - one use

    save(path, (np.arange(4096) % 200).astype("uint8").reshape(64, 64), nodata=255)
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {n: (n, n, 255 - n, 255) for n in range(256)})


@case("feet.tif", "said", "values are in ft")
def elevation_in_feet(path):
    import rasterio  # noqa: PLC0415 - one use

    save(path, RISING, nodata=-9999)
    with rasterio.open(path, "r+") as file:
        file.units = ("ft",)


@case("metres.tif", "ok")
def elevation_in_metres(path):
    import rasterio  # noqa: PLC0415 - one use

    save(path, RISING, nodata=-9999, transform=PLACE)
    with rasterio.open(path, "r+") as file:
        file.units = ("m",)


# Timetables
HEAD = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"


def stops(title, rows, verdict, word):
    raw(title, f"{title}.zip", feed(stops=HEAD + rows), verdict, word)


stops("stations_in_a_circle", "A,ก,18.78,98.98,0,B\nB,ข,18.79,98.99,0,A\n", "said", "a stop that is none")
stops("a_stop_in_itself", "A,ก,18.78,98.98,0,A\nB,ข,18.79,98.99,0,\n", "said", "a stop that is none")
stops("a_station_not_listed", "A,ก,18.78,98.98,0,Z\nB,ข,18.79,98.99,0,\n", "said", "not in stops.txt")
raw(
    "an_arrival_before_the_day",
    "neg.zip",
    feed(
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "T,-01:00:00,08:00:00,A,1\nT,08:10:00,08:10:00,B,2\n"
    ),
    "said",
    "1 times are not",
)

# City files with units
MAPPED = "layers:\n  plots:\n    source: plan\n    columns: {stated_area_m2: AREA}\n    units: {stated_area_m2: %s}\n"


def units(title, unit, verdict, word=""):
    source = "sources:\n  plan: {file: p.gpkg, date: '2024', licence: CC0-1.0, attribution: City hall}\n"
    head = CITY.partition("sources:")[0]
    raw(title, f"{title}.yml", head + source + MAPPED % unit, verdict, word)


units("areas_in_rai", "rai", "ok")
units("areas_in_acres", "acre", "refused", "units")
units("areas_in_feet", "ft", "refused", "cannot be in ft")
units("areas_in_storeys", "storeys", "refused", "cannot be in storeys")
units("areas_in_a_list", "[rai]", "refused", "units")
