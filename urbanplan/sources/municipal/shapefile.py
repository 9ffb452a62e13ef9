"""Shapefiles: whole or refused, with text in the encoding that it is really in."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_string_dtype
from pyproj import CRS
from pyproj.exceptions import CRSError

from urbanplan.base.errors import LayerError, MissingFileError, NoCrsError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note
from urbanplan.base.thai_dates import iso_date
from urbanplan.sources.municipal.encoding import Encoding, codec_name, decode, detect, language_driver
from urbanplan.sources.municipal.raw import RawLayer
from urbanplan.sources.municipal.rings import by_lie, wound
from urbanplan.sources.protocol.local import parsing

_MAGIC = 9994
_HEADER = 100
_INDEX_ENTRY = 8
_FIELD = 32
_SAMPLE_BYTES = 8_000_000
_PRJ_BYTES = 100_000
_TEXT_FIELDS = b"CMV"
_TEXT_KINDS = {b"C", b"M", b"V"}
_VALUE_KINDS = {b"N", b"F", b"D"}
_FIELD_KINDS = {bytes([code]) for code in b"CMVNFDLIOB@+TYGPQW"}
_DELETED = 0x2A
_LATEST_YEAR = "2400"
_END_OF_FIELDS = 0x0D


@dataclass(frozen=True)
class _Table:
    """What the header of a DBF says."""

    rows: int
    header: int
    width: int
    language: int
    fields: tuple[_Field, ...]


@dataclass(frozen=True)
class _Field:
    """One column of a DBF: its name, its type, and where in a row it stands."""

    name: bytes
    kind: bytes
    at: slice


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
            raise MissingFileError(Fault("shapefile_lacks", file=path.name, end=end))
    index, table_path = parts[".shx"], parts[".dbf"]
    assert index is not None and table_path is not None  # noqa: S101, PT018 - for the type checker: checked above
    features = _check_shapes(path, index)
    table = _read_header(table_path)
    if table.rows != features:
        raise LayerError(
            Fault("shapefile_rows", file=path.name, features=features, rows=table.rows, name=table_path.name)
        )
    hints = []
    if parts[".cpg"] is not None:
        hints.append((".cpg file", parts[".cpg"].read_bytes()[:100].decode("latin-1")))
    if driver := language_driver(table.language):
        hints.append(("language byte of the .dbf", driver))
    found = detect(_samples(table_path, table), told=encoding, hints=hints, where=table_path.name, cut=True)
    crs = _projection(parts[".prj"])
    frame, geometry = _read(path, table_path, table, found)
    notes = [] if len(frame) == features else [Note("rows_deleted", {"count": features - len(frame)})]
    notes += _lost_values(table_path, table, frame)
    notes += wound(geometry, clockwise=True)
    geometry, put_right = by_lie(geometry)
    notes += put_right
    if hints and found.evidence.startswith("the text itself") and codec_name(hints[0][1]) != found.name:
        who, stated = hints[0]
        told = "".join(letter for letter in stated.strip() if letter.isprintable())[:20]
        notes.append(Note("encoding_overruled", {"who": who, "stated": repr(told), "found": found.name}))
    unreadable = None
    if len(frame) == features:
        unreadable = np.array([shape is None for shape in geometry]) & (_kinds(path, index) != 0)
    return RawLayer(frame, geometry, crs, ".prj", str(found), notes, unreadable)


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
        raise NoCrsError(Fault("prj_damaged", file=path.name)) from error
    return text


def _beside(path: Path, end: str) -> Path | None:
    """Find a side file, in whatever case its name is written."""
    others = [other for other in sorted(path.parent.iterdir()) if other.suffix.lower() == end]
    alike = [other for other in others if other.stem.casefold() == path.stem.casefold() and other.is_file()]
    return next((other for other in alike if other.stem == path.stem), alike[0] if alike else None)


def _check_shapes(path: Path, index: Path) -> int:
    """Return the number of shapes, having checked that the file holds each of them whole."""
    with path.open("rb") as stream:
        head = stream.read(_HEADER)
    size = path.stat().st_size
    if len(head) < _HEADER or struct.unpack(">i", head[:4])[0] != _MAGIC:
        raise LayerError(Fault("shapefile_not", file=path.name))
    stated = 2 * struct.unpack(">i", head[24:28])[0]
    if stated != size:
        fault = Fault("was_cut" if size < stated else "has_foreign_bytes")
        raise LayerError(Fault("shapefile_size", file=path.name, fault=fault, stated=stated, size=size))
    entries = index.stat().st_size - _HEADER
    if entries < 0 or entries % _INDEX_ENTRY:
        raise LayerError(Fault("shx_cut", index=index.name))
    words = np.fromfile(index, dtype=">i4", offset=_HEADER).astype(np.int64).reshape(-1, 2) * 2
    if words.size and ((words[:, 0] + words[:, 1] + _INDEX_ENTRY).max() > size or words.min() < 0):
        raise LayerError(Fault("shx_beyond", index=index.name, file=path.name))
    if words.size and (words[:, 0].min() < _HEADER or len(np.unique(words[:, 0])) < len(words)):
        raise LayerError(Fault("shx_damaged", index=index.name, file=path.name))
    return len(words)


def _kinds(path: Path, index: Path) -> np.ndarray:
    """Return the kind of each shape as its own record states it: 0 is a shape that was left empty on purpose."""
    offsets = np.fromfile(index, dtype=">i4", offset=_HEADER).astype(np.int64)[::2] * 2 + _INDEX_ENTRY
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    kinds: np.ndarray = raw[offsets[:, None] + np.arange(4)].copy().view("<i4").ravel()
    return kinds


def _read_header(path: Path) -> _Table:
    raw = path.read_bytes()[:65_536]
    if len(raw) < _FIELD:
        raise LayerError(Fault("dbf_head_cut", file=path.name))
    rows, header, width = struct.unpack("<IHH", raw[4:12])
    size = path.stat().st_size
    if size < header + rows * width or width == 0:
        raise LayerError(Fault("dbf_cut", file=path.name, rows=rows, width=width, size=size))
    fields, at = [], 1
    for start in range(_FIELD, min(header, len(raw)) - 1, _FIELD):
        if raw[start] == _END_OF_FIELDS:
            break
        length = raw[start + 16] + (256 * raw[start + 17] if raw[start + 11] in _TEXT_FIELDS else 0)
        name = raw[start : start + 11].split(b"\x00")[0]
        fields.append(_Field(name, raw[start + 11 : start + 12], slice(at, at + length)))
        at += length
    _check_fields(fields, at, width, path)
    return _Table(rows, header, width, raw[29], tuple(fields))


def _check_fields(fields: list[_Field], end: int, width: int, path: Path) -> None:
    """Refuse columns that cannot be told apart, and a header that contradicts itself: every value would be shifted."""
    strange = [field for field in fields if field.kind not in _FIELD_KINDS]
    if strange or end != width:
        raise LayerError(Fault("dbf_columns", file=path.name, width=width))
    names = [field.name for field in fields]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise LayerError(Fault("columns_twice", file=path.name, name=twice.decode("cp874", "replace")))


def _samples(path: Path, table: _Table) -> list[bytes]:
    """Return the different texts of a DBF, and the names of its fields, as raw bytes."""
    rows = _rows(path, table)
    texts = {field.name for field in table.fields if field.name}
    for field in table.fields:
        if field.kind in _TEXT_KINDS:
            texts |= set(np.unique(_column(rows, field)).tolist())
    return sorted(text.strip(b" \x00") for text in texts)


def _rows(path: Path, table: _Table, *, whole: bool = False) -> np.ndarray:
    """Return the (first) rows of a DBF as bytes; one marked as deleted is left out, as readers do."""
    size = table.rows * table.width
    with path.open("rb") as stream:
        stream.seek(table.header)
        raw = stream.read(size if whole else min(_SAMPLE_BYTES, size))
    raw = raw[: len(raw) - len(raw) % table.width]
    rows = np.frombuffer(raw, dtype=np.uint8).reshape(-1, table.width)
    kept: np.ndarray = rows[rows[:, 0] != _DELETED]
    return kept


def _column(rows: Any, field: _Field) -> np.ndarray:
    column = np.ascontiguousarray(rows[:, field.at])
    return column.view(f"S{column.shape[1]}").ravel() if column.size else np.array([], dtype="S1")


def _lost_values(path: Path, table: _Table, frame: pd.DataFrame) -> list[Note]:
    """Note the numbers and dates that stand in the file and could not be read: stars, cut digits."""
    rows, notes = _rows(path, table), []
    for place, field in enumerate(table.fields):
        if field.kind not in _VALUE_KINDS or place >= len(frame.columns):
            continue
        raw = [text.strip(b" \x00").decode("latin-1") for text in _column(rows, field).tolist()]
        given = [bool(text.strip("0-/ ")) for text in raw]
        read = frame.iloc[: len(raw), place].isna().to_numpy()
        lost = [text for text, there, gone in zip(raw, given, read, strict=False) if there and gone]
        name = str(frame.columns[place])
        if lost:
            notes.append(
                Note("values_lost", {"column": name, "count": len(lost), "example": repr(lost[0][:20])})
            )
        buddhist = sum(text[:4] > _LATEST_YEAR for text in raw) if field.kind == b"D" else 0
        if buddhist:
            notes.append(Note("dates_buddhist", {"column": name, "count": buddhist}))
    return notes


def _read(
    path: Path, table_path: Path, header: _Table, encoding: Encoding
) -> tuple[pd.DataFrame, np.ndarray]:
    """Read bytes as Latin-1, which loses nothing, and decode them here: GDAL knows fewer encodings and stops at a cut."""
    import pyogrio  # noqa: PLC0415 - heavy, only where a file is read

    with parsing(path, "Shapefile"):
        dated = {place: field for place, field in enumerate(header.fields) if field.kind == b"D"}
        plain = [field.name.decode("latin-1") for field in header.fields if field.kind != b"D"]
        meta, _, wkb, columns = pyogrio.raw.read(
            path.resolve(), encoding="ISO-8859-1", datetime_as_string=True, columns=plain if dated else None
        )
        table = pd.DataFrame(dict(zip(map(str, meta["fields"]), columns, strict=True)))
        rows = _rows(table_path, header, whole=True) if dated else None
        for place, field in dated.items():  # GDAL stops at a date that is none, and knows no Buddhist Era
            texts = [text.strip(b" \x00").decode("latin-1") for text in _column(rows, field).tolist()]
            table.insert(place, field.name.decode("latin-1"), [iso_date(text) for text in texts])
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    table.columns = pd.Index([_text(str(name), encoding.name) for name in table.columns])
    for name in table.columns[table.columns.duplicated()]:
        raise LayerError(Fault("columns_twice", file=path.name, name=name))
    for name in table.columns:
        if table[name].dtype == object or is_string_dtype(table[name].dtype):
            table[name] = [
                _text(value, encoding.name) if isinstance(value, str) else value for value in table[name]
            ]
    return table, geometry


def _text(value: str, encoding: str) -> str:
    return decode(value.encode("latin-1"), encoding).strip(" \x00")
