"""Places where no city lies: the open sea around 0, 0, Antarctica, and coordinates in another unit than they should be."""

from __future__ import annotations

from pyproj import CRS

from urbanplan.base.datum import Bounds, label
from urbanplan.base.errors import NoCrsError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note

_GULF_OF_GUINEA = (-5.0, -3.0, 5.0, 3.0)
"""Open sea on all sides of longitude 0, latitude 0, in degrees: the nearest town is Takoradi, at 4.9° N."""
_SOUTHERNMOST_DEG = -60.0
_ZONE_M = (100_000.0, 900_000.0)
_HONEST_M = (0.0, 1_300_000.0)
_NORTHING_M = 10_000_000.0
_UNITS = (("kilometres", 1_000.0), ("centimetres", 0.01), ("millimetres", 0.001))
_FULL_TURN = 360.1
_QUARTER_TURN = 90.001


def check_unit(bounds: Bounds, crs: CRS, where: str) -> None:
    """Refuse coordinates of a UTM zone that are metres only after multiplying.

    Raises
    ------
    NoCrsError
        If they are kilometres, centimetres or millimetres of the zone.
    """
    if not crs.utm_zone or _in_zone(bounds):
        return
    for unit, metres in _UNITS:
        west, south, east, north = (value * metres for value in bounds)
        if _in_zone((west, south, east, north)):
            raise NoCrsError(Fault("other_length_unit", file=where, crs=label(crs), unit=Fault(unit)))


def check_turn(bounds: Bounds, crs: CRS, where: str) -> None:
    """Refuse longitudes that run from 0 to 360.

    Raises
    ------
    NoCrsError
        If they do.
    """
    west, south, east, north = bounds
    if west >= 0 and 180.0 < east <= _FULL_TURN and max(abs(south), abs(north)) <= _QUARTER_TURN:  # noqa: PLR2004
        raise NoCrsError(Fault("longitudes_turn", file=where, crs=label(crs), west=west, east=east))


def check_dry(place: Bounds, crs: CRS, where: str) -> None:
    """Refuse what lies where no city is.

    Parameters
    ----------
    place : tuple of float
        West, south, east, north in degrees.
    crs : CRS
        The label.
    where : str
        What the sentence of an error calls the data.

    Raises
    ------
    NoCrsError
        If it lies in the Gulf of Guinea around 0, 0, or in Antarctica.
    """
    west, south, east, north = place
    gulf = _GULF_OF_GUINEA
    if gulf[0] <= west and gulf[1] <= south and east <= gulf[2] and north <= gulf[3]:
        raise NoCrsError(Fault("in_the_sea", file=where, west=west, east=east, south=south, north=north))
    if north < _SOUTHERNMOST_DEG:
        zone = str(crs.utm_zone or "")
        hint = Fault("hint_northern", code=32600 + int(zone[:-1])) if zone.endswith("S") else ""
        raise NoCrsError(Fault("in_antarctica", file=where, crs=label(crs), south=south, hint=hint))


def beyond_zone(bounds: Bounds, crs: CRS) -> tuple[Note, ...]:
    """Note data that lie far beside the UTM zone that they are drawn in, where lengths are stretched."""
    west, _, east, _ = bounds
    low, high = _HONEST_M  # a country of two zones is drawn in one of them
    if not crs.utm_zone or (east > low and west < high):
        return ()
    return (Note("beyond_zone", {"west": round(west), "east": round(east), "crs": label(crs)}),)


def _in_zone(bounds: Bounds) -> bool:
    west, south, east, north = bounds
    low, high = _ZONE_M
    return low <= west <= east <= high and low <= south <= north <= _NORTHING_M
