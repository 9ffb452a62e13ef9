"""Zip files with one layer in them: opened with bounds, checked to the last byte, and never trusted with a path."""

from __future__ import annotations

import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from urbanplan.base.errors import InputError, LayerError
from urbanplan.base.faults import Fault
from urbanplan.sources.municipal.encoding import is_thai
from urbanplan.sources.protocol.local import brief

_LAYERS = (".shp", ".gpkg", ".geojson", ".json", ".kml", ".parquet", ".geoparquet", ".fgb", ".csv", ".dxf")
_SIDE_FILES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".kmz")
_OTHERS = (".tif", ".tiff", ".pbf", ".osm", ".gdb", ".xlsx")
_MAX_BYTES = 2_000_000_000
_MAX_RATIO = 500
_SMALL = 10_000_000
_MAX_MEMBERS = 10_000
_CHUNK = 1 << 20
_ODD = re.compile(r"[^\w\u0e30-\u0e4e .()-]")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    EOFError,
)
"""What the zip library raises on damaged archives, by and by."""


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack the one layer of a zip file into a private folder, for as long as it is read.

    Parameters
    ----------
    path : Path
        A zip file; the layer may lie in folders of it.

    Yields
    ------
    Path
        The layer's file; the side files of a Shapefile lie beside it.

    Raises
    ------
    LayerError
        If it is not a zip file, damaged, locked, a bomb, or does not hold exactly one layer.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            layer, parts = _parts(archive, path.name)
            with tempfile.TemporaryDirectory(prefix="urbanplan-zip-") as folder:
                for info in parts:
                    suffix = PurePosixPath(info.filename).suffix.lower()
                    _unpack(archive, info, Path(folder) / f"{_stem(layer)}{suffix}", path.name)
                yield Path(folder) / f"{_stem(layer)}{PurePosixPath(layer.filename).suffix.lower()}"
    except InputError as error:
        raise error if str(error).startswith(path.name) else error.within(path.name)  # noqa: B904 - the same error
    except _DAMAGE as error:
        raise LayerError(Fault("zip_damaged", file=path.name, error=brief(error, path))) from error


def members(path: Path) -> list[str]:
    """Return the names of the files in a zip file, for whoever must tell what it is.

    Raises
    ------
    LayerError
        If it is not a zip file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [info.filename for info in archive.infolist() if not info.is_dir()]
    except _DAMAGE as error:
        raise LayerError(Fault("zip_damaged", file=path.name, error=brief(error, path))) from error


def _parts(archive: zipfile.ZipFile, where: str) -> tuple[zipfile.ZipInfo, list[zipfile.ZipInfo]]:
    """Return the layer of an archive and all the files that belong to it."""
    files = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info)]
    if len(files) > _MAX_MEMBERS:
        raise LayerError(Fault("zip_many_files", file=where, count=len(files)))
    for info in files:
        _check_member(info, where)
    layers = [info for info in files if PurePosixPath(info.filename).suffix.lower() in _LAYERS]
    shapefiles = [info for info in layers if info.filename.lower().endswith(".shp")]
    if shapefiles:  # tables and texts may explain a Shapefile; another map beside it is a second layer
        layers = [info for info in layers if not info.filename.lower().endswith((".csv", ".json"))]
    names = sorted(_shown(info) for info in layers)
    if not layers:
        inside = sorted(_shown(info) for info in files)
        packed = any(
            name.lower().endswith((*_ARCHIVES, *_OTHERS)) or ".gdb/" in name.lower() for name in inside
        )
        mend = Fault("unpack_it") if packed else Fault("give_one_of", names=", ".join(_LAYERS))
        raise LayerError(
            Fault("zip_no_layer", file=where, inside=", ".join(inside[:5]) or Fault("nothing"), mend=mend)
        )
    if len(layers) > 1:
        raise LayerError(Fault("zip_many_layers", file=where, count=len(layers), names=", ".join(names[:8])))
    layer = layers[0]
    at = PurePosixPath(layer.filename)
    beside = [
        info
        for info in files
        if PurePosixPath(info.filename).parent == at.parent
        and PurePosixPath(info.filename).stem.casefold() == at.stem.casefold()
        and PurePosixPath(info.filename).suffix.lower() in _SIDE_FILES
    ]
    parts = beside if shapefiles and layer in shapefiles else [layer]
    ends = [PurePosixPath(info.filename).suffix.lower() for info in parts]
    if len(set(ends)) < len(ends):
        raise LayerError(Fault("zip_part_twice", file=where, name=names[0]))
    return layer, parts


def _is_litter(info: zipfile.ZipInfo) -> bool:
    """Tell files that an operating system adds by itself."""
    path = PurePosixPath(info.filename)
    return "__MACOSX" in path.parts or path.name.startswith(".") or path.name in {"Thumbs.db", "desktop.ini"}


def _check_member(info: zipfile.ZipInfo, where: str) -> None:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in info.filename[:3]:
        raise LayerError(Fault("zip_leads_out", file=where, name=info.filename[:80]))
    if stat.S_ISLNK(info.external_attr >> 16):
        raise LayerError(Fault("zip_link", file=where, name=_shown(info)))
    if info.flag_bits & 1:
        raise LayerError(Fault("zip_locked", file=where, name=_shown(info)))
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > _MAX_BYTES or (ratio > _MAX_RATIO and info.file_size > _SMALL):
        raise LayerError(Fault("zip_bomb", file=where, name=_shown(info), file_size=info.file_size))


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, where: str) -> None:
    """Write one file, no longer than the archive states; the library compares the checksum at its end."""
    written = 0
    try:
        with archive.open(info) as stream, target.open("wb") as out:
            while piece := stream.read(_CHUNK):
                written += len(piece)
                if written > info.file_size:
                    raise LayerError(Fault("zip_larger", file=where, name=_shown(info)))
                out.write(piece)
    except _DAMAGE as error:
        if isinstance(error, InputError):
            raise
        raise LayerError(
            Fault("zip_member_damaged", file=where, name=_shown(info), error=brief(error))
        ) from error


def _stem(info: zipfile.ZipInfo) -> str:
    """Return the layer's name as a file here may have it."""
    return _ODD.sub("_", PurePosixPath(_shown(info)).stem)[:80] or "layer"


def _shown(info: zipfile.ZipInfo) -> str:
    """Return the name of a file in an archive; Windows packs Thai names without saying their encoding."""
    try:
        raw = info.filename.encode("cp437")
        return raw.decode("cp874") if not info.flag_bits & 0x800 and is_thai([raw]) else info.filename
    except UnicodeError:
        return info.filename
