"""The part of a raster that covers an extent, checked once and read piece by piece: its size is no matter of memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.base.crs import WGS84, label, parse_crs, transform_points
from urbanplan.base.errors import LayerError
from urbanplan.base.extent import check_extent
from urbanplan.base.faults import Fault
from urbanplan.sources.raster.geotiff import ONLY, Choice, Patch, extent_of, opened, window_of

if TYPE_CHECKING:
    from affine import Affine
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.base.crs import Bounds
    from urbanplan.base.notes import Note
    from urbanplan.model.quality import QualityRecord

PIECE_PIXELS = 2_000_000
"""Pixels that are worked on at once: 16 MB in the type that is computed in, a dozen of which are needed."""
CACHE_BYTES = 128 << 20
"""What GDAL may keep of blocks that it has unpacked; a twentieth of the machine's memory by default."""
_TALLEST_BLOCK = 1024
_LIMITS = {
    "elevation": (-500.0, 9_000.0),
    "surface": (-500.0, 9_900.0),
    "building_heights": (0.0, 1_000.0),
    "buildings_seen": (0.0, 1.0),
}
"""What values of a kind can be: metres from the Dead Sea shore to Everest, the tallest building, a share."""

Box = tuple[int, int, int, int]
"""First row and the one beyond, first column and the one beyond."""


@dataclass(frozen=True)
class Region:
    """The pixels of an open raster that an extent touches, and one more all round.

    Attributes
    ----------
    file : open raster
        With `read`, as rasterio has it.
    window : Window
        Where the region lies in the file.
    transform : Affine
        From (column, row) of the region to the coordinates of the raster's CRS.
    crs : CRS
        The raster's CRS.
    """

    file: Any
    window: Any
    transform: Affine
    crs: CRS

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.window.height), int(self.window.width)

    @property
    def dtype(self) -> str:
        """The type that the file stores."""
        return str(self.file.dtypes[0])

    @property
    def nodata(self) -> float | None:
        """The number that stands for "unknown" in the file."""
        value: float | None = self.file.nodatavals[0]
        return value

    def read(self, box: Box | None = None) -> Patch:
        """Return the physical values of a box of the region, NaN where nothing is known; all of it by default."""
        from rasterio.windows import Window  # noqa: PLC0415 - heavy, only where a raster is read

        top, bottom, left, right = box or (0, self.shape[0], 0, self.shape[1])
        part = Window(self.window.col_off + left, self.window.row_off + top, right - left, bottom - top)
        masked = self.file.read(1, window=part, masked=True)
        values = np.ma.filled(masked.astype("float64"), np.nan)
        values = values * self.file.scales[0] + self.file.offsets[0]
        transform = self.transform if box is None else self.file.window_transform(part)
        return Patch(values, transform, self.crs, self.dtype, self.nodata)

    def pieces(self, pixels: int | None = None) -> Iterator[Box]:
        """Give boxes that make up the region, from north to south and west to east, along the file's own blocks."""
        rows, cols = self.shape
        block = getattr(self.file, "block_shapes", [(1, 1)])[0][0]
        block = block if block <= _TALLEST_BLOCK else 1
        most = pixels or PIECE_PIXELS
        height = max(most // cols // block * block, block)
        width = max(most // height, 1)
        first = -int(self.window.row_off) % height if block > 1 else 0
        edges = [0, *range(first or height, rows, height), rows]
        for top, bottom in pairwise(edges):
            for left in range(0, cols, width):
                yield top, bottom, left, min(left + width, cols)


@contextmanager
def open_region(
    path: Path, bounds: Bounds, crs: CRS, *, kind: str, record: QualityRecord, choice: Choice = ONLY
) -> Iterator[Region]:
    """Open the part of a raster that covers an extent, with a margin of one pixel; every value of it is checked.

    Parameters
    ----------
    path : Path
        A file on this machine.
    bounds : tuple of float
        West, south, east, north in `crs`.
    crs : CRS
        Of the bounds; the raster may be in another.
    kind : str
        The layer: its values are checked against what they can be.
    record : QualityRecord
        Takes what the file says.
    choice : Choice
        Which grid of the file, where it holds several.

    Raises
    ------
    MissingFileError
        If there is no such file.
    NoCrsError
        If it has no CRS or an impossible one.
    LayerError
        If it is not a raster that is read, damaged, has several bands, lies elsewhere, or holds impossible values.
    """
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is read

    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES), opened(path, choice) as file:
        if file.count != 1:
            raise LayerError(Fault("raster_bands", file=path.name, count=file.count))
        if file.transform.is_identity:
            raise LayerError(Fault("raster_unplaced", file=path.name))
        record.add(*_placed(extent_of(file), file.crs, bounds, crs, path.name))
        system = parse_crs(file.crs, where=path.name)
        record.crs, record.crs_from, record.read = label(system), "file", file.width * file.height
        window = window_of(file, bounds, crs, system, path.name)
        region = Region(file, window, file.window_transform(window), system)
        known = _checked(region, kind, path.name)
        record.kept = known
        record.drop("no_data", region.shape[0] * region.shape[1] - known)
        yield region


def _placed(extent: Bounds, label_crs: object, bounds: Bounds, crs: CRS, where: str) -> tuple[Note, ...]:
    """Refuse a raster whose CRS cannot be true, also where it could be true for another city than this."""
    west, south, east, north = bounds
    x, y = np.array([(west + east) / 2]), np.array([(south + north) / 2])
    lon, lat = transform_points(x, y, crs, WGS84, where="the city")
    notes = check_extent(extent, label_crs, where=where)
    # what lies elsewhere under any CRS is told with both extents, when the window is sought
    with suppress(LayerError):
        check_extent(extent, label_crs, near=(float(lon[0]), float(lat[0])), where=where)
    return notes


def _checked(region: Region, kind: str, where: str) -> int:
    """Refuse values that cannot be of this kind; return how many pixels hold one."""
    known, negative, low, high = 0, 0, np.inf, -np.inf
    for box in region.pieces():
        values: NDArray[np.float64] = region.read(box).pixels
        values = values[np.isfinite(values)]
        if values.size:
            known += values.size
            low, high = min(low, float(values.min())), max(high, float(values.max()))
            negative += int((values < 0).sum())
    if not known:
        raise LayerError(Fault("raster_knows_nothing", file=where))
    if kind in {"population", "built_up"} and low < 0:
        nodata = region.nodata
        mend = Fault("declare_nodata") if nodata is None else Fault("only_nodata", nodata=nodata)
        found = Fault("pixels_negative", count=negative, low=low)
        raise LayerError(Fault("raster_counts", file=where, found=found, mend=mend))
    unit = "" if kind == "buildings_seen" else " m"
    if kind in _LIMITS and not (_LIMITS[kind][0] <= low and high <= _LIMITS[kind][1]):
        raise LayerError(Fault("raster_impossible", file=where, kind=kind, low=low, high=high, unit=unit))
    return known
