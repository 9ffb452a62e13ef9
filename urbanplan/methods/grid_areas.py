"""Areas of polygons in the squares of a grid, exact to rounding, without cutting a single geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

_ALIGNED = 1e-6
_NOTHING = 1e-12
_AREAL = 2  # dimensions of a polygon


@dataclass(frozen=True)
class Grid:
    """Equal squares of one grid.

    Attributes
    ----------
    west, south : float
        Lower left corner of the square in row 0 and column 0, in metres.
    side_m : float
        Side of a square.
    row, col : ndarray of int64, shape (n,)
        Place of each square, from the south and from the west.
    """

    west: float
    south: float
    side_m: float
    row: Ints
    col: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns of the grid's frame."""
        return int(self.row.max()) + 1, int(self.col.max()) + 1

    @property
    def position(self) -> Ints:
        """Number of the square in each row and column of the frame, -1 where there is none."""
        table = np.full(self.shape, -1, dtype=np.int64)
        table[self.row, self.col] = np.arange(len(self.row))
        return table


def grid_of(squares: Shapes) -> tuple[Grid | None, NDArray[np.bool_]]:
    """Recognise the squares of one grid among polygons.

    Parameters
    ----------
    squares : ndarray of polygons, shape (n,)
        Any polygons.

    Returns
    -------
    Grid or None
        Of the polygons that are squares of one grid; None where fewer than half of them are.
    ndarray of bool, shape (n,)
        Which of the polygons these are.
    """
    bounds = shapely.bounds(squares)
    wide, high = bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]
    sides = np.minimum(wide, high)
    sides = sides[np.isfinite(sides)]
    nothing = np.zeros(len(squares), dtype=bool)
    side = float(np.median(sides)) if len(sides) else 0.0
    if side <= 0:
        return None, nothing
    slack = _ALIGNED * side
    full = (abs(wide - side) < slack) & (abs(high - side) < slack)
    full &= abs(shapely.area(squares) - side**2) < slack * side
    if 2 * full.sum() <= len(squares):
        return None, nothing
    west, south = bounds[full, 0].min(), bounds[full, 1].min()
    col, row = (bounds[:, 0] - west) / side, (bounds[:, 1] - south) / side
    with np.errstate(invalid="ignore"):
        full &= (abs(col - np.rint(col)) < _ALIGNED) & (abs(row - np.rint(row)) < _ALIGNED)
    row, col = np.rint(row[full]).astype(np.int64), np.rint(col[full]).astype(np.int64)
    grid = Grid(float(west), float(south), side, row, col)
    alone = len(np.unique(row * (col.max() + 1) + col)) == len(row)
    return (grid, full) if alone and 2 * full.sum() > len(squares) else (None, nothing)


def areas_in_squares(shapes: Shapes, grid: Grid) -> tuple[Ints, Ints, Floats]:
    r"""Measure the area that each polygon shares with each square of a grid.

    Parameters
    ----------
    shapes : ndarray of valid polygons or multipolygons, shape (s,)
        They may overlap; each is measured alone.
    grid : Grid
        The squares.

    Returns
    -------
    shape, square : ndarray of int64, shape (k,)
        Numbers of the polygon and the square of each pair that shares area.
    area_m2 : ndarray of float64, shape (k,)
        Shared area.

    Notes
    -----
    By Green's theorem the area of a polygon in the square at :math:`(x_c, y_r)` with side :math:`s` is
    :math:`\oint \min(\max(x - x_c, 0), s)\,dy` over the part of its outline within
    :math:`y_r \le y \le y_r + s`. The outline is cut at the lines of the grid; each piece counts in its own
    square, and with its whole height in all squares to its left.
    """
    shape, x0, y0, x1, y1 = _segments(shapes, grid)
    if not len(shape):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, np.empty(0)
    piece, xm, ym, dy = _pieces(x0, y0, x1, y1)
    col, row = np.floor(xm).astype(np.int64), np.floor(ym).astype(np.int64)
    shape, row, col, own, rise = _gathered(shape[piece], row, col, (xm - col) * dy, dy)
    return _spread(shape, row, col, own, rise, grid)


