"""Layers from servers: all that was counted, each feature once, in the right place; or one sentence and no file."""

import json
from functools import partial
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from city_hall import COUNT, LAT, LON, NAMES, PAGE, CityHall, X

from urbanplan.base.errors import CityFileError, FetchError, LayerError
from urbanplan.model.city import Origin
from urbanplan.model.city_file import read_city
from urbanplan.sources.municipal import read_vector
from urbanplan.sources.protocol import fetch as client_of_protocol
from urbanplan.sources.protocol.fetch import fetch
from urbanplan.sources.service import bring, describe
from urbanplan.sources.service.axes import north_first, plain_crs
from urbanplan.sources.service.client import Client
from urbanplan.sources.service.esri import polygon
from urbanplan.sources.service.gml import features
from urbanplan.study.prepare import prepare

AREA = shapely.box(98.95, 18.75, 99.01, 18.80)
PRIVATE = partial(fetch, allow_private=True, pause_s=0.01)
KINDS = ("wfs", "features", "arcgis")


@pytest.fixture
def hall():
    server = CityHall()
    yield server
    server.close()


def origin(hall, kind, layer=None):
    address = {"wfs": "/wfs?map=plan.map", "features": "/api", "arcgis": "/arcgis/FeatureServer"}[kind]
    names = {"wfs": "zoning", "features": "zoning", "arcgis": "Zoning"}
    return Origin(**{kind: f"{hall.url}{address}", "layer": layer or names[kind]})


def brought(hall, kind, tmp_path, *ways, area=AREA, layer=None):
    hall.ways = set(ways)
    target = tmp_path / "zoning.geojson"
    bring(origin(hall, kind, layer), target, area, fetch=PRIVATE)
    frame, _ = read_vector(
        target,
        name="heritage_zones" if kind == "arcgis" else "places",
        constants={} if kind == "arcgis" else {"category": "food"},
        columns={"name": "name" if "gml" in ways else "ชื่อ"},
    )
    return frame, json.loads(target.read_text())


@pytest.mark.parametrize("kind", KINDS)
def test_all_pages_come_each_feature_once(hall, kind, tmp_path):
    frame, document = brought(hall, kind, tmp_path)
    assert len(frame) == COUNT > 2 * PAGE
    assert sorted(frame["name"]) == sorted(NAMES)
    assert frame.crs.to_epsg() == 32647
    assert sorted(frame.geometry.bounds["minx"]) == X
    assert document["crs"]["properties"]["name"] == "EPSG:32647"


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_features_make_the_same_bytes(hall, kind, tmp_path):
    made = []
    for name in "ab":
        bring(origin(hall, kind), tmp_path / f"{name}.geojson", AREA, fetch=PRIVATE)
        made.append((tmp_path / f"{name}.geojson").read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("kind", "way", "said"),
    [
        *((kind, "lost", f"of {COUNT} features") for kind in KINDS),
        ("wfs", "stuck", f"{PAGE} of {COUNT} features"),
        ("features", "stuck", "the same features|lead back"),
        ("arcgis", "stuck", f"of {COUNT} features"),
        *((kind, "cut", "cut off|not JSON") for kind in KINDS),
        ("wfs", "exception", "no such user bob"),
        ("wfs", "ancient", r"speaks WFS 1\.0"),
        ("arcgis", "error", "Token Required"),
        ("features", "elsewhere", "sends on to localhost"),
    ],
)
def test_a_part_is_never_taken_for_the_whole(hall, kind, way, said, tmp_path):
    with pytest.raises(FetchError, match=said) as caught:
        brought(hall, kind, tmp_path, way)
    assert len(str(caught.value).splitlines()) == 1
    assert "map=plan.map" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_that_is_not_there_is_named_with_those_that_are(hall, kind, tmp_path):
    with pytest.raises(LayerError, match=r"did you mean '(plan:zoning|zoning|Zoning)'"):
        brought(hall, kind, tmp_path, layer="zonning")


