"""One vector file or table on its own: whether its coordinates can be true, and what would be mended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.crs import parse_crs
from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.municipal.attribute_table import read_attributes, tables_of
from urbanplan.sources.municipal.attributes import remarks
from urbanplan.sources.municipal.formats import SQLITE, read_raw
from urbanplan.sources.municipal.reader import placed
from urbanplan.sources.municipal.repair import mend, mend_polygons
from urbanplan.sources.municipal.table import has_coordinates, read_rows, typed

if TYPE_CHECKING:
    from urbanplan.sources.municipal.raw import RawLayer

_DIMENSIONS = ("points", "lines", "polygons")
_NULL_ISLAND_DEG = 1e-6
_WIDE_DEG = 10.0
_LARGE_CHANGE = 0.01
_FEW_PLACES = 3
_ROUNDED = 1e-9
_PAGES = ("<!doctype", "<html", "<?xml", "<kml", "{", "[{")
RULE_TABLES: dict[str, set[str]] = {
    "heritage_rules": {"zone", "kind", "height_reference"},
    "plan_rules": {"zone", "use", "says"},
}
"""Tables whose rows belong to areas drawn elsewhere, and the columns by which they are known."""


@dataclass
class Inspected:
    """One file as it was found.

    Attributes
    ----------
    record : QualityRecord
        What was read, what would be mended, left out, and why.
    table : DataFrame or None
        All its attributes; None for tables of rules, which have our columns already.
    frame : GeoDataFrame or None
        Its usable features in their own CRS, with `row`, their row in the table; None for a table without coordinates.
    """

    record: QualityRecord
    table: pd.DataFrame | None = None
    frame: GeoDataFrame | None = None


def inspect_vector(
    path: Path, *, layer: str | None = None, encoding: str | None = None, crs: str | None = None
) -> Inspected:
    """Check a layer of a vector file without a city, with the reader and the mending that a run uses.

    Parameters
    ----------
    path : Path
        A file on this machine.
    layer, encoding, crs : str, optional
        What the file does not tell, or tells wrongly.

    Returns
    -------
    Inspected
        With what would be mended, left out, and why.

    Raises
    ------
    LayerError, NoCrsError, MissingFileError, InputError
        Each with one sentence that names file, fault and mend.
    """
    if path.suffix.lower() == ".gpkg" and (rules := _rules_in(path, layer)):
        name = rules if rules in RULE_TABLES else "heritage_rules"
        return Inspected(read_attributes(path, name=name, layer=rules)[1])
    raw = read_raw(path, layer=layer, encoding=encoding, columns={})
    return _inspected(raw, QualityRecord(layer="vector", file=path.name), crs)


def inspect_table(path: Path, *, encoding: str | None = None, crs: str | None = None) -> Inspected:
    """Check a CSV file: its encoding, its rows, and its coordinates where it has them.

    Raises
    ------
    LayerError, NoCrsError, InputError
        Each with one sentence that names file, fault and mend.
    """
    rows, found = read_rows(path, encoding=encoding)
    record = QualityRecord(layer="table", file=path.name, read=len(rows), encoding=str(found))
    if rows.empty:
        raise LayerError(Fault("table_no_rows", file=path.name))
    _check_table(rows, path.name)
    for name, columns in RULE_TABLES.items():
        if columns <= set(rows.columns):
            return Inspected(read_attributes(path, name=name, encoding=encoding)[1])
    unnamed = [name for name in rows.columns if not name]
    if unnamed:
        raise LayerError(Fault("table_nameless_column", file=path.name))
    if has_coordinates(rows):
        raw = read_raw(path, layer=None, encoding=encoding, columns={})
        return _inspected(raw, record, crs)
    for name in rows.columns:
        rows[name] = typed(rows[name])
    _remark(rows, record)
    record.kept = len(rows)
    record.note("no_coordinates")
    return Inspected(record, rows)


def _rules_in(path: Path, layer: str | None) -> str | None:
    """Return the name of a GeoPackage's table of rules, where that is what is asked for or all there is."""
    with path.open("rb") as stream:
        if not stream.read(len(SQLITE)).startswith(SQLITE):
            return None
    names = tables_of(path)
    if layer in names:
        return layer
    alone = layer is None and names == tables_of(path, all_kinds=True) and set(names) <= set(RULE_TABLES)
    return names[0] if alone and names else None


