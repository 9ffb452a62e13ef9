"""A table of a PostGIS database: read only, in pieces, by an address that stands in the environment and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.crs import parse_crs
from urbanplan.base.errors import FetchError, LayerError, NoCrsError
from urbanplan.base.io import atomic_path
from urbanplan.sources.service.axes import box_in
from urbanplan.sources.service.client import MAX_BYTES

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MAX_ROWS = 2_000_000
_PIECE = 5_000
_TIMEOUT_S = 15
_STATEMENT_MS = 300_000
_SCHEMES = ("postgresql://", "postgres://")
_SHAPE = "shape in binary"
_TYPES_AS_TEXT = ("json", "jsonb", "xml", "hstore", "bytea", "numeric", "interval", "uuid")


def bring_table(variable: str, layer: str, target: Path, area: BaseGeometry | None) -> Path:
    """Write the rows of a table or view as GeoParquet, in its own reference system.

    Parameters
    ----------
    variable : str
        The environment variable that holds the database's address; the address itself is told nobody.
    layer : str
        The table, as `table`, `schema.table` or `schema.table.column`.
    target : Path
        The file to write.
    area : Polygon or MultiPolygon, optional
        Where rows are wanted, in longitude and latitude.

    Raises
    ------
    FetchError
        If the variable is not set, the database cannot be reached, or it refuses.
    LayerError
        If there is no such table, it has no geometry, or no row in the area.
    NoCrsError
        If nobody says in which system the geometry is.
    """
    address = os.environ.get(variable, "").strip()
    if not address:
        raise FetchError(
            f"the environment variable {variable} is not set; put the database's address into it (postgresql://…), never into a file"
        )
    if not address.startswith(_SCHEMES):
        raise FetchError(
            f"the environment variable {variable} does not hold an address that begins with postgresql://"
        )
    where = f"{variable}: {layer}"
    with _connected(address, variable) as connection, _told(where):
        table = _Table(connection, layer, where)
        frame = table.rows(area)
    if frame.empty:
        raise LayerError(f"{where}: no row lies in the area of the city; check the table and the city")
    with atomic_path(target) as draft:
        frame.to_parquet(draft)
    return target


@contextmanager
def _connected(address: str, variable: str) -> Iterator[Any]:
    import psycopg  # noqa: PLC0415 - only cities with a database

    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={_STATEMENT_MS} -c lock_timeout=10000"
    )
    try:
        connection = psycopg.connect(
            address, connect_timeout=_TIMEOUT_S, options=options, application_name="urbanplan"
        )
    except (psycopg.Error, ValueError, OSError):
        # the library's text names hosts and users, so that neither it nor its cause is told
        raise FetchError(
            f"the database that {variable} names cannot be reached, or refuses the user; check the address in the variable"
        ) from None
    try:
        connection.read_only = True
        yield connection
    finally:
        connection.close()


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Tell in our words what the database refuses; its own may quote the address or the data."""
    import psycopg  # noqa: PLC0415 - only cities with a database

    words = {
        "42501": "the user may not read it; ask for the right to SELECT",
        "57014": "it was not read in time; ask for a smaller table, or an index on its geometry",
        "42883": "the database has no PostGIS; ask its office to install it",
        "42704": "the database has no PostGIS; ask its office to install it",
    }
    try:
        yield
    except psycopg.Error as error:
        code = error.sqlstate or ""
        fault = words.get(code, f"the database refuses ({code or type(error).__name__}); check the table")
        raise FetchError(f"{where}: {fault}") from None


