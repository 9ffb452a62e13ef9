"""Each kind of public set once, end to end: tiles found from the boundary, from a copy with the publishers' own names, to every output."""

import csv
import io
import json
import re
import threading
import zipfile
from dataclasses import replace
from functools import partial
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import numpy as np
import pyogrio
import pytest
import rasterio
from affine import Affine

from urbanplan.model.results import Results
from urbanplan.report import html
from urbanplan.sources.protocol import registry as registered
from urbanplan.sources.raster import remote
from urbanplan.study.collect import collect
from urbanplan.study.compute import compute
from urbanplan.study.prepare import prepare

BOX = (99.03, 18.28, 99.06, 18.31)
FINE, COARSE = 1 / 1200, 1 / 240  # degrees of a pixel; the real ones are finer
GHSL = "https://jeodpp.jrc.ec.europa.eu/ftp/jrc-opendata/GHSL"
# as the publishers' own listings have them for this place: 99 E, 18 N; the names are written out here, not made by the rule
TILES = {
    "https://copernicus-dem-30m.s3.amazonaws.com/Copernicus_DSM_COG_10_N18_00_E099_00_DEM/Copernicus_DSM_COG_10_N18_00_E099_00_DEM.tif": (
        "copernicus_dem_glo30", (99.0, 19.0, 1.0), "float32", 312.5,
    ),
    "https://esa-worldcover.s3.eu-central-1.amazonaws.com/v200/2021/map/ESA_WorldCover_10m_2021_v200_N18E099_Map.tif": (
        "esa_worldcover_2021", (99.0, 21.0, 3.0), "uint8", 50,
    ),
    "https://esa-worldcover.s3.eu-central-1.amazonaws.com/v100/2020/map/ESA_WorldCover_10m_2020_v100_N18E099_Map.tif": (
        "esa_worldcover_2020", (99.0, 21.0, 3.0), "uint8", 40,
    ),
    f"{GHSL}/GHS_POP_GLOBE_R2023A/GHS_POP_E2025_GLOBE_R2023A_4326_3ss/V1-0/tiles/GHS_POP_E2025_GLOBE_R2023A_4326_3ss_V1_0_R8_C28.zip": (
        "ghs_pop_r2023a", (89.9921, 19.0996, 10.0), "float64", 20.0,
    ),
    f"{GHSL}/GHS_BUILT_S_GLOBE_R2023A/GHS_BUILT_S_E2020_GLOBE_R2023A_4326_3ss/V1-0/tiles/GHS_BUILT_S_E2020_GLOBE_R2023A_4326_3ss_V1_0_R8_C28.zip": (
        "ghs_built_s_r2023a", (89.9921, 19.0996, 10.0), "uint16", 1500,
    ),
    f"{GHSL}/GHS_BUILT_H_GLOBE_R2023A/GHS_BUILT_H_ANBH_E2018_GLOBE_R2023A_4326_3ss/V1-0/tiles/GHS_BUILT_H_ANBH_E2018_GLOBE_R2023A_4326_3ss_V1_0_R8_C28.zip": (
        "ghs_built_h_r2023a", (89.9921, 19.0996, 10.0), "float32", 9.0,
    ),
}  # fmt: skip
NODATA = {"uint8": 0, "uint16": 65535, "float32": -9999, "float64": -200}
CITY = """\
id: tiles
name: {{en: Tiles, th: ไทล์}}
languages: [en, th]
crs: EPSG:32647
boundary: {{bbox: [99.03, 18.28, 99.06, 18.31]}}
buffer_m: 200
sources:
  osm: {{file: town.osm.pbf, date: 2024-03-06, licence: ODbL-1.0, attribution: © OpenStreetMap contributors}}
{sources}
layers:
  streets: {{source: osm}}
  buildings: {{source: osm}}
  places: {{source: osm}}
  elevation: {{source: copernicus_dem_glo30}}
  land_cover: [{{source: esa_worldcover_2020}}, {{source: esa_worldcover_2021}}]
  population: {{source: ghs_pop_r2023a}}
  built_up: {{source: ghs_built_s_r2023a}}
  building_heights: {{source: ghs_built_h_r2023a}}
"""
DATES = {
    "ghs_pop_r2023a": "2025",
    "ghs_built_s_r2023a": "2020",
    "ghs_built_h_r2023a": "2018",
    "esa_worldcover_2020": "2020",
}


