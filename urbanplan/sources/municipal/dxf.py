"""DXF as municipalities draw it: lines that close are areas, layers are the drawing's own, and nobody says where it lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note
from urbanplan.sources.municipal.encoding import decode, detect
from urbanplan.sources.municipal.raw import RawLayer, choose_layer
from urbanplan.sources.protocol.local import parsing

_BEGINS = re.compile(rb"^\s*(?:999\r?\n[^\n]*\n\s*)*0\r?\n\s*SECTION", re.IGNORECASE)
_BINARY = b"AutoCAD Binary DXF"
_CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+ANSI_(\d+)", re.IGNORECASE)
_HEAD = 65_536
_MAX_TAIL = 200
_FEWEST_ON_RING = 4
_OPTIONS = {
    "DXF_ENCODING": "ISO-8859-1",  # loses nothing; decoded here, by evidence
    "DXF_INLINE_BLOCKS": "FALSE",  # blocks of blocks unfold without end
    "DXF_CLOSED_LINE_AS_POLYGON": "FALSE",
}


def read_dxf(path: Path, *, layer: str | None, encoding: str | None) -> RawLayer:
    """Read one layer of a drawing; closed lines, and lines that together close, become polygons.

    Parameters
    ----------
    path : Path
        A DXF file in text form.
    layer : str, optional
        The layer of the drawing, where several hold something.
    encoding : str, optional
        The encoding of its text, where the city file states one.

    Raises
    ------
    LayerError
        If it is not a DXF file, was cut off, holds nothing, or has several layers and none was named.
    """
    hints = _check(path)
    table, geometry = _entities(path)
    if table.empty:
        raise LayerError(Fault("dxf_empty", file=path.name))
    raw = [_raw(value) for column in ("Layer", "Text") for value in table[column]]
    found = detect(
        sorted({each for each in raw if isinstance(each, bytes)}), told=encoding, hints=hints, where=path.name
    )
    for column in ("Layer", "Text"):
        table[column] = [_text(value, found.name) for value in table[column]]
    names = sorted({str(name) for name in table["Layer"]})
    chosen = choose_layer(names, layer, path.name)
    mine = (table["Layer"] == chosen).to_numpy()
    table, geometry, notes = _closed(table[mine].reset_index(drop=True), geometry[mine])
    return RawLayer(table, geometry, None, "file", str(found), notes)


def _check(path: Path) -> list[tuple[str, str]]:
    """Refuse what is not a whole DXF file in text form; return what it says of its encoding."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        stream.seek(max(path.stat().st_size - _MAX_TAIL, 0))
        tail = stream.read()
    if head.startswith(_BINARY):
        raise LayerError(Fault("dxf_binary", file=path.name))
    if not _BEGINS.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise LayerError(Fault("dxf_not", file=path.name))
    if b"EOF" not in tail.upper():
        raise LayerError(Fault("dxf_cut", file=path.name))
    page = _CODE_PAGE.search(head)
    return [("code page of the drawing", f"cp{page.group(1).decode('ascii')}")] if page else []


def _entities(path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    import pyogrio  # noqa: PLC0415 - heavy, only where a file is read

    with parsing(path, "DXF"), _configured():
        meta, _, wkb, columns = pyogrio.raw.read(path.resolve(), layer="entities")
        table = pd.DataFrame(dict(zip(map(str, meta["fields"]), columns, strict=True)))
        geometry = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
    for column in ("Layer", "Text"):
        if column not in table:
            table[column] = None
    return table[["Layer", "Text"]].astype(object), geometry


@contextmanager
def _configured() -> Iterator[None]:
    import pyogrio  # noqa: PLC0415 - heavy, only where a file is read

    before = {name: pyogrio.get_gdal_config_option(name) for name in _OPTIONS}
    pyogrio.set_gdal_config_options(_OPTIONS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _raw(value: Any) -> bytes | None:
    """Return the bytes of a text that was read as Latin-1; a text with escaped letters has none."""
    try:
        return value.encode("latin-1") if isinstance(value, str) else None
    except UnicodeEncodeError:
        return None


def _text(value: Any, encoding: str) -> Any:
    raw = _raw(value)
    return value if raw is None else decode(raw, encoding).strip()


def _closed(table: pd.DataFrame, geometry: np.ndarray) -> tuple[pd.DataFrame, np.ndarray, list[Note]]:
    """Turn closed lines into polygons, and open lines that together enclose areas into those areas."""
    notes = []
    lines = shapely.get_type_id(geometry) == shapely.GeometryType.LINESTRING
    rings = lines & shapely.is_closed(geometry) & (shapely.get_num_coordinates(geometry) >= _FEWEST_ON_RING)
    out = geometry.copy()
    out[rings] = [shapely.Polygon(shapely.get_coordinates(ring)) for ring in geometry[rings]]
    if rings.any():
        notes.append(Note("rings_as_polygons", {"count": int(rings.sum())}))
    loose = lines & ~rings
    faces, cuts, dangles, _ = (
        shapely.polygonize_full(geometry[loose]) if loose.any() else [shapely.Polygon()] * 4
    )
    areas = shapely.get_parts(faces) if loose.any() else np.array([], dtype=object)
    if not len(areas):
        return table, out, notes
    rest = np.concatenate([shapely.get_parts(cuts), shapely.get_parts(dangles)])
    notes.append(Note("lines_enclose", {"count": int(loose.sum()), "areas": len(areas)}))
    if len(rest):
        notes.append(Note("lines_left_over", {"count": len(rest)}))
    name = table["Layer"].iloc[0]
    added = pd.DataFrame({"Layer": name, "Text": None}, index=range(len(areas) + len(rest)), dtype=object)
    joined = pd.concat([table[~loose], added], ignore_index=True)
    return joined, np.concatenate([out[~loose], areas, rest]), notes
