"""One raster file on its own: whether it lies where it says, and whether its values can be values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from urbanplan.base.crs import WGS84, label, parse_crs, transform_info
from urbanplan.base.errors import LayerError
from urbanplan.base.extent import check_extent
from urbanplan.base.faults import Fault
from urbanplan.base.io import size_of
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.protocol.local import parsing
from urbanplan.sources.raster.geotiff import extent_of, opened

_LOOKED_AT = 300_000_000
_MAX_BLOCK = 67_108_864
_READS = 100_000
_MAX_RATIO = 3_000
_IMPOSSIBLE = 1e12
_METRES = {"m", "metre", "metres", "meter", "meters", "1"}
_UNUSUAL = 1e9
_HOLLOW_BYTES = 500_000_000
_SENTINELS = (-9999.0, -32768.0, -99999.0, -2147483648.0, -999.0, 65535.0, 4294967295.0, 2147483647.0)
_FLOAT_LIMIT = 3.0e38


@dataclass
class _Tally:
    """What the values of a raster are, gathered block by block."""

    known: int = 0
    looked: int = 0
    low: float = np.inf
    high: float = -np.inf
    infinite: int = 0
    sentinels: set[float] = field(default_factory=set)

    def add(self, block: Any) -> None:
        """Take the values of one block, masked where it knows nothing."""
        values = block.compressed()
        self.looked += block.size
        self.infinite += int(np.isinf(values).sum()) if values.dtype.kind == "f" else 0
        values = values[np.isfinite(values)] if values.dtype.kind == "f" else values
        if values.size:
            self.known += values.size
            self.low, self.high = min(self.low, float(values.min())), max(self.high, float(values.max()))
            at_limit = {-_FLOAT_LIMIT} if float(values.min()) <= -_FLOAT_LIMIT else set()
            self.sentinels |= at_limit | {each for each in _SENTINELS if (values == each).any()}


def inspect_raster(path: Path) -> QualityRecord:
    """Check a GeoTIFF, NetCDF or Zarr without a city: where it lies, whether it is whole, and whether its values can be values.

    Parameters
    ----------
    path : Path
        A file on this machine.

    Returns
    -------
    QualityRecord
        `read` counts pixels, `kept` those that hold a value.

    Raises
    ------
    LayerError, NoCrsError, MissingFileError
        Each with one sentence that names file, fault and mend.
    """
    record = QualityRecord(layer="raster", file=path.name)
    with opened(path) as file, parsing(path, "GeoTIFF"):
        _check_structure(file, path)
        _check_place(file, path)
        extent = extent_of(file)
        record.add(*check_extent(extent, file.crs, where=path.name))
        system = parse_crs(file.crs, where=path.name)
        transform_info(system, WGS84, where=path.name)
        record.crs, record.crs_from, record.read = label(system), "file", file.width * file.height
        turned = file.transform.e > 0 and file.transform.b == 0
        tally = _Tally()
        for window in _windows(file):
            tally.add(file.read(1, window=window, masked=True))
        nodata, kind = file.nodatavals[0], np.dtype(file.dtypes[0])
        scale, offset = file.scales[0], file.offsets[0]
        _note_meaning(file, record)
    _check_values(tally, nodata, kind, path.name)
    if turned:
        record.note("rows_northwards")
    record.kept = tally.known
    record.drop("no_data", tally.looked - tally.known)
    _note(record, tally, nodata, kind, (scale, offset))
    return record


def check_whole(path: Path) -> None:
    """Read a GeoTIFF through, whatever it holds, so that one which was cut off or damaged on its way is noticed.

    Parameters
    ----------
    path : Path
        A file on this machine, under whatever name.

    Raises
    ------
    LayerError
        If it is no GeoTIFF, or a block of it cannot be read.
    """
    with opened(path) as file, parsing(path, "GeoTIFF"):
        for window in _windows(file):
            for band in file.indexes:
                file.read(band, window=window)


def _check_structure(file: Any, path: Path) -> None:
    if len(file.subdatasets) > 1:
        raise LayerError(Fault("raster_pages", file=path.name, count=len(file.subdatasets)))
    if file.count != 1:
        raise LayerError(Fault("raster_bands", file=path.name, count=file.count))
    if np.dtype(file.dtypes[0]).kind not in "iuf":
        raise LayerError(Fault("raster_kind", file=path.name, kind=file.dtypes[0]))
    height, width = file.block_shapes[0]
    size = file.width * file.height * np.dtype(file.dtypes[0]).itemsize
    hollow = size > max(_MAX_RATIO * size_of(path), _HOLLOW_BYTES)
    if hollow or height * width > _MAX_BLOCK:
        raise LayerError(
            Fault("raster_hollow", file=path.name, width=file.width, height=file.height, size=size_of(path))
        )
    if file.scales[0] == 0 or not (isfinite(file.scales[0]) and isfinite(file.offsets[0])):
        raise LayerError(Fault("raster_scale", file=path.name, scale=file.scales[0]))


def _check_place(file: Any, path: Path) -> None:
    if file.gcps[0] and file.transform.is_identity:
        raise LayerError(Fault("raster_gcps", file=path.name, count=len(file.gcps[0])))
    if file.transform.is_identity:
        raise LayerError(Fault("raster_unplaced", file=path.name))
    terms = tuple(file.transform)[:6]
    if not all(map(isfinite, terms)) or terms[0] * terms[4] - terms[1] * terms[3] == 0:
        raise LayerError(Fault("raster_no_size", file=path.name))


def _windows(file: Any) -> Iterator[Any]:
    """Yield the blocks of a file, or evenly chosen ones of a very large file."""
    from rasterio.windows import Window  # noqa: PLC0415 - heavy, only where a raster is read

    height, width = file.block_shapes[0]
    across, down = -(-file.width // width), -(-file.height // height)
    step = max(1, -(-file.width * file.height // _LOOKED_AT), -(-across * down // _READS))
    for number in range(0, across * down, step):
        row, col = number // across * height, number % across * width
        yield Window(col, row, min(width, file.width - col), min(height, file.height - row))


def _check_values(tally: _Tally, nodata: float | None, kind: np.dtype[Any], where: str) -> None:
    declared = Fault("none_declared") if nodata is None else Fault("only_declared", nodata=nodata)
    if not tally.known:
        raise LayerError(Fault("raster_all_nodata", file=where))
    if tally.infinite:
        raise LayerError(Fault("raster_infinite", file=where, infinite=tally.infinite))
    if tally.sentinels and not _fills(tally, kind):
        value = min(tally.sentinels)
        raise LayerError(Fault("raster_sentinel", file=where, value=value, declared=declared))
    if max(abs(tally.low), abs(tally.high)) > _IMPOSSIBLE:
        raise LayerError(Fault("raster_values", file=where, low=tally.low, high=tally.high))


def _fills(tally: _Tally, kind: np.dtype[Any]) -> bool:
    """Tell whether a usual 'no data' number is an ordinary value: inside the range of the others, or alone."""
    return kind.kind == "f" and all(tally.low < each < tally.high for each in tally.sentinels)


def _note_meaning(file: Any, record: QualityRecord) -> None:
    """Note what the file says its numbers are, where that is not what a reader would take them for."""
    if file.colorinterp[0].name == "palette":
        record.note("values_are_colours")
    unit = str(file.units[0] or "").strip()
    if unit and unit.casefold() not in _METRES:
        record.note("values_unit", unit=unit[:20])


def _note(
    record: QualityRecord,
    tally: _Tally,
    nodata: float | None,
    kind: np.dtype[Any],
    scaling: tuple[float, float],
) -> None:
    record.note("values_range", low=f"{tally.low:g}", high=f"{tally.high:g}", kind=str(kind))
    if scaling != (1.0, 0.0):
        record.note("values_scaled", scale=f"{scaling[0]:g}", offset=f"{scaling[1]:g}")
    if tally.looked < record.read:
        record.note("pixels_sampled", looked=tally.looked, total=record.read)
    if max(abs(tally.low), abs(tally.high)) > _UNUSUAL:
        record.note("values_large")
    if tally.low == tally.high:
        record.note("values_constant")
    if nodata is None:
        record.note("nodata_undeclared")
        if kind == np.uint8 and tally.high == np.iinfo(np.uint8).max:
            record.note("bytes_255")