def _check_table(rows: pd.DataFrame, where: str) -> None:
    """Refuse what is text of another kind, which a reader of tables would take for one column."""
    first = str(rows.columns[0]).lower()
    if first.startswith(_PAGES):
        raise LayerError(Fault("table_is_page", file=where))
    if len(rows.columns) == 1:
        raise LayerError(Fault("table_one_column", file=where, name=str(rows.columns[0])[:40]))


def _inspected(raw: RawLayer, record: QualityRecord, crs: str | None) -> Inspected:
    record.read, record.encoding = len(raw.table), raw.encoding
    record.add(*raw.notes)
    if record.read == 0:
        raise LayerError(Fault("layer_empty", file=record.file))
    _remark(raw.table, record)
    record.crs_from = "told" if crs is not None else raw.crs_from
    system: Any = raw.crs if crs is None else crs
    rows = pd.DataFrame({"row": np.arange(len(raw.table))})
    frame = GeoDataFrame(rows, geometry=GeoSeries(raw.geometry, index=rows.index))
    frame = _named(frame)
    record.log.name_rows(frame.index, frame["row"])
    frame = mend(frame, record, kind="any", unreadable=raw.unreadable)
    _note_kinds(frame, record)
    frame = _without_null_island(frame, system, record)
    frame = placed(frame, system, None, record)
    frame = mend_polygons(frame, record)
    _note_width(frame, record)
    _note_coarse(frame, record)
    _note_change(frame, record)
    record.kept = len(frame)
    return Inspected(record, raw.table, frame)


def _named(frame: GeoDataFrame) -> GeoDataFrame:
    """Give the features the names by which a planner finds them again: their row."""
    return frame.set_axis(pd.Index([f"row {row}" for row in frame.index], dtype=object))


def _remark(table: pd.DataFrame, record: QualityRecord) -> None:
    record.add(*remarks(table))
    if "a guess" in (record.encoding or ""):
        record.note("encoding_guessed")
    if len(table.columns):
        twice = int(table.astype(str).duplicated().sum())
        if twice:
            record.note("rows_twice", count=twice)


def _note_kinds(frame: GeoDataFrame, record: QualityRecord) -> None:
    values = frame.geometry.to_numpy()
    collections = shapely.get_type_id(values) == shapely.GeometryType.GEOMETRYCOLLECTION
    dimension = shapely.get_dimensions(values)
    counts = {name: int((dimension[~collections] == at).sum()) for at, name in enumerate(_DIMENSIONS)}
    counts["collections"] = int(collections.sum())
    if sum(map(bool, counts.values())) > 1 or counts["collections"]:
        record.note("several_kinds", **counts)


def _without_null_island(frame: GeoDataFrame, system: Any, record: QualityRecord) -> GeoDataFrame:
    """Leave out what lies at 0, 0: how programs write a place that they do not know."""
    if system is None or not parse_crs(system, where=record.file).is_geographic:
        return frame
    at_zero = np.abs(shapely.bounds(frame.geometry.to_numpy())).max(axis=1) < _NULL_ISLAND_DEG
    if at_zero.all():
        raise LayerError(Fault("all_at_zero", file=record.file))
    record.drop("at_zero", int(at_zero.sum()))
    record.log.drop(frame.index[at_zero], frame.geometry[at_zero], "at_zero")
    return frame[~at_zero] if at_zero.any() else frame


def _note_width(frame: GeoDataFrame, record: QualityRecord) -> None:
    west, south, east, north = frame.total_bounds
    if frame.crs.is_geographic and max(east - west, north - south) > _WIDE_DEG:
        record.note("spans_wide", width_deg=round(east - west), height_deg=round(north - south))


def _note_coarse(frame: GeoDataFrame, record: QualityRecord) -> None:
    """Note degrees with so few decimals that places are known to a kilometre or worse."""
    if not frame.crs.is_geographic or len(frame) < _FEW_PLACES:
        return
    points = shapely.get_coordinates(frame.geometry.to_numpy())
    for decimals, metres in ((0, 100_000), (1, 10_000), (2, 1_000)):
        if np.abs(points - np.round(points, decimals)).max() < _ROUNDED:
            record.note("coordinates_coarse", decimals=decimals, metres=metres)
            return


def _note_change(frame: GeoDataFrame, record: QualityRecord) -> None:
    if not record.repaired or frame.crs.is_geographic:
        return
    share = record.area_change_m2 / max(float(frame.area.sum()), 1e-9)
    if share > _LARGE_CHANGE:
        record.note("mending_large", percent=round(100 * share))
