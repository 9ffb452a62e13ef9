"""Rasters of any size: read, moved and written in pieces, with the same bytes as in one."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
import xarray as xr
from affine import Affine

from urbanplan.base.crs import transform_points
from urbanplan.base.errors import ConservationError, LayerError
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.raster import (
    clip_raster,
    counts_to_cells,
    ledger,
    read_raster,
    region,
    resampling,
    surface,
)
from urbanplan.sources.raster.region import open_region
from urbanplan.sources.raster.writing import Header, write_surface

UTM = "EPSG:32647"
WEST, NORTH = 500_000.0, 2_080_000.0
CITY = (WEST + 350, NORTH - 9_400, WEST + 10_700, NORTH - 420)
RANDOM = np.random.default_rng(7)


def written(path, values, transform, crs, *, nodata=None, scale=1.0, offset=0.0, **layout):
    with rasterio.open(
        path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=1, dtype=values.dtype,
        crs=crs, transform=transform, nodata=nodata, **layout,
    ) as file:  # fmt: skip
        file.write(values, 1)
        file.scales, file.offsets = (scale,), (offset,)
    return path


def classes(path, crs=UTM, side=10.0, **layout):
    """Write land cover around the city, with holes where nothing is known."""
    values = RANDOM.integers(1, 9, (1200, 1300), dtype="uint8") * 10
    values[RANDOM.random(values.shape) < 0.05] = 255
    return written(path, values, place(crs, side), crs, nodata=255, **layout)


def heights(path, crs="EPSG:4326", side=0.0001, **layout):
    """Write heights as Copernicus packs them: whole numbers with a scale and an offset."""
    values = (500 * np.sin(np.indices((1200, 1300)).sum(axis=0) / 90) + 900).astype("int16")
    values[300:340, 400:500] = -32768
    return written(path, values, place(crs, side), crs, nodata=-32768, scale=0.5, offset=100.0, **layout)


def place(crs, side):
    x, y = transform_points(np.array([WEST]), np.array([NORTH]), UTM, crs)
    return Affine(side, 0, float(x[0]), 0, -side, float(y[0]))


def netcdf(path):
    with rasterio.open(heights(path.with_suffix(".tif"))) as file:
        grid = np.where(file.read(1) == -32768, np.nan, file.read(1) * 0.5 + 100.0)
        x = file.transform.c + 0.0001 * (np.arange(1300) + 0.5)
        y = file.transform.f - 0.0001 * (np.arange(1200) + 0.5)
    array = xr.DataArray(
        grid,
        coords={"lat": ("lat", y, {"units": "degrees_north"}), "lon": ("lon", x, {"units": "degrees_east"})},
        dims=("lat", "lon"),
    )
    array.to_dataset(name="height").to_netcdf(path, engine="h5netcdf")
    return path


@pytest.fixture
def small_pieces(monkeypatch):
    """Give a function that makes all pieces tiny."""

    def shrink(pixels=7_000, width=300):
        monkeypatch.setattr(region, "PIECE_PIXELS", pixels)
        monkeypatch.setattr(resampling, "_WIDTH", width)
        monkeypatch.setattr(region, "CACHE_BYTES", 1 << 20)

    return shrink


TILED = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate"}


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (classes, "land_cover"),
        (lambda path: classes(path, **TILED), "land_cover"),
        (lambda path: classes(path, "EPSG:4326", 0.0001, **TILED), "land_cover"),
        (lambda path: classes(path, "EPSG:32648"), "land_cover"),
        (lambda path: classes(path, "EPSG:24047"), "land_cover"),
        (lambda path: heights(path, **TILED), "elevation"),
        (lambda path: heights(path, UTM, 10.0), "elevation"),
        (lambda path: netcdf(path.with_suffix(".nc")), "elevation"),
    ],
)
def test_pieces_make_the_same_bytes_as_the_whole(tmp_path, small_pieces, made, kind):
    source = made(tmp_path / "source.tif")
    one = clip_raster(source, tmp_path / "one.tif", CITY, UTM, kind=kind)
    small_pieces()
    many = clip_raster(source, tmp_path / "many.tif", CITY, UTM, kind=kind)
    assert (tmp_path / "many.tif").read_bytes() == (tmp_path / "one.tif").read_bytes()
    assert many.to_dict() == one.to_dict()
    with rasterio.open(tmp_path / "one.tif") as file:
        assert file.shape > (800, 800)
        assert (file.read(1) != file.nodata).mean() > 0.5
        expected = read_raster(source, CITY, UTM, kind=kind)
        np.testing.assert_array_equal(
            np.where(file.read(1) == file.nodata, np.nan, file.read(1)), expected.to_numpy().astype("float32")
        )


def test_what_is_written_is_what_stands_there(tmp_path, small_pieces):
    """An independent witness: each pixel of the cut against GDAL's own reading of the source, scale and all."""
    small_pieces()
    source = heights(tmp_path / "h.tif", UTM, 10.0)
    clip_raster(source, tmp_path / "out.tif", CITY, UTM, kind="elevation")
    with rasterio.open(source) as whole, rasterio.open(tmp_path / "out.tif") as part:
        left = round((part.transform.c - WEST) / 10)
        top = round((NORTH - part.transform.f) / 10)
        raw = whole.read(1)[top : top + part.height, left : left + part.width].astype(float)
        np.testing.assert_allclose(part.read(1), np.where(raw == -32768, -9999, raw * 0.5 + 100))


