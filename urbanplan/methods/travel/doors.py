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
    """Return where origins meet the streets: the point of the nearest street from their middle, one door at most.

    Origins farther than `max_off_street_m` from every street have none.
    """

    def find() -> Doors:
        snapped = network.snap_areas(origins, max_distance_m=max_off_street_m)
        reason, across = (snapped[name].to_numpy(dtype=object) for name in ("reason", "across"))
        return _doors(snapped, np.arange(len(origins)), reason, across)

    return remembered(network, ("origins", fingerprint(origins), max_off_street_m), find)


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
