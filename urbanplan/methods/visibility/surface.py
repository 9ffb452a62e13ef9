"""The surface that views cross: bare ground, and upon it what stands, on one grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Grid, areas_in_squares

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Shapes = NDArray[np.object_]

NOBODY = -1
"""Stands in `Surface.building` where no building stands."""
COARSEST_STREET_CELL_M = 30.0


@dataclass(frozen=True, eq=False)
class Surface:
    """Heights on a grid with north up.

    Attributes
    ----------
    ground, top : ndarray of float64, shape (rows, cols)
        Elevation (m) of the bare ground, and of what stands on it; NaN where it is not known.
    building : ndarray of int32, shape (rows, cols)
        Number of the building that stands on the cell, -1 where none does.
    roof_m : ndarray of float64, shape (n,)
        Elevation (m) of each building's level roof; NaN where unknown or outside the grid.
    x0, y0 : float
        North-western corner of the grid.
    cell_m : float
        Side of a cell in metres.
    """

    ground: Floats
    top: Floats
    building: Numbers
    roof_m: Floats
    x0: float
    y0: float
    cell_m: float

    def in_cells(self, points: Floats) -> Floats:
        """Turn points (x, y, elevation) into (column, row, elevation), in cells from the north-western corner."""
        return np.column_stack(
            [(points[:, 0] - self.x0) / self.cell_m, (self.y0 - points[:, 1]) / self.cell_m, points[:, 2:]]
        )

    def cells_of(self, xy: Floats, what: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the row and column in which each point lies.

        Raises
        ------
        InputError
            If a point lies outside the grid; the message names it by `what` and its number.
        """
        col = np.floor((xy[:, 0] - self.x0) / self.cell_m)
        row = np.floor((self.y0 - xy[:, 1]) / self.cell_m)
        rows, cols = self.top.shape
        outside = np.flatnonzero(~((row >= 0) & (row < rows) & (col >= 0) & (col < cols)))
        if len(outside):
            x, y = xy[outside[0], :2]
            raise InputError(
                f"{what} {outside[0]} at ({x:.1f}, {y:.1f}) lies outside the surface ({len(outside)} of {len(xy)}); "
                "give a surface that covers it, or leave it out"
            )
        return row.astype(np.int64), col.astype(np.int64)


def build_surface(
    ground: Floats,
    footprints: Shapes,
    heights_m: Floats,
    *,
    x0: float,
    y0: float,
    cell_m: float,
    canopy_m: Floats | None = None,
    least_share: float = 0.5,
) -> Surface:
    """Put buildings, and trees where they are known, on bare ground.

    Parameters
    ----------
    ground : ndarray of float64, shape (rows, cols)
        Elevation of the bare ground in metres, row 0 in the north; NaN where unknown.
    footprints : ndarray of valid polygons, shape (n,)
        In the grid's projected CRS.
    heights_m : ndarray of float64, shape (n,)
        Height over the local ground; NaN where unknown: views across such a building are unknown.
    x0, y0, cell_m : float
        North-western corner of the grid and side of a cell, metres.
    canopy_m : ndarray of float64, shape (rows, cols), optional
        Height of trees over the ground.
    least_share : float
        A cell belongs to a building that covers at least this share of it; 0 means any touch, which is the
        careful choice for a ceiling. A building too small for that gets the cell that it fills most.

    Returns
    -------
    Surface
        Roofs are level, `heights_m` over the mean ground of the building's cells; where buildings overlap, the
        higher roof stands, and an unknown one hides what a known one would show.

    Raises
    ------
    InputError
        If shapes do not fit, a height is negative or infinite, or a footprint is not valid.
    """
    ground = np.ascontiguousarray(ground, dtype=np.float64)
    _check(ground, footprints, heights_m, cell_m, canopy_m)
    top = ground.copy() if canopy_m is None else ground + np.maximum(canopy_m, 0.0)
    building = np.full(ground.shape, NOBODY, dtype=np.int32)
    number, row, col, area = _covered(footprints, ground.shape, x0, y0, cell_m, least_share)
    weight = np.bincount(number, area, minlength=len(footprints))
    with np.errstate(invalid="ignore"):
        base = np.bincount(number, area * ground[row, col], minlength=len(footprints)) / weight
    roof = base + heights_m
    order = np.lexsort(
        (-number, roof[number], col, row)
    )  # unknown roofs last; of equal ones the first building
    row, col, number = row[order], col[order], number[order]
    highest = np.ones(len(order), dtype=bool)
    highest[:-1] = (row[1:] != row[:-1]) | (col[1:] != col[:-1])
    row, col, number = row[highest], col[highest], number[highest]
    top[row, col] = np.maximum(top[row, col], roof[number])
    building[row, col] = number
    return Surface(ground, top, building, roof, float(x0), float(y0), float(cell_m))


