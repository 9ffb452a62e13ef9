"""NetCDF and Zarr give the same pixels as the same grid in a GeoTIFF, and what cannot be trusted is refused."""

import json
import shutil
import zipfile

import h5py
import numpy as np
import pandas as pd
import pytest
import rasterio
import xarray as xr
from affine import Affine
from pyproj import CRS

from urbanplan.base.errors import InputError, LayerError, NoCrsError
from urbanplan.sources.raster import Choice, clip_raster, read_raster
from urbanplan.sources.raster.inspection import inspect_raster
from urbanplan.study.check_file import check_file

UTM = "EPSG:32647"
WEST, NORTH, SIDE = 500_000.0, 2_080_000.0, 100.0
BOUNDS = (WEST + 1000, NORTH - 3000, WEST + 3000, NORTH - 1000)


def values():
    rows, cols = np.indices((40, 50))
    grid = (300 + 2 * rows + 3 * cols).astype("float32")
    grid[12, 15] = np.nan
    return grid


def dataset(grid=None, *, crs=UTM, times=None, **names):
    grid = values() if grid is None else grid
    x = WEST + SIDE * (np.arange(grid.shape[1]) + 0.5)
    y = NORTH - SIDE * (np.arange(grid.shape[0]) + 0.5)
    attrs = {"standard_name": "projection_{}_coordinate", "units": "m"}
    coords = {
        axis: (axis, places, {key: text.format(axis) for key, text in attrs.items()})
        for axis, places in (("x", x), ("y", y))
    }
    dims: tuple[str, ...] = ("y", "x")
    if times is not None:
        dims, grid = ("time", "y", "x"), np.stack([grid + k for k in range(len(times))])
        coords["time"] = ("time", pd.to_datetime(times))
    held = {"height": (dims, grid, {"grid_mapping": "crs"}), **names}
    if crs:
        held["crs"] = ((), 0, CRS.from_user_input(crs).to_cf())
    return xr.Dataset(held, coords)


def as_tiff(path):
    profile = {"driver": "GTiff", "width": 50, "height": 40, "count": 1, "dtype": "float32", "nodata": np.nan}
    with rasterio.open(
        path, "w", crs=UTM, transform=Affine(SIDE, 0, WEST, 0, -SIDE, NORTH), **profile
    ) as file:
        file.write(values(), 1)
    return path


def written(folder, kind, data=None):
    data = dataset() if data is None else data
    path = folder / f"grid{kind}"
    if kind == ".nc":
        data.to_netcdf(path, engine="h5netcdf")
    elif kind == ".cdf":
        data.to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")
    else:
        store = folder / "store.zarr"
        data.to_zarr(store, zarr_format=2 if kind == ".zarr" else 3, consolidated=False)
        if kind == ".zarr.zip":
            shutil.make_archive(str(folder / "grid.zarr"), "zip", store)
            return folder / "grid.zarr.zip"
        shutil.move(store, path)
    return path


@pytest.mark.parametrize("kind", [".nc", ".cdf", ".zarr", ".zarr.zip"])
def test_the_same_grid_in_another_format_is_the_same_layer(tmp_path, kind):
    path = written(tmp_path, kind)
    witness = read_raster(as_tiff(tmp_path / "w.tif"), BOUNDS, UTM, kind="elevation")
    got = read_raster(path, BOUNDS, UTM, kind="elevation")
    np.testing.assert_array_equal(got.to_numpy(), witness.to_numpy())
    np.testing.assert_allclose(got["x"], witness["x"])
    np.testing.assert_allclose(got["y"], witness["y"])
    record = clip_raster(path, tmp_path / "out.tif", BOUNDS, UTM, kind="elevation")
    assert record.crs == "EPSG:32647"
    inspected = inspect_raster(path)
    assert inspected.read == 2000
    assert inspected.kept == 1999


def test_rows_from_the_south_and_columns_from_the_east_are_turned(tmp_path):
    turned = dataset().isel(y=slice(None, None, -1), x=slice(None, None, -1)).transpose("x", "y")
    got = read_raster(written(tmp_path, ".nc", turned), BOUNDS, UTM, kind="elevation")
    witness = read_raster(as_tiff(tmp_path / "w.tif"), BOUNDS, UTM, kind="elevation")
    np.testing.assert_array_equal(got.to_numpy(), witness.to_numpy())


def test_packed_numbers_are_unpacked_and_their_no_data_is_unknown(tmp_path):
    data = dataset()
    data["height"].encoding = {"dtype": "int16", "scale_factor": 0.5, "add_offset": 100.0, "_FillValue": -999}
    got = read_raster(written(tmp_path, ".nc", data), BOUNDS, UTM, kind="elevation")
    witness = read_raster(as_tiff(tmp_path / "w.tif"), BOUNDS, UTM, kind="elevation")
    np.testing.assert_allclose(got.to_numpy(), witness.to_numpy())
    assert np.isnan(got.to_numpy()).sum() == 1