@pytest.mark.parametrize("pixels", [1_000, 40_000, 3_000_000])
@pytest.mark.parametrize("layout", [{}, TILED, {"compress": "lzw"}])
def test_pieces_cover_each_pixel_once_along_the_blocks(tmp_path, pixels, layout):
    path = classes(tmp_path / "c.tif", **layout)
    record = QualityRecord(layer="land_cover", file="c.tif")
    with open_region(path, CITY, UTM, kind="land_cover", record=record) as part:
        seen = np.zeros(part.shape, dtype=int)
        for top, bottom, left, right in part.pieces(pixels):
            seen[top:bottom, left:right] += 1
            assert (bottom - top) * (right - left) <= max(pixels, 512 * part.shape[1])
        assert (seen == 1).all()
        tops = {int(part.window.row_off) + top for top, *_ in part.pieces(pixels)}
        if layout is TILED:
            assert {top % 512 for top in tops if top != part.window.row_off} <= {0}


def cells():
    """Return a grid of hectares over the city."""
    rows, cols = np.meshgrid(
        np.arange((NORTH - 9_000) // 100, (NORTH - 1_000) // 100),
        np.arange((WEST + 1_000) // 100, (WEST + 9_000) // 100),
    )
    rows, cols = rows.ravel().astype(int), cols.ravel().astype(int)
    squares = shapely.box(cols * 100, rows * 100, cols * 100 + 100, rows * 100 + 100)
    return gpd.GeoDataFrame({"row": rows, "col": cols}, geometry=squares, crs=UTM)


@pytest.mark.parametrize(
    ("crs", "side", "pixel_m2"), [(UTM, 10.0, 100.0), ("EPSG:4326", 0.0001, 10.54 * 11.07)]
)
def test_people_are_the_same_in_pieces(tmp_path, monkeypatch, crs, side, pixel_m2):
    people = RANDOM.random((1200, 1300)).astype("float32")
    people[100:200, 500:600] = -1
    path = written(tmp_path / "p.tif", people, place(crs, side), crs, nodata=-1)
    grid = cells()
    monkeypatch.setattr("urbanplan.sources.raster.counts._PIECE_PIXELS", 10_000_000)
    one, _ = counts_to_cells(path, grid, UTM)
    monkeypatch.setattr("urbanplan.sources.raster.counts._PIECE_PIXELS", 9_000)
    many, _ = counts_to_cells(path, grid, UTM)
    np.testing.assert_allclose(many, one, rtol=1e-9)
    assert many.sum() == pytest.approx(0.5 * 10_000 / pixel_m2 * len(grid), rel=0.03)  # half a person each
    again, _ = counts_to_cells(path, grid, UTM)
    assert again.equals(many)


def test_each_piece_must_conserve_its_people(tmp_path, monkeypatch):
    """What one piece loses and another gains is not forgiven: the sum over the city would hide it."""
    people = np.ones((1200, 1300), dtype="float32")
    path = written(tmp_path / "p.tif", people, place(UTM, 10.0), UTM, nodata=-1)
    overlay, turn = ledger._overlay, iter(range(1000))

    def crooked(squares, lattice):
        found, covered = overlay(squares, lattice)
        return found * (1.01 if next(turn) % 2 else 0.99), covered

    monkeypatch.setattr("urbanplan.sources.raster.counts._PIECE_PIXELS", 100_000)
    monkeypatch.setattr(ledger, "_overlay", crooked)
    with pytest.raises(ConservationError):
        counts_to_cells(path, cells(), UTM)


def test_one_bad_pixel_in_any_piece_is_refused(tmp_path, small_pieces):
    small_pieces()
    values = np.full((1200, 1300), 300.0, dtype="float32")
    values[900, 900] = 99_999.0
    path = written(tmp_path / "h.tif", values, place(UTM, 10.0), UTM)
    with pytest.raises(LayerError, match="from 300 to 99999 m is impossible"):
        clip_raster(path, tmp_path / "out.tif", CITY, UTM, kind="elevation")
    assert not (tmp_path / "out.tif").exists()


def test_only_who_asks_for_all_pixels_at_once_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(surface, "_MAX_PIXELS", 100_000)
    path = classes(tmp_path / "c.tif")
    with pytest.raises(LayerError, match="more than are held in memory"):
        read_raster(path, CITY, UTM, kind="land_cover")
    assert clip_raster(path, tmp_path / "out.tif", CITY, UTM, kind="land_cover").kept > 800_000


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rasterio.io.DatasetWriter, "write", full)
    header = Header("elevation", (300, 300), place(UTM, 10.0), region.parse_crs(UTM), "float32")
    with pytest.raises(LayerError, match=r"out\.tif: cannot be written .*is the disk full"):
        write_surface(header, [np.zeros((300, 300))], tmp_path / "out.tif")
    assert list(tmp_path.iterdir()) == []
