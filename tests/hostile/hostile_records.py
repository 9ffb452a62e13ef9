"""Timetables, maps, city files and notebooks that are nearly right."""

import json
import os
import pickle
import struct

import osmium
from affine import Affine
from corpus import Corpus
from hostile_archives import FEED, MAP, NODES, WAY, feed, osm, write_pbf
from hostile_rasters import save
from hostile_texts import CITY, PARAMETERS, asked, code, notebook
from hostile_vectors import GOOD

corpus = Corpus()
case, raw = corpus.case, corpus.raw

# Timetables
STOPS = FEED["stops.txt"]
TIMED = "trip_id,departure_time,stop_id,stop_sequence\n"
WEEK = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"


def timetable(title, verdict, word, **changes):
    raw(title, f"{title}.zip", feed(**changes), verdict, word)


timetable("tables_lacking", "said", "no agency.txt")
timetable(
    "times_beyond_midnight", "said", "no departure", stop_times=TIMED + "T,25:10:00,A,1\nT,26:00:00,B,2\n"
)
timetable("times_days_later", "said", "two days after", stop_times=TIMED + "T,25:10:00,A,1\nT,99:00:00,B,2\n")
timetable("times_of_words", "refused", "HH:MM:SS", stop_times=TIMED + "T,early,A,1\nT,late,B,2\n")
timetable(
    "one_time_of_words",
    "said",
    "1 times are not",
    stop_times=TIMED + "T,08:00:00,A,1\nT,08:99:00,B,2\nT,09:00:00,A,3\n",
)
timetable(
    "times_backwards", "said", "before an earlier one", stop_times=TIMED + "T,10:00:00,A,1\nT,09:00:00,B,2\n"
)
timetable("trip_twice", "refused", "trip_id 'T' twice", trips="trip_id,service_id\nT,S\nT,S\n")
timetable(
    "sequence_twice",
    "said",
    "same stop_sequence",
    stop_times="trip_id,stop_id,stop_sequence\nT,A,1\nT,B,2\nT,A,2\nT,B,3\n",
)
timetable(
    "trip_unknown",
    "said",
    "not in trips.txt",
    stop_times="trip_id,stop_id,stop_sequence\nX,A,1\nX,B,2\nT,A,1\nT,B,2\n",
)
timetable("service_unknown", "said", "no calendar has", trips="trip_id,service_id\nT,S\nU,NOPE\n")
timetable(
    "route_unknown",
    "said",
    "not in routes.txt",
    trips="trip_id,service_id,route_id\nT,S,R\n",
    routes="route_id\nQ\n",
)
timetable(
    "calendar_backwards",
    "said",
    "end before they begin",
    calendar=WEEK + "S,1,1,1,1,1,1,1,20241231,20240101\n",
)
timetable(
    "calendar_of_words", "said", "neither 0 nor 1", calendar=WEEK + "S,yes,1,1,1,1,1,1,20240101,20240131\n"
)
timetable(
    "calendar_without_a_day",
    "refused",
    "no day of service",
    calendar_dates=None,
    calendar=WEEK + "S,0,0,0,0,0,0,0,20240101,20240131\n",
)
timetable("rows_ragged", "said", "another number of fields", stops=STOPS + "C,ค,18.7\n")
timetable(
    "column_twice", "refused", "two columns called 'stop_id'", stops=STOPS.replace("stop_name", "stop_id")
)
timetable(
    "stop_far_away",
    "said",
    "far from the others",
    stops=STOPS.replace("18.78,98.98", "51.5,-0.1") + "C,ค,18.79,98.99\nD,ง,18.79,98.99\n",
    stop_times="trip_id,stop_id,stop_sequence\nT,A,1\nT,B,2\nT,C,3\nT,D,4\n",
)
timetable("stops_in_utf16", "refused", "UTF-8", stops=STOPS.encode("utf-16"))
timetable("stop_at_zero", "said", "without a place", stops=STOPS.replace("18.79,98.99", "0,0"))
timetable(
    "headway_of_nothing",
    "refused",
    "no trip of it ever stops",
    frequencies="trip_id,start_time,end_time,headway_secs\nT,06:00:00,22:00:00,0\n",
)

# OpenStreetMap
BELOW = MAP.replace('id="', 'id="-').replace('ref="', 'ref="-')
raw("osm_below_zero", "below.osm", BELOW, "refused", "below.osm")
raw("osm_another_version", "old.osm", MAP.replace('"0.6"', '"0.5"'), "refused", "version 0.5")
raw(
    "osm_over_the_world",
    "world.osm",
    osm(
        NODES + '<node id="3" version="1" lat="-33" lon="-70"/>',
        WAY.replace('<nd ref="2"/>', '<nd ref="2"/><nd ref="3"/>'),
    ),
    "said",
    "more than a city",
)
raw(
    "osm_itself_a_member",
    "self.osm",
    osm(
        NODES,
        WAY,
        '<relation id="1" version="1"><member type="relation" ref="1" role=""/><tag k="type" v="multipolygon"/></relation>',
    ),
    "ok",
)
raw(
    "osm_utf16",
    "utf16.osm",
    MAP.replace("UTF-8", "UTF-16").encode("utf-16"),
    "refused",
    "not an OpenStreetMap file",
)
raw("osm_packed_by_name_only", "plain.osm.gz", MAP, "ok")
raw("osm_long_value", "long.osm", MAP.replace("residential", "x" * 70_000), "refused", "too long")
raw(
    "answer_of_counts",
    "count.json",
    '{"version": 0.6, "elements": [{"type": "count", "id": 0, "tags": {"nodes": "1"}}]}',
    "refused",
    "count.json",
)
raw("answer_limited", "limit.osm", "<html><body>rate_limited</body></html>", "refused", "error page")
raw("o5m", "map.o5m", b"\xff\xe0\x04o5m2", "refused", ".osm.pbf")