class _Table:
    """One table, found by its name, with its columns and the system of its geometry."""

    def __init__(self, connection: Any, layer: str, where: str) -> None:
        self.connection, self.where = connection, where
        parts = layer.split(".")
        if not 1 <= len(parts) <= 3 or not all(parts):  # noqa: PLR2004 - schema, table, column
            raise LayerError(f"{where}: write the layer as table, schema.table or schema.table.column")
        parts = ["public", *parts] if len(parts) == 1 else parts
        self.schema, self.name = parts[0], parts[1]
        self.columns = self._described()
        self.geometry = self._geometry(parts[2] if len(parts) > 2 else None)  # noqa: PLR2004
        self.crs = self._system()

    def _ask(self, query: Any, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _described(self) -> dict[str, str]:
        query = (
            "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid "
            "WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        )
        found = dict(self._ask(query, (self.schema, self.name)))
        if not found:
            tables = self._ask(
                "SELECT n.nspname || '.' || c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid "
                "WHERE t.typname = 'geometry' AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname <> 'pg_catalog' "
                "ORDER BY 1 LIMIT 12"
            )
            there = ", ".join(str(row[0]) for row in tables) or "no table with geometry"
            raise LayerError(f"{self.where}: there is no such table; the database has {there}")
        return found

    def _geometry(self, wanted: str | None) -> str:
        shapes = [name for name, kind in self.columns.items() if kind in {"geometry", "geography"}]
        if wanted is not None and wanted in shapes:
            return wanted
        if wanted is None and len(shapes) == 1:
            return shapes[0]
        fault = "has no column of geometry" if not shapes else f"has the geometries {', '.join(shapes)}"
        raise LayerError(f"{self.where}: {fault}; name the one to read as schema.table.column")

    def _system(self) -> Any:
        """Return the reference system: by its number where that is one of EPSG's, else by its definition."""
        from psycopg import sql  # noqa: PLC0415 - only cities with a database

        numbers = self._ask(
            sql.SQL(
                "SELECT DISTINCT ST_SRID({}::geometry) FROM (SELECT {} FROM {} WHERE {} IS NOT NULL LIMIT 100000) s"
            ).format(
                *[sql.Identifier(self.geometry)] * 2,
                sql.Identifier(self.schema, self.name),
                sql.Identifier(self.geometry),
            )
        )
        found = sorted(int(row[0]) for row in numbers)
        if not found:
            raise LayerError(f"{self.where}: no row has a geometry; check the table")
        if len(found) > 1 or found == [0]:
            fault = (
                "no SRID" if found == [0] else f"geometries of several SRIDs ({', '.join(map(str, found))})"
            )
            raise NoCrsError(
                f"{self.where}: has {fault}; ask its office to set the one that is true (UpdateGeometrySRID)"
            )
        self.srid = found[0]
        rows = self._ask(
            "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s", (self.srid,)
        )
        authority, code, text = rows[0] if rows else ("EPSG", self.srid, None)
        if authority in {"EPSG", "ESRI"}:
            return parse_crs(f"{authority}:{code}", where=self.where)
        return parse_crs(text, where=self.where)

    def rows(self, area: BaseGeometry | None) -> GeoDataFrame:
        """Return the rows whose extent touches the area, in an order that stays the same."""
        from psycopg import sql  # noqa: PLC0415 - only cities with a database

        box = box_in(area, self.crs, self.where)
        shape = sql.SQL("{}::geometry").format(sql.Identifier(self.geometry))
        plain = [name for name, kind in self.columns.items() if kind not in {"geometry", "geography"}]
        wanted = [
            sql.SQL("{}::text").format(sql.Identifier(name))
            if self.columns[name] in _TYPES_AS_TEXT or self.columns[name].startswith("_")
            else sql.Identifier(name)
            for name in plain
        ]
        binary = sql.SQL("ST_AsBinary(ST_Force2D(ST_CurveToLine({})))").format(shape)
        query = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join([*wanted, binary]), sql.Identifier(self.schema, self.name)
        )
        values: tuple[object, ...] = ()
        if box is not None:
            query += sql.SQL(" WHERE {} && ST_MakeEnvelope(%s, %s, %s, %s, %s)").format(shape)
            values = (*box, self.srid)
        table, shapes = self._fetched(query, values, plain)
        geometry = GeoSeries(shapely.from_wkb(shapes, on_invalid="ignore"), crs=self.crs)
        frame = GeoDataFrame(table, geometry=geometry)
        texts = table.astype(str)
        texts[_SHAPE] = [None if shape is None else shape.hex() for shape in shapes]
        return frame.loc[texts.sort_values(list(texts.columns), kind="stable").index].reset_index(drop=True)

    def _fetched(
        self, query: Any, values: tuple[object, ...], names: list[str]
    ) -> tuple[pd.DataFrame, np.ndarray]:
        rows: list[tuple[Any, ...]] = []
        size = 0
        with self.connection.cursor(name="urbanplan") as cursor:
            cursor.itersize = _PIECE
            cursor.execute(query, values)
            for row in cursor:
                rows.append(row)
                size += len(row[-1] or b"")
                if len(rows) > MAX_ROWS or size > MAX_BYTES:
                    raise LayerError(
                        f"{self.where}: has more than {min(len(rows), MAX_ROWS):,} rows or {MAX_BYTES:,} bytes in the area; make a view of what is needed"
                    )
        columns = {name: [row[at] for row in rows] for at, name in enumerate(names)}
        shapes = np.full(len(rows), None, dtype=object)
        shapes[:] = [None if row[-1] is None else bytes(row[-1]) for row in rows]
        return pd.DataFrame(columns, index=pd.RangeIndex(len(rows))), shapes
