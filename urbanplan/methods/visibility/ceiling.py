"""How high may be built, cell by cell, so that every protected view stays open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.compiled import compiled, in_order, processors
from urbanplan.methods.visibility.prism_rays import lowest_pass, path_buffer, trace
from urbanplan.methods.visibility.sightlines import SightLines
from urbanplan.methods.visibility.surface import Surface

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

NO_LINE = -1


@dataclass(frozen=True, eq=False)
class Ceiling:
    """The elevation below which every cell (or plot) keeps the views clear.

    Attributes
    ----------
    elevation_m : ndarray of float64
        Elevation of the ceiling; infinite where no line passes: views ask nothing there; NaN where a line of which
        it is not known whether it is open passes lower than all that are.
    viewpoint, target : ndarray of int32
        Which line binds, of equal ones the first; -1 where none does or the ceiling is not known.
    """

    elevation_m: Floats
    viewpoint: Ints
    target: Ints

    def height_m(self, ground: Floats) -> Floats:
        """Return the height that may be built over the ground; below zero where the ground itself is over it."""
        return self.elevation_m - ground


@dataclass(frozen=True, eq=False)
class ViewCeilings:
    """The ceilings of a set of views.

    Attributes
    ----------
    protection : Ceiling
        Keeps all lines that are open today.
    restoration : Ceiling
        Opens all lines that only buildings or trees block today, when what is over it goes.
    doubtful : Ceiling
        The ceiling of the lines of which it is not known whether they are open; where it is below one of the other
        two, that one is NaN.
    """

    protection: Ceiling
    restoration: Ceiling
    doubtful: Ceiling


def view_ceilings(
    surface: Surface,
    lines: SightLines,
    *,
    kept: Flags | None = None,
    backdrop_m: float = 0.0,
    doubt: bool = True,
    threads: int | None = None,
) -> ViewCeilings:
    r"""Compute the ceilings that protect and that restore views.

    Parameters
    ----------
    surface : Surface
        Ground and buildings.
    lines : SightLines
        From `draw_sight_lines` on the same surface (or one of the same grid).
    kept : ndarray of bool, shape (n, m), optional
        Which of the open lines to protect, as `keep_required` chooses them; all by default.
    backdrop_m : float
        Protect the clear sky this far behind each target too, where no ground on the grid stands behind it.
    doubt : bool
        Whether a ceiling is unknown where a line of unknown state passes lower; else each is that of its own lines.
    threads : int, optional
        All processors by default. The answer does not depend on it.

    Returns
    -------
    ViewCeilings
        Three ceilings of shape (rows, cols), in elevation. A building that fills its cells up to the ceiling keeps
        every line; all cells may be built up to it at once.

    Raises
    ------
    InputError
        If the backdrop is below zero.

    Notes
    -----
    :math:`\min_{(v,t)} \min_{d \in [d_1, d_2]} z_v + (z_t - z_v) d/D - c\,d\,(D - d)` over all lines that pass over
    the cell between the distances :math:`d_1` and :math:`d_2`, exact on prisms. The cells of the eye and of the
    target, and the target's own building, have no ceiling from that line. Lines that the ground blocks ask nothing:
    they cannot be protected.

    References
    ----------
    Greater London Authority (2012). London View Management Framework SPG, appendix E (threshold planes).
    """
    if not backdrop_m >= 0:
        raise InputError(f"backdrop_m is {backdrop_m}; give a distance from 0 m")
    protected = lines.protectable if kept is None else lines.protectable & kept
    made = [
        _ceiling(surface, lines, chosen, backdrop_m, threads)
        for chosen in (protected, lines.restorable, lines.unknown)
    ]
    doubtful = made[2]
    if not doubt:
        return ViewCeilings(*made)
    return ViewCeilings(_in_doubt(made[0], doubtful), _in_doubt(made[1], doubtful), doubtful)


def keep_required(lines: SightLines, asset: Ints, required_fraction: float) -> Flags:
    """Choose the open lines that keep a required fraction of each asset visible from each viewpoint.

    Parameters
    ----------
    lines : SightLines
        Lines to the points of one or more assets.
    asset : ndarray of int32, shape (m,)
        Asset to which each target point belongs.
    required_fraction : float
        Fraction (0-1) of an asset's points that must be visible; the highest of them are kept.

    Returns
    -------
    ndarray of bool, shape (n, m)
        Lines to protect. Where fewer points are open than required, all of them.
    """
    kept = np.zeros_like(lines.protectable)
    for number in np.unique(asset):
        points = np.flatnonzero(asset == number)
        points = points[np.argsort(-lines.targets[points, 2], kind="stable")]
        needed = int(np.ceil(required_fraction * len(points) - 1e-9))
        open_ = lines.protectable[:, points]
        kept[:, points] = open_ & (np.cumsum(open_, axis=1) <= needed)
    return kept


def _ceiling(
    surface: Surface, lines: SightLines, kept: Flags, backdrop_m: float, threads: int | None
) -> Ceiling:
    """Lower a ceiling line by line, the viewpoints dealt out to the threads."""
    shape = surface.top.shape
    eyes = np.flatnonzero(kept.any(axis=1))
    hands = min(threads or processors(), max(len(eyes), 1))
    from_, to = surface.in_cells(lines.eyes), surface.in_cells(lines.targets)
    sag = lines.drop_per_m2 * surface.cell_m**2
    backdrop = backdrop_m / surface.cell_m

    def lower(own: NDArray[np.int64]) -> tuple[Floats, Ints]:
        lowest, line = np.full(shape, np.inf), np.full(shape, NO_LINE, np.int32)
        for eye in own:
            fixed = (surface.ground, surface.building, lines.target_building, sag, backdrop)
            _lower_for_eye(int(eye), from_[eye], to, kept[eye], *fixed, lowest, line)
        return lowest, line

    parts = in_order(lower, [eyes[hand::hands] for hand in range(hands)], threads)
    lowest, line = next(parts)
    for other, other_line in parts:
        _take_lower(lowest, line, other, other_line)
    viewpoint, target = np.full(shape, NO_LINE, np.int32), np.full(shape, NO_LINE, np.int32)
    bound = np.nonzero(line != NO_LINE)
    viewpoint[bound], target[bound] = np.divmod(line[bound], np.int32(len(lines.targets)))
    return Ceiling(lowest, viewpoint, target)


def _in_doubt(ceiling: Ceiling, doubtful: Ceiling) -> Ceiling:
    """Mark as unknown what a line of unknown state would lower."""
    lower = doubtful.elevation_m < ceiling.elevation_m
    if not lower.any():
        return ceiling
    elevation, viewpoint, target = ceiling.elevation_m.copy(), ceiling.viewpoint.copy(), ceiling.target.copy()
    elevation[lower], viewpoint[lower], target[lower] = np.nan, NO_LINE, NO_LINE
    return Ceiling(elevation, viewpoint, target)


def lower_of(one: Ceiling, other: Ceiling) -> Ceiling:
    """Return the lower of two ceilings, cell by cell; of equal ones the first."""
    lower = other.elevation_m < one.elevation_m
    return Ceiling(
        np.where(lower, other.elevation_m, one.elevation_m),
        np.where(lower, other.viewpoint, one.viewpoint).astype(np.int32),
        np.where(lower, other.target, one.target).astype(np.int32),
    )


@compiled
def _take_lower(lowest: Floats, line: Ints, other: Floats, other_line: Ints) -> None:
    """Take over what is lower in another ceiling; of equal ones the first line."""
    for row in range(lowest.shape[0]):
        for col in range(lowest.shape[1]):
            gap = other[row, col] - lowest[row, col]
            if gap < 0 or (gap == 0 and other_line[row, col] < line[row, col]):
                lowest[row, col], line[row, col] = other[row, col], other_line[row, col]


@compiled
def _open_behind(
    ground: Floats, cells: Ints, shares: Floats, count: int, z0: float, rise: float, sag: float
) -> bool:
    """Say whether no ground stands behind the target: what is unknown is taken for sky, to protect it."""
    for k in range(count):
        if shares[k, 0] >= 1:
            low = lowest_pass(shares[k, 0], shares[k, 1], z0, rise, sag)
            if ground[cells[k, 0], cells[k, 1]] > low:
                return False
    return True


@compiled
def _lower_for_eye(
    number: int,
    eye: Floats,
    targets: Floats,
    kept: Flags,
    ground: Floats,
    building: Ints,
    target_building: Ints,
    drop: float,
    backdrop: float,
    lowest: Floats,
    line: Ints,
) -> None:
    """Lower the ceiling under the kept lines of one eye."""
    rows, cols = ground.shape
    cells, shares = path_buffer(rows, cols)
    for j in range(len(targets)):
        if not kept[j]:
            continue
        target = targets[j]
        rise = target[2] - eye[2]
        length = np.hypot(target[0] - eye[0], target[1] - eye[1])
        sag = drop * length * length
        count = trace(eye, target, rows, cols, np.inf if backdrop > 0 else 1.0, cells, shares)
        last = 1.0
        if backdrop > 0 and _open_behind(ground, cells, shares, count, eye[2], rise, sag):
            last = 1.0 + backdrop / length
        for k in range(count):
            row, col = cells[k, 0], cells[k, 1]
            spared = target_building[j] >= 0 and building[row, col] == target_building[j]
            if shares[k, 0] < last and not spared:
                low = lowest_pass(shares[k, 0], min(shares[k, 1], last), eye[2], rise, sag)
                if low < lowest[row, col] or (
                    low == lowest[row, col] and number * len(targets) + j < line[row, col]
                ):
                    lowest[row, col] = low
                    line[row, col] = number * len(targets) + j
