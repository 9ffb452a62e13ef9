"""Rasters, good and bad."""

import warnings

import numpy as np
import rasterio
from affine import Affine
from corpus import Corpus
from rasterio.control import GroundControlPoint

corpus = Corpus()
case, raw = corpus.case, corpus.raw
PLACE = Affine(100, 0, 498_000, 0, -100, 2_080_000)
RISING = np.arange(4096, dtype="float32").reshape(64, 64) / 10 + 300
UTM = "EPSG:32647"


def save(path, values=RISING, crs=UTM, transform=PLACE, driver="GTiff", **options):
    bands = values if values.ndim == 3 else values[None]
    profile = {
        "width": bands.shape[2],
        "height": bands.shape[1],
        "count": bands.shape[0],
        "dtype": bands.dtype,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bad files are what is wanted here
        with rasterio.open(
            path, "w", driver=driver, crs=crs, transform=transform, **profile, **options
        ) as file:
            file.write(bands)


def spoiled(value, count=50, dtype="float32"):
    values = RISING.astype(dtype)
    values.ravel()[:count] = value
    return values


@case("good.tif", "ok")
def good(path):
    save(path, nodata=-9999)


@case("good.tiff", "ok")
def good_compressed(path):
    save(path, nodata=-9999, compress="deflate", tiled=True, blockxsize=16, blockysize=16)


@case("withnodata.tif", "said", "no data")
def some_unknown(path):
    save(path, spoiled(-9999), nodata=-9999)


@case("degrees.tif", "ok")
def good_degrees(path):
    save(path, crs="EPSG:4326", transform=Affine(0.001, 0, 98.9, 0, -0.001, 18.9), nodata=-9999)


@case("undeclared.tif", "refused", "-9999")
def nodata_not_declared(path):
    save(path, spoiled(-9999))


@case("othernodata.tif", "refused", "-32768")
def another_nodata_declared(path):
    save(path, spoiled(-32768, dtype="int16"), nodata=-9999)


@case("lowest.tif", "refused", "no data")
def lowest_float_not_declared(path):
    save(path, spoiled(np.finfo("float32").min))


@case("uint16.tif", "refused", "65535")
def highest_short_not_declared(path):
    save(path, spoiled(65535, dtype="uint16"))


@case("bytes.tif", "said", "255")
def bytes_with_255(path):
    values = (RISING % 10).astype("uint8")
    values[0, :9] = 255
    save(path, values)


@case("impossible_nodata.tif", "said", "is declared")
def nodata_out_of_type(path):
    save(path, (RISING % 10).astype("uint8"), nodata=254)
    data = path.read_bytes()
    assert data.count(b"254\x00") == 1  # the tag GDAL_NODATA
    path.write_bytes(data.replace(b"254\x00", b"-99\x00"))


@case("nocrs.tif", "refused", "EPSG:32647")
def no_crs(path):
    save(path, crs=None, nodata=-9999)


@case("labelled.tif", "refused", "EPSG:32647")
def metres_labelled_degrees(path):
    save(path, crs="EPSG:4326", nodata=-9999)


@case("unplaced.tif", "refused", "not placed")
def no_geotransform(path):
    save(path, transform=Affine.identity(), nodata=-9999)


@case("points.tif", "refused", "control points")
def control_points_only(path):
    profile = {"driver": "GTiff", "width": 64, "height": 64, "count": 1, "dtype": "float32", "crs": UTM}
    corners = [GroundControlPoint(0, 0, 498_000, 2_080_000), GroundControlPoint(9, 9, 498_900, 2_079_100)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with rasterio.open(path, "w", **profile) as file:
            file.write(RISING, 1)
            file.gcps = (corners, UTM)


@case("flat.tif", "refused", "no size")
def pixels_without_size(path):
    save(path, transform=Affine(100, 0, 498_000, 100, 0, 2_080_000), nodata=-9999)


@case("turned.tif", "ok")
def turned(path):
    save(path, transform=PLACE * Affine.rotation(20), nodata=-9999)


@case("elsewhere.tif", "refused", "EPSG:32647")
def elsewhere(path):
    save(path, transform=Affine(100, 0, 98, 0, -100, 9_900_000), nodata=-9999)


@case("allnodata.tif", "refused", "every pixel")
def nothing_known(path):
    save(path, np.full((64, 64), -9999, dtype="float32"), nodata=-9999)


@case("allnan.tif", "refused", "every pixel")
def all_nan(path):
    save(path, np.full((64, 64), np.nan, dtype="float32"))


@case("somenan.tif", "said", "no data")
def some_nan(path):
    save(path, spoiled(np.nan))


@case("infinite.tif", "refused", "infinite")
def infinite(path):
    save(path, spoiled(np.inf), nodata=-9999)


@case("absurd.tif", "refused", "impossible")
def absurd(path):
    save(path, spoiled(7e30, 1), nodata=-9999)


@case("constant.tif", "said", "the same")
def constant(path):
    save(path, np.ones((64, 64), dtype="float32"), nodata=-9999)


@case("bands.tif", "refused", "3 bands")
def several_bands(path):
    save(path, np.stack([RISING] * 3), nodata=-9999)


@case("complex.tif", "refused", "complex")
def complex_numbers(path):
    save(path, RISING.astype("complex64"))


@case("scaled.tif", "said", "scale")
def scaled(path):
    save(path, RISING.astype("int16"), nodata=-1)
    with rasterio.open(path, "r+") as file:
        file.scales = (0.1,)


@case("pages.tif", "refused", "2 pages")
def two_pages(path):
    save(path, nodata=-9999)
    save_second = {"APPEND_SUBDATASET": "YES"}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=64,
        height=64,
        count=1,
        dtype="float32",
        crs=UTM,
        transform=PLACE,
        **save_second,
    ) as file:
        file.write(RISING, 1)


@case("cut.tif", "refused", "cut.tif")
def cut(path):
    save(path, nodata=-9999)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@case("sparse.tif", "refused", "blank")
def huge_and_hollow(path):
    profile = {"driver": "GTiff", "width": 200_000, "height": 200_000, "count": 1, "dtype": "float32"}
    with rasterio.open(
        path,
        "w",
        crs=UTM,
        transform=Affine(1, 0, 498_000, 0, -1, 2_080_000),
        tiled=True,
        blockxsize=16384,
        blockysize=16384,
        sparse_ok=True,
        **profile,
    ):
        pass


@case("png.tif", "refused", "png.tif")
def png_called_tif(path):
    save(path.with_suffix(".png"), (RISING % 255).astype("uint8"), driver="PNG")
    path.with_suffix(".png").rename(path)
    path.with_suffix(".png.aux.xml").unlink(missing_ok=True)
    path.with_name("png.png.aux.xml").unlink(missing_ok=True)


VRT = '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>/etc/passwd</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>'
raw("vrt_called_tif", "vrt.tif", VRT, "refused", "GeoTIFF")
raw("vrt", "mosaic.vrt", VRT, "refused", "GeoTIFF")
raw("netcdf", "climate.nc", b"CDF\x01" + bytes(100), "refused", "variables")
raw("empty_tif", "empty.tif", b"", "refused", "0 bytes")
raw("header_only", "header.tif", b"II*\x00\x08\x00\x00\x00", "refused", "GeoTIFF")
raw("loop_of_pages", "loop.tif", b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00", "refused", "GeoTIFF")
raw("text_called_tif", "text.tif", "hello", "refused", "GeoTIFF")
raw("html_called_tif", "page.tif", "<html>not found</html>", "refused", "GeoTIFF")
raw("ascii_grid", "dem.asc", "ncols 2\nnrows 2\n1 2\n3 4\n", "refused", "GeoTIFF")
