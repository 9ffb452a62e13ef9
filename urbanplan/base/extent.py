"""Extents that cannot be true: metres labelled degrees, degrees labelled metres, swapped axes, another continent."""

from __future__ import annotations

from math import cos, hypot, radians

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from urbanplan.base.crs import WGS84, Bounds, is_everest, label, parse_crs, transform_points, unbound, utm_for
from urbanplan.base.datum import rough_degrees
from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.base.faults import Fault
from urbanplan.base.indian import TWINS, in_thailand, other_zone, twin_of
from urbanplan.base.notes import Note
from urbanplan.base.oddities import beyond_zone, check_dry, check_turn, check_unit

_THAI_NORTHING_M = (600_000.0, 2_280_000.0)
_UTM_EASTING_M = (100_000.0, 900_000.0)
_MERCATOR_M = 20_037_508.4
_BEYOND_UTM_M = 1_000_000.0
_HALF_TURN, _QUARTER_TURN = 180.001, 90.001  # degrees, with room for rounding at the edges of world maps
_NEIGHBOURHOOD_DEG = 6.0
"""How far beyond its area a system is still in honest use: one UTM zone, as with all Thailand in zone 47."""
_EVEREST_AREA = (60.0, 0.8, 120.0, 37.1)
_EQUATOR_STRIP_M = 1_000.0
_METRES_PER_DEGREE = 111_195.0


def guess_crs(bounds: Bounds, near: tuple[float, float] | None = None) -> str | None:
    """Guess the reference system that an extent looks like.

    Parameters
    ----------
    bounds : tuple of float
        Smallest x, smallest y, largest x, largest y.
    near : tuple of float, optional
        Longitude and latitude of the city that the data should be about.

    Returns
    -------
    str or None
        EPSG code of the likely answer, or None where nothing common fits.
    """
    west, south, east, north = bounds
    if _are_degrees(bounds):
        return "EPSG:4326"
    if near is not None:
        for code in (utm_for(*near), "EPSG:3857", "EPSG:32647", "EPSG:32648"):
            place = _centre(bounds, CRS.from_user_input(code))
            if place is not None and _distance_m(place, near) < _METRES_PER_DEGREE:
                return code
    low, high = _UTM_EASTING_M
    if low <= west <= east <= high and _THAI_NORTHING_M[0] <= south <= north <= _THAI_NORTHING_M[1]:
        return "EPSG:32647"
    if max(abs(west), abs(east)) > _BEYOND_UTM_M and max(map(abs, bounds)) <= _MERCATOR_M:
        return "EPSG:3857"
    return None


def likely(
    bounds: Bounds,
    near: tuple[float, float] | None = None,
    *,
    labelled: CRS | None = None,
    code: str | None = None,
) -> Fault:
    """Say in half a sentence what an extent looks like, and how to tell the city file."""
    code = code or twin_of(guess_crs(bounds, near), labelled)
    numbers = ", ".join(f"{value:.10g}" for value in bounds)
    if code is None:
        return Fault("extent_fits_none", numbers=numbers)
    unit = Fault("degrees" if code == "EPSG:4326" else "metres")
    eastern = {"EPSG:32647": "EPSG:32648", "EPSG:24047": "EPSG:24048"}.get(code)
    zone = Fault("or_eastern", crs=eastern) if eastern and near is None else ""
    old = Fault("or_indian", crs=TWINS[code]) if labelled is None and code in TWINS else ""
    return Fault("look_like", crs=code, unit=unit, zone=zone, old=old)


def check_extent(
    bounds: Bounds, crs: object, *, near: tuple[float, float] | None = None, where: str = "the layer"
) -> tuple[Note, ...]:
    """Refuse coordinates that cannot be in the reference system that they are labelled with.

    Parameters
    ----------
    bounds : tuple of float
        Smallest x, smallest y, largest x, largest y, in the units of the data.
    crs : object
        The label: anything that pyproj understands, or None.
    near : tuple of float, optional
        Longitude and latitude of the city that the data should be about.
    where : str
        What the sentence of an error calls the data.

    Returns
    -------
    tuple of Note
        Remarks on coordinates that are possible but odd.

    Raises
    ------
    NoCrsError
        If there is no CRS, or the coordinates do not fit it; the text names the likely right answer.
    LayerError
        If the data lie far away from `near`.
    """
    if not all(np.isfinite(bounds)):
        raise LayerError(Fault("not_finite", file=where))
    if crs is None:
        raise NoCrsError(Fault("crs_none_likely", file=where, likely=likely(bounds, near)))
    parsed = parse_crs(crs, where=where)
    if parsed.is_geographic:
        check_turn(bounds, parsed, where)
        _check_degrees(bounds, parsed, near, where)
    else:
        check_unit(bounds, parsed, where)
        _check_metres(bounds, parsed, near, where)
    if (place := _place(bounds, parsed)) is not None:
        check_dry(place, parsed, where)
    if near is not None:
        _check_near(bounds, parsed, near, where)
    return _remarks(bounds, parsed)


