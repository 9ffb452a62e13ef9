"""Every client we have against every way in which a server misbehaves: the right answer or one sentence, and no harm done."""

import json
import re
import time
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from city_hall import CityHall
from misbehaviour import BEHAVIOURS, MisbehavingServer, instead, reset, say

from urbanplan.base.errors import UrbanPlanError
from urbanplan.model.city import City
from urbanplan.sources import osm
from urbanplan.sources.protocol import fetch as protocol
from urbanplan.sources.protocol.cache import Cache
from urbanplan.sources.protocol.guard import PRIVATE_HOSTS
from urbanplan.sources.raster import remote
from urbanplan.study.extent import boundary_of
from urbanplan.study.inputs import find_source

SECRET = "key-of-the-city-hall"  # noqa: S105 - what must stand in no message
DEADLINE_S = 0.4
AREA = shapely.box(98.95, 18.75, 99.01, 18.80)
OUTLINE = {
    "type": "Polygon",
    "coordinates": [[[98.9, 18.7], [99.1, 18.7], [99.1, 18.9], [98.9, 18.9], [98.9, 18.7]]],
}
PLACES = [{"osm_type": "relation", "osm_id": 1, "display_name": "Chiang Mai", "geojson": OUTLINE}]
NODES = [
    {"type": "node", "id": at, "lon": 98.98 + at / 1000, "lat": 18.79, "tags": {"amenity": "cafe"}}
    for at in range(1, 9)
]
LAYER = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "properties": {"n": at}, "geometry": None} for at in range(9)],
}
CLIENTS = {
    "overpass": {"file": "osm.json", "origin": {"overpass": True}},
    "file": {"file": "layer.geojson", "origin": {"url": f"/layer.geojson?token={SECRET}"}},
    "raster": {"file": "cover.tif", "origin": {"url": f"/cog.tif?token={SECRET}"}},
    "window": {"file": "cover.tif", "origin": {"url": f"/cog.tif?token={SECRET}", "window": True}},
    "wfs": {"file": "wfs.geojson", "origin": {"wfs": f"/wfs?token={SECRET}", "layer": "zoning"}},
    "features": {"file": "api.geojson", "origin": {"features": f"/api?token={SECRET}", "layer": "zoning"}},
    "arcgis": {"file": "gis.geojson", "origin": {"arcgis": f"/arcgis/FeatureServer?token={SECRET}", "layer": "Zoning"}},
}  # fmt: skip
HARMLESS = {
    # answers that are right in spite of their oddity, by client; all else must be refused
    "chunks without end": {"window"},
    "Content-Length of 5,000 digits": set(CLIENTS) | {"boundary"},
}


@pytest.fixture(scope="module")
def cog(tmp_path_factory):
    path = tmp_path_factory.mktemp("cog") / "a.tif"
    values = np.random.default_rng(1).integers(0, 200, (512, 512), dtype="uint8")
    place = {"transform": Affine(1 / 2000, 0, 98.9, 0, -1 / 2000, 18.9), "crs": "EPSG:4326"}
    with rasterio.open(
        path, "w", driver="COG", width=512, height=512, count=1, dtype="uint8", nodata=255, **place
    ) as file:
        file.write(values, 1)
    return path.read_bytes()


@pytest.fixture(scope="module")
def server(cog):
    server, hall = MisbehavingServer(), CityHall()
    hall.close()
    hall.url = server.url
    fixed = {
        "/api/interpreter": json.dumps({"elements": NODES}).encode(),
        "/search": json.dumps(PLACES).encode(),
        "/layer.geojson": json.dumps(LAYER).encode(),
    }

    def truth(path, headers, _):
        parts = urlsplit(path)
        if parts.path == "/cog.tif":
            asked = re.match(r"bytes=(\d+)-(\d+)$", headers.get("Range", ""))
            if asked is None:
                return 200, {"ETag": '"1"', "Accept-Ranges": "bytes"}, cog
            begin, end = int(asked[1]), min(int(asked[2]), len(cog) - 1)
            return (
                206,
                {"ETag": '"1"', "Content-Range": f"bytes {begin}-{end}/{len(cog)}"},
                cog[begin : end + 1],
            )
        if parts.path in fixed:
            return 200, {"Content-Type": "application/json"}, fixed[parts.path]
        query = {key.lower(): value for key, value in parse_qsl(parts.query)}
        if parts.path.split("/")[1] not in {"wfs", "api", "arcgis"}:
            return 404, {}, b""
        try:
            status, body = hall.answer(parts.path, query)
        except (AssertionError, KeyError):
            return 400, {}, b""
        return status, {}, body if isinstance(body, bytes) else body.encode()

    server.truth = truth
    yield server
    server.close()


