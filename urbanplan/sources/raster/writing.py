"""Surfaces to GeoTIFF, strip by strip: whole or not at all, with the same bytes for the same values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.base.crs import label
from urbanplan.base.errors import LayerError
from urbanplan.base.io import atomic_path
from urbanplan.sources.protocol.local import brief
from urbanplan.sources.raster import region

if TYPE_CHECKING:
    from affine import Affine
    from numpy.typing import NDArray
    from pyproj import CRS

TILE = 256
_NODATA = -9999.0


@dataclass(frozen=True)
class Header:
    """What a file says of a surface beside its values.

    Attributes
    ----------
    kind : str
        Name of the layer; classes of land cover keep their numbers, all else becomes float32.
    shape : tuple of int
        Rows and columns.
    transform : Affine
        From (column, row) to coordinates.
    crs : CRS
        Of the coordinates.
    dtype : str
        The type that the source stores.
    nodata : float or None
        The number that stands for "unknown" in the source.
    """

    kind: str
    shape: tuple[int, int]
    transform: Affine
    crs: CRS
    dtype: str
    nodata: float | None = None

    @property
    def of_classes(self) -> bool:
        """Whether the values are numbers of classes, which are written as they are."""
        return self.kind == "land_cover" and bool(np.issubdtype(np.dtype(self.dtype), np.integer))

    def stored(self, values: NDArray[np.float64]) -> NDArray[Any]:
        """Return values as they are written: NaN becomes the number for "unknown"."""
        known = np.where(np.isfinite(values), values, self._unknown)
        return known.astype(self.dtype if self.of_classes else "float32")

    def profile(self) -> dict[str, Any]:
        """Return how the file is laid out."""
        rows, cols = self.shape
        tiled = {"tiled": True, "blockxsize": TILE, "blockysize": TILE} if min(rows, cols) >= TILE else {}
        return {
            "driver": "GTiff",
            "width": cols,
            "height": rows,
            "count": 1,
            "dtype": self.dtype if self.of_classes else "float32",
            "nodata": self._unknown,
            "compress": "deflate",
            "bigtiff": "if_safer",
            **tiled,
        }

    @property
    def _unknown(self) -> float:
        return float(self.nodata or 0.0) if self.of_classes else _NODATA

    def strips(self) -> Iterator[tuple[int, int]]:
        """Give the rows of strips, from north to south: whole rows of tiles, so that the bytes do not tell how many."""
        rows, cols = self.shape
        height = max(region.PIECE_PIXELS // cols // TILE, 1) * TILE
        for top in range(0, rows, height):
            yield top, min(top + height, rows)


def write_surface(header: Header, strips: Iterable[NDArray[np.float64]], target: Path) -> None:
    """Write a surface.

    Parameters
    ----------
    header : Header
        What the file says of it.
    strips : iterable of ndarray
        The values from north to south, in strips as `Header.strips` gives them.
    target : Path
        The file; it is whole or not there.

    Raises
    ------
    LayerError
        If it cannot be written.
    """
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is written
    from rasterio.windows import Window  # noqa: PLC0415

    wkt = header.crs.to_wkt("WKT2_2019")
    with (
        rasterio.Env(GDAL_CACHEMAX=region.CACHE_BYTES),
        atomic_path(target) as draft,
        rasterio.open(draft, "w", crs=wkt, transform=header.transform, **header.profile()) as file,
    ):
        for (top, bottom), values in zip(header.strips(), strips, strict=True):
            try:
                file.write(header.stored(values), 1, window=Window(0, top, header.shape[1], bottom - top))
            except (OSError, rasterio.errors.RasterioError) as error:
                raise LayerError(
                    f"{target.name}: cannot be written ({brief(error, draft)}); is the disk full?"
                ) from error
        file.update_tags(AREA_OR_POINT="Area")
        file.set_band_description(1, f"{header.kind} ({label(header.crs)})")
