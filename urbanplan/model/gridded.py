"""Grids of numbers in files: cloud-optimised GeoTIFF, whole or not there, the same bytes for the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from urbanplan.base.io import atomic_path

if TYPE_CHECKING:
    from xarray import DataArray

_ROUND_M = 0.01
"""Values are kept to a hundredth: finer than any height is known, and half the size of a file."""


def write_grid(grid: DataArray, target: Path, *, notice: str = "") -> None:
    """Write a grid as cloud-optimised GeoTIFF.

    Parameters
    ----------
    grid : DataArray
        Dimensions y (north to south) and x, the attributes `crs_wkt`, `units` and `long_name`; NaN where there is no number.
    target : Path
        The file.
    notice : str
        How the sources want to be named; it stands in the file where TIFF has its copyright.
    """
    import rasterio  # noqa: PLC0415 - only cities with grids
    import rasterio.shutil  # noqa: PLC0415
    from affine import Affine  # noqa: PLC0415
    from rasterio.io import MemoryFile  # noqa: PLC0415

    x, y = grid["x"].to_numpy(), grid["y"].to_numpy()
    side = float(grid.attrs["cell_m"])
    values = (np.round(grid.to_numpy() / _ROUND_M) * _ROUND_M).astype("float32")
    profile = {
        "driver": "GTiff",
        "height": len(y),
        "width": len(x),
        "count": 1,
        "dtype": "float32",
        "nodata": np.nan,
        "crs": grid.attrs["crs_wkt"],
        "transform": Affine(side, 0, float(x[0]) - side / 2, 0, -side, float(y[0]) + side / 2),
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as draft:
            draft.write(values, 1)
            draft.set_band_description(1, str(grid.attrs.get("long_name", grid.name)))
            draft.set_band_unit(1, str(grid.attrs.get("units", "")))
            named = {"TIFFTAG_COPYRIGHT": notice} if notice else {}
            draft.update_tags(AREA_OR_POINT="Area", NAME=str(grid.name), **named, **_told(grid))
        with memory.open() as source, atomic_path(target) as path:
            options = {"compress": "deflate", "predictor": "yes", "overview_resampling": "nearest"}
            rasterio.shutil.copy(source, path, driver="COG", **options)


def _told(grid: DataArray) -> dict[str, str]:
    return {"REASON": str(grid.attrs["reason"])} if grid.attrs.get("reason") else {}


def read_grid(path: Path) -> DataArray:
    """Read a grid that `write_grid` wrote."""
    import rasterio  # noqa: PLC0415 - only cities with grids
    from xarray import DataArray  # noqa: PLC0415

    with rasterio.open(path, driver="GTiff") as source:
        values, transform, tags = source.read(1), source.transform, source.tags()
        attrs = {
            "crs_wkt": source.crs.to_wkt(),
            "cell_m": float(transform.a),
            "units": source.units[0] or "",
            "long_name": source.descriptions[0] or "",
        }
    if "REASON" in tags:
        attrs["reason"] = tags["REASON"]
    x = transform.c + transform.a * (np.arange(values.shape[1]) + 0.5)
    y = transform.f + transform.e * (np.arange(values.shape[0]) + 0.5)
    return DataArray(values, coords={"y": y, "x": x}, dims=("y", "x"), name=tags["NAME"], attrs=attrs)
