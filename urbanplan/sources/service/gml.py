"""Features in GML, versions 2 and 3, of the simple kinds that map servers hand out; read without GDAL's network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.base.errors import FetchError
from urbanplan.sources.service.axes import north_first, turned
from urbanplan.sources.service.client import tag

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

_MEMBERS = {"member", "featureMember", "featureMembers"}
_GEOMETRIES = {
    *("Point", "LineString", "Curve", "LinearRing", "Polygon", "Surface", "PolyhedralSurface"),
    *(
        "MultiPoint",
        "MultiLineString",
        "MultiCurve",
        "MultiPolygon",
        "MultiSurface",
        "MultiGeometry",
        "CompositeCurve",
    ),
}
_STRAIGHT = {"LineStringSegment", "LineString", "GeodesicString"}
_PLANE = 2
_FEWEST_ON_RING = 4


def features(
    root: ET.Element, default_srs: str, where: str
) -> Iterator[tuple[str | None, dict[str, Any], Any]]:
    """Yield id, attributes and geometry of each feature, easting (or longitude) first.

    Parameters
    ----------
    root : Element
        A feature collection.
    default_srs : str
        The name of the reference system where a geometry does not say its own.
    where : str
        What the sentence of an error calls the service.

    Raises
    ------
    FetchError
        If a geometry is curved or cannot be read.
    """
    for member in root.iter():
        if tag(member) not in _MEMBERS:
            continue
        for feature in member:
            yield _feature(feature, default_srs, where)


def _feature(feature: ET.Element, srs: str, where: str) -> tuple[str | None, dict[str, Any], Any]:
    unit = next(
        (value for name, value in feature.attrib.items() if name.rpartition("}")[2] in {"id", "fid"}), None
    )
    properties: dict[str, Any] = {}
    geometry = None
    for child in feature:
        name, inner = tag(child), list(child)
        shape = next((one for one in inner if tag(one) in _GEOMETRIES), None)
        if name == "boundedBy":
            continue
        if shape is not None:
            geometry = geometry if geometry is not None else _located(shape, srs, where)
        elif not inner:
            properties[name] = (child.text or "").strip() or None
        else:
            properties[name] = " ".join(" ".join(child.itertext()).split()) or None
    return unit, properties, geometry


def _located(element: ET.Element, srs: str, where: str) -> Any:
    names = [name for one in element.iter() if (name := one.get("srsName"))]
    try:
        shape = _shape(element)
    except FetchError as error:
        raise FetchError(f"{where}: {error}") from None
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError) as error:
        raise FetchError(
            f"{where}: gives a geometry that cannot be read; ask its office for a file"
        ) from error
    return turned(shape) if shape is not None and north_first(names[0] if names else srs) else shape


def _shape(element: ET.Element) -> Any:
    kind = tag(element)
    if kind == "Point":
        points = _positions(element)
        return shapely.Point(points[0]) if len(points) else None
    if kind in {"LineString", "Curve", "CompositeCurve"}:
        return shapely.LineString(_along(element))
    if kind in {"Polygon", "PolygonPatch", "Rectangle"}:
        return _polygon(element)
    if kind in {"Surface", "PolyhedralSurface"}:
        patches = [_polygon(one) for one in element.iter() if tag(one) in {"PolygonPatch", "Rectangle"}]
        return patches[0] if len(patches) == 1 else shapely.MultiPolygon(patches)
    parts = [_shape(one) for holder in element for one in holder if tag(one) in _GEOMETRIES]
    parts = [part for part in parts if part is not None]
    if not parts:
        return None
    singles = [single for part in parts for single in shapely.get_parts(part)]
    makers = {0: shapely.MultiPoint, 1: shapely.MultiLineString, 2: shapely.MultiPolygon}
    dimensions = set(shapely.get_dimensions(singles).tolist())
    return makers[dimensions.pop()](singles) if len(dimensions) == 1 else shapely.GeometryCollection(singles)


def _polygon(element: ET.Element) -> Any:
    outer = [one for one in element if tag(one) in {"exterior", "outerBoundaryIs"}]
    inner = [one for one in element if tag(one) in {"interior", "innerBoundaryIs"}]
    if len(outer) != 1:
        raise FetchError("gives a polygon without an outline; ask its office for a file")
    return shapely.Polygon(_ring(outer[0]), [_ring(one) for one in inner])


def _ring(element: ET.Element) -> np.ndarray:
    points = _along(element)
    if len(points) < _FEWEST_ON_RING:
        raise FetchError("gives a ring of fewer than four points; ask its office for a file")
    return points


def _along(element: ET.Element) -> np.ndarray:
    """Return the points of a line, whose segments may only be straight."""
    segments = [one for holder in element.iter() if tag(holder) == "segments" for one in holder]
    curved = [tag(one) for one in segments if tag(one) not in _STRAIGHT]
    if curved:
        raise FetchError(f"gives curves ({curved[0]}), which are not read; ask its office for a file")
    points = _positions(element)
    if not len(points):
        raise ValueError("no points")
    again = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]  # segments repeat the point they meet in
    return points[again] if segments else points


def _positions(element: ET.Element) -> np.ndarray:
    found = []
    for one in element.iter():
        kind, text = tag(one), one.text or ""
        if kind == "posList":
            numbers = np.array(text.split(), dtype=float)
            found.append(numbers.reshape(-1, _dimension(one, element, len(numbers)))[:, :_PLANE])
        elif kind == "pos":
            found.append(np.array(text.split()[:_PLANE], dtype=float).reshape(1, _PLANE))
        elif kind == "coordinates":
            apart, between = one.get("ts", " "), one.get("cs", ",")
            pairs = [
                pair.split(between)[:_PLANE] for pair in text.strip().split(None if apart == " " else apart)
            ]
            found.append(np.array(pairs, dtype=float).reshape(-1, _PLANE))
        elif kind == "coord":
            found.append(np.array([[float(child.text or "nan") for child in list(one)[:_PLANE]]]))
    return np.concatenate(found) if found else np.empty((0, _PLANE))


def _dimension(one: ET.Element, element: ET.Element, count: int) -> int:
    stated = one.get("srsDimension") or element.get("srsDimension")
    if stated is not None and stated.isdigit():
        return int(stated)
    return _PLANE if count % _PLANE == 0 else _PLANE + 1
