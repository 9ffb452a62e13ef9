"""OpenStreetMap files, timetables and zip files, good and bad."""

import bz2
import gzip
import io
import json
import stat
import zipfile

import osmium
from corpus import Corpus
from hostile_vectors import GOOD, KML, shapefile

corpus = Corpus()
case, raw = corpus.case, corpus.raw

# OpenStreetMap
NODES = '<node id="1" version="1" lat="18.78" lon="98.98"/><node id="2" version="1" lat="18.79" lon="98.99"/>'
WAY = '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>'


def osm(*parts):
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{"".join(parts)}</osm>'


MAP = osm(NODES, WAY)
raw("good_osm", "good.osm", MAP, "ok")
raw("good_gz", "good.osm.gz", gzip.compress(MAP.encode()), "ok")
raw("good_bz2", "good.osm.bz2", bz2.compress(MAP.encode()), "ok")
raw("osm_out_of_order", "order.osm", osm(WAY, NODES), "ok")
raw("good_osm_xml", "good.osm.xml", MAP, "ok")
raw("osm_empty", "empty.osm", "", "refused", "0 bytes")
raw("osm_without_objects", "none.osm", osm(), "refused", "no street")
raw("osm_untagged", "untagged.osm", osm(NODES), "refused", "no street")
raw("osm_cut", "cut.osm", MAP[:150], "refused", "cut.osm")
raw("osm_page", "page.osm", "<html>busy</html>", "refused", "error page")
raw("osm_changes", "change.osm", '<osmChange version="0.6"/>', "refused", "change")
raw("osm_missing_nodes", "missing.osm", osm(WAY), "refused", "nodes")
raw("osm_beyond_earth", "beyond.osm", osm(NODES.replace("18.", "180."), WAY), "refused", "beyond.osm")
raw(
    "osm_zero",
    "zero.osm",
    osm(NODES.replace("18.78", "0").replace("98.98", "0").replace("18.79", "0").replace("98.99", "0"), WAY),
    "refused",
    "place on Earth",
)
raw(
    "osm_entities",
    "bomb.osm",
    '<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    + MAP.replace("residential", "&b;").partition("?>")[2],
    "refused",
    "bomb.osm",
)
raw("osm_word_ids", "ids.osm", MAP.replace('id="1"', 'id="x"'), "refused", "ids.osm")
raw("osm_word_place", "place.osm", MAP.replace("18.78", "18.*8"), "refused", "cannot be read to its end")
raw(
    "osm_remark",
    "gaveup.osm",
    osm("<remark>runtime error: Query timed out</remark>", NODES, WAY),
    "refused",
    "partial answer",
)
raw("gz_bomb", "bomb.osm.gz", gzip.compress(MAP.encode() + b" " * 30_000_000), "refused", "unpacks")
raw("gz_cut", "cut.osm.gz", gzip.compress(MAP.encode())[:-20], "refused", "unpacked")
raw("gz_checksum", "crc.osm.gz", gzip.compress(MAP.encode())[:-8] + bytes(8), "refused", "unpacked")
raw("text_called_pbf", "text.osm.pbf", "hello", "refused", "not an OpenStreetMap file")
raw(
    "noise_called_pbf",
    "noise.pbf",
    b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\xff\xff\xff\xff\x0f" + bytes(40),
    "refused",
    "noise.pbf",
)
ANSWER = {
    "version": 0.6,
    "generator": "Overpass API",
    "elements": [
        {"type": "node", "id": 1, "lat": 18.78, "lon": 98.98},
        {"type": "node", "id": 2, "lat": 18.79, "lon": 98.99},
        {"type": "way", "id": 1, "nodes": [1, 2], "tags": {"highway": "residential"}},
    ],
}
raw("good_answer", "answer.json", json.dumps(ANSWER), "ok")
TAGGED = [{**item, "tags": {"highway": "residential", "note": "Feature"}} for item in ANSWER["elements"]]
raw("good_answer_with_odd_tags", "tagged.json", json.dumps({**ANSWER, "elements": TAGGED}), "ok")
raw(
    "answer_with_remark",
    "remark.json",
    json.dumps({**ANSWER, "remark": "runtime error: out of memory"}),
    "refused",
    "partial",
)
raw("answer_cut", "cutanswer.json", json.dumps(ANSWER)[:-20], "refused", "JSON")
raw("answer_empty", "noanswer.json", json.dumps({**ANSWER, "elements": []}), "refused", "element")
raw("answer_odd", "odd.json", json.dumps({**ANSWER, "elements": [1]}), "refused", "element")
raw(
    "answer_infinite",
    "infinite.json",
    json.dumps(ANSWER).replace("18.78", "1e999"),
    "refused",
    "infinite.json",
)
raw(
    "answer_wrong_types",
    "types.json",
    json.dumps(ANSWER).replace("[1, 2]", '{"a": 1}'),
    "refused",
    "types.json",
)


