"""Rows that belong to areas drawn elsewhere: a CSV file, or a table without shapes in a GeoPackage."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.municipal.geopackage import check_settled
from urbanplan.sources.municipal.heritage_checks import check_heritage
from urbanplan.sources.municipal.mapping import keep, map_columns
from urbanplan.sources.municipal.raw import choose_layer
from urbanplan.sources.municipal.table import read_rows, typed
from urbanplan.sources.protocol.local import brief, check_local, parsing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urbanplan.sources.municipal.mapping import Scalar, Values, Where

TABLE_ENDINGS = (".csv", ".tsv", ".txt")
_TABLES = "SELECT table_name FROM gpkg_contents WHERE data_type = 'attributes' ORDER BY 1"
_EVERYTHING = "SELECT table_name FROM gpkg_contents WHERE data_type IN ('attributes', 'features') ORDER BY 1"


def read_attributes(
    path: str | Path,
    *,
    name: str,
    layer: str | None = None,
    where: Where | None = None,
    columns: Mapping[str, str] | None = None,
    values: Values | None = None,
    constants: Mapping[str, Scalar] | None = None,
    units: Mapping[str, str] | None = None,
    encoding: str | None = None,
    source: str = "",
) -> tuple[pd.DataFrame, QualityRecord]:
    """Read the rows of a table whose shapes, if it has any, do not matter.

    Parameters
    ----------
    path : path
        A CSV file or GeoPackage on this machine.
    name : str
        What the rows are, by urbanplan's vocabulary.
    layer : str, optional
        The table inside the GeoPackage, where it has several.
    where, columns, values, constants, units, encoding, source
        As `read_vector` takes them.

    Returns
    -------
    tuple of (DataFrame, QualityRecord)
        The rows with our columns, on an index of unique ids (text), and what was done to them.

    Raises
    ------
    LayerError, MissingFileError
        Each with one sentence that names file, fault and mend.
    """
    from urbanplan.sources.municipal.reader import ids_of  # noqa: PLC0415 - the reader imports heavy formats

    path = Path(path)
    check_local(path)
    record = QualityRecord(layer=name, file=path.name, source=source)
    if path.suffix.lower() in TABLE_ENDINGS:
        table, found = read_rows(path, encoding=encoding)
        table, record.encoding = table.apply(typed), str(found)
    elif path.suffix.lower() == ".gpkg":
        table, record.encoding = _read_geopackage(path, layer), "utf-8 (format)"
    else:
        raise LayerError(Fault("rules_format", file=path.name))
    record.read = len(table)
    if table.empty:
        raise LayerError(Fault("table_empty", file=path.name))
    kept = keep(table, where or {}, path.name)
    record.drop("left_out_by_where", int((~kept).sum()))
    table = table[kept]
    ids = ids_of(table, (columns or {}).get("id") or ("id" if "id" in table else None), path)
    frame = map_columns(
        table,
        name,
        columns=columns or {},
        values=values or {},
        constants=constants or {},
        units=units,
        record=record,
    )
    frame.index = ids
    check_heritage(frame, name, record)
    record.kept = len(frame)
    return frame, record


def tables_of(path: Path, *, all_kinds: bool = False) -> list[str]:
    """Return the names of the tables without shapes in a GeoPackage, or of everything in it."""
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as base:
            names = [str(row[0]) for row in base.execute(_EVERYTHING if all_kinds else _TABLES)]
        base.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise LayerError(Fault("gpkg_damaged", file=path.name, error=brief(error))) from error
    return names


def _read_geopackage(path: Path, layer: str | None) -> pd.DataFrame:
    import pyogrio  # noqa: PLC0415 - heavy, only where a file is read

    check_settled(path)
    names = tables_of(path) or tables_of(path, all_kinds=True)
    every = tables_of(path, all_kinds=True)
    if not every:
        raise LayerError(Fault("gpkg_no_table", file=path.name))
    chosen = choose_layer(every if layer is not None else names, layer, path.name)
    with parsing(path, "GeoPackage"):
        meta, _, _, columns = pyogrio.raw.read(
            path.resolve(), layer=chosen, read_geometry=False, datetime_as_string=True, IMMUTABLE="YES"
        )
    return pd.DataFrame(dict(zip(map(str, meta["fields"]), columns, strict=True)))
