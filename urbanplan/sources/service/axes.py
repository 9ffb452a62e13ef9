"""Which of two numbers is the longitude: what the name of a reference system says, and what the numbers bear out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from urbanplan.base.crs import WGS84, parse_crs, transform_points
from urbanplan.base.errors import NoCrsError, UrbanPlanError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]

_FORMAL = re.compile(
    r"^(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)([A-Za-z]+)[:/][^:/]*[:/]([\w.]+)$"
)
_LOOSE = re.compile(r"^(?:https?://www\.opengis\.net/gml/srs/epsg\.xml#|EPSG:)(\d+)$", re.IGNORECASE)
_MARGIN = 0.02
_EDGE_POINTS = 9


def plain_crs(name: str) -> str:
    """Return the short name of a reference system: EPSG:4326 for urn:ogc:def:crs:EPSG::4326.

    Examples
    --------
    >>> plain_crs("urn:ogc:def:crs:EPSG::24047"), plain_crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84")
    ('EPSG:24047', 'OGC:CRS84')
    """
    formal, loose = _FORMAL.match(name.strip()), _LOOSE.match(name.strip())
    if formal:
        return f"{formal[1].upper()}:{formal[2]}"
    return f"EPSG:{loose[1]}" if loose else name.strip()


def north_first(name: str) -> bool:
    """Tell whether coordinates under this name stand with the latitude (or northing) first.

    The formal names (urn, http) follow the definition of the system; the loose ones always meant x, y.

    Examples
    --------
    >>> north_first("urn:ogc:def:crs:EPSG::4326"), north_first("EPSG:4326"), north_first("urn:ogc:def:crs:EPSG::32647")
    (True, False, False)
    """
    if not _FORMAL.match(name.strip()):
        return False
    try:
        axes = CRS.from_user_input(plain_crs(name)).axis_info
    except CRSError:
        return False
    return bool(axes) and axes[0].direction.lower() == "north"


def box_in(area: BaseGeometry | None, crs: object, where: str) -> Box | None:
    """Return the extent of an area (in degrees) in another system, easting first; None where it is everywhere.

    Raises
    ------
    NoCrsError
        If there is no such system.
    """
    if area is None:
        return None
    system = parse_crs(crs, where=where)
    west, south, east, north = shapely.bounds(area).tolist()
    x, y = np.meshgrid(np.linspace(west, east, _EDGE_POINTS), np.linspace(south, north, _EDGE_POINTS))
    x, y = transform_points(x.ravel(), y.ravel(), WGS84, system, where=where)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise NoCrsError(
            f"{where}: the city does not lie where its CRS {system.name} is used; ask for a file"
        )
    margin = _MARGIN * max(np.ptp(x), np.ptp(y))
    return float(x.min() - margin), float(y.min() - margin), float(x.max() + margin), float(y.max() + margin)


def borne_out(geometry: np.ndarray, box: Box | None) -> str:
    """Say how coordinates fit the extent that was asked for.

    Returns
    -------
    str
        "as they are"; "swapped" where only the other order lies in it; "elsewhere" where neither does.
    """
    bounds = shapely.total_bounds(geometry)
    if box is None or not np.isfinite(bounds).all():
        return "as they are"
    wanted = shapely.box(*box)
    west, south, east, north = bounds.tolist()
    if shapely.intersects(wanted, shapely.box(west, south, east, north)):
        return "as they are"
    return "swapped" if shapely.intersects(wanted, shapely.box(south, west, north, east)) else "elsewhere"


def turned(geometry: Any) -> Any:
    """Return geometries with their two axes exchanged."""
    return shapely.transform(geometry, lambda xy: xy[:, ::-1])


def known_crs(name: str | None, where: str) -> str | None:
    """Return a service's system by its short name where it is one that exists, else None."""
    if not name:
        return None
    try:
        parse_crs(plain_crs(name), where=where)
    except UrbanPlanError:
        return None
    return plain_crs(name)
