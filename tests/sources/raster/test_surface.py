"""Elevation is interpolated, classes are not, and counts of people never move."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import Transformer
from rasterio.enums import Resampling
from rasterio.warp import reproject
from shapely import Point

from urbanplan.base.crs import transform_points
from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.sources.raster import clip_raster, points_to_raster, read_raster

UTM = "EPSG:32647"
WEST, NORTH = 500_000.0, 2_080_000.0
BOUNDS = (WEST + 1000, NORTH - 3000, WEST + 3000, NORTH - 1000)


def write(path, values, transform, crs=UTM, nodata=None):
    profile = {
        "driver": "GTiff",
        "width": values.shape[1],
        "height": values.shape[0],
        "count": 1,
        "dtype": values.dtype,
        "nodata": nodata,
    }
    with rasterio.open(path, "w", crs=crs, transform=transform, **profile) as file:
        file.write(values, 1)
    return path


def slope(shape=(40, 40)):
    rows, cols = np.indices(shape)
    return (300 + 2 * rows + 3 * cols).astype("float32")


def test_own_pixels_are_kept_where_the_crs_is_the_same(tmp_path):
    path = write(tmp_path / "e.tif", slope(), Affine(100, 0, WEST, 0, -100, NORTH))
    record = clip_raster(path, tmp_path / "out.tif", BOUNDS, UTM, kind="elevation")
    with rasterio.open(tmp_path / "out.tif") as file:
        assert file.bounds.left <= BOUNDS[0]
        assert file.bounds.top >= BOUNDS[3]
        assert file.res == (100, 100)
        assert file.crs.to_epsg() == 32647
        col, row = int((file.bounds.left - WEST) / 100), int((NORTH - file.bounds.top) / 100)
        assert np.array_equal(file.read(1), slope()[row : row + file.height, col : col + file.width])
    assert record.operation is None


def test_bilinear_agrees_with_gdal(tmp_path):
    rng = np.random.default_rng(3)
    values = (300 + rng.random((80, 80)).cumsum(0).cumsum(1) / 20).astype("float32")
    side = 1 / 1200
    transform = Affine(side, 0, 98.99, 0, -side, 18.83)
    path = write(tmp_path / "e.tif", values, transform, crs="EPSG:4326")
    got = read_raster(path, BOUNDS, UTM, kind="elevation", resolution_m=50)
    witness = np.full(got.shape, np.nan, dtype="float32")
    reproject(
        values,
        witness,
        src_transform=transform,
        src_crs="EPSG:4326",
        dst_transform=Affine(*got.attrs["transform"]),
        dst_crs=UTM,
        resampling=Resampling.bilinear,
        dst_nodata=np.nan,
    )
    assert np.nanmax(np.abs(got.to_numpy() - witness)) < 0.02


def test_a_plane_stays_a_plane(tmp_path):
    side = 1 / 1200
    path = write(
        tmp_path / "e.tif", slope((80, 80)), Affine(side, 0, 98.99, 0, -side, 18.83), crs="EPSG:4326"
    )
    got = read_raster(path, BOUNDS, UTM, kind="elevation")
    assert float(got.attrs["transform"][0]) == 92.0
    x, y = np.meshgrid(got["x"], got["y"])
    lon, lat = transform_points(x.ravel(), y.ravel(), UTM, "EPSG:4326")
    want = 300 + 2 * ((18.83 - lat) / side - 0.5) + 3 * ((lon - 98.99) / side - 0.5)
    assert got.to_numpy().ravel() == pytest.approx(want, abs=1e-3)


def test_unknown_stays_unknown_and_never_leaks_into_its_neighbours(tmp_path):
    values = slope((80, 80))
    values[40, 40] = -9999
    side = 1 / 1200
    path = write(
        tmp_path / "e.tif", values, Affine(side, 0, 98.99, 0, -side, 18.83), crs="EPSG:4326", nodata=-9999
    )
    got = read_raster(
        path, (WEST + 1000, NORTH - 3000, WEST + 8000, NORTH - 1000), UTM, kind="elevation", resolution_m=30
    )
    known = got.to_numpy()[np.isfinite(got.to_numpy())]
    assert known.min() >= 300
    assert np.isnan(got.to_numpy()).any()


def test_classes_are_never_mixed(tmp_path):
    classes = np.where(np.indices((80, 80)).sum(0) % 2, 10, 50).astype("uint8")
    side = 1 / 1200
    path = write(
        tmp_path / "c.tif", classes, Affine(side, 0, 98.99, 0, -side, 18.83), crs="EPSG:4326", nodata=0
    )
    record = clip_raster(path, tmp_path / "out.tif", BOUNDS, UTM, kind="land_cover")
    with rasterio.open(tmp_path / "out.tif") as file:
        assert file.dtypes == ("uint8",)
        assert set(np.unique(file.read(1))) == {10, 50}
    assert "UTM zone 47N" in record.operation


def test_counts_keep_their_own_pixels_and_crs(tmp_path):
    side = 1 / 1200
    values = np.full((80, 80), 2.5, dtype="float32")
    path = write(tmp_path / "p.tif", values, Affine(side, 0, 98.99, 0, -side, 18.83), crs="EPSG:4326")
    clip_raster(path, tmp_path / "out.tif", BOUNDS, UTM, kind="population")
    with rasterio.open(tmp_path / "out.tif") as file:
        assert file.crs.to_epsg() == 4326
        assert set(np.unique(file.read(1))) == {2.5}


def test_the_same_input_gives_the_same_bytes(tmp_path):
    path = write(tmp_path / "e.tif", slope(), Affine(100, 0, WEST, 0, -100, NORTH))
    for name in ("a", "b"):
        clip_raster(path, tmp_path / name / "out.tif", BOUNDS, UTM, kind="elevation")
    assert (tmp_path / "a/out.tif").read_bytes() == (tmp_path / "b/out.tif").read_bytes()
    assert [item.name for item in (tmp_path / "a").iterdir()] == ["out.tif"]


@pytest.mark.parametrize("value", [-9999.0, 12_000.0])
def test_impossible_heights_are_refused(tmp_path, value):
    values = slope()
    values[20, 20] = value
    path = write(tmp_path / "e.tif", values, Affine(100, 0, WEST, 0, -100, NORTH))
    with pytest.raises(LayerError, match="impossible"):
        clip_raster(path, tmp_path / "out.tif", BOUNDS, UTM, kind="elevation")
    assert not (tmp_path / "out.tif").exists()


def test_points_of_a_grid_become_pixels(tmp_path):
    xs, ys = [WEST + 500, WEST + 1500, WEST + 500], [NORTH - 500, NORTH - 500, NORTH - 1500]
    frame = gpd.GeoDataFrame({"MSL": [310, -9999, 305]}, geometry=list(map(Point, xs, ys)), crs=UTM)
    everywhere = (WEST, NORTH - 2000, WEST + 2000, NORTH)
    points_to_raster(frame, tmp_path / "e.tif", everywhere, UTM, kind="elevation", value="MSL", square_m=1000)
    with rasterio.open(tmp_path / "e.tif") as file:
        assert tuple(file.bounds) == pytest.approx(everywhere)
        assert file.read(1, masked=True).filled(-1).tolist() == [[310, -1], [305, -1]]
    moved = frame.set_geometry([Point(xs[0], ys[0]), Point(xs[1] + 400, ys[1]), Point(xs[2], ys[2])], crs=UTM)
    with pytest.raises(LayerError, match="not a grid of 1000 m"):
        points_to_raster(
            moved, tmp_path / "x.tif", everywhere, UTM, kind="elevation", value="MSL", square_m=1000
        )


@pytest.mark.shared
def test_doi_suthep_is_where_it_is(shared, tmp_path):
    path = shared / "chiang_mai/raster/elevation_1km.tif"
    clip_raster(path, tmp_path / "e.tif", (485_000, 2_070_000, 505_000, 2_085_000), UTM, kind="elevation")
    with rasterio.open(tmp_path / "e.tif") as file:
        values = file.read(1)
        row, col = np.unravel_index(values.argmax(), values.shape)
        assert values.max() > 1200
        assert file.xy(row, col)[0] < 492_000


@pytest.mark.shared
def test_elevation_of_porto_alegre_without_declared_nodata(shared):
    got = read_raster(
        shared / "porto_alegre/poa_elevation.tif",
        (477_000, 6_670_000, 483_000, 6_676_000),
        "EPSG:32722",
        kind="elevation",
    )
    assert 0 <= float(got.min()) < float(got.max()) < 300


@pytest.mark.parametrize(
    ("drawn_in", "labelled", "told"),
    [
        ("EPSG:32647", "EPSG:32648", "look like EPSG:32647 metres"),
        ("EPSG:32647", "EPSG:4326", "look like EPSG:32647 metres"),
        ("EPSG:32647", None, "has no CRS; these look like EPSG:32647 metres"),
        ("EPSG:4326", "EPSG:32647", "look like EPSG:4326 degrees"),
        ("EPSG:24047", "EPSG:24048", "look like EPSG:24047 metres"),
        ("EPSG:3857", "EPSG:32647", "look like EPSG:3857 metres"),
    ],
)
def test_a_raster_in_a_wrong_crs_is_refused_with_the_likely_answer(tmp_path, drawn_in, labelled, told):
    x, y = Transformer.from_crs(4326, drawn_in, always_xy=True).transform(98.98623, 18.78819)
    side = 0.001 if drawn_in == "EPSG:4326" else 100.0
    with rasterio.open(
        tmp_path / "cover.tif", "w", driver="GTiff", width=60, height=60, count=1, dtype="uint8", crs=labelled,
        transform=Affine(side, 0, x - 30 * side, 0, -side, y + 30 * side), nodata=255,
    ) as file:  # fmt: skip
        file.write(np.full((60, 60), 3, dtype="uint8"), 1)
    city = (497_000.0, 2_076_000.0, 500_000.0, 2_079_000.0)
    with pytest.raises(NoCrsError, match=told):
        clip_raster(tmp_path / "cover.tif", tmp_path / "out.tif", city, "EPSG:32647", kind="land_cover")
    assert not (tmp_path / "out.tif").exists()


def test_a_raster_in_the_other_zone_says_by_which_operation_it_came(tmp_path):
    """Indian 1975 in the zone of Bangkok, as old maps of the whole country are: moved by the named shift."""
    with rasterio.open(
        tmp_path / "old.tif", "w", driver="GTiff", width=60, height=60, count=1, dtype="uint8", crs="EPSG:24047",
        transform=Affine(100, 0, 907_000, 0, -100, 1_823_000), nodata=255,
    ) as file:  # fmt: skip
        file.write(np.full((60, 60), 3, dtype="uint8"), 1)
    city = (267_500.0, 1_816_500.0, 270_500.0, 1_819_000.0)
    record = clip_raster(tmp_path / "old.tif", tmp_path / "out.tif", city, "EPSG:32648", kind="land_cover")
    assert "Royal Thai Survey Department" in record.operation
    assert record.operation_accuracy_m == pytest.approx(3.1, abs=0.2)
