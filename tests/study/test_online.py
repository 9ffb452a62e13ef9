"""A city without a data folder: boundary by name, streets from an Overpass server, files by address; all on loopback."""

import hashlib
import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import shapely

from urbanplan.base.errors import CityFileError, FetchError, MissingFileError
from urbanplan.sources import osm
from urbanplan.sources.protocol import fetch as client
from urbanplan.sources.raster import remote
from urbanplan.study.prepare import prepare

CITY = """\
id: online
name: {{en: Online}}
crs: EPSG:32647
boundary: {boundary}
buffer_m: 200
sources:
  osm:
    file: {file}
    origin: {origin}
    date: 2024-03-06
    licence: ODbL-1.0
    attribution: © OpenStreetMap contributors
layers:
  streets: {{source: osm}}
"""


@pytest.fixture
def server(monkeypatch):
    """Give a loopback server that answers with what a test puts into `pages`, and count its requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            body = self.server.pages.get(self.path.split("?")[0])
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def do_POST(self):
            self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.do_GET()

        def log_message(self, *_):
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.pages, running.asked, running.posted = {}, [], []
    running.address = f"http://127.0.0.1:{running.server_port}"
    threading.Thread(target=running.serve_forever, daemon=True).start()
    private = partial(client.fetch, allow_private=True, pause_s=0.01)
    monkeypatch.setattr(client, "fetch", private)
    monkeypatch.setattr(
        osm, "fetch_overpass", partial(osm.fetch_overpass, url=f"{running.address}/api", fetch=private)
    )
    monkeypatch.setattr(
        osm, "place_boundary", partial(osm.place_boundary, url=f"{running.address}/search", fetch=private)
    )
    yield running
    running.shutdown()
    running.server_close()


def city_file(folder: Path, **parts: str) -> Path:
    path = folder / "online.yml"
    path.write_text(CITY.format(**parts), encoding="utf-8")
    return path


@pytest.mark.shared
def test_a_city_by_name_alone(server, shared, tmp_path):
    outline = {
        "type": "Polygon",
        "coordinates": [[[98.98, 18.78], [99.0, 18.78], [99.0, 18.8], [98.98, 18.8], [98.98, 18.78]]],
    }
    found = {"osm_type": "relation", "osm_id": 1, "display_name": "Chiang Mai", "geojson": outline}
    server.pages["/search"] = json.dumps([found]).encode()
    server.pages["/api"] = (shared / "chiang_mai" / "osm" / "overpass_drive_3km_2024.json").read_bytes()
    city = city_file(
        tmp_path, boundary='{place: "Chiang Mai, Thailand"}', file="osm.json", origin="{overpass: true}"
    )
    area = prepare(city, data=tmp_path / "data", out=tmp_path / "runs")
    assert area.boundary.area.sum() / 1e6 == pytest.approx(4.66, rel=0.01)
    assert len(area.network("drive").edge_u) > 1000
    asked = len(server.asked)
    assert asked == 2
    again = prepare(city, data=tmp_path / "data", out=tmp_path / "again", offline=True)
    assert len(server.asked) == asked, "what was fetched is kept, and --offline needs nothing more"
    assert again.manifest["sources"] == area.manifest["sources"]


BOX = "{bbox: [99.03, 18.28, 99.06, 18.31]}"


def test_a_file_by_address_is_checked_and_kept(server, village, tmp_path):
    body = (village / "osm" / "sample.osm.pbf").read_bytes()
    server.pages["/town.osm.pbf"] = body
    good = f"{{url: '{server.address}/town.osm.pbf', sha256: {hashlib.sha256(body).hexdigest()}}}"
    area = prepare(
        city_file(tmp_path, boundary=BOX, file="town.osm.pbf", origin=good),
        data=tmp_path,
        out=tmp_path / "runs",
    )
    assert area.manifest["sources"]["osm"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert (tmp_path / "town.osm.pbf").read_bytes() == body


def test_another_file_than_was_declared_is_refused(server, village, tmp_path):
    server.pages["/town.osm.pbf"] = (village / "osm" / "sample.osm.pbf").read_bytes()
    wrong = f"{{url: '{server.address}/town.osm.pbf', sha256: {'f' * 64}}}"
    city = city_file(tmp_path, boundary=BOX, file="town.osm.pbf", origin=wrong)
    with pytest.raises(FetchError, match=r"online: sources\.osm: .*not the one expected"):
        prepare(city, data=tmp_path, out=tmp_path / "runs")
    assert not (tmp_path / "town.osm.pbf").exists()


def test_a_file_that_is_gone_and_a_run_that_may_not_ask(server, tmp_path):
    origin = f"{{url: '{server.address}/gone.osm.pbf'}}"
    city = city_file(tmp_path, boundary=BOX, file="gone.osm.pbf", origin=origin)
    with pytest.raises(FetchError, match="404"):
        prepare(city, data=tmp_path, out=tmp_path / "runs")
    asked = len(server.asked)
    with pytest.raises(MissingFileError, match="--offline forbids"):
        prepare(city, data=tmp_path, out=tmp_path / "runs", offline=True)
    assert len(server.asked) == asked


def test_another_city_takes_the_same_file_from_the_cache_even_offline(server, village, tmp_path):
    server.pages["/town.osm.pbf"] = (village / "osm" / "sample.osm.pbf").read_bytes()
    origin = f"{{url: '{server.address}/town.osm.pbf'}}"
    city = city_file(tmp_path, boundary=BOX, file="town.osm.pbf", origin=origin)
    prepare(city, data=tmp_path / "one", out=tmp_path / "runs")
    asked = len(server.asked)
    prepare(city, data=tmp_path / "two", out=tmp_path / "runs", offline=True)
    assert len(server.asked) == asked
    assert (tmp_path / "two" / "town.osm.pbf").read_bytes() == server.pages["/town.osm.pbf"]


def past(lon):
    """Return an Overpass answer with one street of four pieces at some longitude."""
    nodes = [{"type": "node", "id": at, "lon": lon + at / 2000, "lat": 18.295} for at in range(1, 6)]
    way = {"type": "way", "id": 1, "nodes": [1, 2, 3, 4, 5], "tags": {"highway": "residential"}}
    return json.dumps({"elements": [*nodes, way]}).encode()


def test_openstreetmap_of_a_past_day_is_asked_for_and_kept_apart_from_that_of_today(server, tmp_path):
    lengths = []
    for number, (origin, lon) in enumerate(
        [
            ("{overpass: true}", 99.040),
            ("{overpass: true, attic: 2020-12-31}", 99.045),
            ("{overpass: true, attic: 2020-12-31}", 99.050),
        ]
    ):
        server.pages["/api"] = past(lon)
        folder = tmp_path / str(number)
        folder.mkdir()
        city = city_file(folder, boundary=BOX, file="town.json", origin=origin)
        area = prepare(city, data=folder, out=folder / "runs")
        lengths.append(round(float(shapely.bounds(area.network("drive").lines).min(axis=0)[0])))
    dates = ['[date:"2020-12-31T23:59:59Z"]' in parse_qs(body)["data"][0] for body in server.posted]
    assert dates == [False, True], "the third city takes what the second asked for"
    assert lengths[0] != lengths[1] == lengths[2]


def test_a_large_extract_is_cut_to_the_city(server, village, tmp_path):
    server.pages["/region.osm.pbf"] = (village / "osm" / "sample.osm.pbf").read_bytes()
    origin = f"{{url: '{server.address}/region.osm.pbf', cut: true}}"
    small = "{bbox: [99.040, 18.288, 99.044, 18.292]}"
    city = city_file(tmp_path, boundary=small, file="town.osm.pbf", origin=origin)
    area = prepare(city, data=tmp_path, out=tmp_path / "runs")
    assert len(area.network("walk").edge_u) > 0
    assert (tmp_path / "town.osm.pbf").stat().st_size < len(server.pages["/region.osm.pbf"])


def test_a_public_set_is_found_from_the_boundary(server, village, tmp_path, monkeypatch):
    asked = []

    def window(urls, bounds, target):
        asked.append((urls, bounds))
        target.write_bytes((village / "raster" / "elevation.tif").read_bytes())
        return target

    monkeypatch.setattr(remote, "fetch_window", window)
    text = CITY.format(boundary=BOX, file="town.osm.pbf", origin="{}") + "  elevation: {source: dem}\n"
    text = text.replace(
        "layers:",
        "  dem: {file: dem.tif, origin: {set: copernicus_dem_glo30}, date: '2021', licence: x-x, attribution: y-y}\nlayers:",
    )
    (tmp_path / "town.osm.pbf").write_bytes((village / "osm" / "sample.osm.pbf").read_bytes())
    city = tmp_path / "online.yml"
    city.write_text(text, encoding="utf-8")
    area = prepare(city, data=tmp_path, out=tmp_path / "runs")
    (urls, bounds), *rest = asked
    assert rest == []
    assert any("N18_00_E099_00" in url for url in urls)
    assert (bounds[0] < 99.03, bounds[2] > 99.06) == (True, True)
    assert area.has("elevation")
    assert area.manifest["sources"]["dem"]["origin"]["set"] == "copernicus_dem_glo30"


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("{window: true}", "window needs url"),
        ("{url: 'https://e.org/a.tif', overpass: true}", "different ways"),
        ("{url: 'https://e.org/a.tif', cut: true}", r"\.pbf"),
        ("{attic: 2020-01-01}", "attic needs overpass"),
    ],
)
def test_origins_that_contradict_themselves_are_refused(tmp_path, origin, told):
    with pytest.raises(CityFileError, match=told):
        prepare(
            city_file(tmp_path, boundary=BOX, file="a.osm.pbf", origin=origin), data=tmp_path, out=tmp_path
        )