@case("boundary.osm.pbf", "refused", "belong to no way")
def pbf_cut_between_blocks(path):
    nodes = "".join(f'<node id="{at}" version="1" lat="18.78" lon="98.{at:04}"/>' for at in range(1, 200))
    source = path.with_name("source.osm")
    tag = '<tag k="amenity" v="school"/></node>'
    source.write_text(osm(nodes, f'<node id="900" version="1" lat="18.78" lon="98.98">{tag}'))
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)
    source.unlink()


@case("blob.osm.pbf", "refused", "blob.osm.pbf")
def pbf_with_a_huge_block(path):
    write_pbf(path)
    path.write_bytes(path.read_bytes() + struct.pack(">I", 2**31 - 1) + bytes(40))


# City files
raw(
    "code_without_quotes",
    "zero.yml",
    CITY.replace("[{source: osm}]", "[{source: osm, where: {code: 0501}}]"),
    "refused",
    '"0501"',
)
raw(
    "address_as_a_file",
    "addressfile.yml",
    CITY.replace("trang.osm.pbf", "http://a.example/y.pbf"),
    "refused",
    "origin",
)
raw(
    "file_system_of_gdal",
    "vsi.yml",
    CITY.replace("trang.osm.pbf", "vsicurl/http://a.example"),
    "refused",
    "origin",
)
raw(
    "address_broken",
    "bracket.yml",
    CITY.replace("date:", "origin: {url: 'http://[::1/y'}, date:"),
    "refused",
    "not an address",
)
raw(
    "address_of_no_port",
    "port.yml",
    CITY.replace("date:", "origin: {url: 'http://a.example:99999/y'}, date:"),
    "refused",
    "not an address",
)
raw(
    "address_with_a_password",
    "password.yml",
    CITY.replace("date:", "origin: {url: 'https://u:p@a.example/y'}, date:"),
    "refused",
    "password",
)
raw(
    "database_in_the_file",
    "database.yml",
    CITY.replace("date:", "origin: {postgis: 'postgresql://u:p@h/d', layer: a}, date:"),
    "refused",
    "environment variable",
)
raw(
    "number_as_an_address",
    "decimal.yml",
    CITY.replace("date:", "origin: {url: 'http://2130706433/y'}, date:"),
    "said",
    "not a public address",
)
raw("hidden_letters", "hidden.yml", CITY.replace("ตรัง", "\u202eevil"), "said", "hidden characters")
raw("merged_keys", "merge.yml", CITY.replace(' date: "2024-01-01",', " <<: {date: '2024-01-01'},"), "ok")
raw("date_of_yaml", "dates.yml", CITY.replace('"2024-01-01"', "2024-01-01"), "ok")
raw("norway", "norway.yml", CITY.replace("id: trang", "id: trang\ncountry: NO"), "ok")
raw("minutes_of_yaml", "minutes.yml", CITY.replace("3000", "1:30:00"), "refused", "radius_m")
raw("thousands_of_yaml", "comma.yml", CITY.replace("3000", "3,000"), "refused", "comma.yml:3")
raw("city_utf16", "utf16.yml", CITY.encode("utf-16"), "refused", "UTF-8")
raw(
    "two_kinds_of_boundary",
    "kinds.yml",
    CITY.replace("radius_m: 3000", "radius_m: 3000, bbox: [1, 2, 3, 4]"),
    "refused",
    "bbox",
)
raw(
    "box_the_wrong_way",
    "box.yml",
    CITY.replace("centre: [99.61, 7.56], radius_m: 3000", "bbox: [99.7, 7.6, 99.5, 7.4]"),
    "refused",
    "west < east",
)
raw("no_layers", "nolayers.yml", CITY.partition("layers:")[0] + "layers:\n", "refused", "layers")

# Notebooks
TAGGED = code(PARAMETERS, tags=["parameters"])


def written(title, verdict, word, text):
    raw(title, f"{title}.ipynb", text, verdict, word)


