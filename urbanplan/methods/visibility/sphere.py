"""The sphere around an eye, azimuth by azimuth: what raises the horizon takes a part of it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.visibility.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

BESIDE = 3
"""Slots beside the classes: sky, behind unknown cells, beyond the grid."""


@compiled
def sine_of(slope: float) -> float:
    """Return the sine of an elevation angle from its tangent."""
    return 1.0 if slope == np.inf else slope / math.sqrt(1 + slope * slope)


@compiled
def highest_slope(rise: float, near: float, far: float, drop: float) -> float:
    """Return the greatest tangent at which a level top `rise` over the eye is seen between two distances (m)."""
    if rise > 0:
        return rise / near - drop * near if near > 0 else np.inf
    if -rise >= drop * far * far or drop == 0:
        return rise / far - (drop * far if drop > 0 else 0.0)
    best = max(math.sqrt(-rise / drop), near)
    return 0.0 if best == 0 else rise / best - drop * best


@compiled
def _look_along(
    top: Floats,
    labels: Ints,
    eye: Floats,
    dx: float,
    dy: float,
    cell_m: float,
    drop: float,
    highest: float,
    ceiling: float,
    step: float,
    angles: Floats,
) -> float:
    """Share out one azimuth between classes, sky, unknown and beyond; return the tangent of the horizon."""
    rows, cols = top.shape
    sky = len(angles) - 3
    col, row = int(np.floor(eye[0])), int(np.floor(eye[1]))
    right, down = 1 if dx > 0 else -1, 1 if dy > 0 else -1
    east, south, per_col, per_row = max(right, 0), max(down, 0), 1 / dx, 1 / dy
    slope, sine, near = -np.inf, -1.0, 0.0
    while 0 <= col < cols and 0 <= row < rows:
        leave_col = (col + east - eye[0]) * per_col if dx != 0 else np.inf
        leave_row = (row + south - eye[1]) * per_row if dy != 0 else np.inf
        far = max(min(leave_col, leave_row) * cell_m, near)
        rise = top[row, col] - eye[2]
        if np.isnan(rise):
            angles[sky + 1] += (1 - sine) * step
            return np.nan
        if far > near:
            found = highest_slope(rise, near, far, drop)
            if found > slope:
                higher = sine_of(found)
                angles[labels[row, col]] += (higher - sine) * step
                slope, sine = found, higher
            if slope > max((ceiling - eye[2]) / far, 0.0):
                angles[sky] += (1 - sine) * step
                return slope
        near = far
        if leave_col <= leave_row:
            col += right
        else:
            row += down
    if near > 0:
        limit = highest_slope(highest - eye[2], near, np.inf, drop)
        if limit > slope:
            angles[sky + 2] += (sine_of(limit) - sine) * step
            sine = sine_of(limit)
    angles[sky] += (1 - sine) * step
    return slope


@compiled
def look_round(
    top: Floats,
    labels: Ints,
    eye: Floats,
    azimuths: int,
    number: int,
    cell_m: float,
    drop: float,
    highest: float,
    ceiling: float,
) -> tuple[Floats, Floats]:
    """Return the solid angles around one eye, and the tangents of its horizon."""
    angles, horizon = np.zeros(number + BESIDE), np.full(azimuths, np.nan)
    rows, cols = top.shape
    row, col = min(int(np.floor(eye[1])), rows - 1), min(int(np.floor(eye[0])), cols - 1)
    if not eye[2] >= top[row, col]:
        angles[:] = np.nan
        return angles, horizon
    step = 2 * np.pi / azimuths
    for azimuth in range(azimuths):
        turn = (azimuth + 0.5) * step
        dx, dy = np.sin(turn), -np.cos(turn)
        horizon[azimuth] = _look_along(top, labels, eye, dx, dy, cell_m, drop, highest, ceiling, step, angles)
    return angles, horizon
