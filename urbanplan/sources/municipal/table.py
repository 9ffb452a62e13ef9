"""Tables with coordinates: CSV as spreadsheets write it, with the codes of provinces left as they stand."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note
from urbanplan.base.thai_dates import number
from urbanplan.sources.municipal.encoding import Encoding, detect
from urbanplan.sources.municipal.raw import RawLayer

_LON = ("lon", "lng", "long", "longitude", "ลองจิจูด", "ลองติจูด")
_LAT = ("lat", "latitude", "ละติจูด", "แลตติจูด")
_X = ("x", "easting", "east", "utm_e", "utm_x", "x_coord", "พิกัดx", "พิกัด x")
_Y = ("y", "northing", "north", "utm_n", "utm_y", "y_coord", "พิกัดy", "พิกัด y")
_WKT = ("wkt", "geometry", "geom", "the_geom")
_PLAIN_NUMBER = re.compile(r"^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$")
_DECIMAL_COMMA = re.compile(r"^[+-]?\d+,\d+$")
_THOUSANDS = re.compile(r"^[+-]?[1-9]\d{0,2},\d{3}$")
_DEGREES = re.compile(
    r"""^(\d{1,3}(?:\.\d+)?)\s*[°ºd]?\s*(?:(\d{1,2}(?:\.\d+)?)\s*['\u2032m]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:"|\u2033|''|s)\s*)?([NSEWnsew])?$"""
)
"""98.98°, 98°58'36"E."""
_SRID = re.compile(r"^\s*SRID\s*=\s*(\d+)\s*;", re.IGNORECASE)
_SEPARATOR_LINE = re.compile(r"^\ufeff?sep=(.)\r?\n", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_END_OF_DOS = b"\x1a"
_DELIMITERS = ",;\t|"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MAX_FIELD = 50_000_000
_MAX_COLUMNS = 4_000


def read_table(path: Path, *, encoding: str | None, columns: dict[str, str]) -> RawLayer:
    """Read a CSV file whose rows have coordinates.

    Parameters
    ----------
    path : Path
        The file; its first line names the columns. Commas, semicolons, tabs or bars stand between them.
    encoding : str, optional
        The encoding of its text, where the city file states one.
    columns : dict of str to str
        The city file's mapping; `lon` and `lat`, or `x` and `y`, or `geometry` (WKT) may name the columns.

    Raises
    ------
    LayerError
        If a line has another number of fields than the first, or no columns hold coordinates.
    """
    frame, found = read_rows(path, encoding=encoding)
    frame, notes = decimal_points(frame)
    geometry, crs, unreadable = _geometry(frame, path, columns)
    for name in frame.columns:
        frame[name] = typed(frame[name])
    return RawLayer(frame, geometry, crs, "format", str(found), notes, unreadable)


def read_rows(path: Path, *, encoding: str | None) -> tuple[pd.DataFrame, Encoding]:
    """Read a CSV file as texts, with the encoding that they were found to be in.

    Raises
    ------
    LayerError
        If it is not a table, or a line has another number of fields than the first.
    """
    raw = path.read_bytes().rstrip(_END_OF_DOS)
    if raw[:2] in _UTF16 and encoding is None:
        found = Encoding("utf-16", "byte order mark")
    else:
        found = detect([raw.removeprefix(b"\xef\xbb\xbf")], told=encoding, hints=[], where=path.name)
    try:
        text = raw.decode("utf-8-sig" if found.name == "utf-8" else found.name)
    except UnicodeDecodeError as error:
        raise LayerError(
            Fault("table_byte", file=path.name, start=error.start, encoding=found.name)
        ) from error
    return _parse(text, path), found


def has_coordinates(frame: pd.DataFrame) -> bool:
    """Tell whether columns are called as those that hold coordinates usually are."""
    return bool(coordinate_columns(frame))


def coordinate_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that are called as those that hold coordinates usually are: two, or one of well-known text."""
    for pair in ((("lon", _LON), ("lat", _LAT)), (("x", _X), ("y", _Y)), (("geometry", _WKT),)):
        found = [_column(frame, key, usual, {}) for key, usual in pair]
        if all(found):
            return [str(name) for name in found]
    return []


def _parse(text: str, path: Path) -> pd.DataFrame:
    if "\x00" in text:
        raise LayerError(Fault("table_not_text", file=path.name))
    stated = _SEPARATOR_LINE.match(text)
    text = text[stated.end() :] if stated else text
    first = text.split("\n", 1)[0]
    delimiter = stated[1] if stated else max(_DELIMITERS, key=first.count)
    csv.field_size_limit(_MAX_FIELD)
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row
        ]
    except csv.Error as error:
        raise LayerError(Fault("table_not", file=path.name, error=error)) from error
    if not rows:
        raise LayerError(Fault("table_blank", file=path.name))
    names = [_INVISIBLE.sub("", name).strip() for name in rows[0]]
    if names.count("") > 1:
        raise LayerError(Fault("table_title", file=path.name, count=names.count("")))
    if len(names) > _MAX_COLUMNS:
        raise LayerError(Fault("table_wide", file=path.name, count=len(names)))
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise LayerError(Fault("columns_twice", file=path.name, name=twice[0]))
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(names):
            raise LayerError(
                Fault(
                    "table_ragged",
                    file=path.name,
                    line=line,
                    fields=len(row),
                    names=len(names),
                    delimiter=delimiter,
                )
            )
    return pd.DataFrame(rows[1:], columns=names, dtype=object)


def decimal_points(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Turn decimal commas to points, in columns where every value has one (or is whole): 98,98 is below one hundred."""
    changed, out = [], frame.copy()
    for name in frame.columns:
        filled = [text.strip() for text in frame[name] if isinstance(text, str) and text.strip()]
        commas = [bool(_DECIMAL_COMMA.match(text)) for text in filled]
        if any(commas) and all(
            comma or _PLAIN_NUMBER.match(text) for comma, text in zip(commas, filled, strict=True)
        ):
            if all(_THOUSANDS.match(text) for text, comma in zip(filled, commas, strict=True) if comma):
                continue  # 1,234 is rather a thousand and more
            out[name] = [text.replace(",", ".") if isinstance(text, str) else text for text in frame[name]]
            changed.append(str(name))
    return out, [Note("decimal_commas", {"columns": ", ".join(changed)})] if changed else []


def _well_known(texts: pd.Series, path: Path) -> tuple[np.ndarray, str | None, np.ndarray]:
    """Read well-known text, with the number of its reference system before it where there is one."""
    found = [_SRID.match(text) for text in texts]
    systems = {match[1] for match in found if match}
    if len(systems) > 1:
        raise LayerError(Fault("table_several_crs", file=path.name, systems=", ".join(sorted(systems))))
    plain = [text[match.end() :] if match else text for text, match in zip(texts, found, strict=True)]
    geometry = shapely.from_wkt([text or None for text in plain], on_invalid="ignore")
    unreadable = np.array(
        [shape is None and bool(text.strip()) for shape, text in zip(geometry, plain, strict=True)]
    )
    return geometry, f"EPSG:{systems.pop()}" if systems else None, unreadable


def _geometry(
    frame: pd.DataFrame, path: Path, columns: dict[str, str]
) -> tuple[np.ndarray, str | None, np.ndarray]:
    none = np.zeros(len(frame), dtype=bool)
    for names, crs in (((("lon", _LON), ("lat", _LAT)), "OGC:CRS84"), ((("x", _X), ("y", _Y)), None)):
        found = [_column(frame, key, usual, columns) for key, usual in names]
        if all(name is not None for name in found):
            x, y = (np.array([_coordinate(value) for value in frame[name]], dtype=float) for name in found)
            points = np.full(len(frame), None, dtype=object)
            good = np.isfinite(x) & np.isfinite(y)
            points[good] = shapely.points(x[good], y[good])
            return points, crs, none
    wkt = _column(frame, "geometry", _WKT, columns)
    if wkt is not None:
        return _well_known(frame[wkt], path)
    raise LayerError(Fault("table_no_coordinates", file=path.name, columns=", ".join(frame.columns)))


def _column(frame: pd.DataFrame, key: str, usual: tuple[str, ...], columns: dict[str, str]) -> str | None:
    """Find a coordinate column by the city file's mapping, else by the names that such columns usually have."""
    if key in columns:
        return columns[key] if columns[key] in frame.columns else None
    return next((name for name in frame.columns if name.strip().lower() in usual), None)


def _coordinate(text: str) -> float:
    value = number(text)
    if value is None and (match := _DEGREES.match(text.strip())):
        degrees, minutes, seconds, side = match.groups()
        value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        value = -value if side and side in "SWsw" else value
    return float("nan") if value is None else value


def typed(values: pd.Series) -> pd.Series:
    """Turn a column of plain numbers into numbers; codes with leading zeros stay text, empty fields are unknown."""
    filled = values.map(str.strip)
    known = filled[filled != ""]
    if len(known) and known.map(lambda text: bool(_PLAIN_NUMBER.match(text))).all():
        return pd.to_numeric(filled.where(filled != "", None))
    return filled.where(filled != "", None)