written(
    "cells_twice", "refused", "stands twice", asked(PARAMETERS).replace('"cells":', '"cells": [], "cells":')
)
written(
    "no_json_number",
    "refused",
    "not JSON",
    asked(PARAMETERS).replace('"nbformat_minor": 5', '"nbformat_minor": NaN'),
)
written(
    "minor_below_zero",
    "refused",
    "nbformat_minor",
    asked(PARAMETERS).replace('"nbformat_minor": 5', '"nbformat_minor": -1'),
)
written(
    "format_as_text", "refused", "format 4", asked(PARAMETERS).replace('"nbformat": 4', '"nbformat": "4"')
)
written(
    "output_of_no_kind",
    "refused",
    "not outputs",
    notebook(TAGGED, {**code("1"), "outputs": [{"output_type": "evil"}]}),
)
written("output_of_numbers", "refused", "not outputs", notebook(TAGGED, {**code("1"), "outputs": [3]}))
written(
    "output_of_script",
    "said",
    "code of web pages",
    notebook(
        TAGGED,
        {
            **code("1"),
            "outputs": [
                {
                    "output_type": "display_data",
                    "metadata": {},
                    "data": {"text/html": "<script>alert(1)</script>"},
                }
            ],
        },
    ),
)
written(
    "markdown_of_script",
    "said",
    "code of web pages",
    notebook(TAGGED, {"cell_type": "markdown", "metadata": {}, "source": "<img src=x onerror=alert(1)>"}),
)
written(
    "kernel_of_a_shell",
    "refused",
    "kernel",
    notebook(TAGGED, metadata={"kernelspec": {"name": "bash", "display_name": "x"}}),
)
written(
    "kernel_that_leads_out",
    "refused",
    "kernel",
    notebook(TAGGED, metadata={"kernelspec": {"name": "../../evil", "language": "python"}}),
)
written("language_by_info", "refused", "'R'", notebook(TAGGED, metadata={"language_info": {"name": "R"}}))
written("id_of_markup", "refused", "id", notebook({**TAGGED, "id": "a b/<script>"}))
written("id_of_a_number", "refused", "id", notebook({**TAGGED, "id": 5}))
written("runs_of_words", "refused", "count of runs", notebook({**TAGGED, "execution_count": "x"}))
written("parameter_twice", "refused", "written twice", asked("n: int = 1\nn: int = 2"))
written("parameter_infinite", "refused", "finite", asked("n: float = 1e999"))
written("parameter_half_a_character", "refused", "half a character", asked("n: str = '\\ud800'"))
written("parameter_power", "refused", "plain", asked("n: int = 9**99999"))
written("parameter_octal", "refused", "zeros", asked("n: int = 0501"))
written("parameter_thai_name", "refused", "a-z", asked("ก: int = 1"))
written("parameter_magic", "refused", "line 1", asked("%run evil.py"))
written("parameter_of_nothing", "refused", "type", asked("n: str = None"))
written("notebook_utf16", "refused", "UTF-8", asked(PARAMETERS).encode("utf-16"))


# Rasters
@case("northwards.tif", "said", "south to north")
def south_up(path):
    save(path, transform=Affine(100, 0, 498_000, 0, 100, 2_070_000), nodata=-9999)


@case("atzero.tif", "refused", "open sea")
def raster_at_zero(path):
    save(path, crs="EPSG:4326", transform=Affine(0.001, 0, 0, 0, -0.001, 0.064), nodata=-9999)


@case("mercator.tif", "refused", "EPSG:4326")
def raster_of_degrees_labelled_mercator(path):
    save(path, crs="EPSG:3857", transform=Affine(0.001, 0, 98.9, 0, -0.001, 18.9), nodata=-9999)


# What else lies in a folder
raw("pickle", "cache.pkl", pickle.dumps({"a": 1}), "refused", "never opened")
raw("compiled", "kernel.nbi", pickle.dumps(1), "refused", "never opened")
raw("unfinished", "map.osm.pbf.part", b"\x00\x00\x00\x0d", "refused", "not finished")
raw("unfinished_by_a_browser", "z.geojson.crdownload", GOOD, "refused", "not finished")
raw("feather", "z.feather", b"ARROW1\x00\x00", "refused", "GeoParquet")
raw("hdf", "z.h5", b"\x89HDF\r\n\x1a\n", "refused", "GeoTIFF")
raw(
    "cached_answer_cut",
    "0a1b2c.json",
    json.dumps({"version": 0.6, "elements": []})[:-3],
    "refused",
    "0a1b2c.json",
)
raw("cached_error", "3d4e5f.json", "<html>Too many requests</html>", "refused", "JSON")
raw("lock_of_an_office", "~$plan.xlsx", "x", "refused", "CSV")


@case("pipe.geojson", "refused", "plain file")
def a_pipe(path):
    os.mkfifo(path)


@case("folder.shp", "refused", "folder")
def a_folder(path):
    path.mkdir()


@case("gone.geojson", "refused", "no such file")
def a_link_to_nowhere(path):
    path.symlink_to(path.with_name("nowhere"))


@case("endless.csv", "refused", "plain file")
def a_link_to_an_endless_file(path):
    path.symlink_to("/dev/zero")


@case("huge.geojson", "refused", "more than")
def a_hollow_file(path):
    with path.open("wb") as file:
        file.truncate(5_000_000_000)