def area_of_use(crs: CRS) -> Bounds | None:
    """Return where a reference system is meant to be used: west, south, east, north in degrees."""
    area = crs.area_of_use
    if area is None:
        code = (unbound(crs)).to_epsg()
        area = CRS.from_epsg(code).area_of_use if code else None
    if area is not None:
        return float(area.west), float(area.south), float(area.east), float(area.north)
    return _EVEREST_AREA if is_everest(crs) else None


def far_outside(bounds: np.ndarray, crs: CRS, area: Bounds) -> np.ndarray:
    """Tell which of many extents (rows of west, south, east, north) lie far outside an area in degrees."""
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    lon, lat = (x, y) if crs.is_geographic else rough_degrees(crs, x, y)
    west, south, east, north = area
    margin = 0.0 if is_everest(crs) else _NEIGHBOURHOOD_DEG
    across = (
        (lon >= west - margin) & (lon <= east + margin)
        if west <= east
        else (lon >= west - margin) | (lon <= east + margin)
    )
    inside = across & (lat >= south - margin) & (lat <= north + margin)
    if crs.is_geographic:
        inside &= (np.abs(lat) <= _QUARTER_TURN) & (np.abs(lon) <= 2 * _HALF_TURN)
    return np.asarray(~inside)


def _are_degrees(bounds: Bounds) -> bool:
    """Tell whether all x can be longitudes and all y latitudes."""
    west, south, east, north = bounds
    return max(abs(west), abs(east)) <= _HALF_TURN and max(abs(south), abs(north)) <= _QUARTER_TURN


def _check_degrees(bounds: Bounds, crs: CRS, near: tuple[float, float] | None, where: str) -> None:
    west, south, east, north = bounds
    if _are_degrees(bounds):
        return
    if _are_degrees((south, west, north, east)):
        raise NoCrsError(Fault("degrees_swapped", file=where, west=west, east=east, south=south, north=north))
    if guess_crs(bounds, near) is not None:
        raise NoCrsError(
            Fault("not_degrees", file=where, crs=label(crs), likely=likely(bounds, near, labelled=crs))
        )
    raise NoCrsError(
        Fault("no_such_degrees", file=where, crs=label(crs), likely=likely(bounds, near, labelled=crs))
    )


def _check_metres(bounds: Bounds, crs: CRS, near: tuple[float, float] | None, where: str) -> None:
    area = area_of_use(crs)
    if area is None:
        return
    margin = 0.0 if is_everest(crs) or _are_degrees(bounds) else _NEIGHBOURHOOD_DEG
    place = _centre(bounds, crs)
    if place is not None and not _are_degrees(bounds):
        home = is_everest(crs) and in_thailand(*place)  # all of the country is drawn in either of its zones
        if home or _inside(place, area, margin):
            return
    west, south, east, north = bounds
    name = label(crs)
    if _are_degrees(bounds):
        raise NoCrsError(Fault("not_metres", file=where, crs=name, likely=likely(bounds, near, labelled=crs)))
    swapped = _centre((south, west, north, east), crs)
    if swapped is not None and _inside(swapped, area, margin):
        raise NoCrsError(Fault("metres_swapped", file=where, west=west, east=east, south=south, north=north))
    spot = Fault("nowhere") if place is None else Fault("at_place", lon=place[0], lat=place[1])
    other = other_zone(crs, (west + east) / 2, (south + north) / 2)
    guess = other or twin_of(guess_crs(bounds, near), crs)
    hint = Fault("hint_correct")
    if guess not in {None, name}:
        hint = Fault("hint_likely", likely=likely(bounds, near, labelled=crs, code=other))
    raise NoCrsError(
        Fault(
            "outside_crs",
            file=where,
            crs=name,
            west=west,
            east=east,
            south=south,
            north=north,
            spot=spot,
            hint=hint,
        )
    )


