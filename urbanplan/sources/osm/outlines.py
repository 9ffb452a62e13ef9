"""Closed ways as polygons, all at once: those whose outline neither touches itself nor lacks a node."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.sources.osm.nearness import near
from urbanplan.sources.osm.objects import Box
from urbanplan.sources.osm.pbf import Found

Ints = NDArray[np.int64]

_FEWEST_NODES = 4
_AT_ONCE = 100_000
_TENTH_MICRODEGREES = 1e7


class Outlines(NamedTuple):
    """Closed ways that are areas.

    Attributes
    ----------
    rows : ndarray of int64
        Ways drawn: plain outlines near the clip.
    shapes : ndarray of Polygon
        In degrees; outlines begin at their westernmost node and run counter-clockwise, as the reference
        implementation draws them.
    plain : ndarray of int64
        All ways with a plain outline, near or not.
    intricate : ndarray of int64
        Ways whose outline crosses or touches itself, or lacks nodes.
    """

    rows: Ints
    shapes: NDArray[np.object_]
    plain: Ints
    intricate: Ints


def outlines(ways: Found, xy: NDArray[np.float64], keys: frozenset[str], box: Box | None) -> Outlines:
    """Draw the closed ways that carry one of the keys.

    Parameters
    ----------
    ways : Found
        As read.
    xy : ndarray of float64, shape (k, 2)
        Longitude and latitude of their nodes.
    keys : frozenset of str
        Keys of areas.
    box : tuple of float or None
        West, south, east, north in degrees; what lies outside is not drawn.
    """
    rows = np.flatnonzero(_may_be_areas(ways, xy, keys))
    parts = [_drawn(ways.offsets, xy, rows[at : at + _AT_ONCE], box) for at in range(0, len(rows), _AT_ONCE)]
    nothing = np.zeros(0, np.int64)
    none = Outlines(nothing, np.empty(0, dtype=object), nothing, nothing)
    return Outlines(*(np.concatenate(columns) for columns in zip(none, *parts, strict=True)))


def _may_be_areas(ways: Found, xy: NDArray[np.float64], keys: frozenset[str]) -> NDArray[np.bool_]:
    """Say which ways have enough nodes, end where they begin (a place, not a node), and are said to be areas."""
    possible = np.diff(ways.offsets) >= _FEWEST_NODES
    rows = np.flatnonzero(possible)
    first, last = xy[ways.offsets[rows]], xy[ways.offsets[rows + 1] - 1]
    possible[rows] = (first == last).all(axis=1)
    for row in np.flatnonzero(possible).tolist():
        tags = ways.tags[row]
        possible[row] = not keys.isdisjoint(tags) and tags.get("area") != "no"
    return possible


def _drawn(offsets: Ints, xy: NDArray[np.float64], rows: Ints, box: Box | None) -> Outlines:
    size = np.diff(offsets)[rows] - 1  # the last node is the first again
    start = np.cumsum(size) - size
    of = np.repeat(np.arange(len(rows)), size)
    flat = np.repeat(offsets[rows] - start, size) + np.arange(len(of))
    # whole numbers, so that touching is touching, to the last digit
    place = np.rint(xy[flat] * _TENTH_MICRODEGREES)
    order = np.lexsort((place[:, 1], place[:, 0], of))
    once = _each_once(place, of, order, len(rows)) & _whole(place, of, len(rows))
    ring = np.flatnonzero(once)
    turned = _turned(place, start[ring], size[ring], order[start[ring]])
    inner = np.repeat(np.arange(len(ring)), size[ring] + 1)
    shapes = shapely.polygons(shapely.linearrings(place[turned], indices=inner))
    sound = shapely.is_valid(shapes)
    shapes, ring = shapes[sound], ring[sound]
    turned = turned[sound[inner]]
    plain = np.zeros(len(rows), dtype=bool)
    plain[ring] = True
    if len(shapes):
        shapely.set_coordinates(shapes, xy[flat[turned]])
    kept = near(shapes, box)
    return Outlines(rows[ring[kept]], shapes[kept], rows[plain], rows[~plain])


def _each_once(place: NDArray[np.float64], of: Ints, order: Ints, count: int) -> NDArray[np.bool_]:
    """Say which outlines come by no place twice."""
    same = (of[order][1:] == of[order][:-1]) & (place[order][1:] == place[order][:-1]).all(axis=1)
    once = np.ones(count, dtype=bool)
    once[of[order][1:][same]] = False
    return once


def _whole(place: NDArray[np.float64], of: Ints, count: int) -> NDArray[np.bool_]:
    whole = np.ones(count, dtype=bool)
    whole[of[np.isnan(place[:, 0])]] = False
    return whole


def _turned(place: NDArray[np.float64], start: Ints, size: Ints, lowest: Ints) -> Ints:
    """Return the nodes of each outline from its westernmost (then southernmost) one, counter-clockwise, that one again last."""
    at = lowest - start
    before, after = start + (at - 1) % size, start + (at + 1) % size
    one, other = place[after] - place[lowest], place[before] - place[lowest]
    # at the westernmost node an outline turns the way in which it runs
    onward = np.where(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0] > 0, 1, -1)
    step = np.arange(int((size + 1).sum())) - np.repeat(np.cumsum(size + 1) - size - 1, size + 1)
    many = size + 1
    turned: Ints = np.repeat(start, many) + (
        np.repeat(at, many) + step * np.repeat(onward, many)
    ) % np.repeat(size, many)
    return turned
