"""What a file is: told by its name, and by its first bytes where the name leaves it open; and how large it may be."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from urbanplan.base.errors import InputError, MissingFileError
from urbanplan.base.faults import Fault
from urbanplan.base.io import is_there, size_of

Kind = Literal["vector", "raster", "osm", "gtfs", "table", "city", "notebook"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_BY_ENDING: dict[str, Kind] = {
    **dict.fromkeys(
        (".shp", ".gpkg", ".geojson", ".parquet", ".geoparquet", ".fgb", ".kml", ".kmz", ".dxf"), "vector"
    ),
    **dict.fromkeys((".tif", ".tiff", ".nc", ".nc4", ".cdf", ".zarr", ".zarr.zip"), "raster"),
    **dict.fromkeys((".pbf", ".osm", ".osm.gz", ".osm.bz2"), "osm"),
    **dict.fromkeys((".csv", ".tsv", ".txt"), "table"),
    **dict.fromkeys((".yml", ".yaml"), "city"),
    ".ipynb": "notebook",
}
_NOT_READ = {
    **dict.fromkeys((".xlsx", ".xls", ".ods"), "save_as_csv"),
    **dict.fromkeys(
        (".pkl", ".pickle", ".joblib", ".npy", ".npz"),
        "never_opened",
    ),
    **dict.fromkeys((".vrt", ".img", ".asc", ".jp2", ".ecw", ".hgt", ".grd"), "save_as_geotiff"),
    **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"), "unpack_file"),
    **dict.fromkeys(
        (
            ".gml",
            ".gpx",
            ".tab",
            ".mif",
            ".gdb",
            ".mdb",
            ".sqlite",
            ".svg",
            ".pdf",
            ".dwg",
            ".dgn",
            ".topojson",
        ),
        "save_as_gpkg",
    ),
    **dict.fromkeys(
        (".shx", ".dbf", ".prj", ".cpg"),
        "part_of_shapefile",
    ),
    **dict.fromkeys((".feather", ".arrow", ".ipc"), "save_as_geoparquet"),
    **dict.fromkeys((".h5", ".hdf", ".hdf5", ".he5", ".grib", ".grib2"), "save_as_geotiff"),
    **dict.fromkeys((".o5m", ".o5c", ".osc"), "convert_to_pbf"),
    **dict.fromkeys(
        (".part", ".crdownload", ".download", ".partial", ".tmp"),
        "unfinished_download",
    ),
    **dict.fromkeys(
        (".nbi", ".nbc", ".pyc", ".so", ".dll", ".exe"),
        "never_opened",
    ),
    **dict.fromkeys(
        (".htm", ".html", ".xml"),
        "page_in_place",
    ),
}
_MAX_BYTES: dict[str, tuple[int, str]] = {
    "notebook": (50_000_000, "clear_outputs"),
    "city": (1_000_000, "city_is_short"),
    "table": (120_000_000, "split_it"),
    ".json": (120_000_000, "save_as_gpkg"),
    ".geojson": (120_000_000, "save_as_gpkg"),
    ".kml": (150_000_000, "save_as_gpkg"),
    ".parquet": (1_000_000_000, "cut_to_city"),
    ".geoparquet": (1_000_000_000, "cut_to_city"),
    "vector": (2_500_000_000, "cut_to_city"),
    ".osm": (600_000_000, "convert_or_cut"),
    "osm": (600_000_000, "cut_with_osmium"),
    "gtfs": (500_000_000, "feed_of_region"),
}
_HEAD = 4096


def guess_kind(path: Path) -> Kind:
    """Tell what a file is, by its name, and by its content where the name leaves it open.

    Raises
    ------
    InputError
        If it is of a kind that is not read.
    """
    name = path.name.lower()
    for ending in sorted(_BY_ENDING, key=len, reverse=True):
        if name.endswith(ending):
            return _BY_ENDING[ending]
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    end = path.suffix.lower()
    if end == ".zip":
        return _kind_of_zip(path)
    if end == ".json":
        return _kind_of_json(path, head)
    if _is_osm(head):
        return "osm"
    if end in _NOT_READ:
        raise InputError(Fault("ending_not_read", file=path.name, end=end, mend=Fault(_NOT_READ[end])))
    if head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        raise InputError(Fault("is_tiff", file=path.name))
    raise InputError(
        Fault("kind_untold", file=path.name, end=end or Fault("ending_none"), kinds=", ".join(KINDS))
    )


def _is_osm(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return b"OSMHeader" in head[:32] or (text.startswith(b"<") and b"<osm " in text)


def _kind_of_zip(path: Path) -> Kind:
    from urbanplan.sources.municipal.archive import members  # noqa: PLC0415 - only for zip files

    names = [name.lower() for name in members(path)]
    timetable = ("stops.txt", "stop_times.txt", "trips.txt", "routes.txt", "agency.txt")
    return "gtfs" if any(name.rpartition("/")[2] in timetable for name in names) else "vector"


def _kind_of_json(path: Path, head: bytes) -> Kind:
    if b'"nbformat"' in head or b'"cells"' in head:
        return "notebook"
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - _HEAD, 0))
        tail = stream.read()
    collection = any(word in head for word in (b'"FeatureCollection"', b'"coordinates"', b'"features"'))
    answer = any(word in head + tail for word in (b'"elements"', b'"osm3s"', b'"overpass', b'"remark"'))
    if answer and not collection:
        return "osm"
    return "notebook" if b'"nbformat"' in tail else "vector"


def check_plain(path: Path) -> None:
    """Refuse what is not a file of this machine with something in it."""
    if path.is_dir() and is_there(path):
        return
    if path.is_dir():
        raise MissingFileError(Fault("is_folder", file=path.name or path))
    if not path.is_file():
        fault = Fault("not_plain" if path.exists() else "no_such_file")
        raise MissingFileError(Fault("no_plain_file", file=path.name, fault=fault))
    try:
        with path.open("rb") as stream:
            empty = not stream.read(1)
    except OSError as error:
        raise InputError(Fault("cannot_open", file=path.name, error=error.strerror)) from error
    if empty:
        raise InputError(Fault("no_bytes", file=path.name))


def check_size(path: Path, kind: str) -> None:
    """Refuse a file that is too large to be checked within bounds of time and memory."""
    size = size_of(path)
    for key in (path.suffix.lower(), kind):
        limit, mend = _MAX_BYTES.get(key, (size, ""))
        if size > limit:
            raise InputError(Fault("too_large", file=path.name, size=size, limit=limit, mend=Fault(mend)))
