"""Outlines of zones in the coordinates of a raster, and the share of each cell that a zone covers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.kernel import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_AREAL = 2


class Frame(NamedTuple):
    """Where a raster lies: its upper left corner and the side of its square cells.

    Attributes
    ----------
    west, north : float
        Upper left corner in metres.
    cell_m : float
        Side of a cell.
    rows, columns : int
        Size of the raster.
    """

    west: float
    north: float
    cell_m: float
    rows: int
    columns: int


class Outlines(NamedTuple):
    """Segments of the outlines of zones, in cells from the upper left corner; y runs southwards.

    Attributes
    ----------
    begin : ndarray of int64, shape (zones + 1,)
        Segments of zone i are numbers `begin[i]` to `begin[i + 1] - 1`.
    x0, y0, x1, y1 : ndarray of float64, shape (segments,)
        Ends; the zone lies on one and the same side of all.
    low, high : ndarray of int64, shape (zones, 2)
        First row and column that a zone touches, and the first beyond it, within the raster.
    """

    begin: Ints
    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    low: Ints
    high: Ints


def outlines_of(zones: NDArray[np.object_], frame: Frame) -> Outlines:
    """Return the outlines of zones in the coordinates of a raster.

    Parameters
    ----------
    zones : ndarray of valid polygons or multipolygons, shape (n,)
        In the raster's CRS; an empty one covers nothing.
    frame : Frame
        Where the raster lies.

    Raises
    ------
    InputError
        If a zone is neither empty nor a polygon.
    """
    some = ~(shapely.is_missing(zones) | shapely.is_empty(zones))
    if (some & (shapely.get_dimensions(zones) != _AREAL)).any():
        raise InputError("a zone is a polygon; one of these is a point or a line")
    given = np.flatnonzero(some)
    parts, part_of = shapely.get_parts(shapely.orient_polygons(zones[given]), return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    xy, of = shapely.get_coordinates(rings, return_index=True)
    x, y = (xy[:, 0] - frame.west) / frame.cell_m, (frame.north - xy[:, 1]) / frame.cell_m
    here = np.flatnonzero(of[1:] == of[:-1]) if len(of) else np.zeros(0, dtype=np.int64)
    zone = given[part_of[ring_of[of[here]]]] if len(of) else here
    begin = np.zeros(len(zones) + 1, dtype=np.int64)
    np.cumsum(np.bincount(zone, minlength=len(zones)), out=begin[1:])
    bounds = np.nan_to_num(shapely.bounds(zones), nan=0.0)
    low = np.column_stack([frame.north - bounds[:, 3], bounds[:, 0] - frame.west]) / frame.cell_m
    high = np.column_stack([frame.north - bounds[:, 1], bounds[:, 2] - frame.west]) / frame.cell_m
    size = (frame.rows, frame.columns)
    first = np.clip(np.floor(low), 0, size).astype(np.int64)
    beyond = np.clip(np.ceil(high), 0, size).astype(np.int64)
    beyond[~some] = first[~some]
    return Outlines(begin, x[here], y[here], x[here + 1], y[here + 1], first, beyond)


@kernel
def cover(
    x0: Floats,
    y0: Floats,
    x1: Floats,
    y1: Floats,
    begin: int,
    end: int,
    top: int,
    left: int,
    own: Floats,
    rise: Floats,
) -> None:
    """Add the outline of a zone to a window of cells whose first row and column are `top` and `left`.

    `own` takes the part of a cell that lies east of the pieces of the outline in it, `rise` their height, which
    counts whole in every cell farther east; both must come as zeros.
    """
    rows, columns = own.shape
    for s in range(begin, end):
        ya, yb = y0[s] - top, y1[s] - top
        if ya == yb:
            continue
        xa, xb = x0[s] - left, x1[s] - left
        sign = 1.0
        if ya > yb:
            xa, ya, xb, yb = xb, yb, xa, ya
            sign = -1.0
        if yb <= 0 or ya >= rows:
            continue
        slope = (xb - xa) / (yb - ya)
        row = int(max(np.floor(ya), 0.0))
        last = int(min(np.ceil(yb), float(rows)))
        while row < last:
            here, there = max(ya, float(row)), min(yb, row + 1.0)
            if there > here:
                xh = xa + (here - ya) * slope
                xt = xa + (there - ya) * slope
                _along(min(xh, xt), max(xh, xt), sign * (there - here), row, columns, own, rise)
            row += 1


@kernel
def _along(
    west: float, east: float, height: float, row: int, columns: int, own: Floats, rise: Floats
) -> None:
    """Add a piece of outline that stays in one row to the cells that it crosses."""
    if west >= columns:
        return
    if east <= 0:
        own[row, 0] += height
        rise[row, 0] += height
        return
    if east - west < 1e-12:  # noqa: PLR2004 - upright, to rounding
        col = int(min(max(np.floor(west), 0.0), columns - 1.0))
        own[row, col] += height * (1 - min(max(west - col, 0.0), 1.0))
        rise[row, col] += height
        return
    per = height / (east - west)
    if west < 0:
        own[row, 0] += -west * per
        rise[row, 0] += -west * per
        west = 0.0
    col = int(np.floor(west))
    while col < columns and col < east:
        a, b = max(west, float(col)), min(east, col + 1.0)
        own[row, col] += (b - a) * per * (1 - ((a + b) / 2 - col))
        rise[row, col] += (b - a) * per
        col += 1


def centres_inside(shapes: Outlines, zone: int, window: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """Tell which cells of a window (first row and beyond, first column and beyond) have their centre in a zone."""
    top, bottom, left, right = window
    out = np.zeros((bottom - top, right - left), dtype=np.bool_)
    begin, end = int(shapes.begin[zone]), int(shapes.begin[zone + 1])
    _centres(shapes.x0, shapes.y0, shapes.x1, shapes.y1, begin, end, top, left, out)
    return out


@kernel
def _centres(
    x0: Floats,
    y0: Floats,
    x1: Floats,
    y1: Floats,
    begin: int,
    end: int,
    top: int,
    left: int,
    out: NDArray[np.bool_],
) -> None:
    """Switch every cell east of the outline; cells between two pieces of it are switched on, others off again."""
    rows, columns = out.shape
    for s in range(begin, end):
        ya, yb, xa, xb = y0[s] - top, y1[s] - top, x0[s] - left, x1[s] - left
        if ya > yb:
            xa, ya, xb, yb = xb, yb, xa, ya
        row = int(max(np.ceil(ya - 0.5), 0.0))
        last = int(min(np.ceil(yb - 0.5), float(rows)))
        while row < last:
            x = xa + (row + 0.5 - ya) * (xb - xa) / (yb - ya)
            col = int(min(max(np.ceil(x - 0.5), 0.0), float(columns)))
            if col < columns:
                out[row, col] = not out[row, col]
            row += 1
    for row in range(rows):
        inside = False
        for col in range(columns):
            if out[row, col]:
                inside = not inside
            out[row, col] = inside
