"""Which reader reads which file: by its ending and its first bytes, never by GDAL's guess."""

from __future__ import annotations

from pathlib import Path

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.sources.municipal.archive import unpacked
from urbanplan.sources.municipal.dxf import read_dxf
from urbanplan.sources.municipal.geojson import read_geojson
from urbanplan.sources.municipal.geopackage import read_geopackage
from urbanplan.sources.municipal.kml import read_kml
from urbanplan.sources.municipal.ogr import read_flatgeobuf
from urbanplan.sources.municipal.parquet import read_geoparquet
from urbanplan.sources.municipal.raw import RawLayer
from urbanplan.sources.municipal.shapefile import read_shapefile
from urbanplan.sources.municipal.table import read_table
from urbanplan.sources.protocol.local import check_local

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
        return read_geopackage(path, layer)
    raw = _read_single(path, end, encoding=encoding, columns=columns)
    if layer is not None and layer != path.stem:
        raise LayerError(Fault("one_layer_only", file=path.name, stem=path.stem, layer=layer))
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
        return read_flatgeobuf(path)
    if end in {".parquet", ".geoparquet"}:
        return read_geoparquet(path)
    raise LayerError(
        Fault("ending_not_vector", file=path.name, end=end or "nothing", endings=", ".join(ENDINGS))
    )
