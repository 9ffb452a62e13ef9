"""Files damaged at random: whatever happens is one sentence of ours that names the file, or a layer."""

import random
import shutil

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely import box

from urbanplan.base.errors import UrbanPlanError
from urbanplan.methods.grid import lay_grid
from urbanplan.sources.municipal import read_vector
from urbanplan.sources.raster import counts_to_cells
from urbanplan.sources.transit import read_stops

UTM = "EPSG:32647"
DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf", "geojson": "GeoJSON"}
TIMES = "trip_id,stop_id,stop_sequence\nT,A,1\nT,B,2\n"
FEED = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,ก,18.7,98.9\nB,ข,18.8,98.9\n",
    "trips.txt": "trip_id,service_id\nT,S\n",
    "stop_times.txt": TIMES,
    "calendar_dates.txt": "service_id,date,exception_type\nS,20240101,1\n",
}
CELLS = lay_grid(box(500_000, 2_079_000, 501_000, 2_080_000), UTM, cell_m=100)
MUTATIONS = 25


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    squares = [box(500_000 + 200 * i, 2_079_000, 500_100 + 200 * i, 2_079_100) for i in range(3)]
    frame = gpd.GeoDataFrame(
        {"CODE": ["01", "02", "03"], "name": ["ศรีภูมิ", "หายยา", None]}, geometry=squares, crs=UTM
    )
    for end, driver in DRIVERS.items():
        frame.to_file(folder / f"z.{end}", driver=driver, engine="pyogrio")
    frame.to_parquet(folder / "z.parquet")
    (folder / "z.csv").write_text("CODE,name,lon,lat\n01,ก,98.9,18.7\n02,ข,98.8,18.8\n", encoding="utf-8")
    rows = np.random.default_rng(0).random((64, 64)).astype("float32")
    profile = {"driver": "GTiff", "width": 64, "height": 64, "count": 1, "dtype": "float32"}
    with rasterio.open(
        folder / "z.tif", "w", crs=UTM, transform=Affine(100, 0, 500_000, 0, -100, 2_080_000), **profile
    ) as file:
        file.write(rows, 1)
    feed = folder / "feed"
    feed.mkdir()
    for name, text in FEED.items():
        (feed / name).write_text(text, encoding="utf-8")
    shutil.make_archive(str(folder / "z"), "zip", feed)
    return folder


def damaged(raw, dice):
    """Flip bytes, cut the end off, or put other bytes in."""
    raw, kind = bytearray(raw), dice.randrange(4)
    if kind == 0:
        return bytes(raw[: dice.randrange(len(raw))])
    if kind == 1:
        at = dice.randrange(len(raw))
        raw[at : at + dice.randrange(1, 40)] = dice.randbytes(dice.randrange(40))
    else:
        for _ in range(dice.choice([1, 3, 20])):
            raw[dice.randrange(len(raw) if kind == 2 else min(len(raw), 200))] = dice.randrange(256)
    return bytes(raw)


def read(path):
    if path.suffix == ".zip":
        return read_stops(path)[0]
    if path.suffix == ".tif":
        return counts_to_cells(path, CELLS, UTM)[0]
    name = "heritage_assets" if path.suffix == ".csv" else "zones"
    return read_vector(path, name=name, columns={"id": "CODE"}, target=UTM)[0]


def refusal(path):
    try:
        assert len(read(path)) > 0
    except UrbanPlanError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    "end", ["gpkg", "shp", "dbf", "shx", "prj", "fgb", "geojson", "parquet", "csv", "tif", "zip"]
)
def test_damage_is_one_sentence_or_a_layer(whole, tmp_path, end):
    dice = random.Random(end)  # noqa: S311 - the same damage in every run
    raw = (whole / f"z.{end}").read_bytes()
    opened = tmp_path / ("z.shp" if end in {"dbf", "shx", "prj"} else f"z.{end}")
    for item in whole.glob("z.*"):
        shutil.copy(item, tmp_path)
    assert len(read(opened)) > 0
    refused = 0
    for _ in range(MUTATIONS):
        (tmp_path / f"z.{end}").write_bytes(damaged(raw, dice))
        sentence = refusal(opened)
        if sentence is not None:
            refused += 1
            assert "\n" not in sentence
            assert sentence.startswith("z.")
            assert str(tmp_path) not in sentence
    assert refused > MUTATIONS // 5
