"""Overpass and Nominatim, played by a server on this machine."""

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import shapely

from urbanplan.base.errors import FetchError, LayerError
from urbanplan.sources.osm import fetch_overpass, overpass_query, place_boundary, read_osm
from urbanplan.sources.protocol.fetch import fetch

AREA = shapely.box(98.975, 18.78, 98.995, 18.795)
loopback = partial(fetch, allow_private=True, tries=1, deadline_s=20)


@pytest.fixture
def server():
    """Give a function that answers with one body and returns the address; what was asked is kept in `.asked`."""
    asked, bodies = [], []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            length = int(self.headers.get("Content-Length", 0))
            asked.append({"path": self.path, "body": self.rfile.read(length).decode()})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(bodies[-1])))
            self.end_headers()
            self.wfile.write(bodies[-1])

        do_GET = do_POST = answer  # noqa: N815  (names of the standard library)

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()

    def answering(body):
        bodies.append(body if isinstance(body, bytes) else json.dumps(body).encode())
        return f"http://127.0.0.1:{http.server_port}/api"

    answering.asked = asked
    yield answering
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.mark.shared
def test_what_overpass_answers_is_read_like_a_file(server, shared, tmp_path):
    source = shared / "chiang_mai/osm/overpass_drive_3km_2024.json"
    target = fetch_overpass(AREA, tmp_path / "city.json", url=server(source.read_bytes()), fetch=loopback)
    assert target.read_bytes() == source.read_bytes()
    query = parse_qs(server.asked[0]["body"])["data"][0]
    assert query == overpass_query(AREA)
    one, other = (
        read_osm(path, crs="EPSG:32647", clip=AREA, layers=["places"], modes=["drive"])
        for path in (source, target)
    )
    assert one.networks["drive"].length_m.sum() == other.networks["drive"].length_m.sum() > 40_000
    assert one.places.equals(other.places)


def test_the_query_is_short_whatever_the_outline_and_asks_for_what_is_read():
    wiggly = AREA.buffer(0.01, quad_segs=2000)
    query = overpass_query(wiggly)
    assert len(query) < 1_500
    for key in (
        "highway",
        "building",
        "amenity",
        "shop",
        "landuse",
        "leisure",
        "historic",
        "waterway",
        "barrier",
    ):
        assert f'nwr["{key}"];' in query
    assert "[bbox:18.770000,98.965000,18.805000,99.005000]" in query
    with pytest.raises(FetchError, match=r"has 4\d,\d\d\d km2, .* use a PBF extract"):
        overpass_query(shapely.box(98, 18, 100, 20))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"elements": [], "remark": "runtime error: Query timed out"}, "Query timed out"),
        (
            {
                "elements": [{"type": "node", "id": 1, "lat": 1, "lon": 1}],
                "remark": "runtime error: out of memory",
            },
            "out of memory",
        ),
        ({"elements": []}, "without any element"),
        ({"error": "x"}, "no list of `elements`"),
        (b'{"elements": [', "not whole JSON"),
    ],
)
def test_a_partial_or_odd_answer_is_refused_and_nothing_is_left(server, tmp_path, body, words):
    with pytest.raises(FetchError, match=words) as caught:
        fetch_overpass(AREA, tmp_path / "city.json", url=server(body), fetch=loopback)
    assert caught.value.exit_code == 4
    assert list(tmp_path.iterdir()) == []


def result(kind, number, shape, name):
    return {
        "osm_type": kind,
        "osm_id": number,
        "display_name": name,
        "geojson": shapely.geometry.mapping(shape),
    }


def test_a_boundary_is_the_first_result_with_an_outline(server):
    answer = [
        result("node", 1, shapely.Point(102.8, 16.4), "Khon Kaen (point)"),
        result("relation", 2, AREA, "เทศบาลนครขอนแก่น, Thailand"),
        result("relation", 3, AREA.buffer(1), "Khon Kaen Province"),
    ]
    frame = place_boundary("Khon Kaen & Co, Thailand", url=server(answer), fetch=loopback)
    assert frame.index.tolist() == ["relation/2"]
    assert frame["name"].tolist() == ["เทศบาลนครขอนแก่น, Thailand"]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.iloc[0].equals(AREA)
    asked = parse_qs(urlsplit(server.asked[0]["path"]).query)
    assert asked["q"] == ["Khon Kaen & Co, Thailand"]


def test_a_name_without_an_outline_is_said_with_what_was_found(server):
    answer = [result("node", 1, shapely.Point(102.8, 16.4), "Khon Kaen (point)")]
    with pytest.raises(LayerError, match=r"'Khon' has an outline .*found: Khon Kaen \(point\)"):
        place_boundary("Khon", url=server(answer), fetch=loopback)
    with pytest.raises(LayerError, match="found: nothing"):
        place_boundary("Nowhere", url=server([]), fetch=loopback)
    for body in (b"<html>", [{"geojson": 3}], {"a": 1}, [{"geojson": {"type": "Polygon"}}]):
        with pytest.raises((FetchError, LayerError)):
            place_boundary("Khon", url=server(body), fetch=loopback)
