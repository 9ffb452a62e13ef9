"""What came over the network and is not what its name says is not kept, whatever the server says."""

import json
import sqlite3
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from urbanplan.base.errors import InputError
from urbanplan.study.arrival import check_arrival


@pytest.fixture(scope="module")
def made(tmp_path_factory, village):
    """Give one good file of each kind."""
    folder = tmp_path_factory.mktemp("made")
    frame = gpd.GeoDataFrame(
        {"n": range(500)}, geometry=shapely.points(np.arange(500.0), 1.0), crs="EPSG:32647"
    )
    frame.to_file(folder / "a.gpkg")
    frame.to_file(folder / "a.fgb", driver="FlatGeobuf")
    frame.to_crs(4326).to_file(folder / "a.geojson")
    frame.to_parquet(folder / "a.parquet")
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stops.txt", "a,b\n" + "1,2\n" * 1000)
        archive.writestr("more.bin", np.random.default_rng(1).bytes(20_000))
    values = np.random.default_rng(2).integers(0, 99, (300, 300), dtype="uint8")
    with rasterio.open(
        folder / "a.tif", "w", driver="GTiff", width=300, height=300, count=1, dtype="uint8", crs="EPSG:32647",
        transform=Affine(10, 0, 5e5, 0, -10, 2e6), compress="deflate",
    ) as file:  # fmt: skip
        file.write(values, 1)
    (folder / "a.kml").write_text("<?xml version='1.0'?><kml><Document/></kml>\n")
    (folder / "a.osm.pbf").write_bytes((village / "osm" / "sample.osm.pbf").read_bytes())
    return folder


KINDS = ("a.gpkg", "a.fgb", "a.geojson", "a.parquet", "a.zip", "a.tif", "a.kml", "a.osm.pbf")


@pytest.mark.parametrize("name", KINDS)
def test_whole_files_are_let_in_under_whatever_name_they_lie(made, tmp_path, name):
    draft = tmp_path / "draft"
    draft.write_bytes((made / name).read_bytes())
    check_arrival(draft, name)


@pytest.mark.parametrize("name", [name for name in KINDS if name != "a.fgb"])
def test_half_a_file_is_refused(made, tmp_path, name):
    draft = tmp_path / "draft"
    content = (made / name).read_bytes()
    draft.write_bytes(content[: int(len(content) * 0.6)])
    with pytest.raises(InputError):
        check_arrival(draft, name)


@pytest.mark.parametrize("name", [*KINDS, "a.nc", "a.kmz"])
@pytest.mark.parametrize("content", [b"Service temporarily unavailable", b'{"error": "quota exceeded"}'])
def test_an_excuse_in_place_of_the_data_is_refused(tmp_path, name, content):
    draft = tmp_path / "draft"
    draft.write_bytes(content)
    with pytest.raises(InputError):
        check_arrival(draft, name)


def test_what_a_server_says_is_told(tmp_path):
    draft = tmp_path / "draft"
    draft.write_text(json.dumps({"error": {"message": "Token Required"}}))
    with pytest.raises(InputError, match=r"the server says: .*Token Required"):
        check_arrival(draft, "a.geojson")


def test_damage_within_an_archive_and_bombs_are_noticed(made, tmp_path):
    content = bytearray((made / "a.zip").read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "draft").write_bytes(content)
    with pytest.raises(InputError, match=r"part 'more\.bin' is damaged"):
        check_arrival(tmp_path / "draft", "gtfs.zip")
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("a", bytes(40_000_000))
    with pytest.raises(InputError, match="no honest archive"):
        check_arrival(tmp_path / "bomb", "gtfs.zip")


def test_a_geopackage_that_grew_is_whole(tmp_path):
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("create table a (b text)")
        base.executemany("insert into a values (?)", [("x" * 500,)] * 1000)
    check_arrival(path, "a.gpkg")