@pytest.mark.parametrize(
    "ways", [(), ("old",), ("gml",), ("old", "gml"), ("uncounted",), ("uncounted", "gml")]
)
def test_wfs_of_both_versions_in_json_and_gml(hall, ways, tmp_path):
    frame, _ = brought(hall, "wfs", tmp_path, *ways)
    assert sorted(frame["name"]) == sorted(NAMES)
    assert sorted(frame.geometry.x) == X


@pytest.mark.parametrize(
    "ways",
    [
        ("degrees",),
        ("degrees", "gml"),
        ("degrees", "old", "gml"),
        ("degrees", "swapped"),
        ("degrees", "turned"),
        ("degrees", "turned", "swapped"),
        ("degrees", "gml", "swapped"),
    ],
)
def test_longitude_is_found_whatever_the_server_takes_it_for(hall, ways, tmp_path):
    frame, _ = brought(hall, "wfs", tmp_path, *ways)
    assert len(frame) == COUNT
    assert np.allclose(np.sort(frame.geometry.x), LON + np.arange(COUNT) / 1000)
    assert np.allclose(frame.geometry.y, LAT)


def test_names_of_systems_say_their_axes():
    assert [
        north_first(name)
        for name in ("http://www.opengis.net/def/crs/EPSG/0/4326", "urn:x-ogc:def:crs:EPSG:6.9:4240")
    ] == [True, True]
    assert [
        north_first(name)
        for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "http://www.opengis.net/gml/srs/epsg.xml#4326")
    ] == [False, False]
    assert north_first("urn:ogc:def:crs:EPSG::2193"), "New Zealand's grid has the northing first"
    assert plain_crs("http://www.opengis.net/gml/srs/epsg.xml#24047") == "EPSG:24047"


def test_arcgis_without_paging_is_asked_by_ranges_of_numbers(hall, tmp_path):
    frame, document = brought(hall, "arcgis", tmp_path, "unpaged")
    assert len(frame) == COUNT
    assert sum("AND" in query.get("where", "") for _, query in hall.asked) == 3
    assert document["features"][0]["properties"]["ประกาศ"] == "2018-03-12"
    assert frame.area.to_list() == pytest.approx([90 * 90 - 30 * 30] * COUNT), "the hole is a hole"


def test_rings_wound_the_wrong_way_are_polygons_all_the_same():
    square, hole = shapely.box(0, 0, 9, 9, ccw=True), shapely.box(3, 3, 6, 6, ccw=True)
    assert polygon([list(square.exterior.coords)]).equals(square)
    clockwise = list(square.exterior.coords)[::-1]
    assert polygon([clockwise, list(hole.exterior.coords)]).area == 72
    island = list(shapely.box(4, 4, 5, 5, ccw=False).exterior.coords)
    assert polygon([clockwise, list(hole.exterior.coords), island]).area == 73


def test_a_server_that_does_not_heed_the_system_asked_for(hall, tmp_path):
    frame, document = brought(hall, "features", tmp_path, "degrees_all_the_same")
    assert "crs" not in document
    assert frame.geometry.x.iloc[0] == LON


@pytest.mark.parametrize("kind", KINDS)
def test_everywhere_is_asked_for_without_an_extent(hall, kind, tmp_path):
    assert len(brought(hall, kind, tmp_path, area=None)[0]) == COUNT
    assert not any("bbox" in query or "geometry" in query for _, query in hall.asked)


def test_nothing_in_the_city_is_said(hall, tmp_path):
    far = shapely.box(0.0, 40.0, 0.1, 40.1)
    with pytest.raises(LayerError, match="no feature"):
        brought(hall, "wfs", tmp_path, "degrees", area=far)
    assert list(tmp_path.iterdir()) == []


def test_an_address_keeps_its_own_query():
    client = Client("http://gis.example/wfs?map=a.map&VERSION=1.0.0", fetch=None)
    assert client.url(version="2.0.0") == "http://gis.example/wfs?map=a.map&version=2.0.0"
    assert (
        describe(Origin(wfs="https://gis.example/wfs?key=secret", layer="x"))
        == "the WFS service https://gis.example/wfs"
    )
    with pytest.raises(FetchError, match="sends on to other"):
        client.read("http://other/wfs")