def write_pbf(path):
    source = path.with_name("source.osm")
    source.write_text(MAP)
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)
    source.unlink()


@case("good.osm.pbf", "ok")
def good_pbf(path):
    write_pbf(path)


@case("cut.osm.pbf", "refused", "cut off")
def pbf_cut(path):
    write_pbf(path)
    path.write_bytes(path.read_bytes()[:-9])


@case("header.osm.pbf", "refused", "no data")
def pbf_of_a_header(path):
    write_pbf(path)
    data = path.read_bytes()
    length = int.from_bytes(data[:4], "big")
    path.write_bytes(data[: 4 + length + data[4 + length - 1]])


@case("tail.osm.pbf", "refused", "tail.osm.pbf")
def pbf_with_a_tail(path):
    write_pbf(path)
    path.write_bytes(path.read_bytes() + b"tail")


# Timetables
FEED = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,ก,18.78,98.98\nB,ข,18.79,98.99\n",
    "trips.txt": "trip_id,service_id\nT,S\n",
    "stop_times.txt": "trip_id,stop_id,stop_sequence\nT,A,1\nT,B,2\n",
    "calendar_dates.txt": "service_id,date,exception_type\nS,20240101,1\n",
}


def zipped(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def feed(**changes):
    files = {**FEED, **{f"{name}.txt": text for name, text in changes.items()}}
    return zipped({name: text for name, text in files.items() if text is not None})


raw("good_feed", "feed.zip", feed(), "said", "no departure")
raw(
    "good_feed_in_folder",
    "folder.zip",
    zipped({f"feed/{name}": text for name, text in FEED.items()}),
    "said",
    "no departure",
)
raw("feed_without_stops", "nostops.zip", feed(stops=None), "refused", "stops.txt")
raw("feed_without_times", "notimes.zip", feed(stop_times=None), "refused", "stop_times.txt")
raw("feed_without_calendar", "nocal.zip", feed(calendar_dates=None), "refused", "calendar")
raw(
    "feed_two",
    "feeds.zip",
    zipped({f"{at}/{name}": text for at in "ab" for name, text in FEED.items()}),
    "refused",
    "2 feeds",
)
raw(
    "feed_swapped",
    "swapfeed.zip",
    feed(stops="stop_id,stop_name,stop_lat,stop_lon\nA,ก,98.98,18.78\nB,ข,98.99,18.79\n"),
    "refused",
    "swapped",
)
raw("feed_twice", "stops2.zip", feed(stops=FEED["stops.txt"] + "A,ค,18.7,98.9\n"), "refused", "twice")
raw(
    "feed_buddhist",
    "befeed.zip",
    feed(calendar_dates="service_id,date,exception_type\nS,25670101,1\n"),
    "refused",
    "Buddhist",
)
raw(
    "feed_no_date",
    "nodate.zip",
    feed(calendar_dates="service_id,date,exception_type\nS,20240231,1\n"),
    "refused",
    "date",
)
raw(
    "feed_other_stops",
    "other.zip",
    feed(stop_times="trip_id,stop_id,stop_sequence\nT,X,1\nT,Y,2\n"),
    "refused",
    "in common",
)
raw("feed_cp874", "cp874.zip", feed(stops=FEED["stops.txt"].encode("cp874")), "refused", "UTF-8")
raw("feed_no_columns", "cols.zip", feed(stops="id,name\n1,2\n"), "refused", "stop_id")
raw(
    "feed_unknown_stop",
    "gap.zip",
    feed(stop_times="trip_id,stop_id,stop_sequence\nT,A,1\nT,X,2\nT,B,3\n"),
    "said",
    "not in stops.txt",
)
raw("feed_cut", "cutfeed.zip", feed()[:-30], "refused", "zip")
raw("feed_bomb", "bombfeed.zip", feed(stops=FEED["stops.txt"] + " " * 40_000_000), "refused", "unpack")
raw("feed_empty_table", "hollow.zip", feed(stops=""), "refused", "stops.txt")
raw(
    "feed_zero_places",
    "zerofeed.zip",
    feed(stops="stop_id,stop_name,stop_lat,stop_lon\nA,ก,0,0\nB,ข,0,0\n"),
    "refused",
    "Earth",
)


# Zip files with layers
def packed(path, frames, folder="", extra=None):
    work = path.with_suffix(".work")
    work.mkdir()
    for name in frames:
        shapefile(work / f"{name}.shp")
    files = {f"{folder}{item.name}": item.read_bytes() for item in sorted(work.iterdir())}
    path.write_bytes(zipped({**files, **(extra or {})}))
    for item in work.iterdir():
        item.unlink()
    work.rmdir()


@case("zones.zip", "ok")
def good_zip(path):
    packed(path, ["zones"])


@case("sub.zip", "ok")
def good_zip_in_subfolder(path):
    packed(path, ["เขต"], folder="a/b/", extra={"__MACOSX/a/._zones.shp": b"x", "readme.txt": b"hello"})


@case("several.zip", "refused", "north.shp, south.shp")
def two_shapefiles(path):
    packed(path, ["north", "south"])


@case("crc.zip", "refused", "damaged")
def wrong_checksum(path):
    packed(path, ["zones"])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("zones.dbf")
    data[info.header_offset + 30 + len("zones.dbf") + 5] ^= 255
    path.write_bytes(bytes(data))


@case("link.zip", "refused", "link")
def symbolic_link(path):
    info = zipfile.ZipInfo("zones.shp")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")


@case("locked.zip", "refused", "password")
def locked(path):
    packed(path, ["zones"])
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    for start in [i for i in range(len(data) - 4) if data[i : i + 4] == b"PK\x01\x02"]:
        data[start + 8] |= 1
    assert at > 0
    path.write_bytes(bytes(data))


raw("zip_of_geojson", "geo.zip", zipped({"a/z.geojson": GOOD}), "ok")
raw("kmz", "good.kmz", zipped({"doc.kml": KML}), "ok")
raw("zip_slip", "slip.zip", zipped({"../../z.geojson": GOOD}), "refused", "leads out")
raw("zip_absolute", "absolute.zip", zipped({"/etc/z.geojson": GOOD}), "refused", "leads out")
raw("zip_bomb", "bomb.zip", zipped({"z.geojson": b" " * 40_000_000}), "refused", "unpack")
raw("zip_empty", "none.zip", zipped({}), "refused", "nothing")
raw("zip_without_layer", "texts.zip", zipped({"readme.md": "x"}), "refused", "readme.md")
raw("zip_in_zip", "nested.zip", zipped({"inner.zip": zipped({"z.geojson": GOOD})}), "refused", "unpack it")
raw("zip_cut", "cut.zip", zipped({"z.geojson": GOOD})[:-25], "refused", "zip file")
raw("zip_noise", "noise.zip", bytes(range(256)), "refused", "zip file")
raw("zip_of_noise", "inside.zip", zipped({"z.geojson": "noise"}), "refused", "inside.zip")
raw("zip_of_raster", "dem.zip", zipped({"a.tif": b"II*"}), "refused", "unpack it")
raw("rar", "plan.rar", b"Rar!\x1a\x07\x00", "refused", "unpack")
raw("tar", "plan.tar.gz", gzip.compress(b"x"), "refused", "unpack")
