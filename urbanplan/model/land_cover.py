"""Land cover: a raster of classes at one date or several, read by window and never whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import LayerError

STRIP_CELLS = 4_000_000
"""Cells of a strip: 32 MB in the widest type that anything here works in."""

_CACHE_MB = 64

Window = tuple[int, int, int, int]
"""First row and the one beyond, first column and the one beyond."""


@dataclass(frozen=True, eq=False)
class CoverRaster:
    """A raster of classes at one date.

    Attributes
    ----------
    date : str
        YYYY[-MM[-DD]].
    crs : str
        Projected CRS in metres.
    west, north : float
        Upper left corner.
    cell_m : float
        Side of a cell.
    shape : tuple of int
        Rows and columns.
    nodata : int or None
        Number of cells without a class.
    source : ndarray or Path
        The cells themselves, or the GeoTIFF that holds them.
    """

    date: str
    crs: str
    west: float
    north: float
    cell_m: float
    shape: tuple[int, int]
    nodata: int | None
    source: NDArray[np.integer[Any]] | Path

    def __iter__(self) -> Iterator[NDArray[np.integer[Any]]]:
        """Give the raster from north to south in strips."""
        return self.strips()

    def strips(self, window: Window | None = None) -> Iterator[NDArray[np.integer[Any]]]:
        """Give a window of the raster from north to south in strips of at most `STRIP_CELLS` cells."""
        top, bottom, left, right = window or (0, self.shape[0], 0, self.shape[1])
        height = max(STRIP_CELLS // max(right - left, 1), 1)
        with self._reader() as read:
            for first in range(top, bottom, height):
                yield read((first, min(first + height, bottom), left, right))

    def cells(self, window: Window) -> NDArray[np.integer[Any]]:
        """Return the cells of a window."""
        with self._reader() as read:
            found: NDArray[np.integer[Any]] = read(window)
            return found

    def window(self, bounds: tuple[float, float, float, float]) -> Window:
        """Return the cells that an extent (west, south, east, north) touches; none where it lies elsewhere."""
        west, south, east, north = bounds
        edge = np.array([self.north - north, self.north - south, west - self.west, east - self.west])
        if not np.isfinite(edge).all():
            return 0, 0, 0, 0
        top, bottom, left, right = edge / self.cell_m
        rows = np.clip([np.floor(top), np.ceil(bottom)], 0, self.shape[0]).astype(int)
        columns = np.clip([np.floor(left), np.ceil(right)], 0, self.shape[1]).astype(int)
        return int(rows[0]), int(rows[1]), int(columns[0]), int(columns[1])

    def same_grid(self, other: CoverRaster) -> bool:
        """Tell whether another raster has the same cells in the same places."""
        near = [abs(self.west - other.west), abs(self.north - other.north), abs(self.cell_m - other.cell_m)]
        return self.crs == other.crs and self.shape == other.shape and max(near) < 1e-6 * self.cell_m

    @contextmanager
    def _reader(self) -> Iterator[Any]:
        """Give a function that reads a window; a file stays open meanwhile."""
        if isinstance(self.source, np.ndarray):
            cells = self.source
            yield lambda window: cells[window[0] : window[1], window[2] : window[3]]
            return
        import rasterio  # noqa: PLC0415 - heavy, only where a file is read
        from rasterio.windows import Window as Part  # noqa: PLC0415

        with rasterio.open(self.source, driver="GTiff") as file:

            def read(window: Window) -> NDArray[np.integer[Any]]:
                top, bottom, left, right = window
                part = Part(left, top, right - left, bottom - top)
                # GDAL would keep a twentieth of the machine's memory full of blocks that are read once
                with rasterio.Env(GDAL_CACHEMAX=_CACHE_MB):
                    found: NDArray[np.integer[Any]] = file.read(1, window=part)
                return found

            yield read


@dataclass(frozen=True, eq=False)
class LandCover:
    """Land cover at all dates that a city declares.

    Attributes
    ----------
    rasters : tuple of CoverRaster
        The oldest first.
    """

    rasters: tuple[CoverRaster, ...]

    @property
    def latest(self) -> CoverRaster:
        """The raster of the last date."""
        return self.rasters[-1]

    @property
    def earliest(self) -> CoverRaster:
        """The raster of the first date, which is the last one too where there is only one."""
        return self.rasters[0]

    @classmethod
    def of(cls, *rasters: CoverRaster) -> LandCover:
        """Put rasters of several dates together.

        Raises
        ------
        LayerError
            If there is none, or two have one date.
        """
        dates = [raster.date for raster in rasters]
        if not rasters or len(set(dates)) < len(dates):
            raise LayerError(
                "land_cover: needs at least one raster, and of each date one only; it has"
                f" {', '.join(sorted(dates)) or 'none'}"
            )
        return cls(tuple(sorted(rasters, key=lambda raster: raster.date)))

    @classmethod
    def read(cls, files: dict[str, Path], crs: str) -> LandCover:
        """Open the GeoTIFFs of a city by their dates, without reading their cells.

        Raises
        ------
        LayerError
            If a raster does not hold whole numbers, or its cells are not squares along the axes.
        """
        return cls.of(*(_opened(date, path, crs) for date, path in files.items()))


def cover_of(cells: Any, *, crs: str, west: float, north: float, cell_m: float, **more: Any) -> CoverRaster:
    """Return a raster of classes held in memory; `date` and `nodata` may be given besides."""
    table = np.asarray(cells)
    return CoverRaster(
        date=more.get("date", ""),
        crs=crs,
        west=west,
        north=north,
        cell_m=cell_m,
        shape=(table.shape[0], table.shape[1]),
        nodata=more.get("nodata"),
        source=table,
    )


def _opened(date: str, path: Path, crs: str) -> CoverRaster:
    import rasterio  # noqa: PLC0415 - heavy, only where a file is read

    with rasterio.open(path, driver="GTiff") as file:
        a, b, c, d, e, f = tuple(file.transform)[:6]
        if not np.issubdtype(np.dtype(file.dtypes[0]), np.integer):
            raise LayerError(
                f"land_cover: {path.name} holds {file.dtypes[0]}, not whole numbers; classes are numbered"
            )
        if b or d or abs(a + e) > 1e-6 * abs(a):
            raise LayerError(
                f"land_cover: the cells of {path.name} are {abs(a):g} by {abs(e):g} m; resample it to squares"
            )
        nodata = None if file.nodata is None else int(file.nodata)
        return CoverRaster(date, crs, c, f, a, (file.height, file.width), nodata, path)
