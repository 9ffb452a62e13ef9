"""Whether a file that came over the network is whole and of the kind that its name says, before it is kept for good."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from urbanplan.base.errors import InputError

_AGAIN = "try again later, or download it by hand"
_MOST_TEXT = 300_000_000
_MOST_UNPACKED = 20_000_000_000
_SWELLS = 1_000
_SQLITE = b"SQLite format 3\0"


def check_arrival(path: Path, name: str) -> None:
    """Refuse a download that is cut short, or something else than its name says.

    A server that answers a full disk with "200 OK" and half a file is believed by no checksum where none is declared;
    what is kept in the cache would be wrong for everybody and for ever.

    Parameters
    ----------
    path : Path
        What came, under whatever name.
    name : str
        The name that it is wanted under; its ending tells the kind.

    Raises
    ------
    InputError
        If it is not whole, or of another kind.
    """
    check = next((check for endings, check in _CHECKS if name.lower().endswith(endings)), None)
    if check is not None:
        check(path)


def _check_osm(path: Path) -> None:
    from urbanplan.sources.osm.container import file_format  # noqa: PLC0415 - one kind of file at a time

    if file_format(path) == "json":
        raise InputError(f"it is JSON, not a file of OpenStreetMap objects; {_AGAIN}")


def _check_tiff(path: Path) -> None:
    from urbanplan.sources.raster.inspection import check_whole  # noqa: PLC0415 - as above

    check_whole(path)


def _check_marked(
    kind: str, begins: tuple[bytes, ...], ends: tuple[bytes, ...] = (b"",)
) -> Callable[[Path], None]:
    """Return a check of the marks that a format has at its begin and end."""

    def check(path: Path) -> None:
        _expect(_head(path).startswith(begins) and _tail(path, 64).rstrip().endswith(ends), kind)

    return check


def _expect(condition: bool, kind: str) -> None:
    if not condition:
        raise InputError(f"it is not a whole {kind} file; {_AGAIN}")


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(32)


def _tail(path: Path, count: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - count, 0))
        return stream.read()


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
            honest = unpacked <= min(_MOST_UNPACKED, _SWELLS * path.stat().st_size)
            broken = archive.testzip() if honest else None
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(f"it is not a whole zip archive; {_AGAIN}") from error
    if not honest:
        raise InputError(f"it unpacks to {unpacked:,} bytes, which is no honest archive; {_AGAIN}")
    if broken is not None:
        raise InputError(f"its part {broken[:60]!r} is damaged; {_AGAIN}")


def _check_json(path: Path) -> None:
    """Refuse text that is cut off, and a server's excuse in place of the data."""
    if path.stat().st_size > _MOST_TEXT:
        _expect(_tail(path, 64).rstrip()[-1:] in {b"}", b"]"}, "JSON")
        return
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(f"it is not whole JSON; {_AGAIN}") from error
    said = found.get("error") or found.get("remark") if isinstance(found, dict) else None
    if said or not isinstance(found, dict | list) or not found:
        raise InputError(
            f"it holds no data, the server says: {json.dumps(said, ensure_ascii=False)[:120]}; {_AGAIN}"
        )


def _check_sqlite(path: Path) -> None:
    """Compare the size of a GeoPackage with the number of pages that it states."""
    head = _head(path)
    page, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    page = 65_536 if page == 1 else page
    _expect(head.startswith(_SQLITE) and path.stat().st_size >= page * pages, "GeoPackage")


_CHECKS: tuple[tuple[tuple[str, ...], Callable[[Path], None]], ...] = (
    ((".pbf", ".osm", ".osm.xml", ".osm.bz2", ".osm.gz"), _check_osm),
    ((".tif", ".tiff"), _check_tiff),
    ((".zip", ".kmz"), _check_zip),
    ((".json", ".geojson"), _check_json),
    ((".gpkg",), _check_sqlite),
    ((".parquet", ".geoparquet"), _check_marked("Parquet", (b"PAR1",), (b"PAR1",))),
    ((".fgb",), _check_marked("FlatGeobuf", (b"fgb",))),
    ((".kml",), _check_marked("KML", (b"",), (b"</kml>", b":kml>"))),
    ((".nc", ".nc4", ".cdf"), _check_marked("NetCDF", (b"CDF", b"\x89HDF\r\n"))),
)
