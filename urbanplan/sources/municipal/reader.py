"""Read one layer of a municipal file, and say exactly what was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.crs import WGS84, label, parse_crs, to_crs, transform_info
from urbanplan.base.errors import LayerError
from urbanplan.base.extent import check_extent
from urbanplan.base.faults import Fault
from urbanplan.model.layers import LAYERS
from urbanplan.model.quality import QualityRecord
from urbanplan.model.scheme import LandUseScheme
from urbanplan.sources.municipal.formats import read_raw
from urbanplan.sources.municipal.heritage_checks import check_heritage
from urbanplan.sources.municipal.mapping import Scalar, Values, Where, find_column, keep, map_columns, plain
from urbanplan.sources.municipal.repair import drop_strays, mend, mend_polygons
from urbanplan.sources.municipal.stated_areas import compare_areas

if TYPE_CHECKING:
    from urbanplan.sources.municipal.raw import RawLayer


def read_vector(
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
    crs: str | None = None,
    near: tuple[float, float] | None = None,
    target: object = None,
    source: str = "",
    scheme: LandUseScheme | None = None,
) -> tuple[GeoDataFrame, QualityRecord]:
    """Read a layer from a Shapefile, GeoPackage, GeoJSON, FlatGeobuf, GeoParquet or CSV file.

    Parameters
    ----------
    path : path
        A file on this machine.
    name : str
        What the layer is, by urbanplan's vocabulary.
    layer : str, optional
        The layer inside the file, where it has several.
    where : mapping, optional
        Keep the features whose column (of the file) has this value, or one of these.
    columns : mapping, optional
        Our column: column of the file. `id` names the column of unique codes; `lon`, `lat`, `x`, `y` those of a table.
    values : mapping, optional
        Our column: {value in the file: our value}.
    constants : mapping, optional
        Our column: one value for all features.
    units : mapping, optional
        Our column: the unit of the file's numbers, where it is not that of the column's name, e.g. rai or ft.
    encoding, crs : str, optional
        What the city file states, where the file does not tell it or tells it wrongly.
    near : tuple of float, optional
        Longitude and latitude of the city; a layer that lies elsewhere is refused, with the likely reason.
    target : optional
        A CRS to transform the layer to; its own, by default.
    source : str
        Key of the source, for the record.
    scheme : LandUseScheme, optional
        What the words of land use and plan zones mean; by default the package's.

    Returns
    -------
    tuple of (GeoDataFrame, QualityRecord)
        The features with our columns, on an index of unique ids (text), and what was done to them.

    Raises
    ------
    LayerError, NoCrsError, MissingFileError, InputError
        Each with one sentence that names file, fault and mend.

    Examples
    --------
    >>> zones, record = read_vector("district.shp", name="zones", columns={"id": "dcode", "name": "dname"})  # doctest: +SKIP
    """
    path = Path(path)
    record = QualityRecord(layer=name, file=path.name, source=source)
    raw = read_raw(path, layer=layer, encoding=encoding, columns=dict(columns or {}))
    record.read, record.encoding = len(raw.table), raw.encoding
    record.add(*raw.notes)
    if record.read == 0:
        raise LayerError(Fault("layer_empty", file=path.name))
    kept = keep(raw.table, where or {}, path.name)
    record.drop("left_out_by_where", int((~kept).sum()))
    table = raw.table[kept]
    ids = ids_of(table, (columns or {}).get("id"), path)
    mapped = map_columns(
        table,
        name,
        columns=columns or {},
        values=values or {},
        constants=constants or {},
        units=units,
        record=record,
        scheme=scheme,
    )
    mapped.index = ids
    check_heritage(mapped, name, record)
    system, record.crs_from = _crs(raw, crs, record)
    geometry = GeoSeries(raw.geometry[kept.to_numpy()], index=ids)
    record.log.name_rows(ids, table.index)
    unreadable = None if raw.unreadable is None else raw.unreadable[kept.to_numpy()]
    frame = mend(GeoDataFrame(mapped, geometry=geometry), record, unreadable=unreadable)
    frame = placed(frame, system, near, record)
    frame = _worded(mend_polygons(frame, record), name, record)
    compare_areas(frame, record)
    if target is not None:
        frame = _transformed(frame, target, record)
    record.kept = len(frame)
    return frame, record


def ids_of(table: pd.DataFrame, column: str | None, path: Path) -> pd.Index:
    """Return the codes of the features; without a column of codes, the file's name and the row."""
    if column is None:
        return pd.Index([f"{path.stem}/{row}" for row in table.index], name="unit_id", dtype=object)
    codes = table[find_column(table, column, f"{path.name}: columns", "id")].map(plain)
    if (codes == "").any():
        raise LayerError(Fault("id_empty", file=path.name, column=column, row=codes[codes == ""].index[0]))
    twice = codes[codes.duplicated()]
    if len(twice):
        raise LayerError(Fault("id_twice", file=path.name, code=twice.iloc[0], column=column))
    return pd.Index(codes, name="unit_id", dtype=object)


def _crs(raw: RawLayer, told: str | None, record: QualityRecord) -> tuple[Any, str | None]:
    """Return the CRS that holds: what the city file states before what the file says."""
    if told is None:
        return raw.crs, raw.crs_from if raw.crs is not None else None
    if raw.crs is not None and raw.crs_from != "format":
        stated, own = parse_crs(told, where="crs"), parse_crs(raw.crs, where=record.file)
        if not stated.equals(own, ignore_axis_order=True):
            record.note("crs_overruled", own=label(own), stated=label(stated))
    return told, "city file"


def placed(
    frame: GeoDataFrame, system: Any, near: tuple[float, float] | None, record: QualityRecord
) -> GeoDataFrame:
    """Give the layer its CRS, having checked that its coordinates can be in it.

    Raises
    ------
    NoCrsError
        If it has none, or one that its coordinates or its datum do not fit.
    """
    if system is not None:
        system = parse_crs(system, where=record.file)
        frame = drop_strays(frame, system, record)
    west, south, east, north = frame.total_bounds
    record.add(*check_extent((west, south, east, north), system, near=near, where=record.file))
    transform_info(
        system, WGS84, where=record.file
    )  # a datum that nobody can place is refused now, not later
    record.crs = label(system)
    record.log.crs = system
    return frame.set_crs(system)


def _worded(frame: GeoDataFrame, name: str, record: QualityRecord) -> GeoDataFrame:
    """Leave out features without the word by which the layer is read."""
    for column in {"places": ("category",), "land_use": ("class",)}.get(name, ()):
        if column in LAYERS[name].columns:
            wordless = frame[column].isna()
            record.drop(f"no_{column}", int(wordless.sum()))
            record.log.drop(frame.index[wordless], frame.geometry[wordless], f"no_{column}")
            frame = frame[~wordless]
    if frame.empty:
        raise LayerError(Fault("no_known_class", file=record.file, name=name))
    return frame


def _transformed(frame: GeoDataFrame, target: object, record: QualityRecord) -> GeoDataFrame:
    west, south, east, north = frame.total_bounds
    info = transform_info(frame.crs, target, (west, south, east, north), where=record.file)
    record.operation, record.pipeline, record.operation_accuracy_m = (
        info.operation,
        info.pipeline,
        info.accuracy_m,
    )
    record.add(*info.notes)
    return to_crs(frame, target, where=record.file)
