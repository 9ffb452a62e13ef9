"""Land cover is read by window, and refuses what is not a map of classes in squares."""

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from urbanplan.base.errors import LayerError
from urbanplan.model import land_cover
from urbanplan.model.land_cover import LandCover, cover_of

CRS = "EPSG:32647"


def write(path, cells, *, width=10.0, height=10.0, nodata=0):
    """Write a GeoTIFF whose corner lies at 500 000, 2 000 000."""
    with rasterio.open(
        path, "w", driver="GTiff", width=cells.shape[1], height=cells.shape[0], count=1, dtype=cells.dtype, crs=CRS,
        nodata=nodata, transform=Affine(width, 0, 500_000, 0, -height, 2_000_000),
    ) as file:  # fmt: skip
        file.write(cells, 1)
    return path


def test_a_file_and_an_array_give_the_same_cells(tmp_path, monkeypatch):
    cells = np.random.default_rng(1).integers(0, 9, (50, 40)).astype(np.uint8)
    file = LandCover.read({"2020": write(tmp_path / "a.tif", cells)}, CRS).latest
    array = cover_of(cells, crs=CRS, west=500_000, north=2_000_000, cell_m=10.0, date="2020", nodata=0)
    assert (file.shape, file.nodata, file.cell_m) == (array.shape, 0, 10.0)
    assert file.same_grid(array)
    monkeypatch.setattr(land_cover, "STRIP_CELLS", 120)
    for raster in (file, array):
        assert [len(strip) for strip in raster][:2] == [3, 3]
        assert (np.concatenate(list(raster)) == cells).all()
        assert (np.concatenate(list(raster.strips((7, 30, 5, 12)))) == cells[7:30, 5:12]).all()
        assert (raster.cells((1, 2, 3, 9)) == cells[1:2, 3:9]).all()


def test_windows_stay_within_the_raster():
    raster = cover_of(np.ones((5, 4), np.uint8), crs=CRS, west=100.0, north=100.0, cell_m=10.0)
    assert raster.window((112, 71, 125, 88)) == (1, 3, 1, 3)
    assert raster.window((0, 0, 1000, 1000)) == (0, 5, 0, 4)
    assert raster.window((np.nan,) * 4) == (0, 0, 0, 0)


def test_dates_stand_in_their_order_and_once():
    one, other = (
        cover_of(np.ones((2, 2), np.uint8), crs=CRS, west=0, north=0, cell_m=1, date=d)
        for d in ("2020", "2010")
    )
    cover = LandCover.of(one, other)
    assert (cover.earliest.date, cover.latest.date) == ("2010", "2020")
    with pytest.raises(LayerError, match="one only"):
        LandCover.of(one, one)
    with pytest.raises(LayerError, match="none"):
        LandCover.of()


def test_measurements_and_oblongs_are_refused(tmp_path):
    with pytest.raises(LayerError, match="whole numbers"):
        LandCover.read({"2020": write(tmp_path / "a.tif", np.ones((3, 3), np.float32))}, CRS)
    with pytest.raises(LayerError, match="squares"):
        LandCover.read({"2020": write(tmp_path / "b.tif", np.ones((3, 3), np.uint8), height=12.0)}, CRS)
