"""How much of a mountain or a temple is left to be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.compiled import compiled, in_order
from urbanplan.methods.visibility.curvature import REFRACTION, drop_per_m2
from urbanplan.methods.visibility.sphere import highest_slope, sine_of
from urbanplan.methods.visibility.surface import Surface

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DIRECTIONS = 720


@dataclass(frozen=True, eq=False)
class VisibleFraction:
    """How much of a target is seen from each of n eyes.

    Attributes
    ----------
    fraction : ndarray of float64, shape (n,)
        Of the solid angle that the target would have with nothing but ground around it; NaN where it would have
        none, where the eye is inside a building, or where it depends on cells that are not known.
    low, high : ndarray of float64, shape (n,)
        The least and the greatest that the fraction can be.
    unobstructed_sr : ndarray of float64, shape (n,)
        The solid angle that the target would have.
    """

    fraction: Floats
    low: Floats
    high: Floats
    unobstructed_sr: Floats


def visible_fraction(
    surface: Surface,
    target: Flags,
    eyes: Floats,
    *,
    floor_m: float = -np.inf,
    directions: int = DIRECTIONS,
    refraction: float | None = REFRACTION,
    threads: int | None = None,
) -> VisibleFraction:
    r"""Measure what is left to be seen of a target.

    Parameters
    ----------
    surface : Surface
        Ground, and all that stands on it; each cell is a prism with a level top and upright walls.
    target : ndarray of bool, shape (rows, cols)
        Cells of the target: a mountain's ground, a temple's tower.
    eyes : ndarray of float64, shape (n, 3)
        x, y and elevation in metres, inside the grid.
    floor_m : float
        Elevation from which upward the target counts: the lowest part of a tower that must stay visible.
    directions : int
        Directions that are looked along, evenly over the width in which the target lies from each eye.
    refraction : float or None
        Coefficient of refraction; None for a flat Earth.
    threads : int, optional
        All processors by default. The answer does not depend on it.

    Returns
    -------
    VisibleFraction
        :math:`f = \Omega_{visible} / \Omega_{unobstructed}`. Raising a building never raises it.

    Raises
    ------
    InputError
        If the target does not fit the grid or has no cell, or an eye is outside the grid.

    Notes
    -----
    :math:`\Omega` is the sum of :math:`(\sin e_1 - \sin e_0)\,\Delta\alpha` over the cells of the target that raise
    the horizon; what is unobstructed is so over bare ground, with the target's own cells as they stand. An unknown
    cell is open for the upper bound and blocks everything for the lower.
    """
    eyes = np.ascontiguousarray(eyes, dtype=np.float64)
    target = np.ascontiguousarray(target, dtype=np.bool_)
    if eyes.ndim != 2 or eyes.shape[1] != 3:  # noqa: PLR2004 - x, y, elevation
        raise InputError(f"viewpoints have shape {eyes.shape}; give x, y and elevation of each")
    if target.shape != surface.top.shape:
        raise InputError(
            f"the target has shape {target.shape}, the surface {surface.top.shape}; use the same grid"
        )
    if not target.any():
        raise InputError("the target has no cell on the surface; give a surface that covers it")
    if directions < 1:
        raise InputError(f"directions is {directions}; give at least 1")
    rows, cols = surface.cells_of(eyes[:, :2], "viewpoint")
    cells, corners = surface.in_cells(eyes), _corners(target)
    drop = drop_per_m2(refraction)

    def look(eye: int) -> Floats:
        if not eyes[eye, 2] >= surface.top[rows[eye], cols[eye]]:
            return np.full(3, np.nan)
        sector = _sector(cells[eye], corners)
        fixed = (floor_m - eyes[eye, 2], directions, surface.cell_m, drop)
        return _target_angles(surface.ground, surface.top, target, cells[eye], *sector, *fixed)

    angles = np.array(list(in_order(look, range(len(eyes)), threads))).reshape(len(eyes), 3)
    full = angles[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = (np.where(full > 0, part / full, np.nan) for part in angles[:, 1:].T)
    return VisibleFraction(np.where(low == high, low, np.nan), low, high, full)


def _corners(target: Flags) -> Floats:
    """Return the corners (column, row) of the cells at the target's edge."""
    framed = np.pad(target, 1)
    inner = framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    row, col = np.nonzero(target & ~inner)
    shift = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)
    corners: Floats = (np.column_stack([col, row])[:, None, :] + shift).reshape(-1, 2)
    return corners


def _sector(eye: Floats, corners: Floats) -> tuple[float, float, float]:
    """Return the first azimuth, the width (radians) and the reach (cells) in which a target lies from an eye."""
    across, down = corners[:, 0] - eye[0], corners[:, 1] - eye[1]
    reach = float(np.hypot(across, down).max())
    middle = float(np.arctan2(across.mean(), -down.mean()))
    aside = (np.arctan2(across, -down) - middle + np.pi) % (2 * np.pi) - np.pi
    first, last = float(aside.min()), float(aside.max())
    if last - first > np.pi:
        return 0.0, 2 * np.pi, reach
    return middle + first, last - first, reach


@compiled
def _target_angles(
    ground: Floats,
    top: Floats,
    target: Flags,
    eye: Floats,
    first: float,
    width: float,
    reach: float,
    floor: float,
    directions: int,
    cell_m: float,
    drop: float,
) -> Floats:
    """Return the target's solid angle unobstructed, at least visible and at most visible."""
    gained, step = np.zeros(3), width / directions
    for direction in range(directions):
        turn = first + (direction + 0.5) * step
        _along(ground, top, target, eye, np.sin(turn), -np.cos(turn), reach, floor, cell_m, drop, gained)
    return gained * step


@compiled
def _along(
    ground: Floats,
    top: Floats,
    target: Flags,
    eye: Floats,
    dx: float,
    dy: float,
    reach: float,
    floor: float,
    cell_m: float,
    drop: float,
    gained: Floats,
) -> None:
    """Add the sines that the target has in one direction: unobstructed, at least and at most visible."""
    rows, cols = top.shape
    col, row = int(np.floor(eye[0])), int(np.floor(eye[1]))
    right, down = 1 if dx > 0 else -1, 1 if dy > 0 else -1
    east, south, per_col, per_row = max(right, 0), max(down, 0), 1 / dx, 1 / dy
    full, low, high, near = -1.0, -1.0, -1.0, 0.0
    while 0 <= col < cols and 0 <= row < rows and near <= reach * cell_m:
        leave_col = (col + east - eye[0]) * per_col if dx != 0 else np.inf
        leave_row = (row + south - eye[1]) * per_row if dy != 0 else np.inf
        far = max(min(leave_col, leave_row) * cell_m, near)
        own, z = target[row, col], top[row, col]
        bare = z if own else ground[row, col]
        if far > near:
            over_top = sine_of(highest_slope(z - eye[2], near, far, drop))
            over_ground = over_top
            if bare != z:
                over_ground = sine_of(highest_slope(bare - eye[2], near, far, drop))
            if own and not np.isnan(z):
                under = sine_of(highest_slope(floor, near, far, drop)) if floor > -np.inf else -1.0
                gained[0] += max(over_ground - max(full, under), 0.0)
                gained[2] += max(over_top - max(high, under), 0.0)
                gained[1] += max(over_top - max(low, under), 0.0)
            full = max(full, over_ground)
            high = max(high, over_top)
            low = 1.0 if np.isnan(z) else max(low, over_top)
        near = far
        if leave_col <= leave_row:
            col += right
        else:
            row += down
