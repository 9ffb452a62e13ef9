"""Tiles laid beside each other on their common grid, strip by strip."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.base.errors import LayerError
from urbanplan.base.io import atomic_path
from urbanplan.sources.raster.region import PIECE_PIXELS
from urbanplan.sources.raster.writing import TILE

if TYPE_CHECKING:
    from affine import Affine

_ALIGNED = 0.02


@dataclass(frozen=True)
class Tile:
    """The pixels of one file that cover the area, brought into a file of this machine."""

    path: Path
    shape: tuple[int, int]
    transform: Affine
    crs: str
    dtype: str
    nodata: float | None
    scaling: tuple[float, float]

    def header(self) -> tuple[Any, ...]:
        """Return what all files of a set must have in common."""
        return self.crs, self.dtype, self.nodata, self.scaling


def layout(part: Tile, shape: tuple[int, int], transform: Affine) -> dict[str, Any]:
    """Return how a file with the pixels of a tile is laid out."""
    tiled = {"tiled": True, "blockxsize": TILE, "blockysize": TILE} if min(shape) >= TILE else {}
    return {
        "driver": "GTiff", "height": shape[0], "width": shape[1], "count": 1, "dtype": part.dtype, "nodata": part.nodata,
        "crs": part.crs, "transform": transform, "compress": "deflate", "bigtiff": "if_safer", **tiled,
    }  # fmt: skip


def _places(parts: list[Tile]) -> list[tuple[int, int]]:
    """Return row and column of each part on the grid of the first."""
    first = parts[0]
    side_x, side_y = first.transform.a, first.transform.e
    places = []
    for part in parts:
        col = (part.transform.c - first.transform.c) / side_x
        row = (part.transform.f - first.transform.f) / side_y
        sides = np.isclose([part.transform.a, part.transform.e], [side_x, side_y], rtol=1e-6).all()
        off = max(abs(col - round(col)), abs(row - round(row)))
        if part.header() != first.header() or not sides or off > _ALIGNED:
            raise LayerError("the tiles of the set do not lie on one grid; download and merge them by hand")
        places.append((round(row), round(col)))
    return places


def lay_tiles(parts: list[Tile], target: Path) -> None:
    """Lay tiles beside each other and write them, strip by strip.

    Parameters
    ----------
    parts : list of Tile
        On one grid and of one type.
    target : Path
        The file; it is whole or not there.

    Raises
    ------
    LayerError
        If they do not lie on one grid, or ground between them is covered by none and nothing stands for "no data".
    """
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is written
    from affine import Affine  # noqa: PLC0415
    from rasterio.windows import Window  # noqa: PLC0415

    first, places = parts[0], _places(parts)
    top, left = min(row for row, _ in places), min(col for _, col in places)
    rows = max(row + part.shape[0] for (row, _), part in zip(places, parts, strict=True)) - top
    cols = max(col + part.shape[1] for (_, col), part in zip(places, parts, strict=True)) - left
    a, _, c, _, e, f = tuple(first.transform)[:6]
    transform = Affine(a, 0, c + left * a, 0, e, f + top * e)
    with ExitStack() as stack:
        files = [stack.enter_context(rasterio.open(part.path, driver="GTiff")) for part in parts]
        draft = stack.enter_context(atomic_path(target))
        out = stack.enter_context(rasterio.open(draft, "w", **layout(first, (rows, cols), transform)))
        height = max(PIECE_PIXELS // cols // TILE, 1) * TILE
        for begin in range(0, rows, height):
            strip = np.full(
                (min(height, rows - begin), cols), 0 if first.nodata is None else first.nodata, first.dtype
            )
            covered = np.zeros(strip.shape, dtype=bool)
            for (row, col), part, file in zip(places, parts, files, strict=True):
                high, low = max(row - top, begin), min(row - top + part.shape[0], begin + len(strip))
                if high < low:
                    at = np.s_[high - begin : low - begin, col - left : col - left + part.shape[1]]
                    strip[at] = file.read(1, window=Window(0, high - (row - top), part.shape[1], low - high))
                    covered[at] = True
            if first.nodata is None and not covered.all():
                raise LayerError(
                    "a tile of the set is missing and it declares no number for 'no data'; download it by hand"
                )
            out.write(strip, 1, window=Window(0, begin, cols, len(strip)))
        out.scales, out.offsets = (first.scaling[0],), (first.scaling[1],)
