"""Windows of remote rasters: the same pixels as a whole download, few bytes, and one sentence for each way to fail."""

import re
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.windows import from_bounds

from urbanplan.base.errors import FetchError, InputError, LayerError
from urbanplan.sources.protocol.ranges import RangeFile
from urbanplan.sources.protocol.registry import Registered, registered, registry
from urbanplan.sources.raster.remote import fetch_window
from urbanplan.sources.raster.tiles import tile_urls

SIDE = 1 / 1000
BOX = (98.95, 18.72, 99.02, 18.80)
QUICK = {"allow_private": True, "pause_s": 0.01}


def cog(path, west, north, size=1000, *, driver="COG", nodata=255, dtype="uint8", scale=1.0):
    rows, cols = np.indices((size, size))
    values = ((rows * 7 + cols * 13 + int(west)) % 200).astype(dtype)
    profile = {
        "width": size,
        "height": size,
        "count": 1,
        "dtype": dtype,
        "nodata": nodata,
        "crs": "EPSG:4326",
    }
    with rasterio.open(
        path, "w", driver=driver, transform=Affine(SIDE, 0, west, 0, -SIDE, north), **profile
    ) as file:
        file.write(values, 1)
        file.scales = (scale,)
    return path.read_bytes()


@pytest.fixture
def server():
    """Give a loopback server of files, with ranges, that misbehaves as a test tells it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            own = self.server
            own.asked.append((self.path, self.headers.get("Range")))
            if own.trouble and own.trouble(self):
                return
            body = own.files.get(self.path)
            if body is None:
                self.answer(404, b"")
                return
            found = re.match(r"bytes=(\d+)-(\d+)$", self.headers.get("Range", ""))
            if not found or not own.ranges:
                self.answer(200, body)
                return
            begin, end = int(found[1]), min(int(found[2]), len(body) - 1)
            self.answer(206, body[begin : end + 1], {"Content-Range": f"bytes {begin}-{end}/{len(body)}"})

        def answer(self, status, body, headers=(), length=None):
            self.send_response(status)
            self.send_header("ETag", self.server.tag)
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.files, running.asked, running.trouble, running.ranges, running.tag = {}, [], None, True, '"1"'
    running.address = f"http://127.0.0.1:{running.server_port}"
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def test_a_window_has_the_pixels_of_the_whole_and_costs_little(server, tmp_path):
    server.files["/a.tif"] = cog(tmp_path / "a.tif", 98.5, 19.0, 3000, dtype="float32", nodata=-1)
    target = fetch_window([f"{server.address}/a.tif"], BOX, tmp_path / "out.tif", **QUICK)
    with rasterio.open(tmp_path / "a.tif") as whole, rasterio.open(target) as part:
        window = from_bounds(*part.bounds, transform=whole.transform).round_offsets().round_lengths()
        np.testing.assert_array_equal(part.read(1), whole.read(1, window=window))
        assert part.bounds.left <= BOX[0]
        assert part.bounds.top >= BOX[3]
        assert (part.nodata, part.crs, part.dtypes[0]) == (-1, whole.crs, "float32")
    sent = sum(int(b) - int(a) + 1 for a, b in (re.findall(r"\d+", ranges) for _, ranges in server.asked))
    assert sent < len(server.files["/a.tif"]) / 4
    assert len(server.asked) < 12


def test_tiles_are_laid_beside_each_other_and_those_at_sea_are_left_out(server, tmp_path):
    for lon in (98, 99):
        server.files[f"/E0{lon}.tif"] = cog(tmp_path / f"{lon}.tif", lon, 19.0, scale=0.5)
    urls = [f"{server.address}/E0{lon}.tif" for lon in (97, 98, 99)]
    target = fetch_window(urls, BOX, tmp_path / "out.tif", **QUICK)
    with rasterio.open(target) as out:
        assert out.bounds.left <= BOX[0]
        assert out.bounds.right >= BOX[2]
        assert out.scales == (0.5,)
        seam = round((99.0 - out.transform.c) / SIDE)
        values = out.read(1)
    for lon, columns in ((98, slice(0, seam)), (99, slice(seam, None))):
        with rasterio.open(tmp_path / f"{lon}.tif") as tile:
            own = tile.read(1)
        start = 1000 - seam if lon == 98 else 0
        top = round((19.0 - out.transform.f) / SIDE)
        piece = values[:, columns]
        np.testing.assert_array_equal(piece, own[top : top + piece.shape[0], start : start + piece.shape[1]])


def test_tiles_are_laid_in_strips_with_the_same_bytes(server, tmp_path, monkeypatch):
    for lon in (98, 99):
        server.files[f"/E0{lon}.tif"] = cog(tmp_path / f"{lon}.tif", lon, 19.0)
    urls = [f"{server.address}/E0{lon}.tif" for lon in (98, 99)]
    wide = (98.2, 18.1, 99.9, 18.9)
    one = fetch_window(urls, wide, tmp_path / "one.tif", **QUICK).read_bytes()
    monkeypatch.setattr("urbanplan.sources.raster.mosaic.PIECE_PIXELS", 1_000)
    monkeypatch.setattr("urbanplan.sources.raster.region.PIECE_PIXELS", 5_000)
    assert fetch_window(urls, wide, tmp_path / "many.tif", **QUICK).read_bytes() == one
    with rasterio.open(tmp_path / "one.tif") as out, rasterio.open(tmp_path / "99.tif") as tile:
        assert out.shape > (800, 1700)
        left, top = round((99.0 - out.transform.c) / SIDE), round((19.0 - out.transform.f) / SIDE)
        piece = out.read(1)[:, left:]
        np.testing.assert_array_equal(piece, tile.read(1)[top : top + piece.shape[0], : piece.shape[1]])


def test_a_zipped_tile_is_fetched_whole(server, tmp_path):
    content = cog(tmp_path / "a.tif", 98.5, 19.0)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("GHS/a.tif", content)
        archive.writestr("GHS/read.me", b"-")
    server.files["/a.zip"] = (tmp_path / "a.zip").read_bytes()
    target = fetch_window(
        [f"{server.address}/a.zip", f"{server.address}/b.zip"], BOX, tmp_path / "out.tif", **QUICK
    )
    with rasterio.open(target) as out:
        assert out.width < 100


def drip(handler):
    handler.answer(206, b"\0" * 10, {"Content-Range": "bytes 0-65535/100000"}, length=65536)
    return True


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (lambda h: h.answer(429, b"", {"Retry-After": "0"}) or True, "asked too often"),
        (lambda h: h.answer(503, b"") or True, "cannot answer now"),
        (lambda h: h.answer(403, b"") or True, "refuses access"),
        (lambda h: h.answer(302, b"", {"Location": h.path}) or True, "sends on"),
        (lambda h: h.answer(302, b"", {"Location": "file:///etc/passwd"}) or True, "not an http"),
        (lambda h: h.answer(206, b"xx", {"Content-Range": "bytes 7-8/9"}) or True, "another part"),
        (lambda h: h.answer(206, b"xx") or True, "another part"),
        (lambda h: h.answer(200, b"<html>") or True, "does not give parts"),
        (drip, "broke off"),
    ],
)
def test_a_server_that_misbehaves_is_asked_five_times_at_most(server, tmp_path, trouble, told):
    server.files["/a.tif"] = b"x" * 100_000
    server.trouble = trouble
    with pytest.raises(FetchError, match=told):
        fetch_window([f"{server.address}/a.tif"], BOX, tmp_path / "out.tif", **QUICK)
    assert len(server.asked) <= 5
    assert not (tmp_path / "out.tif").exists()


def test_a_file_that_changes_while_it_is_read_is_noticed(server, tmp_path):
    server.files["/a.tif"] = cog(tmp_path / "a.tif", 98.5, 19.0, 3000, dtype="float32", nodata=-1)

    def change(handler):
        if len(server.asked) > 1:
            handler.answer(200, b"new")
            return True
        return False

    server.trouble = change
    with pytest.raises(FetchError, match="changed while it was read"):
        fetch_window([f"{server.address}/a.tif"], BOX, tmp_path / "out.tif", **QUICK)


def test_bytes_and_time_are_bounded_and_private_hosts_refused(server, tmp_path):
    server.files["/a.tif"] = cog(tmp_path / "a.tif", 98.5, 19.0, 3000, dtype="float32", nodata=-1)
    url = f"{server.address}/a.tif"
    with pytest.raises(FetchError, match="more than 70,000 bytes would be needed"):
        fetch_window([url], BOX, tmp_path / "out.tif", max_bytes=70_000, **QUICK)
    with pytest.raises(FetchError, match="not a public address"):
        fetch_window([url], BOX, tmp_path / "out.tif")


@pytest.mark.parametrize(
    ("content", "box", "told"),
    [
        (b"no tiff" * 10_000, BOX, "cannot be read as GeoTIFF"),
        (None, (10.0, 50.0, 10.1, 50.1), "they do not meet"),
    ],
)
def test_what_is_no_raster_or_lies_elsewhere_is_refused(server, tmp_path, content, box, told):
    server.files["/a.tif"] = content or cog(tmp_path / "a.tif", 98.5, 19.0)
    with pytest.raises(LayerError, match=told):
        fetch_window([f"{server.address}/a.tif"], box, tmp_path / "out.tif", **QUICK)


def test_a_vrt_called_tif_is_not_followed(server, tmp_path):
    secret = tmp_path / "secret.tif"
    cog(secret, 98.5, 19.0)
    server.files["/a.tif"] = (
        f'<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>{secret}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    ).encode()
    with pytest.raises(LayerError, match="cannot be read as GeoTIFF"):
        fetch_window([f"{server.address}/a.tif"], BOX, tmp_path / "out.tif", **QUICK)


def test_a_remote_file_reads_like_a_local_one(server, tmp_path):
    content = np.random.default_rng(1).bytes(300_000)
    server.files["/a"] = content
    with RangeFile(f"{server.address}/a", **QUICK) as file:
        assert file.size == len(content)
        for place, count in ((0, 10), (65_530, 20), (299_990, 100), (131_072, 70_000), (5, 0)):
            file.seek(place)
            assert file.read(count) == content[place : place + count]
        assert file.seek(-5, 2) == len(content) - 5
        assert file.read() == content[-5:]


def entry(tiles, file_url):
    blank = dict.fromkeys(
        ("id", "title", "what_for", "licence", "attribution", "url", "date", "citation", "notes"), ""
    )
    return Registered(**blank, file_url=file_url, tiles=tiles)


@pytest.mark.parametrize(
    ("tiles", "box", "names"),
    [
        ("3deg", BOX, {"N18E096", "N18E099"}),
        ("3deg", (-0.5, -0.5, -0.2, 0.5), {"S03W003", "N00W003"}),
        ("1deg", BOX, {"N18E098", "N18E099"}),
        ("1deg", (-70.9, -33.9, -70.1, -33.1), {"S34W071"}),
    ],
)
def test_tiles_are_named_by_their_south_western_corner(tiles, box, names):
    assert set(tile_urls(entry(tiles, "{lat}{lon}"), box, "2021")) == names


@pytest.mark.parametrize(
    ("place", "name"),
    [((77.6, 12.9), "R8_C26"), ((98.98, 18.79), "R8_C28"), ((-15.4, 28.1), "R7_C17")],
)
def test_tiles_of_ghsl_are_numbered_from_the_north_west(place, name):
    """Bengaluru's tile (77.3 to 78 E, 12.6 to 13.3 N) is R8_C26 in the publisher's own file names."""
    lon, lat = place
    assert tile_urls(entry("ghsl_3ss", "R{row}_C{col}"), (lon, lat, lon + 0.1, lat + 0.1), "2025") == [name]


def test_the_sets_of_the_registry_can_be_found_and_a_wrong_name_offers_the_nearest():
    for key, one in registry().items():
        assert bool(one.file_url) == bool(one.tiles), key
        if one.file_url:
            assert all(url.startswith("https://") for url in tile_urls(one, BOX, "2025"))
            assert "{" not in "".join(tile_urls(one, BOX, "2025"))
    kinds = " ".join(one.what_for for one in registry().values() if one.file_url)
    for word in ("population", "elevation", "land cover", "built-up", "heights"):
        assert word in kinds
    with pytest.raises(InputError, match=r"did you mean 'esa_worldcover_2021'"):
        registered("esa_worldcover_21", where="sources.cover.origin.set")
