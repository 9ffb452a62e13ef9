"""Which reader reads which file: by its ending and its first bytes, never by GDAL's guess."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from pandas.api.types import is_string_dtype

from urbanplan.base.errors import LayerError
from urbanplan.sources.municipal.archive import unpacked
from urbanplan.sources.municipal.dxf import read_dxf
from urbanplan.sources.municipal.geojson import read_geojson
from urbanplan.sources.municipal.kml import read_kml
from urbanplan.sources.municipal.raw import RawLayer, choose_layer
from urbanplan.sources.municipal.shapefile import read_shapefile
from urbanplan.sources.municipal.table import read_table
from urbanplan.sources.protocol.local import brief, check_local, parsing

SQLITE = b"SQLite format 3\x00"
_FLATGEOBUF = b"fgb\x03fgb"
_PARQUET = b"PAR1"
_MAGIC_BYTES = 16
ENDINGS = (
    ".shp",
    ".gpkg",
    ".geojson",
    ".json",
    ".csv",
    ".tsv",
    ".txt",
    ".parquet",
    ".geoparquet",
    ".fgb",
    ".kml",
    ".dxf",
    ".kmz",
    ".zip",
)
_MAX_ROWS = 20_000_000
_MAX_UNPACKED = 3_000_000_000


def read_raw(path: Path, *, layer: str | None, encoding: str | None, columns: dict[str, str]) -> RawLayer:
    """Read one layer of a local file as it stands.

    Parameters
    ----------
    path : Path
        A file on this machine; its ending says what it is, and its first bytes must agree.
    layer : str, optional
        The layer, where the file has several.
    encoding : str, optional
        The encoding of its text, where the city file states one.
    columns : dict of str to str
        The city file's mapping, for tables whose coordinates stand in columns of any name.

    Raises
    ------
    MissingFileError
        If there is no such file.
    LayerError
        If it is of a kind that is not read, cut off, or has several layers and none was named.
    """
    check_local(path)
    end = path.suffix.lower()
    if end in {".zip", ".kmz"}:
        with unpacked(path) as inner:
            return read_raw(inner, layer=layer, encoding=encoding, columns=columns)
    if end == ".dxf":
        return read_dxf(path, layer=layer, encoding=encoding)
    if end == ".gpkg":
        return _read_geopackage(path, layer)
    raw = _read_single(path, end, encoding=encoding, columns=columns)
    if layer is not None and layer != path.stem:
        raise LayerError(f"{path.name}: has one layer only, {path.stem!r}; leave `layer: {layer}` out")
    return raw


def _read_single(path: Path, end: str, *, encoding: str | None, columns: dict[str, str]) -> RawLayer:
    """Read a file of a kind that has one layer only."""
    if end == ".shp":
        return read_shapefile(path, encoding=encoding)
    if end in {".geojson", ".json"}:
        return read_geojson(path, encoding=encoding)
    if end in {".csv", ".tsv", ".txt"}:
        return read_table(path, encoding=encoding, columns=columns)
    if end == ".kml":
        return read_kml(path, encoding=encoding)
    if end == ".fgb":
        _check_magic(path, _FLATGEOBUF, "FlatGeobuf")
        return _read_gdal(path, None, "FlatGeobuf")
    if end in {".parquet", ".geoparquet"}:
        return _read_parquet(path)
    raise LayerError(
        f"{path.name}: files ending in {end or 'nothing'!r} are not read; give one of {', '.join(ENDINGS)}"
    )


def _check_magic(path: Path, magic: bytes, name: str) -> None:
    with path.open("rb") as stream:
        if not stream.read(_MAGIC_BYTES).startswith(magic):
            raise LayerError(f"{path.name} is not a {name} file in spite of its ending; ask for it again")


def _read_geopackage(path: Path, layer: str | None) -> RawLayer:
    _check_magic(path, SQLITE, "GeoPackage")
    check_settled(path)
    query = (
        "SELECT c.table_name FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name) ORDER BY 1"
    )
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as base:
            fault = base.execute("PRAGMA quick_check(1)").fetchone()[0]
            names = [str(row[0]) for row in base.execute(query)]
            kinds = dict(base.execute("SELECT name, type FROM sqlite_master"))
        base.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise LayerError(
            f"{path.name} is damaged or not a GeoPackage: {brief(error)}; ask for it again"
        ) from error
    if fault != "ok":
        raise LayerError(f"{path.name} is damaged: {brief(fault)}; ask for it again")
    if not names:
        raise LayerError(
            f"{path.name} holds no layer with geometry; check that it was exported with its features"
        )
    chosen = choose_layer(names, layer, path.name)
    if kinds.get(chosen) != "table":
        raise LayerError(
            f"{path.name}: layer {chosen!r} is a query (view), not a table; export it as a layer"
        )
    return _read_gdal(path, chosen, "GeoPackage", IMMUTABLE="YES")


def check_settled(path: Path) -> None:
    """Refuse a GeoPackage whose last changes lie in a file beside it, where a reader may or may not see them."""
    journal = path.with_name(f"{path.name}-wal")
    if journal.is_file() and journal.stat().st_size:
        raise LayerError(
            f"{path.name}: has changes that are not in it yet ({journal.name}); close it in QGIS, then copy it again"
        )


def _read_gdal(path: Path, layer: str | None, kind: str, **options: str) -> RawLayer:
    import pyogrio  # noqa: PLC0415 - heavy, only where a file is read

    with parsing(path, kind):
        meta, _, wkb, columns = pyogrio.raw.read(
            path.resolve(), layer=layer, datetime_as_string=True, **options
        )
        table = pd.DataFrame(dict(zip(map(str, meta["fields"]), columns, strict=True)))
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    return RawLayer(table, geometry, meta["crs"], "file", "utf-8 (format)")


def _read_parquet(path: Path) -> RawLayer:
    import geopandas as gpd  # noqa: PLC0415 - heavy, only where a file is read

    _check_magic(path, _PARQUET, "Parquet")
    with parsing(path, "GeoParquet"):
        _check_rows(path)
        frame = gpd.read_parquet(path.resolve())
        plain = frame.drop(columns=[name for name in frame.columns if _is_geometry(frame[name])])
        table = pd.DataFrame(plain).reset_index(drop=True)
        for name in table.columns[[is_string_dtype(kind) for kind in table.dtypes]]:
            table[name] = table[name].astype(object)  # text that is none is found out now, not later
    return RawLayer(table, frame.geometry.to_numpy(), frame.crs, "file", "utf-8 (format)")


def _check_rows(path: Path) -> None:
    """Refuse a table that is small on disk and does not fit the memory."""
    from pyarrow import parquet  # noqa: PLC0415 - heavy, only where such a file is read

    meta = parquet.read_metadata(path)
    size = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
    if meta.num_rows > _MAX_ROWS or size > _MAX_UNPACKED:
        raise LayerError(
            f"{path.name}: states {meta.num_rows:,} rows and {size:,} bytes unpacked; cut it to the city, or ask for it again"
        )


def _is_geometry(column: Any) -> bool:
    return str(column.dtype) == "geometry"
