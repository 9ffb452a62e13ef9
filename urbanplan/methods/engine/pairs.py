"""Pairs: every origin with every place within a limit, and the cost between them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.methods.engine.arcs import Arcs
from urbanplan.methods.engine.costs import UNITS, limit_units
from urbanplan.methods.engine.counting import meet_bundles
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.kernel import bare, inner
from urbanplan.methods.engine.positions import Positions, Sides, direct
from urbanplan.methods.engine.reach import batch, neighbours, stand_on
from urbanplan.methods.engine.region import Region, gather, localise, new_region, settle
from urbanplan.methods.engine.simd import LANES, meet_row, vectors
from urbanplan.methods.engine.stops import Stops, check_places, gather_stops
from urbanplan.methods.engine.tally import Question, Tally, new_tally
from urbanplan.methods.engine.threads import count_threads, in_turn, split

_ROOM = 1 << 16
_Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]


class Pairs(NamedTuple):
    """Origins and the places that they reach, each origin's nearest first.

    Attributes
    ----------
    origin, place : ndarray of int64, shape (p,)
        Numbers of the origin and of the place; ascending by origin, then cost, then place.
    cost : ndarray of float64, shape (p,)
        Metres or seconds.
    """

    origin: NDArray[np.int64]
    place: NDArray[np.int64]
    cost: NDArray[np.float64]


class _Finds(NamedTuple):
    """Room for pairs of origins and entrances."""

    origin: NDArray[np.int64]
    entry: NDArray[np.int64]
    cost: NDArray[np.int32]


def pairs(
    engine: Engine,
    origins: Positions,
    places: Positions,
    limit: float,
    *,
    place: ArrayLike | None = None,
    threads: int | None = None,
) -> Pairs:
    """List every place within a limit of every origin.

    Parameters
    ----------
    engine : Engine
        Streets.
    origins : Positions
        Where journeys begin.
    places : Positions
        Entrances of the places.
    limit : float
        Metres or seconds; a place exactly at it is listed.
    place : array_like of int, optional
        Place to which each entrance belongs; a place is listed once, at its nearest entrance.
    threads : int, optional
        Threads that work; by default one a core. Results do not depend on it.

    Raises
    ------
    InputError
        If the limit is negative or entrances and places do not fit together.
    """
    number = check_places(place, len(places.row), None)
    stops, on_chain, entry_place = gather_stops(
        engine, places, np.ones((int(number.max(initial=-1)) + 1, 1)), number
    )
    units, workers, wide = limit_units(limit), count_threads(threads), vectors()
    order, anchor = neighbours(engine, origins)
    starts = engine.departures(origins.take(order))
    home, batches = stand_on(on_chain, starts), batch(anchor)
    nothing = np.empty(0, dtype=np.int32)
    question = Question(
        units, nothing, np.empty((0, 2), np.float32), nothing.astype(np.int64), nothing, nothing, nothing
    )

    def work(part: tuple[int, int]) -> _Found:
        region = new_region(engine.rows, len(engine.arcs.head), int(np.diff(batches).max(initial=LANES)))
        tally, room, at, parts = new_tally(stops, question), _ROOM, part[0], []
        while at < part[1]:
            finds = _Finds(np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int32))
            limits = batches[at : part[1] + 1]
            done, count = _find(wide, engine.arcs, starts, home, stops, units, limits, region, tally, finds)
            region.stamp[:] = 0
            room = room if done else 2 * room
            at += done
            parts.append(_nearest_entrance(finds, count, entry_place))
        return _join(parts)

    origin, found, cost = _join(list(in_turn(work, split(len(batches) - 1, workers), workers)))
    origin = order[origin]
    rank = np.lexsort((found, cost, origin))
    return Pairs(origin[rank], found[rank], cost[rank] / UNITS)


def _join(parts: list[_Found]) -> _Found:
    none = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32))
    origin, place, cost = (np.concatenate(columns) for columns in zip(none, *parts, strict=True))
    return origin, place, cost


def _nearest_entrance(finds: _Finds, count: int, entry_place: NDArray[np.int64]) -> _Found:
    """Keep of the entrances of a place the nearest one."""
    origin, entry, cost = finds.origin[:count], finds.entry[:count], finds.cost[:count]
    place = entry_place[entry]
    rank = np.lexsort((cost, place, origin))
    fresh = np.ones(len(rank), dtype=bool)
    fresh[1:] = (np.diff(origin[rank]) != 0) | (np.diff(place[rank]) != 0)
    return origin[rank][fresh], place[rank][fresh], cost[rank][fresh]


@bare
def _find(
    wide: bool | None, arcs: Arcs, starts: Sides, home: Any, stops: Stops, limit: int, limits: Any, region: Region,
    tally: Tally, finds: _Finds,
) -> tuple[int, np.int64]:  # fmt: skip
    """List the pairs of batches as long as there is room; return how many batches and pairs were done."""
    written = np.int64(0)
    for number in range(len(limits) - 1):
        held = written
        first, after = limits[number], limits[number + 1]
        count = gather(arcs, starts, first, after, limit, region, number + 1)
        localise(arcs, region, count, number + 1)
        met = meet_bundles(stops, region, count, number + 1, tally)
        for begin in range(first, after, LANES):
            end = min(begin + LANES, after)
            settle(wide, starts, begin, end, limit, region, count)
            written = _list_block(wide, begin, end, stops, limit, region, tally, met, finds, written)
            written = _list_home(starts, home, begin, end, stops, limit, finds, written)
            if written > len(finds.cost) - LANES:
                return number, held
    return len(limits) - 1, written


@inner
def _list_block(
    wide: bool | None, begin: int, end: int, stops: Stops, limit: int, region: Region, tally: Tally, met: int,
    finds: _Finds, written: int,
) -> int:  # fmt: skip
    """List what the origins of a block reach through junctions; stop where no room is left."""
    for item in range(met):
        bundle = tally.bundle[item]
        for entry in range(stops.entry[bundle], stops.entry[bundle + 1]):
            if written > len(finds.cost) - LANES:
                return written
            cost_a, cost_b = stops.cost_a[entry], stops.cost_b[entry]
            meet_row(wide, tally.row, region.lanes, tally.one[item], tally.other[item], cost_a, cost_b)
            for lane in range(end - begin):
                if tally.row[lane] <= limit:
                    finds.origin[written], finds.entry[written] = begin + lane, entry
                    finds.cost[written] = tally.row[lane]
                    written += 1
    return written


@inner
def _list_home(
    starts: Sides, home: Any, begin: int, end: int, stops: Stops, limit: int, finds: _Finds, written: int
) -> int:
    """List what origins reach straight along their own chains; stop where no room is left."""
    for origin in range(begin, end):
        bundle = home[origin]
        if bundle < 0:
            continue
        for entry in range(stops.entry[bundle], stops.entry[bundle + 1]):
            if written > len(finds.cost) - LANES:
                return written
            straight = direct(starts, origin, stops, entry)
            if straight <= limit:
                finds.origin[written], finds.entry[written], finds.cost[written] = origin, entry, straight
                written += 1
    return written
