"""Who reaches what on foot: from the middle of each cell along the streets to the nearest entrance of a place."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from hashlib import blake2b
from typing import NamedTuple, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.ranking import nearest_several
from urbanplan.methods.routing import (
    MM,
    UNREACHED,
    Direct,
    Graph,
    Positions,
    count_within,
    direct_ways,
    graph_of,
    nearest,
    positions,
    ways_within,
)
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

_KEPT = 64
_POLYGON = 2
_Made = TypeVar("_Made")


class _Journeys(NamedTuple):
    """Everything that a search needs to know of the cells, the places and the streets between them."""

    graph: Graph
    cells: Positions
    places: Positions
    direct: Direct


def distances(
    places: GeoDataFrame, network: StreetNetwork, cells: GeoDataFrame, *, max_off_street_m: float
) -> tuple[Floats, NDArray[np.object_]]:
    """Measure how far it is along the streets from the middle of each cell to the nearest place.

    Parameters
    ----------
    places : GeoDataFrame
        Points, lines or polygons; a polygon is entered wherever a street crosses its outline, or else where a street
        comes nearest to it.
    network : StreetNetwork
        Streets.
    cells : GeoDataFrame
        Squares.
    max_off_street_m : float
        Cells and places farther than this from every street are not connected to it.

    Returns
    -------
    metres : ndarray of float64, shape (cells,)
        Straight to the nearest street, along streets, straight to the place; 0 inside a polygon; NaN where no way leads.
    reason : ndarray of str, shape (cells,)
        Why it is NaN, else empty; without any place, or any street, there are no places for all cells.
    """
    key = ("distances", _digest(places), _digest_squares(cells), max_off_street_m)

    def measure() -> tuple[Floats, NDArray[np.object_]]:
        found = _journeys(places, network, cells, max_off_street_m)
        units = nearest(*found, count=len(cells))
        nothing = places.empty or not len(network.edge_u)
        near = (units < UNREACHED) & (not nothing)
        reason = np.where(near, "", Reason.DISCONNECTED.value).astype(object)
        off = np.ones(len(cells), dtype=bool)
        off[found.cells.of] = False
        reason[off & ~near] = Reason.OFF_NETWORK.value
        if nothing:
            reason[:] = Reason.NO_PLACES.value
        return np.where(near, units / MM, np.nan), reason

    metres, reason = _remembered(network, key, measure)
    return metres.copy(), reason.copy()


def counts(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    limits_m: tuple[float, ...],
    max_off_street_m: float,
) -> tuple[Floats, NDArray[np.object_]]:
    """Count the places within reach of each cell along the streets.

    Parameters
    ----------
    places, network, cells, max_off_street_m
        As in `distances`.
    limits_m : tuple of float
        Distances in metres, ascending; a place at exactly a limit counts, and once however many entrances it has.

    Returns
    -------
    number : ndarray of float64, shape (cells, limits)
        Places within each limit; NaN where the cell is off the streets, or there are no places at all.
    reason : ndarray of str, shape (cells,)
        Why it is NaN, else empty.
    """
    key = ("counts", _digest(places), _digest_squares(cells), limits_m, max_off_street_m)

    def measure() -> tuple[Floats, NDArray[np.object_]]:
        found = _journeys(places, network, cells, max_off_street_m)
        limits = np.rint(np.array(limits_m, dtype=float) * MM).astype(np.int64)
        number = count_within(*found, limits, count=len(cells)).astype(np.float64)
        reason = _unmet(found, places, network, len(cells))
        number[reason != ""] = np.nan
        return number, reason

    number, reason = _remembered(network, key, measure)
    return number.copy(), reason.copy()


def costs(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    limit_m: float,
    max_off_street_m: float,
) -> tuple[CostTable, NDArray[np.object_]]:
    """Measure how far each place within reach is from each cell along the streets.

    Parameters
    ----------
    places, network, cells, max_off_street_m
        As in `distances`; of a place with several entrances the nearest counts.
    limit_m : float
        Farther places are left out; one at exactly the limit is in.

    Returns
    -------
    table : CostTable
        Positions of cells and places with the metres between them.
    reason : ndarray of str, shape (cells,)
        "off_network" for cells that meet no street, "no_places" for all where there are none at all, else empty.

    Raises
    ------
    InputError
        If the limit is not a number of zero or more.
    """
    if not (np.isfinite(limit_m) and limit_m >= 0):
        raise InputError(f"limit_m must be a number of metres, zero or more, not {limit_m}")
    key = ("costs", _digest(places), _digest_squares(cells), limit_m, max_off_street_m)

    def measure() -> tuple[CostTable, NDArray[np.object_]]:
        found = _journeys(places, network, cells, max_off_street_m)
        ways = ways_within(*found, round(limit_m * MM), count=len(cells))
        table = CostTable(ways.cell, ways.place, ways.cost / MM, len(cells), len(places))
        return table, _unmet(found, places, network, len(cells))

    table, reason = _remembered(network, key, measure)
    return table, reason.copy()


def several_distances(
    places: GeoDataFrame, network: StreetNetwork, cells: GeoDataFrame, *, k: int, max_off_street_m: float
) -> tuple[Floats, NDArray[np.object_]]:
    """Measure how far it is from each cell to the nearest place, the second nearest, and so on.

    Parameters
    ----------
    places, network, cells, max_off_street_m
        As in `distances`; a place with several entrances counts once.
    k : int
        How many places.

    Returns
    -------
    metres : ndarray of float64, shape (cells, k)
        Ascending; NaN where no way leads to so many places.
    reason : ndarray of str, shape (cells,)
        Why not even the nearest is known: "no_places", "off_network" or "disconnected"; else empty.

    Raises
    ------
    InputError
        If k is not a whole number above zero.
    """
    if k != int(k) or k < 1:
        raise InputError(f"k must be a whole number above zero, not {k}: the nearest place is k = 1")
    key = ("several", _digest(places), _digest_squares(cells), k, max_off_street_m)

    def measure() -> tuple[Floats, NDArray[np.object_]]:
        found = _journeys(places, network, cells, max_off_street_m)
        units = nearest_several(*found, k=int(k), count=len(cells))
        reason = _unmet(found, places, network, len(cells))
        if places.empty or not len(network.edge_u):
            units[:] = UNREACHED
        reason[(units[:, 0] == UNREACHED) & (reason == "")] = Reason.DISCONNECTED.value
        return np.where(units < UNREACHED, units / MM, np.nan), reason

    metres, reason = _remembered(network, key, measure)
    return metres.copy(), reason.copy()


def _unmet(found: _Journeys, places: GeoDataFrame, network: StreetNetwork, count: int) -> NDArray[np.object_]:
    """Say which cells meet no street and stand on no place, and whether there are any places or streets."""
    off = np.ones(count, dtype=bool)
    off[found.cells.of] = False
    off[found.direct.cell] = False
    reason = np.where(off, Reason.OFF_NETWORK.value, "").astype(object)
    if places.empty or not len(network.edge_u):
        reason[:] = Reason.NO_PLACES.value
    return reason


def _journeys(
    places: GeoDataFrame, network: StreetNetwork, cells: GeoDataFrame, max_off_street_m: float
) -> _Journeys:
    graph = _remembered(network, ("graph",), lambda: graph_of(network))
    here = (_digest_squares(cells), max_off_street_m)
    start = _remembered(
        network, ("cells", *here), lambda: _cell_positions(graph, network, cells, max_off_street_m)
    )
    goal, direct = _remembered(
        network,
        ("places", _digest(places), *here),
        lambda: _place_positions(graph, network, places, cells, start, max_off_street_m),
    )
    return _Journeys(graph, start, goal, direct)


def _cell_positions(
    graph: Graph, network: StreetNetwork, cells: GeoDataFrame, max_off_street_m: float
) -> Positions:
    snapped = network.snap(_middles(cells), max_distance_m=max_off_street_m)
    return positions(graph, snapped, np.arange(len(cells)))


def _place_positions(
    graph: Graph,
    network: StreetNetwork,
    places: GeoDataFrame,
    cells: GeoDataFrame,
    start: Positions,
    max_off_street_m: float,
) -> tuple[Positions, Direct]:
    doors = network.entrances(places.reset_index(drop=True), max_distance_m=max_off_street_m)
    goal = positions(graph, doors, doors["place"].to_numpy(dtype=np.int64))
    along = direct_ways(graph, start, goal)
    shapes = places.geometry.to_numpy()
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == _POLYGON)
    area, cell = shapely.STRtree(_middles(cells).to_numpy()).query(shapes[areas], predicate="intersects")
    within = Direct(cell, areas[area], np.zeros(len(cell), dtype=np.int64))
    return goal, Direct(*(np.concatenate(pair) for pair in zip(along, within, strict=True)))


def _middles(cells: GeoDataFrame) -> gpd.GeoSeries:
    bounds = shapely.bounds(cells.geometry.to_numpy())
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    return gpd.GeoSeries(gpd.points_from_xy(x, y), crs=cells.crs)


def _digest(frame: GeoDataFrame) -> bytes:
    """Return a fingerprint of geometries: what was worked out for the same ones need not be worked out again."""
    return blake2b(b"\0".join(pd.Series(frame.geometry.to_wkb()).fillna(b"")), digest_size=16).digest()


def _digest_squares(cells: GeoDataFrame) -> bytes:
    """Return a fingerprint of squares, which their corners tell."""
    return blake2b(shapely.bounds(cells.geometry.to_numpy()).tobytes(), digest_size=16).digest()


def _remembered(network: StreetNetwork, key: Hashable, make: Callable[[], _Made]) -> _Made:
    """Return what was worked out before on this network, or work it out; it is forgotten with the network."""
    kept: dict[Hashable, _Made] = vars(network).setdefault("_reach", {})
    if key not in kept:
        made = make()
        while len(kept) >= _KEPT:
            del kept[next(iter(kept))]
        kept[key] = made
    return kept[key]
