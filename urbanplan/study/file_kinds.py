"""What a file is: told by its name, and by its first bytes where the name leaves it open; and how large it may be."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from urbanplan.base.errors import InputError, MissingFileError
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
    **dict.fromkeys((".xlsx", ".xls", ".ods"), "save the table as CSV, UTF-8"),
    **dict.fromkeys(
        (".pkl", ".pickle", ".joblib", ".npy", ".npz"),
        "such files can run code and are never opened; ask for GeoPackage or GeoTIFF",
    ),
    **dict.fromkeys((".vrt", ".img", ".asc", ".jp2", ".ecw", ".hgt", ".grd"), "save the raster as GeoTIFF"),
    **dict.fromkeys(
        (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"), "unpack it and give the file inside"
    ),
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
        "save the layer as GeoPackage",
    ),
    **dict.fromkeys(
        (".shx", ".dbf", ".prj", ".cpg"),
        "it is a part of a Shapefile: give the .shp file, with the others beside it",
    ),
    **dict.fromkeys((".feather", ".arrow", ".ipc"), "save the layer as GeoParquet or GeoPackage"),
    **dict.fromkeys((".h5", ".hdf", ".hdf5", ".he5", ".grib", ".grib2"), "save the raster as GeoTIFF"),
    **dict.fromkeys((".o5m", ".o5c", ".osc"), "convert it to .osm.pbf"),
    **dict.fromkeys(
        (".part", ".crdownload", ".download", ".partial", ".tmp"),
        "it is a download that was not finished: download it again",
    ),
    **dict.fromkeys(
        (".nbi", ".nbc", ".pyc", ".so", ".dll", ".exe"),
        "such files can run code and are never opened; ask for GeoPackage or GeoTIFF",
    ),
    **dict.fromkeys(
        (".htm", ".html", ".xml"),
        "perhaps a server's page was saved in place of the data; ask for the file again",
    ),
}
_MAX_BYTES: dict[str, tuple[int, str]] = {
    "notebook": (50_000_000, "clear its outputs and save it"),
    "city": (1_000_000, "a city file is a short text"),
    "table": (120_000_000, "split it, or give a GeoPackage"),
    ".json": (120_000_000, "save the layer as GeoPackage"),
    ".geojson": (120_000_000, "save the layer as GeoPackage"),
    ".kml": (150_000_000, "save the layer as GeoPackage"),
    ".parquet": (1_000_000_000, "cut it to the city"),
    ".geoparquet": (1_000_000_000, "cut it to the city"),
    "vector": (2_500_000_000, "cut it to the city"),
    ".osm": (600_000_000, "convert it to .osm.pbf, or cut it to the city"),
    "osm": (600_000_000, "cut it to the city and its surroundings, e.g. with osmium extract"),
    "gtfs": (500_000_000, "ask for a feed of the region"),
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
        raise InputError(f"{path.name}: files ending in {end} are not read; {_NOT_READ[end]}")
    if head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        raise InputError(f"{path.name}: is a TIFF file by its content; give its name the ending .tif")
    raise InputError(
        f"{path.name}: cannot be told what it is by its ending {end or '(none)'!r}; say it with --as, one of {', '.join(KINDS)}"
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
        raise MissingFileError(f"{path.name or path}: is a folder; give one file")
    if not path.is_file():
        fault = "is not a plain file" if path.exists() else "there is no such file"
        raise MissingFileError(f"{path.name}: {fault}; check the name")
    try:
        with path.open("rb") as stream:
            empty = not stream.read(1)
    except OSError as error:
        raise InputError(
            f"{path.name}: cannot be opened ({error.strerror}); check who may read it"
        ) from error
    if empty:
        raise InputError(f"{path.name}: is empty (0 bytes); copy it again")


def check_size(path: Path, kind: str) -> None:
    """Refuse a file that is too large to be checked within bounds of time and memory."""
    size = size_of(path)
    for key in (path.suffix.lower(), kind):
        limit, mend = _MAX_BYTES.get(key, (size, ""))
        if size > limit:
            raise InputError(
                f"{path.name}: has {size:,} bytes, more than the {limit:,} that a check reads; {mend}"
            )
