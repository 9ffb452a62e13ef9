"""Lines of sight from viewpoints to the points of a target that should stay visible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.compiled import compiled, in_order
from urbanplan.methods.visibility.curvature import REFRACTION, drop_per_m2
from urbanplan.methods.visibility.prism_rays import BLOCKED, CLEAR, UNDECIDED, judge, path_buffer, trace
from urbanplan.methods.visibility.surface import NOBODY, Surface

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Codes = NDArray[np.uint8]

_OUTSIDE = -1


@dataclass(frozen=True, eq=False)
class SightLines:
    """Lines from n viewpoints to m points of targets, and what stands in their way.

    Attributes
    ----------
    eyes, targets : ndarray of float64, shape (n, 3) and (m, 3)
        x, y and elevation in metres.
    target_building : ndarray of int32, shape (m,)
        Building that each target is part of, which does not count as being in the way; -1 for none.
    ground, top : ndarray of uint8, shape (n, m)
        Over bare ground, and over all that stands: 0 blocked, 1 clear, 2 unknown (nothing known blocks it, but a
        cell on the way is not known or lies outside the surface).
    clearance_m : ndarray of float64, shape (n, m)
        Least height of the line over what stands; negative where blocked, NaN where unknown, infinite where the
        line passes over no cell but those of its ends.
    obstacle : ndarray of int32, shape (n, m, 2)
        Row and column of the cell over which it is least, -1 where there is none.
    drop_per_m2 : float
        Curvature and refraction with which the lines were drawn.
    """

    eyes: Floats
    targets: Floats
    target_building: Ints
    ground: Codes
    top: Codes
    clearance_m: Floats
    obstacle: Ints
    drop_per_m2: float

    @property
    def protectable(self) -> NDArray[np.bool_]:
        """Lines that are open today: a ceiling can protect them."""
        protectable: NDArray[np.bool_] = (self.ground == CLEAR) & (self.top == CLEAR)
        return protectable

    @property
    def restorable(self) -> NDArray[np.bool_]:
        """Lines that only buildings or trees block: removing what is over a ceiling would restore them."""
        restorable: NDArray[np.bool_] = (self.ground == CLEAR) & (self.top == BLOCKED)
        return restorable

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Lines that the ground is not known to block, and of which more cannot be said."""
        unknown: NDArray[np.bool_] = (self.ground != BLOCKED) & ~self.protectable & ~self.restorable
        return unknown


def draw_sight_lines(
    surface: Surface,
    eyes: Floats,
    targets: Floats,
    *,
    target_building: Ints | None = None,
    refraction: float | None = REFRACTION,
    threads: int | None = None,
) -> SightLines:
    r"""Draw the line from every viewpoint to every point of the targets, and see what it meets.

    Parameters
    ----------
    surface : Surface
        Each cell is a prism with a level top.
    eyes, targets : ndarray of float64, shape (n, 3) and (m, 3)
        x, y and elevation in metres; the cells in which they lie do not count as being in the way.
    target_building : ndarray of int32, shape (m,), optional
        Building of which each target is a part; it does not count as being in the way of that target.
    refraction : float or None
        Coefficient of refraction; None for a flat Earth.
    threads : int, optional
        All processors by default. The answer does not depend on it.

    Returns
    -------
    SightLines
        One state and clearance per line.

    Raises
    ------
    InputError
        If points have the wrong shape or buildings that do not exist.

    Notes
    -----
    Over the point at distance :math:`d` of :math:`D` the line passes at
    :math:`z_0 + (z_1 - z_0) d/D - c\,d\,(D - d)`; its clearance over a cell is the least of that between the
    distances at which it enters and leaves the cell, less the cell's height. Blocked means less than -1e-9 m.
    """
    eyes, targets = _points(eyes, "viewpoints"), _points(targets, "targets")
    building = np.full(len(targets), NOBODY, np.int32) if target_building is None else target_building
    building = np.asarray(building, dtype=np.int32)
    if building.shape != (len(targets),) or (building >= len(surface.roof_m)).any():
        raise InputError(
            f"{len(targets)} targets need as many numbers of buildings below {len(surface.roof_m)}, or -1"
        )
    drop = drop_per_m2(refraction)
    from_, to = surface.in_cells(eyes), surface.in_cells(targets)
    size = (len(eyes), len(targets))
    ground, top = np.empty(size, np.uint8), np.empty(size, np.uint8)
    clearance, obstacle = np.empty(size), np.empty((*size, 2), np.int32)
    heights = (surface.ground, surface.top, surface.building)
    sag = drop * surface.cell_m**2

    def judge_eye(eye: int) -> None:
        _judge_eye(
            *heights, from_[eye], to, building, sag, ground[eye], top[eye], clearance[eye], obstacle[eye]
        )

    for _ in in_order(judge_eye, range(len(eyes)), threads):
        pass
    return SightLines(eyes, targets, building, ground, top, clearance, obstacle, drop)