@pytest.fixture
def asks(server, tmp_path, monkeypatch):
    """Give a function that asks by one client as a city does, and returns the bytes of what it got."""

    def in_time():
        return {
            "pause_s": 0.01,
            "deadline_s": DEADLINE_S if server.behaviour and not server.harmless else 30.0,
        }

    def quick(*given, **options):
        return protocol_fetch(*given, **options | in_time())

    protocol_fetch = protocol.fetch
    monkeypatch.setenv(PRIVATE_HOSTS, "geo.city.example, 127.0.0.1")
    monkeypatch.setattr(protocol, "fetch", quick)
    window = remote.fetch_window
    monkeypatch.setattr(remote, "fetch_window", lambda *given: window(*given, **in_time()))
    monkeypatch.setattr(
        osm, "fetch_overpass", partial(osm.fetch_overpass, url=f"{server.url}/api/interpreter")
    )
    monkeypatch.setattr(osm, "place_boundary", partial(osm.place_boundary, url=f"{server.url}/search"))
    server.heal()
    server.harmless = False

    def ask(client):
        if client == "boundary":
            facts = city(server, CLIENTS["file"], {"place": "Chiang Mai"})
            return b"".join(boundary_of(facts, None, tmp_path / "data", offline=False).to_wkb())
        facts = city(server, CLIENTS[client], {"bbox": list(AREA.bounds)})
        found = find_source(
            facts, "it", tmp_path / "data", offline=False, say=lambda _: None, area=AREA
        ).read_bytes()
        if client != "window":
            return found
        with rasterio.open(tmp_path / "data" / "cover.tif") as raster:
            return raster.read(1).tobytes() + repr(raster.transform).encode()

    return ask


def city(server, source, boundary):
    origin = {
        key: f"{server.url}{value}" if isinstance(value, str) and value.startswith("/") else value
        for key, value in source["origin"].items()
    }
    facts = {
        "file": source["file"],
        "origin": origin,
        "date": "2024",
        "licence": "CC0-1.0",
        "attribution": "City",
    }
    return City.model_validate(
        {
            "id": "x",
            "name": {"en": "X"},
            "boundary": boundary,
            "sources": {"it": facts},
            "layers": {"places": {"source": "it"}},
        }
    )


def leftovers(tmp_path):
    """Return what lies in the data folder, and in the cache as an answer."""
    kept = sorted(path.name for path in (tmp_path / "data").glob("*")) if (tmp_path / "data").is_dir() else []
    return kept, Cache.default().entries()


def refused(ask, client, tmp_path):
    """Return what the client says; or its answer, where it takes the server's."""
    begun = time.monotonic()
    try:
        return ask(client)
    except UrbanPlanError as error:
        text = str(error)
        assert leftovers(tmp_path) == ([], [])
        assert "\n" not in text
        for word in (SECRET, "sesame", str(tmp_path), "Traceback", "object at 0x"):
            assert word not in text
        return text
    finally:
        assert time.monotonic() - begun < DEADLINE_S + 5.0


LATER = (
    *(
        "429 for ever",
        "silence",
        "connection reset",
        "body cut off",
        "chunks without end",
        "gzip bomb",
        "a login page",
    ),
    *(
        "an empty answer",
        "an excuse in JSON",
        "half of the content",
        "entities in UTF-16",
        "redirects in circles",
    ),
    *("redirect to a private address", "404", "zeros in place of the content"),
)


@pytest.mark.parametrize("client", ["wfs", "features", "arcgis", "window"])
@pytest.mark.parametrize("name", LATER)
def test_a_server_that_begins_to_misbehave_is_left_alone_as_soon(server, asks, tmp_path, name, client):
    server.misbehave(BEHAVIOURS[name], after=1 if client == "window" else 3)
    server.harmless = harmless = client in HARMLESS.get(name, ())
    said = refused(asks, client, tmp_path)
    assert isinstance(said, bytes) is harmless, said
    assert isinstance(said, bytes) or 1 <= server.misbehaved <= 5
    server.heal()
    assert len(asks(client)) > 10


def test_failures_of_all_pages_are_counted_together(server, asks, tmp_path):
    """A service that fails at each question once would be asked twice for each of thousands of pages."""

    failures = []

    def every_second(handler, *answer):
        if len(failures) > len(server.asked) // 2:
            say(handler, *answer)
        else:
            failures.append(handler.path)
            reset(handler)

    server.misbehave(every_second)
    server.harmless = True
    assert "gave up after 5 requests" in refused(asks, "wfs", tmp_path)
    assert len(failures) == 5


def test_no_other_port_of_the_machine_is_asked(server, asks, tmp_path):
    other = MisbehavingServer()
    other.truth = lambda *_: (200, {}, json.dumps(LAYER).encode())
    for client in [*CLIENTS, "boundary"]:
        server.misbehave(instead(307, {"Location": f"{other.url}/layer.geojson"}))
        assert "not a public address; a server may not send on" in refused(asks, client, tmp_path)
    assert other.asked == []
    other.close()


@pytest.mark.parametrize("client", [*CLIENTS, "boundary"])
@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_misbehaving_server_does_no_harm(server, asks, tmp_path, name, client):
    server.misbehave(BEHAVIOURS[name])
    server.harmless = harmless = client in HARMLESS.get(name, ())
    said = refused(asks, client, tmp_path)
    assert harmless or 1 <= len(server.asked) <= 5
    assert isinstance(said, bytes) is harmless, said
    server.heal()
    right = asks(client)
    assert len(right) > 10
    if harmless:
        assert said == right
