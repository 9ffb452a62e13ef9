"""Geometry and fields as ArcGIS servers write them in JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import shapely

from urbanplan.base.errors import FetchError

_FEWEST_ON_RING = 4
_MILLISECONDS = 1000.0
_WEB_MERCATOR = {102100: 3857, 102113: 3857, 900913: 3857}


def spatial_reference(found: object) -> str | None:
    """Return a reference system as pyproj understands it, or None where none is given."""
    if not isinstance(found, Mapping):
        return None
    code = found.get("latestWkid") or found.get("wkid")
    if isinstance(code, int):
        code = _WEB_MERCATOR.get(code, code)
        return f"EPSG:{code}" if code < 32_768 else f"ESRI:{code}"  # noqa: PLR2004 - EPSG's codes end there
    return str(found["wkt"]) if isinstance(found.get("wkt"), str) else None


def geometry(found: Any, where: str) -> Any:
    """Return a geometry; None where there is none.

    Raises
    ------
    FetchError
        If it is curved, or of no kind that is known.
    """
    if not isinstance(found, Mapping) or not found:
        return None
    if "curveRings" in found or "curvePaths" in found:
        raise FetchError(f"{where}: gives curves, which are not read; ask its office for a file")
    try:
        if "rings" in found:
            return polygon([[(float(x), float(y)) for x, y, *_ in ring] for ring in found["rings"]])
        if "paths" in found:
            lines = [[(float(x), float(y)) for x, y, *_ in path] for path in found["paths"] if len(path) > 1]
            return shapely.LineString(lines[0]) if len(lines) == 1 else shapely.MultiLineString(lines)
        if "points" in found:
            return shapely.MultiPoint([(float(x), float(y)) for x, y, *_ in found["points"]])
        if "x" in found:
            if found["x"] is None or not isfinite(float(found["x"])):
                return None
            return shapely.Point(float(found["x"]), float(found["y"]))
    except (TypeError, ValueError, KeyError) as error:
        raise FetchError(
            f"{where}: gives a geometry that cannot be read; ask its office for a file"
        ) from error
    raise FetchError(f"{where}: gives a geometry of an unknown kind ({', '.join(map(str, found))[:60]})")


def polygon(rings: Sequence[Sequence[tuple[float, float]]]) -> Any:
    """Return the polygon of rings: those that run clockwise are outlines, the others holes in the outline around them.

    A hole that lies in no outline is an outline wound the wrong way.
    """
    whole = [ring for ring in rings if len(ring) >= _FEWEST_ON_RING]
    shapes = [shapely.Polygon(ring) for ring in whole]
    outer = [shape for shape in shapes if not shape.exterior.is_ccw]
    holes: dict[int, list[Any]] = {}
    for shape in shapes:
        if not shape.exterior.is_ccw:
            continue
        inside = shape.representative_point() if shape.is_valid else shapely.Point(shape.exterior.coords[0])
        around = [
            at
            for at, one in enumerate(outer)
            if shapely.intersects(one.envelope, inside) and _covers(one, inside)
        ]
        if around:
            holes.setdefault(min(around, key=lambda at: outer[at].area), []).append(shape.exterior)
        else:
            outer.append(shapely.Polygon(shape.exterior.coords[::-1]))
    made = [shapely.Polygon(one.exterior, holes.get(at)) for at, one in enumerate(outer)]
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)


def _covers(outline: Any, point: Any) -> bool:
    return bool(shapely.intersects(outline if outline.is_valid else shapely.make_valid(outline), point))


def attributes(found: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the attributes of a feature: milliseconds since 1970 become dates."""
    dates = {str(one.get("name")) for one in fields if one.get("type") == "esriFieldTypeDate"}
    return {str(name): _date(value) if name in dates else value for name, value in found.items()}


def _date(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        when = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=value / _MILLISECONDS)
    except OverflowError:
        return value
    midnight = (when.hour, when.minute, when.second) == (0, 0, 0)
    return when.date().isoformat() if midnight else when.replace(tzinfo=None).isoformat(timespec="seconds")
