"""Which files of a public set cover an area."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import floor
from typing import TYPE_CHECKING

from urbanplan.base.errors import InputError

if TYPE_CHECKING:
    from urbanplan.base.crs import Bounds
    from urbanplan.sources.protocol.registry import Registered

_EDGE_DEG = 0.01
"""Tiles overlap or stop short by up to so much at their nominal edges."""
_GHSL_WEST, _GHSL_NORTH, _GHSL_SIDE = -180.0079, 89.0996, 10.0

Names = Iterator[Mapping[str, str]]


def tile_urls(entry: Registered, bounds: Bounds, year: str) -> list[str]:
    """Return the addresses of the tiles of a set that may cover an area; in the sea some do not exist.

    Parameters
    ----------
    entry : Registered
        A set of the registry.
    bounds : tuple of float
        West, south, east, north in degrees.
    year : str
        The year of the data, for sets that have several.

    Raises
    ------
    InputError
        If the registry names a way of cutting that nobody knows.
    """
    if entry.tiles not in _SCHEMES:
        raise InputError(
            f"data/sources.csv: {entry.id}: {entry.tiles!r} is not one of {', '.join(sorted(_SCHEMES))}"
        )
    west, south, east, north = bounds
    wide = (west - _EDGE_DEG, south - _EDGE_DEG, east + _EDGE_DEG, north + _EDGE_DEG)
    return [entry.file_url.format(year=year, **names) for names in _SCHEMES[entry.tiles](wide)]


def _by_corner(side: int) -> Callable[[Bounds], Names]:
    def names(bounds: Bounds) -> Names:
        west, south, east, north = (floor(edge / side) for edge in bounds)
        for lat, lon in product(range(south, north + 1), range(west, east + 1)):
            yield {
                "lat": f"{'N' if lat >= 0 else 'S'}{abs(lat * side):02d}",
                "lon": f"{'E' if lon >= 0 else 'W'}{abs(lon * side):03d}",
            }

    return names


def _ghsl(bounds: Bounds) -> Names:
    west, south, east, north = bounds
    first, last = (floor((edge - _GHSL_WEST) / _GHSL_SIDE) + 1 for edge in (west, east))
    top, bottom = (floor((_GHSL_NORTH - edge) / _GHSL_SIDE) + 1 for edge in (north, south))
    for row, col in product(range(top, bottom + 1), range(first, last + 1)):
        yield {"row": str(row), "col": str(col)}


def _whole(_bounds: Bounds) -> Names:
    yield {}


_SCHEMES: dict[str, Callable[[Bounds], Names]] = {
    "1deg": _by_corner(1),
    "3deg": _by_corner(3),
    "ghsl_3ss": _ghsl,
    "whole": _whole,
}
