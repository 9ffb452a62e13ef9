"""GeoPackages: whole, settled, one layer, and held against what they state of themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import shapely

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note
from urbanplan.sources.municipal.ogr import check_magic, read_ogr
from urbanplan.sources.municipal.raw import RawLayer, choose_layer
from urbanplan.sources.protocol.local import brief

_SQLITE = b"SQLite format 3\x00"
_OWN_TRIGGERS = ("rtree_", "trigger_", "gpkg_", "sqlite_", "fid_")
_SRS_BYTES = slice(4, 8)
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""How many bytes the box of a geometry takes in its header, by the number that says which box it is."""
_CURVED = range(8, 15)
"""Kinds of geometry that may have arcs: from CircularString to Surface."""


def read_geopackage(path: Path, layer: str | None) -> RawLayer:
    """Read a layer of a GeoPackage.

    Parameters
    ----------
    path : Path
        The file.
    layer : str, optional
        The layer, where it has several.

    Raises
    ------
    LayerError
        If it is damaged, has changes beside it, or has several layers and none was named.
    """
    check_magic(path, _SQLITE, "GeoPackage")
    check_settled(path)
    with _opened(path) as base:
        names = _layers(base, path)
        chosen = choose_layer(names, layer, path.name)
        kinds = dict(base.execute("SELECT name, type FROM sqlite_master"))
    if kinds.get(chosen) != "table":
        raise LayerError(Fault("gpkg_view", file=path.name, name=chosen))
    raw = read_ogr(path, chosen, "GeoPackage", IMMUTABLE="YES")
    with _opened(path) as base:
        raw.notes += _contradictions(base, chosen, raw) if len(raw.table) else []
        raw.unreadable = _unreadable(base, chosen, raw)
        raw.notes += _curves(base, chosen)
    return raw


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    base = None
    try:
        base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        base.execute("PRAGMA trusted_schema=OFF")
        yield base
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise LayerError(Fault("gpkg_damaged", file=path.name, error=brief(error))) from error
    finally:
        if base is not None:
            base.close()


def _layers(base: sqlite3.Connection, path: Path) -> list[str]:
    fault = base.execute("PRAGMA quick_check(1)").fetchone()[0]
    if fault != "ok":
        raise LayerError(Fault("gpkg_broken", file=path.name, error=brief(fault)))
    query = (
        "SELECT c.table_name FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name) ORDER BY 1"
    )
    names = [str(row[0]) for row in base.execute(query)]
    if not names:
        raise LayerError(Fault("gpkg_no_layer", file=path.name))
    return names


def check_settled(path: Path) -> None:
    """Refuse a GeoPackage whose last changes lie in a file beside it, where a reader may or may not see them.

    Raises
    ------
    LayerError
        If they do.
    """
    journal = path.with_name(f"{path.name}-wal")
    if journal.is_file() and journal.stat().st_size:
        raise LayerError(Fault("gpkg_journal", file=path.name, name=journal.name))


def _curves(base: sqlite3.Connection, layer: str) -> list[Note]:
    """Note geometries with arcs: they are read as short straight lines."""
    column = base.execute(
        "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
    ).fetchone()[0]
    heads = base.execute(f"SELECT substr({_quoted(column)}, 1, 80) FROM {_quoted(layer)}")  # noqa: S608 - quoted names
    curved = sum(isinstance(head, bytes) and _kind(head) in _CURVED for (head,) in heads)
    return [Note("curves_straightened", {"count": curved})] if curved else []


def _kind(head: bytes) -> int:
    """Return the number of the kind of geometry that a GeoPackage's binary states, without its dimensions."""
    start = 8 + _ENVELOPES.get((head[3] >> 1) & 7, 0) if len(head) > 8 else 0  # noqa: PLR2004 - the header
    if not start or len(head) < start + 5:
        return 0
    return int.from_bytes(head[start + 1 : start + 5], "little" if head[start] else "big") % 1000


def _contradictions(base: sqlite3.Connection, layer: str, raw: RawLayer) -> list[Note]:
    """Note what the tables of the file state and its features do not bear out, and programs that stand in it."""
    notes = []
    (column, own), (listed, *box) = (
        base.execute(f"SELECT {words} FROM {table} WHERE table_name = ?", (layer,)).fetchone()  # noqa: S608 - our words
        for words, table in (
            ("column_name, srs_id", "gpkg_geometry_columns"),
            ("srs_id, min_x, min_y, max_x, max_y", "gpkg_contents"),
        )
    )
    systems = {int(value) for value in (own, listed) if isinstance(value, int)} | _blob_systems(
        base, layer, column
    )
    if len(systems) > 1:
        notes.append(Note("crs_contradicts", {"systems": ", ".join(map(str, sorted(systems)))}))
    triggers = [str(row[0]) for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    strange = [name for name in triggers if not name.lower().startswith(_OWN_TRIGGERS)]
    if strange:
        notes.append(Note("triggers", {"names": ", ".join(strange[:5])}))
    bounds = shapely.total_bounds(raw.geometry)
    stated = all(isinstance(value, int | float) for value in box) and np.isfinite(bounds).all()
    if stated and not shapely.intersects(shapely.box(*box), shapely.box(*bounds)):
        notes.append(Note("extent_contradicts"))
    if base.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone():
        counted = base.execute(
            "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?", (layer,)
        ).fetchone()
        if counted and isinstance(counted[0], int) and counted[0] != len(raw.table):
            notes.append(Note("count_contradicts", {"stated": counted[0], "found": len(raw.table)}))
    return notes


def _quoted(name: object) -> str:
    return '"' + str(name).replace('"', '""') + '"'


def _blob_systems(base: sqlite3.Connection, layer: str, column: object) -> set[int]:
    """Return the systems that the geometries themselves name, each in its own header."""
    query = f"SELECT DISTINCT substr({_quoted(column)}, 5, 4), substr({_quoted(column)}, 4, 1) FROM {_quoted(layer)} WHERE typeof({_quoted(column)}) = 'blob' LIMIT 9"  # noqa: S608 - quoted
    found = set()
    for raw, flags in base.execute(query):
        if len(raw) == 4 and flags:  # noqa: PLR2004 - a whole number of four bytes
            found.add(int.from_bytes(raw, "little" if flags[0] & 1 else "big", signed=True))
    return found


def _unreadable(base: sqlite3.Connection, layer: str, raw: RawLayer) -> np.ndarray | None:
    """Tell which rows hold something as geometry that is none."""
    lost = np.array([shape is None for shape in raw.geometry], dtype=bool)
    if not lost.any():
        return None
    column = base.execute(
        "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
    ).fetchone()[0]
    given = [
        bool(row[0])
        for row in base.execute(
            f"SELECT {_quoted(column)} IS NOT NULL FROM {_quoted(layer)} ORDER BY rowid"  # noqa: S608 - quoted
        )
    ]
    return lost & np.array(given) if len(given) == len(lost) else None
