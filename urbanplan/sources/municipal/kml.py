"""KML as Google Earth writes it, read without GDAL: nothing in it is followed elsewhere, nothing in it unfolds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import shapely

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note
from urbanplan.sources.municipal.encoding import detect
from urbanplan.sources.municipal.raw import RawLayer
from urbanplan.sources.protocol.local import brief

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']""")
_UNFOLDS = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NAMESPACE = re.compile(r"https?://(?:www\.opengis\.net/kml/|earth\.google\.com/kml/)")
_GEOMETRIES = {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"}
_FEWEST_ON_RING = 4
_GAP = re.compile(r"\s*,\s*")
"""A comma with spaces around it, which some programs write between the numbers of one position."""


def read_kml(path: Path, *, encoding: str | None) -> RawLayer:
    """Read the placemarks of a KML file, of all its folders.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str, optional
        The encoding of its text, where the city file states one; else what the file declares, if the text bears it out.

    Raises
    ------
    LayerError
        If it is not KML, was cut off, or declares entities.
    """
    root, found = _parsed(path, encoding)
    places = [element for element in root.iter() if _tag(element) == "Placemark"]
    rows = [_attributes(place) for place in places]
    geometry = np.full(len(places), None, dtype=object)
    unreadable = np.zeros(len(places), dtype=bool)
    for at, place in enumerate(places):
        try:
            shapes = [_geometry(child) for child in place if _tag(child) in _GEOMETRIES]
        except RecursionError:  # thousands deep in itself
            shapes = [None]
        unreadable[at] = any(shape is None for shape in shapes)
        good = [shape for shape in shapes if shape is not None]
        if not unreadable[at]:
            geometry[at] = good[0] if len(good) == 1 else (_gathered(good) if good else None)
    notes = []
    space = str(root.tag).rpartition("}")[0].removeprefix("{")
    if space and not _NAMESPACE.match(space):
        notes.append(Note("kml_namespace", {"name": space[:80]}))
    if any(_tag(element) == "NetworkLink" for element in root.iter()):
        notes.append(Note("links_elsewhere"))
    if any(_tag(element) in {"Track", "MultiTrack", "GroundOverlay"} for element in root.iter()):
        notes.append(Note("tracks_left_out"))
    table = pd.DataFrame(rows, index=pd.RangeIndex(len(rows)))
    return RawLayer(table, geometry, "OGC:CRS84", "format", found, notes, unreadable)


def _parsed(path: Path, encoding: str | None) -> tuple[ET.Element, str]:
    raw = path.read_bytes()
    if raw[:2] in _UTF16:
        encoding = encoding or "utf-16"
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(raw)
    hints = [("XML declaration", declared.group(1).decode("ascii"))] if declared else []
    found = detect([raw], told=encoding, hints=hints, where=path.name)
    text = raw.decode(found.name, errors="replace")
    if _UNFOLDS.search(text):
        raise LayerError(Fault("kml_entities", file=path.name))
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError) as error:
        raise LayerError(Fault("kml_broken", file=path.name, error=brief(error))) from error
    if _tag(root) not in {"kml", "Document", "Folder", "Placemark"}:
        raise LayerError(Fault("kml_not", file=path.name, tag=_tag(root)[:40]))
    return root, str(found)


def _tag(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attributes(place: ET.Element) -> dict[str, str | None]:
    """Return the name, the description and the extended data of a placemark."""
    out: dict[str, str | None] = {}
    for child in place:
        if _tag(child) in {"name", "description"}:
            out[_tag(child)] = (child.text or "").strip() or None
    for element in place.iter():
        if _tag(element) == "SimpleData" and element.get("name"):
            out[str(element.get("name"))] = (element.text or "").strip() or None
        if _tag(element) == "Data" and element.get("name"):
            value = next((child for child in element if _tag(child) == "value"), None)
            out[str(element.get("name"))] = (value.text or "").strip() or None if value is not None else None
    return out


def _geometry(element: ET.Element) -> Any:
    """Return a geometry, empty where it has no coordinates, or None where they cannot be read."""
    try:
        match _tag(element):
            case "Point":
                return shapely.Point(*_coordinates(element)[:1])
            case "LineString":
                return shapely.LineString(_coordinates(element))
            case "LinearRing":
                return shapely.Polygon(_ring(element))
            case "Polygon":
                return _polygon(element)
    except (ValueError, shapely.errors.GEOSException):
        return None
    shapes = [_geometry(child) for child in element if _tag(child) in _GEOMETRIES]
    return _gathered([shape for shape in shapes if shape is not None]) if shapes else None


def _polygon(element: ET.Element) -> Any:
    outer = [child for child in element.iter() if _tag(child) == "outerBoundaryIs"]
    if len(outer) != 1:
        raise ValueError("a polygon has one outer boundary")
    inner = [child for child in element.iter() if _tag(child) == "innerBoundaryIs"]
    return shapely.Polygon(_ring(outer[0]), [_ring(hole) for hole in inner])


def _ring(element: ET.Element) -> list[tuple[float, float]]:
    points = _coordinates(element)
    if len(points) < _FEWEST_ON_RING - 1:
        raise ValueError("a ring has three corners at least")
    return points


def _coordinates(element: ET.Element) -> list[tuple[float, float]]:
    texts = [child.text or "" for child in element.iter() if _tag(child) == "coordinates"]
    points = []
    for text in _GAP.sub(",", " ".join(texts)).split():
        lon, lat, *_ = text.split(",")
        points.append((float(lon), float(lat)))
    return points


def _gathered(shapes: list[Any]) -> Any:
    """Join the parts of one feature; parts of one kind become a multiple geometry of that kind."""
    kinds = {shape.geom_type for shape in shapes}
    makers: dict[str, Any] = {
        "Polygon": shapely.multipolygons,
        "LineString": shapely.multilinestrings,
        "Point": shapely.multipoints,
    }
    maker = (
        makers.get(kinds.pop(), shapely.geometrycollections)
        if len(kinds) == 1
        else shapely.geometrycollections
    )
    return maker(shapes)