def _check(
    ground: Floats, footprints: Shapes, heights_m: Floats, cell_m: float, canopy_m: Floats | None
) -> None:
    """Refuse what cannot be a surface."""
    if cell_m <= 0 or not np.isfinite(cell_m):
        raise InputError(f"the surface's cells are {cell_m} m wide; give a positive width in metres")
    if ground.ndim != 2 or not ground.size:  # noqa: PLR2004 - rows and columns
        raise InputError(f"the ground has shape {ground.shape}; give rows and columns of elevations")
    if np.isinf(ground).any():
        raise InputError("the ground has infinite elevations; mark unknown cells as NaN")
    if canopy_m is not None and canopy_m.shape != ground.shape:
        raise InputError(
            f"canopy has shape {canopy_m.shape}, ground {ground.shape}; resample one to the other's grid"
        )
    if len(footprints) != len(heights_m):
        raise InputError(
            f"{len(footprints)} footprints have {len(heights_m)} heights; give one height per footprint"
        )
    wrong = np.flatnonzero((heights_m < 0) | np.isinf(heights_m))
    if len(wrong):
        raise InputError(
            f"building {wrong[0]} is {heights_m[wrong[0]]} m high; give metres from 0, or NaN if not known"
        )
    wrong = np.flatnonzero(~shapely.is_valid(footprints))
    if len(wrong):
        raise InputError(
            f"footprint {wrong[0]} is not a valid polygon ({len(wrong)} in all); repair it first"
        )


def _covered(
    footprints: Shapes, shape: tuple[int, int], x0: float, y0: float, cell_m: float, least_share: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return building, row, column and shared area of every cell that belongs to a building."""
    rows = shape[0]
    row, col = (part.ravel() for part in np.indices(shape))
    grid = Grid(x0, y0 - rows * cell_m, cell_m, row, col)
    number, square, area = areas_in_squares(footprints, grid)
    row, col = rows - 1 - row[square], col[square]
    fullest = np.lexsort((square, -area, number))
    first = np.ones(len(fullest), dtype=bool)
    first[1:] = number[fullest][1:] != number[fullest][:-1]
    kept = area >= least_share * cell_m**2 * (1 - 1e-9)
    kept[fullest[first]] = True
    return number[kept], row[kept], col[kept], area[kept]


def cells_in_polygons(
    surface: Surface, polygons: Shapes, *, least_share: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Floats]:
    """Find the cells that belong to polygons.

    Parameters
    ----------
    surface : Surface
        Its grid.
    polygons : ndarray of valid polygons, shape (n,)
        They may overlap.
    least_share : float
        A cell belongs to a polygon that covers at least this share of it; a polygon too small for that gets the
        cell that it fills most.

    Returns
    -------
    number, row, col : ndarray of int64, shape (k,)
        Polygon and cell of each pair.
    area_m2 : ndarray of float64, shape (k,)
        What they share.
    """
    return _covered(polygons, surface.ground.shape, surface.x0, surface.y0, surface.cell_m, least_share)


def refuse_coarse_surface(cell_m: float) -> None:
    """Refuse a surface that is too coarse for views from the street.

    Parameters
    ----------
    cell_m : float
        Side of a cell in metres.

    Raises
    ------
    InputError
        From 30 m upward.

    Notes
    -----
    In a synthetic city of 2 m cells (`benchmarks/views.py`) the area seen from streets, as a share of all, and
    its overlap with the truth are given in `docs/adr/0007-views.md`.
    """
    if not cell_m < COARSEST_STREET_CELL_M:
        raise InputError(
            f"a surface of {cell_m:g} m cells cannot carry views from the street: streets and the gaps between "
            "buildings vanish in it, and two to three times the true area seems visible; give a surface of "
            "10 m or finer (4 m or finer for a view that is quoted), or ask for views of mountain scale only"
        )


def eyes_over_ground(
    surface: Surface, xy: Floats, *, eye_height_m: float = 1.6, max_shift_m: float = 0.0
) -> tuple[Floats, Floats]:
    """Stand people at points: eyes over the bare ground, moved out of buildings where need be.

    Parameters
    ----------
    surface : Surface
        Ground and buildings.
    xy : ndarray of float64, shape (n, 2)
        Points inside the grid.
    eye_height_m : float
        Height of the eyes over the ground.
    max_shift_m : float
        A point in a building moves to the centre of the nearest cell without one, at most this far.

    Returns
    -------
    eyes : ndarray of float64, shape (n, 3)
        x, y and elevation; the elevation is NaN where no free cell is near enough or the ground is unknown.
    shift_m : ndarray of float64, shape (n,)
        How far each point was moved.
    """
    row, col = surface.cells_of(xy, "viewpoint")
    eyes = np.column_stack([xy, surface.ground[row, col] + eye_height_m])
    shift = np.zeros(len(xy))
    for k in np.flatnonzero(surface.building[row, col] != NOBODY):
        eyes[k], shift[k] = _nearest_free(surface, eyes[k], row[k], col[k], eye_height_m, max_shift_m)
    return eyes, shift


def _nearest_free(
    surface: Surface, eye: Floats, row: int, col: int, eye_height_m: float, max_shift_m: float
) -> tuple[Floats, float]:
    """Move one eye to the nearest cell without a building; of equally near ones the north-western."""
    reach = int(np.ceil(max_shift_m / surface.cell_m)) + 1
    north, west = max(row - reach, 0), max(col - reach, 0)
    near = surface.building[north : row + reach + 1, west : col + reach + 1]
    rows, cols = np.nonzero(near == NOBODY)
    x = surface.x0 + (cols + west + 0.5) * surface.cell_m
    y = surface.y0 - (rows + north + 0.5) * surface.cell_m
    away = np.hypot(x - eye[0], y - eye[1])
    if not len(away) or away.min() > max_shift_m:
        return np.array([eye[0], eye[1], np.nan]), 0.0
    best = int(np.argmin(away))
    elevation = surface.ground[rows[best] + north, cols[best] + west] + eye_height_m
    return np.array([x[best], y[best], elevation]), float(away[best])