def sample_line(xy: Floats, spacing_m: float) -> Floats:
    """Place points along a line, its ends and corners among them, no two farther apart than a distance.

    Parameters
    ----------
    xy : ndarray of float64, shape (k, 2)
        Corners of the line; a viewpoint line is sampled at a cell's side or less, a silhouette so that its points,
        seen from the farthest viewpoint, are half a cell apart or less.
    spacing_m : float
        Greatest distance between neighbours, metres.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Points in the order of the line.

    Raises
    ------
    InputError
        If the spacing is not above zero.

    Examples
    --------
    >>> sample_line(np.array([[0.0, 0.0], [10.0, 0.0]]), 4.0)[:, 0].round(2).tolist()
    [0.0, 3.33, 6.67, 10.0]
    """
    if not spacing_m > 0:
        raise InputError(f"spacing_m is {spacing_m}; give a distance above 0 m")
    xy = np.asarray(xy, dtype=np.float64)
    pieces = np.maximum(np.ceil(np.hypot(*np.diff(xy, axis=0).T) / spacing_m), 1).astype(np.int64)
    piece = np.repeat(np.arange(len(pieces)), pieces)
    share = (np.arange(len(piece)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[piece]
    inner = xy[piece] + share[:, None] * (xy[piece + 1] - xy[piece])
    points: Floats = np.concatenate([inner, xy[-1:]])
    return points


def _points(points: Floats, what: str) -> Floats:
    """Refuse points that have no x, y and elevation."""
    points = np.ascontiguousarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 3:  # noqa: PLR2004 - x, y, elevation
        raise InputError(f"{what} have shape {points.shape}; give x, y and elevation of each")
    if not np.isfinite(points[:, :2]).all():
        raise InputError(f"{what} have coordinates that are not numbers; leave those points out")
    return points


@compiled
def _outside(point: Floats, rows: int, cols: int) -> bool:
    """Say whether a point lies off the grid."""
    return not (0 <= point[0] <= cols and 0 <= point[1] <= rows)


@compiled
def _judge_eye(
    ground: Floats,
    top: Floats,
    building: Ints,
    eye: Floats,
    targets: Floats,
    target_building: Ints,
    drop: float,
    state_ground: Codes,
    state_top: Codes,
    clearance: Floats,
    obstacle: Ints,
) -> None:
    """Judge the lines from one eye to all targets, over the ground and over what stands on it."""
    rows, cols = top.shape
    cells, shares = path_buffer(rows, cols)
    for j in range(len(targets)):
        target = targets[j]
        count = trace(eye, target, rows, cols, 1.0, cells, shares)
        rise = target[2] - eye[2]
        sag = drop * ((target[0] - eye[0]) ** 2 + (target[1] - eye[1]) ** 2)
        spared = target_building[j]
        state_ground[j] = judge(ground, building, -1, cells, shares, count, eye[2], rise, sag)[0]
        state_top[j], clearance[j], worst = judge(
            top, building, spared, cells, shares, count, eye[2], rise, sag
        )
        obstacle[j, 0] = cells[worst, 0] if worst >= 0 else _OUTSIDE
        obstacle[j, 1] = cells[worst, 1] if worst >= 0 else _OUTSIDE
        off_grid = _outside(eye, rows, cols) or _outside(target, rows, cols)
        if off_grid and state_ground[j] == CLEAR:
            state_ground[j] = UNDECIDED
        if off_grid and state_top[j] == CLEAR:
            state_top[j] = UNDECIDED
        if np.isnan(rise):
            state_ground[j], state_top[j] = UNDECIDED, UNDECIDED
        if state_top[j] == UNDECIDED:
            clearance[j] = np.nan
