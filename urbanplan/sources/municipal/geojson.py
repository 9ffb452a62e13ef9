"""GeoJSON, read without GDAL: its drivers guess from the content and may follow what stands in it elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note
from urbanplan.sources.municipal.encoding import detect
from urbanplan.sources.municipal.raw import RawLayer
from urbanplan.sources.municipal.rings import wound

_GEOMETRIES = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HALVES = re.compile("[\ud800-\udfff]")
_BOM = b"\xef\xbb\xbf"


def read_geojson(path: Path, *, encoding: str | None) -> RawLayer:
    """Read a GeoJSON file: a feature collection, one feature, or one geometry.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str, optional
        The encoding of its text, where the city file states one; else UTF-8, or Thai in cp874 by evidence.

    Raises
    ------
    LayerError
        If the file is not JSON, was cut off, or is JSON of another kind.
    """
    raw = path.read_bytes()
    if raw[:2] in _UTF16:
        encoding = encoding or "utf-16"
    raw = raw.removeprefix(_BOM)
    found = detect([raw], told=encoding, hints=[], where=path.name)
    try:
        document = json.loads(raw.decode(found.name), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        ended = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        broken = Fault("was_cut" if ended else "is_not_json")
        if error.msg == "Extra data":
            raise LayerError(Fault("json_several", file=path.name, lineno=error.lineno)) from error
        raise LayerError(
            Fault(
                "json_broken",
                file=path.name,
                fault=broken,
                lineno=error.lineno,
                colno=error.colno,
                msg=error.msg,
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise LayerError(Fault("json_not", file=path.name, error=error)) from error
    features = _features(document, path)
    table = pd.DataFrame(
        [_properties(feature, path, row) for row, feature in enumerate(features)],
        index=pd.RangeIndex(len(features)),
    )
    geometry, unreadable, closed = _geometries(features)
    notes = [Note("rings_closed", {"count": closed})] if closed else []
    notes += wound(geometry, clockwise=False)
    crs, crs_from = _crs(document, path)
    return RawLayer(table, geometry, crs, crs_from, str(found), notes, unreadable)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object in which a member stands twice: one of them would be lost without a word."""
    out = dict(pairs)
    if len(out) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(Fault("json_member_twice", name=twice[:40]))
    return out


def _features(document: Any, path: Path) -> list[dict[str, Any]]:
    kind = document.get("type") if isinstance(document, dict) else None
    features: list[dict[str, Any]]
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features = document["features"]
    elif kind == "Feature":
        features = [document]
    elif kind in _GEOMETRIES:
        features = [{"type": "Feature", "properties": {}, "geometry": document}]
    else:
        what = Fault("of_type", kind=kind) if kind else Fault("of_no_type")
        what = Fault("no_features") if kind == "FeatureCollection" else what
        raise LayerError(Fault("json_not_geojson", file=path.name, what=what))
    for row, feature in enumerate(features):
        if not isinstance(feature, dict) or "geometry" not in feature:
            raise LayerError(Fault("geojson_no_geometry", file=path.name, row=row))
    return features


def _properties(feature: dict[str, Any], path: Path, row: int) -> dict[str, Any]:
    found = feature.get("properties") or {}
    if not isinstance(found, dict):
        raise LayerError(Fault("geojson_properties", file=path.name, row=row))
    plain = {
        _sound(key): json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict | list)
        else _sound(value)
        if isinstance(value, str)
        else value
        for key, value in found.items()
    }
    if "id" in feature and "id" not in plain and isinstance(feature["id"], str | int):
        plain["id"] = feature["id"]
    return plain


def _sound(text: str) -> str:
    """Return a text that can be written again: half a character, as JSON may escape it, becomes U+FFFD."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def _geometries(features: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, int]:
    """Return geometries, which of them cannot be read, and how many outlines had to be closed."""
    out = np.full(len(features), None, dtype=object)
    given = [row for row, feature in enumerate(features) if feature["geometry"] is not None]
    texts = [json.dumps(features[row]["geometry"]) for row in given]
    out[given] = shapely.from_geojson(texts, on_invalid="ignore")
    lost = [row for row in given if out[row] is None]
    empty = [row for row in lost if _is_empty(features[row]["geometry"])]
    out[empty] = shapely.Polygon()
    closed = 0
    for row in set(lost) - set(empty):
        geometry = features[row]["geometry"]
        out[row] = shapely.from_geojson(json.dumps(_plain(geometry)), on_invalid="ignore")
        if out[row] is None:
            out[row] = shapely.from_geojson(json.dumps(_plain(geometry, close=True)), on_invalid="ignore")
            closed += out[row] is not None
    unreadable = np.zeros(len(features), dtype=bool)
    unreadable[[row for row in given if out[row] is None]] = True
    return out, unreadable, closed


def _plain(geometry: Any, *, close: bool = False) -> Any:
    """Return a geometry with two numbers a position, and with closed outlines where that is asked for."""
    if not isinstance(geometry, dict) or "coordinates" not in geometry:
        return geometry
    areal = str(geometry.get("type")).endswith("Polygon")
    return {**geometry, "coordinates": _flat(geometry["coordinates"], close=close and areal)}


def _flat(values: Any, *, close: bool) -> Any:
    if not isinstance(values, list) or not values:
        return values
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return values[:2] if len(values) > 2 else values  # noqa: PLR2004 - heights and measures are left out
    inner = [_flat(value, close=close) for value in values]
    ring = all(isinstance(value, list) and value and not isinstance(value[0], list) for value in inner)
    return [*inner, inner[0]] if close and ring and inner[0] != inner[-1] else inner


def _is_empty(geometry: Any) -> bool:
    return isinstance(geometry, dict) and geometry.get("coordinates", geometry.get("geometries")) == []


def _crs(document: dict[str, Any], path: Path) -> tuple[Any, str]:
    """Return the CRS of the 2008 draft where it is given; the standard of 2016 knows only longitude and latitude."""
    member = document.get("crs")
    if member is None:
        return "OGC:CRS84", "format"
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise NoCrsError(Fault("geojson_crs_nameless", file=path.name))
    return name, "file"