def _check_near(bounds: Bounds, crs: CRS, near: tuple[float, float], where: str) -> None:
    west, south, east, north = bounds
    away = _away_m(bounds, crs, near)
    if away is not None and away < _METRES_PER_DEGREE:
        return
    turned = _away_m((south, west, north, east), crs, near)
    if turned is not None and turned < _METRES_PER_DEGREE:
        words = ("latitude", "longitude") if crs.is_geographic else ("northing", "easting")
        first, second = map(Fault, words)
        raise NoCrsError(Fault("axes_swapped_near", file=where, first=first, second=second))
    guess = twin_of(guess_crs(bounds, near), crs)
    if guess not in {None, label(crs)} and not crs.is_geographic:
        raise NoCrsError(
            Fault("labelled_but", file=where, crs=label(crs), likely=likely(bounds, near, labelled=crs))
        )
    far = Fault("nowhere_near") if away is None else Fault("km_from", km=away / 1000)
    raise LayerError(
        Fault(
            "lies_elsewhere",
            file=where,
            far=far,
            lon=near[0],
            lat=near[1],
            crs=label(crs),
            west=west,
            east=east,
            south=south,
            north=north,
        )
    )


def _away_m(bounds: Bounds, crs: CRS, near: tuple[float, float]) -> float | None:
    """Measure from a place to the nearest point of an extent, on the sphere."""
    corners = _to_degrees(
        np.array([bounds[0], bounds[2], bounds[0], bounds[2]]),
        np.array([bounds[1], bounds[1], bounds[3], bounds[3]]),
        crs,
    )
    if corners is None:
        return None
    lon, lat = corners
    nearest = (float(np.clip(near[0], lon.min(), lon.max())), float(np.clip(near[1], lat.min(), lat.max())))
    return _distance_m(nearest, near)


def _place(bounds: Bounds, crs: CRS) -> Bounds | None:
    west, south, east, north = bounds
    found = _to_degrees(np.array([west, east, west, east]), np.array([south, south, north, north]), crs)
    if found is None:
        return None
    lon, lat = found
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _centre(bounds: Bounds, crs: CRS) -> tuple[float, float] | None:
    west, south, east, north = bounds
    found = _to_degrees(np.array([(west + east) / 2]), np.array([(south + north) / 2]), crs)
    return None if found is None else (float(found[0][0]), float(found[1][0]))


def _to_degrees(x: np.ndarray, y: np.ndarray, crs: CRS) -> tuple[np.ndarray, np.ndarray] | None:
    """Return rough degrees: a datum shift of 500 m does not matter to where on Earth something lies."""
    if crs.is_geographic:
        return x, y
    try:
        lon, lat = rough_degrees(crs, x, y)
    except CRSError:
        lon, lat = transform_points(x, y, crs, WGS84)
    good = np.isfinite(lon).all() and np.isfinite(lat).all()
    return (lon, lat) if good else None


def _inside(place: tuple[float, float], area: Bounds, margin: float) -> bool:
    west, south, east, north = area
    lon, lat = place
    across = (
        (west - margin <= lon <= east + margin)
        if west <= east
        else (lon >= west - margin or lon <= east + margin)
    )
    return across and south - margin <= lat <= north + margin


def _distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Measure between two places, well enough to tell a city from another country."""
    turn = abs(one[0] - other[0])
    across = min(turn, 360 - turn) * cos(radians((one[1] + other[1]) / 2))
    return hypot(across, one[1] - other[1]) * _METRES_PER_DEGREE


def _remarks(bounds: Bounds, crs: CRS) -> tuple[Note, ...]:
    _, south, _, north = bounds
    area = area_of_use(crs)
    on_equator = (
        crs.is_projected and area is not None and area[1] == 0.0 and 0 <= south <= north < _EQUATOR_STRIP_M
    )
    if on_equator:
        return (Note("on_equator", {"south": round(south, 3), "north": round(north, 3)}),)
    return beyond_zone(bounds, crs)