def _segments(shapes: Shapes, grid: Grid) -> tuple[Ints, Floats, Floats, Floats, Floats]:
    """Return the segments of all outlines (interior on the left), in units of the grid's side."""
    rows, cols = grid.shape
    frame = shapely.box(
        grid.west, grid.south, grid.west + cols * grid.side_m, grid.south + rows * grid.side_m
    )
    near = np.flatnonzero((shapely.get_dimensions(shapes) == _AREAL) & shapely.intersects(shapes, frame))
    polygons, part_of = shapely.get_parts(shapely.orient_polygons(shapes[near]), return_index=True)
    rings, ring_of = shapely.get_rings(polygons, return_index=True)
    xy, of = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        empty = np.empty(0)
        return np.empty(0, dtype=np.int64), empty, empty, empty, empty
    x, y = (xy[:, 0] - grid.west) / grid.side_m, (xy[:, 1] - grid.south) / grid.side_m
    inner = np.flatnonzero(of[1:] == of[:-1])
    inner = inner[y[inner] != y[inner + 1]]
    shape: Ints = near[part_of[ring_of[of[inner]]]]
    return shape, x[inner], y[inner], x[inner + 1], y[inner + 1]


def _pieces(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> tuple[Ints, Floats, Floats, Floats]:
    """Cut segments at the lines of the grid; return segment, middle x and y, and rise of each piece."""
    segments = np.arange(len(x0))
    owners, cuts = [segments, segments], [np.zeros(len(x0)), np.ones(len(x0))]
    for start, end in ((x0, x1), (y0, y1)):
        low, high = np.minimum(start, end), np.maximum(start, end)
        first = np.floor(low) + 1
        count = np.maximum(np.ceil(high) - first, 0).astype(np.int64)
        owner = np.repeat(segments, count)
        line = first[owner] + _within(count)
        owners.append(owner)
        cuts.append((line - start[owner]) / (end[owner] - start[owner]))
    owner, cut = np.concatenate(owners), np.clip(np.concatenate(cuts), 0.0, 1.0)
    order = np.lexsort((cut, owner))
    owner, cut = owner[order], cut[order]
    kept = np.flatnonzero((owner[1:] == owner[:-1]) & (cut[1:] > cut[:-1]))
    owner, start, end = owner[kept], cut[kept], cut[kept + 1]
    middle, rise = (start + end) / 2, (end - start) * (y1 - y0)[owner]
    return owner, x0[owner] + middle * (x1 - x0)[owner], y0[owner] + middle * (y1 - y0)[owner], rise


def _gathered(
    shape: Ints, row: Ints, col: Ints, own: Floats, rise: Floats
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Add up the pieces of one shape in one square; sorted by shape, row, column."""
    order = np.lexsort((col, row, shape))
    shape, row, col = shape[order], row[order], col[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (shape[1:] != shape[:-1]) | (row[1:] != row[:-1]) | (col[1:] != col[:-1])
    first = np.flatnonzero(new)
    return (
        shape[first],
        row[first],
        col[first],
        np.add.reduceat(own[order], first),
        np.add.reduceat(rise[order], first),
    )


def _spread(
    shape: Ints, row: Ints, col: Ints, own: Floats, rise: Floats, grid: Grid
) -> tuple[Ints, Ints, Floats]:
    """Turn the pieces into areas, and fill the squares that lie inside a shape without touching its outline."""
    new = np.ones(len(shape), dtype=bool)
    new[1:] = (shape[1:] != shape[:-1]) | (row[1:] != row[:-1])
    first = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    running = np.cumsum(rise)
    running = running - (running[first] - rise[first])[group]  # from the left end of each row of each shape
    gap = np.zeros(len(shape), dtype=np.int64)
    gap[:-1] = np.where(new[1:], 0, col[1:] - col[:-1] - 1)
    gap[np.abs(running) < _NOTHING] = 0
    filled = np.repeat(np.arange(len(shape)), gap)
    shape = np.concatenate([shape, shape[filled]])
    row = np.concatenate([row, row[filled]])
    col = np.concatenate([col, col[filled] + 1 + _within(gap)])
    area = np.concatenate([own - running, -running[filled]])
    rows, cols = grid.shape
    seen = (row >= 0) & (row < rows) & (col >= 0) & (col < cols) & (area > _NOTHING)
    shape, area = shape[seen], area[seen]
    square = grid.position[row[seen], col[seen]]
    seen = square >= 0
    return shape[seen], square[seen], area[seen] * grid.side_m**2


def _within(counts: Ints) -> Ints:
    """Return 0, 1, … counts[i] - 1 for each i, one after another."""
    ends = np.cumsum(counts)
    numbers: Ints = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
    return numbers