def test_gml_surfaces_with_holes_and_curves(hall):
    ring = "<{0}><LinearRing><posList>{1}</posList></LinearRing></{0}>"
    patch = ring.format("exterior", "0 0 9 0 9 9 0 9 0 0") + ring.format("interior", "3 3 6 3 6 6 3 6 3 3")
    shape = f"<MultiSurface><surfaceMember><Surface><patches><PolygonPatch>{patch}</PolygonPatch></patches></Surface></surfaceMember></MultiSurface>"
    old = "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 9,0 9,9 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    arc = "<Curve><segments><Arc><posList>0 0 1 1 2 0</posList></Arc></segments></Curve>"
    high = '<LineString srsDimension="3"><posList>0 0 5 1 1 5</posList></LineString>'

    def shapes(*texts):
        members = "".join(f"<featureMember><a><g>{text}</g></a></featureMember>" for text in texts)
        root = ET.fromstring(f"<c>{members}</c>")  # noqa: S314 - written above
        return [found for _, _, found in features(root, "EPSG:32647", "hall")]

    surface, triangle, line = shapes(shape, old, high)
    assert (surface.area, triangle.area) == (72, 40.5)
    assert line.wkt == "LINESTRING (0 0, 1 1)"
    with pytest.raises(FetchError, match=r"curves \(Arc\)"):
        shapes(arc)
    with pytest.raises(FetchError, match="cannot be read"):
        shapes("<Point><pos>east</pos></Point>")


CITY = """\
id: hall
name: {{en: Hall}}
crs: EPSG:32647
boundary: {{bbox: [98.96, 18.76, 99.01, 18.80]}}
buffer_m: 100
sources:
  plan:
    file: plan.geojson
    origin: {{{origin}}}
    date: 2018
    licence: CC-BY-4.0
    attribution: City hall
layers:
  zoning: {{source: plan, columns: {{name: ชื่อ}}}}
"""


def test_a_city_reads_a_service_once_and_its_file_from_then_on(hall, tmp_path, monkeypatch):
    monkeypatch.setattr(client_of_protocol, "fetch", PRIVATE)
    monkeypatch.setenv("URBANPLAN_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "hall.yml"
    path.write_text(
        CITY.format(origin=f"arcgis: {hall.url}/arcgis/FeatureServer, layer: Zoning"), encoding="utf-8"
    )
    area = prepare(path, data=tmp_path / "raw", out=tmp_path / "runs")
    assert len(area.layer("zoning")) == COUNT
    asked = len(hall.asked)
    assert (
        prepare(path, data=tmp_path / "raw", out=tmp_path / "runs", offline=True)
        .layer("zoning")
        .equals(area.layer("zoning"))
    )
    assert len(hall.asked) == asked
    assert area.manifest["sources"]["plan"]["origin"]["arcgis"].endswith("/arcgis/FeatureServer")


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("wfs: 'https://a.example/wfs'", r"hall.yml:9:5: sources.plan.origin: wfs needs `layer:`"),
        (
            "postgis: 'postgresql://u:geheim@h/d', layer: a",
            r"hall.yml:9:14: sources.plan.origin.postgis: must be the name of an environment",
        ),
        (
            "postgis: PLAN_DB, layer: a",
            r"hall.yml:7:3: sources.plan: file: what postgis gives is kept as \.parquet",
        ),
        ("arcgis: 'https://bob:geheim@a.example/x'", "must not carry a user name"),
        (
            "arcgis: 'https://a.example/x', url: 'https://a.example/y'",
            "url and arcgis are different ways",
        ),
        ("layer: x", "layer goes with wfs"),
        ("wsf: 'https://a.example/wfs'", "did you mean 'wfs'"),
    ],
)
def test_a_city_file_that_names_a_service_wrongly(origin, said, tmp_path):
    path = tmp_path / "hall.yml"
    path.write_text(CITY.format(origin=origin), encoding="utf-8")
    with pytest.raises(CityFileError, match=said) as caught:
        read_city(path)
    assert "geheim" not in str(caught.value)
