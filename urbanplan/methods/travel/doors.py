"""Doors: where origins and places meet the streets, and which origins stand inside which places."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.travel.memory import fingerprint, remembered
from urbanplan.model.network import StreetNetwork
from urbanplan.model.network.snapping import middles

_POLYGON = 2
_HAIR_M = 1e-3


class Doors(NamedTuple):
    """Points on streets with the straight way to what they belong to.

    Attributes
    ----------
    of : ndarray of int64, shape (d,)
        Position (row) of the origin or place to which each door belongs.
    edge : ndarray of int64, shape (d,)
        Edge of the network.
    offset_m, distance_m : ndarray of float64, shape (d,)
        Metres along the edge from its first end, and from there straight to the origin or place.
    reason : ndarray of str, shape (owners,)
        Why an origin or place has no door ("off_network", "cut_off"), empty where it has one.
    across : ndarray of str, shape (owners,)
        What cuts off those that are ("water", "rail;motorway"), else empty.
    """

    of: Ints
    edge: Ints
    offset_m: Floats
    distance_m: Floats
    reason: NDArray[np.object_]
    across: NDArray[np.object_]


def origin_doors(network: StreetNetwork, origins: GeoDataFrame | GeoSeries, max_off_street_m: float) -> Doors:
    """Return where origins meet the streets.

    Points and cells (squares of a grid, over which people are spread) meet them at the point of the nearest street from their
    middle, one door at most; other areas (buildings, plots) at their entrances and wherever a street crosses their outline, as
    places do. Origins farther than `max_off_street_m` from every street have none.
    """

    def find() -> Doors:
        entered = np.flatnonzero(is_entered(origins))
        if not len(entered):
            snapped = network.snap_areas(origins, max_distance_m=max_off_street_m)
            reason, across = (snapped[name].to_numpy(dtype=object) for name in ("reason", "across"))
            return _doors(snapped, np.arange(len(origins)), reason, across)
        others = np.setdiff1d(np.arange(len(origins)), entered)
        parts = [
            (entered, place_doors(network, origins.iloc[entered], max_off_street_m)),
            (others, origin_doors(network, origins.iloc[others], max_off_street_m)),
        ]
        return _together(parts, len(origins))

    return remembered(network, ("origins", fingerprint(origins), max_off_street_m), find)


def is_entered(origins: GeoDataFrame | GeoSeries) -> NDArray[np.bool_]:
    """Say which origins journeys leave by a door: areas, but not the squares of a grid."""
    shapes = origins.geometry.to_numpy()
    areal = shapely.get_dimensions(shapes) == _POLYGON
    west, south, east, north = shapely.bounds(shapes).T
    with np.errstate(invalid="ignore"):
        side = east - west
        square = (np.abs(north - south - side) <= _HAIR_M) & (
            np.abs(shapely.area(shapes) - side**2) <= side * _HAIR_M
        )
    return np.asarray(areal & ~square, dtype=bool)


def _together(parts: list[tuple[Ints, Doors]], count: int) -> Doors:
    """Return the doors of parts of the origins as those of all, by origin."""
    of = np.concatenate([rows[doors.of] for rows, doors in parts])
    order = np.argsort(of, kind="stable")
    columns = [
        np.concatenate([getattr(doors, name) for _, doors in parts])[order]
        for name in ("edge", "offset_m", "distance_m")
    ]
    reason, across = np.full((2, count), "", dtype=object)
    for rows, doors in parts:
        reason[rows], across[rows] = doors.reason, doors.across
    return Doors(of[order], columns[0], columns[1], columns[2], reason, across)


def place_doors(network: StreetNetwork, places: GeoDataFrame | GeoSeries, max_off_street_m: float) -> Doors:
    """Return where places are entered: wherever a street crosses the outline, or else from the nearest street."""

    def find() -> Doors:
        found = network.entrances(places.reset_index(drop=True), max_distance_m=max_off_street_m)
        whose = found["place"].to_numpy(dtype=np.int64)
        reason, across = np.full((2, len(places)), "", dtype=object)
        without = np.ones(len(places), dtype=bool)
        without[whose] = False
        lost = network.snap(places[without], max_distance_m=max_off_street_m)
        reason[without], across[without] = lost["reason"], lost["across"]
        return _doors(found, whose, reason, across)

    return remembered(network, ("places", fingerprint(places), max_off_street_m), find)


def inside(
    network: StreetNetwork, origins: GeoDataFrame | GeoSeries, places: GeoDataFrame | GeoSeries
) -> tuple[Ints, Ints]:
    """Return origins and places (rows) of which the middle of the one lies in the area of the other, by origin."""

    def find() -> tuple[Ints, Ints]:
        shapes = places.geometry.to_numpy()
        areas = np.flatnonzero(shapely.get_dimensions(shapes) == _POLYGON)
        area, origin = shapely.STRtree(middles(origins).to_numpy()).query(
            shapes[areas], predicate="intersects"
        )
        order = np.lexsort((area, origin))
        return origin[order].astype(np.int64), areas[area[order]].astype(np.int64)

    return remembered(network, ("inside", fingerprint(origins), fingerprint(places)), find)


def _doors(found: pd.DataFrame, of: Ints, reason: NDArray[np.object_], across: NDArray[np.object_]) -> Doors:
    edge = found["edge"].to_numpy(dtype=np.int64)
    met = edge >= 0
    offset, distance = (found[name].to_numpy(dtype=np.float64)[met] for name in ("offset_m", "distance_m"))
    return Doors(of[met], edge[met], offset, distance, reason, across)
