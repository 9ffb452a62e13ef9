"""Rasters: GeoTIFF, NetCDF and Zarr, told by name and by nothing else, checked and read by window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.base.crs import WGS84, transform_points
from urbanplan.base.datum import plan
from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.sources.protocol.local import check_local, parsing
from urbanplan.sources.raster.gridded import is_gridded, opened_grid

if TYPE_CHECKING:
    from affine import Affine
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.base.crs import Bounds

_EDGE_POINTS = 21


@dataclass(frozen=True)
class Patch:
    """The part of a raster that matters, in physical values.

    Attributes
    ----------
    pixels : ndarray of float64, shape (rows, columns)
        NaN where nothing is known.
    transform : Affine
        From (column, row) to the coordinates of the raster's CRS.
    crs : CRS
        The raster's CRS.
    dtype : str
        The type that the file stores.
    nodata : float or None
        The number that stands for "unknown" in the file.
    """

    pixels: NDArray[np.float64]
    transform: Affine
    crs: CRS
    dtype: str
    nodata: float | None

    def ground(
        self, col: NDArray[np.floating[Any]], row: NDArray[np.floating[Any]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the coordinates of places given in pixels, counted from the upper left corner."""
        return applied(self.transform, col, row)

    def pixel(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the column and row (with fractions) of coordinates."""
        return applied(~self.transform, x, y)


def applied(
    transform: Affine, x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Apply an affine transform to arrays; its own operators change between releases."""
    a, b, c, d, e, f = tuple(transform)[:6]
    return a * x + b * y + c, d * x + e * y + f


@dataclass(frozen=True)
class Choice:
    """Which part of a file that holds several grids.

    Attributes
    ----------
    variable : str or None
        Variable of a NetCDF or Zarr file.
    date : str or None
        YYYY[-MM[-DD]] of its time step.
    """

    variable: str | None = None
    date: str | None = None


ONLY = Choice()
"""The only grid of a file."""


@contextmanager
def opened(path: Path, choice: Choice = ONLY) -> Iterator[Any]:
    """Open a raster of this machine, by the reader that its name tells, and nothing that only looks like one."""
    if is_gridded(path):
        with opened_grid(path, choice.variable, choice.date) as grid:
            yield grid
        return
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is read

    check_local(path)
    with parsing(path, "GeoTIFF"), rasterio.open(path.resolve(), driver="GTiff") as file:
        yield file


def extent_of(file: Any) -> Bounds:
    """Return what a raster covers, in its own CRS."""
    col, row = np.array([0.0, file.width, 0.0, file.width]), np.array([0.0, 0.0, file.height, file.height])
    x, y = applied(file.transform, col, row)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def window_of(file: Any, bounds: Bounds, crs: CRS, system: CRS, where: str) -> Any:
    """Return the pixels that an extent in another CRS touches, and one more all round.

    Parameters
    ----------
    file : open raster
        With `transform`, `width` and `height`.
    bounds : tuple of float
        West, south, east, north in `crs`.
    crs, system : CRS
        Of the bounds, and of the raster.
    where : str
        What the sentence of an error calls the raster.

    Raises
    ------
    LayerError
        If the raster lies elsewhere.
    """
    from rasterio.windows import Window  # noqa: PLC0415 - heavy, only where a raster is read

    west, south, east, north = bounds
    along = np.linspace(0, 1, _EDGE_POINTS)
    xs = np.concatenate(
        [
            west + (east - west) * along,
            np.full(_EDGE_POINTS, east),
            west + (east - west) * along,
            np.full(_EDGE_POINTS, west),
        ]
    )
    ys = np.concatenate(
        [
            np.full(_EDGE_POINTS, south),
            south + (north - south) * along,
            np.full(_EDGE_POINTS, north),
            south + (north - south) * along,
        ]
    )
    x, y = transform_points(xs, ys, crs, system, where="the city")
    cols, rows = applied(~file.transform, x, y)
    left, right = int(np.floor(cols.min())) - 1, int(np.ceil(cols.max())) + 1
    top, bottom = int(np.floor(rows.min())) - 1, int(np.ceil(rows.max())) + 1
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, file.width), min(bottom, file.height)
    if left >= right or top >= bottom:
        raise LayerError(
            Fault(
                "raster_apart",
                file=where,
                covers=_degrees(extent_of(file), system),
                city=_degrees(bounds, crs),
            )
        )
    return Window(left, top, right - left, bottom - top)


def _degrees(bounds: Bounds, crs: CRS) -> Fault:
    legs, _ = plan(crs, WGS84, None, "the raster")
    x, y = np.array(bounds[::2]), np.array(bounds[1::2])
    for leg in legs:
        x, y = leg.transform(x, y)
    return Fault("box_degrees", west=x[0], east=x[1], south=y[0], north=y[1])
