"""Stops: entrances of places, gathered by the street on which they lie."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.positions import Positions


class Stops(NamedTuple):
    """Entrances of places, in bundles: one bundle a chain or a junction where at least one lies.

    Attributes
    ----------
    first, bundle, leading : ndarray
        Bundles at row i of the core are `bundle[first[i]:first[i + 1]]`; `leading` where the row is the one that
        answers for the bundle if both of its ends are reached.
    row_a, row_b : ndarray of int32, shape (b,)
        Rows of the core at both ends of each bundle; -1 where there is none.
    entry : ndarray of int64, shape (b + 1,)
        Entrances of bundle i are `entry[i]` to `entry[i + 1] - 1`.
    cost_a, cost_b : ndarray of int32, shape (e,)
        Cost from the bundle's ends to each entrance.
    key, along, back, access, way : ndarray, shape (e,)
        Place of each entrance on its chain.
    shared : ndarray of int32, shape (e,)
        Number of the place among those that have several entrances, else -1.
    weight : ndarray of float64, shape (e, v)
        What stands at each entrance.
    shared_weight : ndarray of float64, shape (g, v)
        What stands at places with several entrances.
    """

    first: NDArray[np.int64]
    bundle: NDArray[np.int32]
    leading: NDArray[np.bool_]
    row_a: NDArray[np.int32]
    row_b: NDArray[np.int32]
    entry: NDArray[np.int64]
    cost_a: NDArray[np.int32]
    cost_b: NDArray[np.int32]
    key: NDArray[np.int64]
    along: NDArray[np.int32]
    back: NDArray[np.int32]
    access: NDArray[np.int32]
    way: NDArray[np.uint8]
    shared: NDArray[np.int32]
    weight: NDArray[np.float64]
    shared_weight: NDArray[np.float64]


def check_weights(weights: ArrayLike) -> NDArray[np.float64]:
    """Return weights as a table of places by variables.

    Raises
    ------
    InputError
        If a weight is negative, unknown or infinite.
    """
    table = np.asarray(weights, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2:  # noqa: PLR2004  (a table)
        raise InputError(f"weights must be a table of places by variables, not of {table.ndim} dimensions")
    wrong = np.argwhere(~((table >= 0) & np.isfinite(table)))
    if len(wrong):
        row, column = wrong[0]
        raise InputError(
            f"weights must be known and not negative, but place {row} has {table[row, column]} of variable {column}; "
            "leave the place out or give it a number"
        )
    return np.ascontiguousarray(table)


def check_places(place: ArrayLike | None, entrances: int, places: int | None) -> NDArray[np.int64]:
    """Return the place to which each entrance belongs; by default each is a place of its own.

    Raises
    ------
    InputError
        If there is not one number an entrance, or a number is not that of a place.
    """
    if place is None:
        if places is not None and places != entrances:
            raise InputError(f"there are {entrances} positions of places but {places} rows of weights")
        return np.arange(entrances, dtype=np.int64)
    number = np.asarray(place, dtype=np.int64).reshape(-1)
    if len(number) != entrances:
        raise InputError(f"there are {entrances} entrances but {len(number)} numbers of places")
    highest = places if places is not None else 2**31 - 1
    if len(number) and (number.min() < 0 or number.max() >= highest):
        raise InputError(
            f"an entrance belongs to place {number.max()}, but places are numbered 0 to {highest - 1}"
        )
    return number


def gather_stops(
    engine: Engine, places: Positions, weights: NDArray[np.float64], place: NDArray[np.int64]
) -> tuple[Stops, NDArray[np.int32], NDArray[np.int64]]:
    """Gather entrances into bundles, one a chain or a junction.

    Parameters
    ----------
    engine : Engine
        Streets.
    places : Positions
        Entrances.
    weights : ndarray of float64, shape (n, v)
        What stands at each place.
    place : ndarray of int64
        Place to which each entrance belongs.

    Returns
    -------
    tuple of (Stops, ndarray of int32, ndarray of int64)
        The stops, the bundle on each chain (-1 where there is none), and the place of each entrance in them.
    """
    used = np.flatnonzero(places.placed & np.asarray(weights.any(axis=1))[place])
    number = np.where(places.chain >= 0, engine.rows + places.chain.astype(np.int64), places.row)[used]
    order = np.lexsort((places.access[used], place[used], places.key[used], number))
    used, number = used[order], number[order]
    fresh = np.ones(len(number), dtype=bool)
    fresh[1:] = number[1:] != number[:-1]
    begin = np.flatnonzero(fresh)
    lead = used[begin]
    chain = places.chain[lead]
    some = np.maximum(chain, 0)
    links = engine.links
    row_a = (
        np.where(chain >= 0, links.begin_out[some], places.row[lead])
        if len(links.begin_out)
        else places.row[lead]
    )
    row_b = np.where(chain >= 0, links.end_out[some], -1) if len(links.end_out) else np.full(len(lead), -1)
    entrances = np.bincount(place[used], minlength=len(weights))
    several = np.flatnonzero(entrances > 1)
    shared = np.full(len(weights), -1, dtype=np.int32)
    shared[several] = np.arange(len(several), dtype=np.int32)
    sides = engine.arrivals(places.take(used))
    on_chain = np.full(len(links.begin_out), -1, dtype=np.int32)
    on_chain[chain[chain >= 0]] = np.flatnonzero(chain >= 0)
    stops = Stops(
        *_around(engine.rows, row_a, row_b),
        row_a=row_a.astype(np.int32),
        row_b=row_b.astype(np.int32),
        entry=np.append(begin, len(used)).astype(np.int64),
        cost_a=sides.cost_a,
        cost_b=sides.cost_b,
        key=sides.key,
        along=sides.along,
        back=sides.back,
        access=sides.access,
        way=sides.way,
        shared=shared[place[used]],
        weight=weights[place[used]],
        shared_weight=weights[several],
    )
    return stops, on_chain, place[used]


def _around(
    rows: int, row_a: NDArray[np.int32], row_b: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]:
    """Return the bundles at each row of the core, and whether the row answers for the bundle."""
    count = len(row_a)
    row = np.concatenate([row_a, np.where(row_b == row_a, -1, row_b)])
    bundle = np.concatenate([np.arange(count), np.arange(count)]).astype(np.int32)
    present = np.flatnonzero(row >= 0)
    present = present[np.argsort(row[present], kind="stable")]
    first = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(row[present], minlength=rows), out=first[1:])
    return first, bundle[present], present < count