def tile(west, north, side_deg, dtype, value):
    """Return a tile of one value around the city, with the publishers' extent, as cloud-optimised GeoTIFF."""
    pixel = pixel_of(side_deg)
    count = round(side_deg / pixel)
    values = np.full((count, count), NODATA[dtype], dtype=dtype)
    row, col = round((north - BOX[3]) / pixel), round((BOX[0] - west) / pixel)
    values[row - 40 : row + 80, max(col - 40, 0) : col + 80] = value
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="COG", width=count, height=count, count=1, dtype=dtype, nodata=NODATA[dtype], crs="EPSG:4326",
            transform=Affine(pixel, 0, west, 0, -pixel, north), compress="deflate",
        ) as file:  # fmt: skip
            file.write(values, 1)
        return memory.read()


def pixel_of(side_deg):
    return COARSE if side_deg == 10.0 else FINE


@pytest.fixture(scope="module")
def mirror():
    """Give a loopback copy of the publishers' servers: the address of each file stands behind ours."""
    files = {}
    for url, (_, place, dtype, value) in TILES.items():
        body = tile(*place, dtype, value)
        if url.endswith(".zip"):
            held = io.BytesIO()
            with zipfile.ZipFile(held, "w") as archive:
                archive.writestr(url.rsplit("/", 1)[1].replace(".zip", ".tif"), body)
            body = held.getvalue()
        files[url.removeprefix("https://")] = body

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = urlsplit(self.path).path.lstrip("/")
            self.server.asked.append(name)
            body = files.get(name)
            asked = re.match(r"bytes=(\d+)-(\d+)$", self.headers.get("Range", ""))
            part = body if body is None or not asked else body[int(asked[1]) : int(asked[2]) + 1]
            self.send_response(404 if body is None else 206 if asked else 200)
            if part is not None and asked:
                begin = int(asked[1])
                self.send_header("Content-Range", f"bytes {begin}-{begin + len(part) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(part or b"")))
            self.end_headers()
            self.wfile.write(part or b"")

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.files = [], files
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def city(mirror, village, tmp_path_factory):
    """Give the prepared city and its folder; the registry's addresses lead to the copy, their rules are untouched."""
    folder, patch = tmp_path_factory.mktemp("sets"), pytest.MonkeyPatch()
    ours = f"http://127.0.0.1:{mirror.server_port}/"
    entries = {
        key: replace(entry, file_url=entry.file_url.replace("https://", ours))
        for key, entry in registered.registry().items()
    }
    patch.setattr(registered, "registry", lambda: entries)
    patch.setenv("URBANPLAN_CACHE", str(folder / "cache"))
    patch.setattr(remote, "fetch_window", partial(remote.fetch_window, allow_private=True, pause_s=0.01))
    (folder / "town.osm.pbf").write_bytes((village / "osm" / "sample.osm.pbf").read_bytes())
    rows = [
        f"  {key}: {{file: {key}.tif, origin: {{set: {key}}}, date: '{DATES.get(key, '2021')}', licence: as published, attribution: the publisher}}"
        for key, *_ in TILES.values()
    ]
    path = folder / "tiles.yml"
    path.write_text(CITY.format(sources="\n".join(rows)), encoding="utf-8")
    yield prepare(path, data=folder, out=folder / "runs"), folder
    patch.undo()


def test_every_set_of_the_registry_is_tried_here():
    assert {key for key, *_ in TILES.values()} == {
        key for key, entry in registered.registry().items() if entry.file_url
    }


def test_exactly_the_tiles_of_the_city_are_asked_for(city, mirror):
    found = {name for name in mirror.asked if name in mirror.files}
    assert found == set(mirror.files)
    assert {name.rsplit("/", 1)[1] for name in set(mirror.asked) - found} == set(), "no other tile touches it"


@pytest.mark.parametrize(
    ("layer", "date", "value"),
    [
        ("elevation", "2021", 312.5),
        ("land_cover", "2020", 40),
        ("land_cover", "2021", 50),
        ("building_heights", "2018", 9.0),
    ],
)
def test_surfaces_hold_the_values_of_their_tile(city, layer, date, value):
    area, _ = city
    values = area.raster(layer, date=date)
    inside = values.sel(
        x=slice(*area.boundary.total_bounds[[0, 2]]), y=slice(*area.boundary.total_bounds[[3, 1]])
    )
    assert inside.size >= 49
    np.testing.assert_array_equal(inside, value)


def test_people_and_built_up_ground_are_those_of_the_pixels(city):
    area, _ = city
    ground = float(area.cells["inside"].sum()) * 100**2
    pixel = COARSE**2 * 111_320 * np.cos(np.radians(18.295)) * 110_670
    assert area.cells["population"].sum() == pytest.approx(20.0 * ground / pixel, rel=0.005)
    assert area.cells["built_up_m2"].dropna().mean() == pytest.approx(1500 * 100**2 / pixel, rel=0.005)


def test_a_run_from_the_cache_needs_no_server(city, mirror, tmp_path, monkeypatch):
    area, folder = city
    monkeypatch.setenv("URBANPLAN_CACHE", str(folder / "cache"))
    asked = len(mirror.asked)
    (tmp_path / "town.osm.pbf").write_bytes((folder / "town.osm.pbf").read_bytes())
    again = prepare(folder / "tiles.yml", data=tmp_path, out=tmp_path / "runs", offline=True)
    assert len(mirror.asked) == asked
    assert again.manifest["sources"] == area.manifest["sources"]


NAMED = (
    "© ESA WorldCover project",
    "Copernicus WorldDEM-30",
    "Joint Research Centre",
    "© OpenStreetMap contributors",
)


def test_the_publishers_are_named_in_every_output_by_themselves(city):
    """The city file says `attribution: the publisher`; what the licences ask for is said all the same."""
    area, folder = city
    results = compute(area, ["access.nearest_food", "landuse.built_up_share"])
    area.save(results, "one")
    collect("tiles", out=folder / "runs")
    out = folder / "runs" / "tiles" / "results"
    page = html(Results.read(out), folder / "page.html", lang="en")
    texts = {
        "page.html": unescape(page.read_text(encoding="utf-8")),
        "README.md": (out / "README.md").read_text(encoding="utf-8"),
        "dictionary.csv": (out / "dictionary.csv").read_text(encoding="utf-8-sig"),
        "provenance.json": (out / "provenance.json").read_text(encoding="utf-8"),
        "results.gpkg": json.dumps(
            [
                pyogrio.read_info(out / "results.gpkg", layer=str(name), force_total_bounds=False)[
                    "layer_metadata"
                ]
                for name, _ in pyogrio.list_layers(out / "results.gpkg")
                if name != "layer_styles"
            ],
            ensure_ascii=False,
        ),
    }
    for name, text in texts.items():
        for word in NAMED:
            assert word in text, f"{name} does not name {word}"
    assert "CC-BY-4.0" in texts["README.md"].replace("\\", "")
    assert "Zanaga D. et al." in texts["README.md"]
    assert "แหล่งข้อมูล" in texts["README.md"]
    rows = list(csv.DictReader(io.StringIO(texts["dictionary.csv"])))
    assert sum(row["kind"] == "source" for row in rows) == 1 + len(TILES)