def test_degrees_need_no_grid_mapping_and_go_on_beyond_180(tmp_path):
    lon, lat = np.linspace(358.9, 359.1, 21), np.linspace(40.1, 39.9, 21)
    grid = np.arange(441, dtype="float32").reshape(21, 21)
    data = xr.Dataset({"z": (("lat", "lon"), grid)}, {"lon": lon, "lat": lat})
    record = inspect_raster(written(tmp_path, ".nc", data))
    assert record.crs == "EPSG:4326"


def test_one_of_several_dates_and_variables_is_chosen_by_name(tmp_path):
    data = dataset(times=["2015-12-31", "2025-12-31"])
    data["other"] = data["height"] * 2
    path = written(tmp_path, ".nc", data)
    with pytest.raises(LayerError, match=r"grid\.nc: holds the variables height, other"):
        read_raster(path, BOUNDS, UTM, kind="elevation")
    with pytest.raises(LayerError, match="2 dates from 2015-12-31 to 2025-12-31"):
        read_raster(path, BOUNDS, UTM, kind="elevation", choice=Choice("height"))
    with pytest.raises(LayerError, match="no grid called 'depth'"):
        read_raster(path, BOUNDS, UTM, kind="elevation", choice=Choice("depth"))
    early, late = (
        read_raster(path, BOUNDS, UTM, kind="elevation", choice=Choice("height", year))
        for year in ("2015", "2025-12")
    )
    np.testing.assert_allclose(late - early, np.where(np.isnan(early), np.nan, 1.0))


def without(data, *names):
    return data.drop_vars(list(names))


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        (lambda d: without(d, "crs"), NoCrsError, "has no CRS"),
        (lambda d: d.assign_coords(x=d["x"] + np.where(np.arange(50) > 20, 60.0, 0.0)), LayerError, "not evenly"),
        (lambda d: without(d, "x"), LayerError, "x axis"),
        (lambda d: without(d, "height"), LayerError, "none that is a grid"),
        (lambda d: d.expand_dims(level=3), LayerError, "3 levels of 'level'"),
        (lambda d: d.assign_coords(x=d["x"] + 9e6), InputError, "grid.nc"),
    ],
)  # fmt: skip
def test_what_cannot_be_placed_is_refused_with_the_mend(tmp_path, change, error, told):
    path = written(tmp_path, ".nc", change(dataset()))
    with pytest.raises(error, match=told):
        inspect_raster(path)


def test_hdf5_that_leads_to_other_files_is_refused(tmp_path):
    secret = written(tmp_path, ".nc")
    path = tmp_path / "linked.nc"
    with h5py.File(path, "w") as file:
        file["height"] = h5py.ExternalLink(str(secret), "height")
    with pytest.raises(LayerError, match=r"linked\.nc: 'height' is a link to another place"):
        inspect_raster(path)
    path = tmp_path / "virtual.nc"
    with h5py.File(path, "w") as file:
        layout = h5py.VirtualLayout(shape=(40, 50), dtype="f4")
        layout[:] = h5py.VirtualSource(str(secret), "height", shape=(40, 50))
        file.create_virtual_dataset("height", layout)
    with pytest.raises(LayerError, match="lie in other files"):
        inspect_raster(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"dtype": "|O", "filters": [{"id": "pickle"}]}, "can run code"),
        ({"filters": [{"id": "pickle"}]}, "'pickle'"),
        ({"chunks": [100_000, 100_000]}, "fit into memory"),
    ],
)
def test_a_zarr_store_that_runs_code_or_explodes_is_refused(tmp_path, change, told):
    path = written(tmp_path, ".zarr")
    document = path / "height" / ".zarray"
    document.write_text(json.dumps({**json.loads(document.read_text()), **change}))
    with pytest.raises(LayerError, match=told):
        inspect_raster(path)


def test_links_and_bombs_in_a_store_are_refused(tmp_path):
    path = written(tmp_path, ".zarr")
    (path / "height" / "9.9").symlink_to("/etc/hostname")
    with pytest.raises(LayerError, match="is a link"):
        inspect_raster(path)
    bomb = tmp_path / "bomb.zarr.zip"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("c", "w", force_zip64=True) as out,
    ):
        for _ in range(600):
            out.write(bytes(1 << 20))
    with pytest.raises(LayerError, match="unpacks to"):
        inspect_raster(bomb)


@pytest.mark.parametrize("kind", [".nc", ".zarr.zip", ".cdf"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_a_file_cut_off_is_refused_by_name(tmp_path, kind, part):
    path = written(tmp_path, kind)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(InputError, match=r"grid\."):
        inspect_raster(path)


def test_the_doctor_reads_them_and_a_missing_one_is_named(tmp_path):
    assert check_file(written(tmp_path, ".nc")).kept == 1999
    assert check_file(written(tmp_path, ".zarr")).kept == 1999
    with pytest.raises(InputError, match=r"none\.zarr"):
        check_file(tmp_path / "none.zarr")
