"""Shapefiles: whole or refused, with text in the encoding that it is really in."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_string_dtype
from pyproj import CRS
from pyproj.exceptions import CRSError

from urbanplan.base.errors import LayerError, MissingFileError, NoCrsError
from urbanplan.base.notes import Note
from urbanplan.sources.municipal.encoding import Encoding, codec_name, decode, detect, language_driver
from urbanplan.sources.municipal.raw import RawLayer
from urbanplan.sources.protocol.local import parsing

_MAGIC = 9994
_HEADER = 100
_INDEX_ENTRY = 8
_FIELD = 32
_SAMPLE_BYTES = 8_000_000
_PRJ_BYTES = 100_000
_TEXT_FIELDS = b"CMV"
_END_OF_FIELDS = 0x0D


@dataclass(frozen=True)
class _Table:
    """What the header of a DBF says."""

    rows: int
    header: int
    width: int
    language: int
    text_fields: tuple[slice, ...]
    names: tuple[bytes, ...]


def read_shapefile(path: Path, *, encoding: str | None) -> RawLayer:
    """Read a Shapefile with its side files.

    Parameters
    ----------
    path : Path
        The .shp file; .shx and .dbf must lie beside it, .prj and .cpg may.
    encoding : str, optional
        The encoding of its text, where the city file states one.

    Raises
    ------
    MissingFileError
        If a side file that it cannot do without is not there.
    LayerError
        If the file was cut off, or its parts do not belong together.
    """
    parts = {end: _beside(path, end) for end in (".shx", ".dbf", ".prj", ".cpg")}
    for end in (".shx", ".dbf"):
        if parts[end] is None:
            raise MissingFileError(
                f"{path.name}: its {end} file is not beside it; a Shapefile is at least .shp, .shx, .dbf and .prj together"
            )
    index, table_path = parts[".shx"], parts[".dbf"]
    assert index is not None and table_path is not None  # noqa: S101, PT018 - for the type checker: checked above
    features = _check_shapes(path, index)
    table = _read_header(table_path)
    if table.rows != features:
        raise LayerError(
            f"{path.name}: {features:,} shapes but {table.rows:,} rows in {table_path.name}; "
            "the files are of different versions or one was cut off: ask for the whole set again"
        )
    hints = []
    if parts[".cpg"] is not None:
        hints.append((".cpg file", parts[".cpg"].read_bytes()[:100].decode("latin-1")))
    if driver := language_driver(table.language):
        hints.append(("language byte of the .dbf", driver))
    found = detect(_samples(table_path, table), told=encoding, hints=hints, where=table_path.name, cut=True)
    crs = _projection(parts[".prj"])
    frame, geometry = _read(path, found)
    notes = []
    if hints and found.evidence.startswith("the text itself") and codec_name(hints[0][1]) != found.name:
        who, stated = hints[0]
        notes.append(
            Note("encoding_overruled", {"who": who, "stated": repr(stated.strip()), "found": found.name})
        )
    return RawLayer(frame, geometry, crs, ".prj", str(found), notes)


def _projection(path: Path | None) -> str | None:
    """Return the text of a .prj file; one that is damaged is refused here, where its name can be said."""
    if path is None:
        return None
    text = path.read_bytes()[:_PRJ_BYTES].decode("utf-8", errors="replace").strip()
    if not text:
        return None
    try:
        CRS.from_user_input(text)
    except CRSError as error:
        raise NoCrsError(
            f"{path.name}: is damaged: it names no CRS; remove it and write `crs:` for the source in the city file"
        ) from error
    return text


def _beside(path: Path, end: str) -> Path | None:
    """Find a side file, in whatever case its ending is written."""
    for other in sorted(path.parent.iterdir()):
        if other.stem == path.stem and other.suffix.lower() == end and other.is_file():
            return other
    return None


def _check_shapes(path: Path, index: Path) -> int:
    """Return the number of shapes, having checked that the file holds each of them whole."""
    with path.open("rb") as stream:
        head = stream.read(_HEADER)
    size = path.stat().st_size
    if len(head) < _HEADER or struct.unpack(">i", head[:4])[0] != _MAGIC:
        raise LayerError(f"{path.name}: not a Shapefile, or cut off within its header; ask for it again")
    stated = 2 * struct.unpack(">i", head[24:28])[0]
    if stated != size:
        fault = "was cut off" if size < stated else "has bytes that do not belong to it"
        raise LayerError(
            f"{path.name} {fault}: its header states {stated:,} bytes, the file has {size:,}; ask for it again"
        )
    entries = index.stat().st_size - _HEADER
    if entries < 0 or entries % _INDEX_ENTRY:
        raise LayerError(f"{index.name} was cut off; ask for the whole set again")
    words = np.fromfile(index, dtype=">i4", offset=_HEADER).astype(np.int64).reshape(-1, 2) * 2
    if words.size and (words[:, 0] + words[:, 1] + _INDEX_ENTRY).max() > size:
        raise LayerError(
            f"{index.name} points beyond the end of {path.name}; the files are of different versions"
        )
    return len(words)


def _read_header(path: Path) -> _Table:
    raw = path.read_bytes()[:65_536]
    if len(raw) < _FIELD:
        raise LayerError(f"{path.name} was cut off within its header; ask for the whole set again")
    rows, header, width = struct.unpack("<IHH", raw[4:12])
    size = path.stat().st_size
    if size < header + rows * width or width == 0:
        raise LayerError(
            f"{path.name} was cut off: its header states {rows:,} rows of {width} bytes, the file has {size:,} bytes; ask for the whole set again"
        )
    fields, names, at = [], [], 1
    for start in range(_FIELD, min(header, len(raw)) - 1, _FIELD):
        if raw[start] == _END_OF_FIELDS:
            break
        length = raw[start + 16]
        names.append(raw[start : start + 11].split(b"\x00")[0])
        if raw[start + 11] in _TEXT_FIELDS:
            fields.append(slice(at, at + length))
        at += length
    return _Table(rows, header, width, raw[29], tuple(fields), tuple(names))


def _samples(path: Path, table: _Table) -> list[bytes]:
    """Return the different texts of a DBF, and the names of its fields, as raw bytes."""
    with path.open("rb") as stream:
        stream.seek(table.header)
        raw = stream.read(min(_SAMPLE_BYTES, table.rows * table.width))
    raw = raw[: len(raw) - len(raw) % table.width]
    rows = np.frombuffer(raw, dtype=np.uint8).reshape(-1, table.width)
    texts = {name for name in table.names if name}
    for field in table.text_fields:
        column = np.ascontiguousarray(rows[:, field])
        if column.size:
            texts |= set(np.unique(column.view(f"S{column.shape[1]}")).tolist())
    return sorted(text.strip(b" \x00") for text in texts)


def _read(path: Path, encoding: Encoding) -> tuple[pd.DataFrame, np.ndarray]:
    """Read bytes as Latin-1, which loses nothing, and decode them here: GDAL knows fewer encodings and stops at a cut."""
    import pyogrio  # noqa: PLC0415 - heavy, only where a file is read

    with parsing(path, "Shapefile"):
        meta, _, wkb, columns = pyogrio.raw.read(
            path.resolve(), encoding="ISO-8859-1", datetime_as_string=True
        )
        table = pd.DataFrame(dict(zip(map(str, meta["fields"]), columns, strict=True)))
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    table.columns = pd.Index([_text(str(name), encoding.name) for name in table.columns])
    for name in table.columns[table.columns.duplicated()]:
        raise LayerError(f"{path.name}: two columns are called {name!r}; rename one of them")
    for name in table.columns:
        if table[name].dtype == object or is_string_dtype(table[name].dtype):
            table[name] = [
                _text(value, encoding.name) if isinstance(value, str) else value for value in table[name]
            ]
    return table, geometry


def _text(value: str, encoding: str) -> str:
    return decode(value.encode("latin-1"), encoding).strip(" \x00")
