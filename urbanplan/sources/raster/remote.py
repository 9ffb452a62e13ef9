"""Windows of rasters on servers: of cloud-optimised GeoTIFFs only the parts that cover the city are fetched."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.crs import WGS84, parse_crs
from urbanplan.base.errors import FetchError, LayerError
from urbanplan.sources.protocol.answers import NoSuchFileError
from urbanplan.sources.protocol.fetch import fetch
from urbanplan.sources.protocol.local import brief
from urbanplan.sources.protocol.ranges import RangeFile
from urbanplan.sources.protocol.registry import registered
from urbanplan.sources.raster.geotiff import opened, window_of
from urbanplan.sources.raster.mosaic import Tile, lay_tiles, layout
from urbanplan.sources.raster.region import CACHE_BYTES, Region
from urbanplan.sources.raster.tiles import tile_urls

if TYPE_CHECKING:
    from urbanplan.base.crs import Bounds

_LARGEST_PIXELS = 4_000_000_000
_LARGEST_MEMBER = 2_000_000_000
_NAME = "remote.tif"


def fetch_window(urls: Sequence[str], bounds: Bounds, target: Path, **client: Any) -> Path:
    """Write the part of one or several remote rasters that covers an area as one local GeoTIFF, pixel for pixel.

    Parameters
    ----------
    urls : sequence of str
        Addresses of GeoTIFFs on one grid; those ending in `.zip` are fetched whole. Files that do not exist are
        left out: sets have no tiles where there is nothing but sea.
    bounds : tuple of float
        West, south, east, north in degrees.
    target : Path
        Where to write; the file is whole or not there.
    **client
        Bounds of time, bytes and hosts, as for `RangeFile`.

    Raises
    ------
    FetchError
        If a server cannot be reached or does not give what it should, or no file exists.
    LayerError
        If a file is no GeoTIFF, lies elsewhere, or the files do not lie on one grid.
    """
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is read

    found, reason = [], ""
    with (
        tempfile.TemporaryDirectory(prefix="urbanplan-tiles-") as folder,
        rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES),
    ):
        for number, url in enumerate(urls):
            try:
                with _remote(url, client) as file:
                    found.append(_part(file, bounds, url, Path(folder) / f"{number}.tif"))
            except NoSuchFileError as error:
                reason = str(error)
            except LayerError as error:
                if len(urls) == 1:
                    raise
                reason = str(error)  # a neighbouring tile that only touches the area
        if not found:
            raise FetchError(reason or "there is nothing to fetch")
        lay_tiles(found, target)
    return target


def set_urls(key: str, bounds: Bounds, year: str, *, where: str) -> list[str]:
    """Return the addresses of the files of a public set that may cover an area, see `tile_urls`.

    Raises
    ------
    InputError
        If there is no such set.
    """
    return tile_urls(registered(key, where=where), bounds, year)


@contextmanager
def _remote(url: str, client: dict[str, Any]) -> Iterator[Any]:
    with ExitStack() as stack:
        if url.lower().endswith(".zip"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            allowed = {key: value for key, value in client.items() if key != "max_bytes"}
            fetch(url, folder / "tile.zip", **allowed)
            yield stack.enter_context(opened(_unpacked(folder / "tile.zip", url)))
            return
        yield stack.enter_context(_ranged(url, client))


@contextmanager
def _ranged(url: str, client: dict[str, Any]) -> Iterator[Any]:
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is read

    with RangeFile(url, **client) as remote:
        held = _Held(remote)
        try:
            with (
                rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"),
                rasterio.open(_NAME, opener=held.open, driver="GTiff") as file,
            ):
                yield file
        except (FetchError, LayerError):
            raise
        except Exception as error:
            if held.failure is not None:  # GDAL only knows that it could not read
                raise held.failure from error
            raise LayerError(
                f"{_shown(url)}: cannot be read as GeoTIFF: {brief(error)}; check the address"
            ) from error


class _Held:
    """Gives GDAL handles of one remote file, and remembers why reading failed."""

    def __init__(self, remote: RangeFile) -> None:
        self.remote = remote
        self.failure: FetchError | None = None

    def open(self, path: str, mode: str = "rb") -> _Handle:
        """Open the remote file; no other name exists beside it."""
        if path != _NAME or "r" not in mode:
            raise FileNotFoundError(path)
        return _Handle(self)


class _Handle(io.RawIOBase):
    """An open file with a place of its own."""

    def __init__(self, held: _Held) -> None:
        super().__init__()
        self._held, self._place = held, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._held.remote.size}[
            whence
        ] + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        try:
            self._held.remote.seek(self._place)
            count = self._held.remote.readinto(buffer)
        except FetchError as error:
            self._held.failure = error
            raise
        self._place += count
        return count


def _shown(url: str) -> str:
    return url.split("?", 1)[0]


def _unpacked(path: Path, url: str) -> Path:
    """Unpack the one GeoTIFF of an archive."""
    target = path.with_name("tile.tif")
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if one.filename.lower().endswith((".tif", ".tiff"))]
            if len(members) != 1:
                raise LayerError(
                    f"{_shown(url)}: holds {len(members)} GeoTIFFs instead of one; check the address"
                )
            if members[0].file_size > _LARGEST_MEMBER:
                raise LayerError(
                    f"{_shown(url)}: unpacks to {members[0].file_size:,} bytes; that is too large"
                )
            with archive.open(members[0]) as packed, target.open("wb") as out:
                while piece := packed.read(1 << 20):
                    out.write(piece)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise LayerError(f"{_shown(url)}: is no zip archive that can be unpacked; try again later") from error
    return target


def _part(file: Any, bounds: Bounds, url: str, target: Path) -> Tile:
    """Copy the window that covers the area, piece by piece."""
    import rasterio  # noqa: PLC0415 - heavy, only where a raster is written
    from rasterio.windows import Window  # noqa: PLC0415

    where = _shown(url)
    if file.count != 1:
        raise LayerError(f"{where}: has {file.count} bands; give a file with the one band to use")
    system = parse_crs(file.crs, where=where)
    window = window_of(file, bounds, parse_crs(WGS84), system, where)
    if window.width * window.height > _LARGEST_PIXELS:
        raise LayerError(
            f"{where}: {window.width:,} x {window.height:,} pixels lie in the area; use a coarser set"
        )
    region = Region(file, window, file.window_transform(window), system)
    rows, cols = region.shape
    part = Tile(
        target,
        region.shape,
        region.transform,
        system.to_wkt(),
        region.dtype,
        region.nodata,
        (file.scales[0], file.offsets[0]),
    )
    with rasterio.open(target, "w", **layout(part, (rows, cols), part.transform)) as out:
        for top, bottom, left, right in region.pieces():
            there = Window(window.col_off + left, window.row_off + top, right - left, bottom - top)
            values = file.read(1, window=there)
            out.write(values, 1, window=Window(left, top, right - left, bottom - top))
    return part
