"""Paths: which streets a journey takes, piece by piece."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.costs import UNITS, UNREACHED
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.positions import ALONG, BACK, Positions, Sides, direct
from urbanplan.methods.engine.region import Region, gather, new_region

_EVERYTHING = UNREACHED - 1


class Path(NamedTuple):
    """A cheapest way from an origin to a place.

    Attributes
    ----------
    edge : ndarray of int64, shape (p,)
        Edges in the order of travel.
    begin_m, end_m : ndarray of float64, shape (p,)
        Metres along each edge from its first end, where travel on it begins and ends: against the drawing
        `begin_m` is the greater one.
    cost : ndarray of float64, shape (p,)
        Metres or seconds on each edge.
    before, after : float
        Cost between the origin and the street, and between the street and the place.
    turns : float
        Cost of turns at junctions.
    """

    edge: NDArray[np.int64]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]
    cost: NDArray[np.float64]
    before: float
    after: float
    turns: float

    @property
    def total(self) -> float:
        """Cost of the whole journey."""
        return float(self.cost.sum()) + self.before + self.after + self.turns


def path(engine: Engine, origin: Positions, place: Positions) -> Path | None:
    """Find a cheapest way from an origin to a place.

    Parameters
    ----------
    engine : Engine
        Streets; on `engine.reversed` the way from the place to the origin is told backwards.
    origin, place : Positions
        One position each.

    Returns
    -------
    Path or None
        None where there is no way. Of several ways that cost the same it is always the same one.

    Raises
    ------
    InputError
        If there is not one position of each.
    """
    if len(origin.row) != 1 or len(place.row) != 1:
        raise InputError(f"a path has one origin and one place, not {len(origin.row)} and {len(place.row)}")
    starts, ends = engine.departures(origin), engine.arrivals(place)
    region = new_region(engine.rows, len(engine.arcs.head))
    gather(engine.arcs, starts, 0, 1, _EVERYTHING, region, 1)
    reached = np.append(np.where(region.stamp == 1, region.least, UNREACHED), UNREACHED).astype(np.int64)
    through = [reached[ends.row_a[0]] + ends.cost_a[0], reached[ends.row_b[0]] + ends.cost_b[0]]
    on_chain = starts.chain[0] >= 0 and starts.chain[0] == ends.chain[0]
    straight = int(direct(starts, 0, ends, 0)) if on_chain else UNREACHED
    if min(*through, straight) >= UNREACHED:
        return None
    access = int(starts.access[0]), int(ends.access[0])
    if straight <= min(through):
        ahead = bool(ends.key[0] >= starts.key[0] and starts.way[0] & ALONG)
        ahead = ahead and straight == int(ends.along[0]) - int(starts.along[0]) + sum(access)
        legs = [_Leg(int(starts.chain[0]), ALONG if ahead else BACK, int(starts.key[0]), int(ends.key[0]))]
        return _told(engine, legs, access, 0)
    side = int(np.argmin(through))
    legs, turns = _trace(engine, starts, region, reached, int((ends.row_a, ends.row_b)[side][0]))
    if ends.chain[0] >= 0:
        way = ALONG if side == 0 else BACK
        legs.append(_Leg(int(ends.chain[0]), way, None, int(ends.key[0])))
    return _told(engine, legs, access, turns)


class _Leg(NamedTuple):
    """Travel on one chain, from one key to another; None is the end of the chain on that side."""

    chain: int
    way: int
    begin: int | None
    end: int | None


def _trace(
    engine: Engine, starts: Sides, region: Region, reached: NDArray[np.int64], row: int
) -> tuple[list[_Leg], int]:
    """Follow the search back from a row of the core; return the chains travelled and the cost of turns."""
    backward, links = engine.reversed.arcs, engine.links
    legs: list[_Leg] = []
    turns = 0
    while True:
        at = int(reached[row])
        if at == starts.cost_a[0] and row == starts.row_a[0]:
            return _first_leg(starts, BACK, legs), turns
        if at == starts.cost_b[0] and row == starts.row_b[0]:
            return _first_leg(starts, ALONG, legs), turns
        arcs = slice(backward.first[row], backward.first[row + 1])
        before = backward.head[arcs]
        # of what was settled earlier: streets without cost must not lead in a circle
        fits = (reached[before] + backward.cost[arcs] == at) & (region.stamp[before] == 1)
        fits &= region.slot[before] < region.slot[row]
        step = int(np.flatnonzero(fits)[0])
        origin, cost = int(before[step]), int(backward.cost[arcs][step])
        ahead = (links.begin_out == origin) & (links.end_in == row) & (links.cost_along == cost)
        home = (links.end_out == origin) & (links.begin_in == row) & (links.cost_back == cost)
        if ahead.any():
            legs.insert(0, _Leg(int(np.argmax(ahead)), ALONG, None, None))
        elif home.any():
            legs.insert(0, _Leg(int(np.argmax(home)), BACK, None, None))
        else:
            turns += cost
        row = origin


def _first_leg(starts: Sides, way: int, legs: list[_Leg]) -> list[_Leg]:
    chain = int(starts.chain[0])
    return legs if chain < 0 else [_Leg(chain, way, int(starts.key[0]), None), *legs]


def _told(engine: Engine, legs: list[_Leg], access: tuple[int, int], turns: int) -> Path:
    """Return a path edge by edge."""
    rows = [_edges(engine, leg) for leg in legs]
    empty = (np.empty(0, dtype=np.int64), *(np.empty(0) for _ in range(3)))
    edge, begin, end, cost = (np.concatenate(columns) for columns in zip(empty, *rows, strict=True))
    moved = (begin != end) | (cost > 0)
    columns = (edge[moved].astype(np.int64), begin[moved], end[moved], cost[moved])
    return Path(*columns, access[0] / UNITS, access[1] / UNITS, turns / UNITS)


def _edges(
    engine: Engine, leg: _Leg
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the edges of a leg, metres where travel on each begins and ends, and its cost."""
    ways = engine.ways
    edge = np.flatnonzero(ways.chain == leg.chain)
    edge = edge[np.argsort(ways.ordinal[edge])]
    length = engine.edges.length[edge]
    # where travel lies along the chain, in mm from the beginning of each edge as the chain meets it
    low, high = (leg.begin, leg.end) if leg.way == ALONG else (leg.end, leg.begin)
    ordinal = ways.ordinal[edge].astype(np.int64) << 32
    first = np.zeros(len(edge), dtype=np.int64) if low is None else np.clip(low - ordinal, 0, length)
    last = length if high is None else np.clip(high - ordinal, 0, length)
    used = (last > first) | ((length == 0) & _between(ordinal, low, high))
    edge, length, first, last = edge[used], length[used], first[used], last[used]
    whole = (ways.cost_along if leg.way == ALONG else ways.cost_back)[edge].astype(np.int64)
    cost = _part(whole, last, length, ways.flipped[edge], leg.way) - _part(
        whole, first, length, ways.flipped[edge], leg.way
    )
    cost = np.where(length > 0, np.abs(cost), whole)
    begin = np.where(ways.flipped[edge], length - first, first) / UNITS
    end = np.where(ways.flipped[edge], length - last, last) / UNITS
    if leg.way == BACK:
        return edge[::-1], end[::-1], begin[::-1], cost[::-1] / UNITS
    return edge, begin, end, cost / UNITS


def _between(ordinal: NDArray[np.int64], low: int | None, high: int | None) -> NDArray[np.bool_]:
    above = np.ones(len(ordinal), dtype=bool) if low is None else ordinal >= low
    return above if high is None else above & (ordinal < high)


def _part(
    whole: NDArray[np.int64],
    step: NDArray[np.int64],
    length: NDArray[np.int64],
    flipped: NDArray[np.bool_],
    way: int,
) -> NDArray[np.int64]:
    """Return the cost of the first `step` millimetres of an edge, rounded as positions on it are."""
    measured = np.where(flipped, length - step, step)
    share = (whole * measured + length // 2) // np.maximum(length, 1)
    return np.where(flipped, whole - share, share) if way else share
