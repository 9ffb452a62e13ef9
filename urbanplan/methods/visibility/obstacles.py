"""Who takes the view: the buildings in the way of each blocked line, and each building's part in the loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.compiled import compiled, in_order
from urbanplan.methods.visibility.prism_rays import (
    BLOCKED,
    CLEAR,
    TOLERANCE_M,
    lowest_pass,
    path_buffer,
    trace,
)
from urbanplan.methods.visibility.shapley import shares_of_loss
from urbanplan.methods.visibility.sightlines import SightLines
from urbanplan.methods.visibility.surface import NOBODY, Surface

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Blockers:
    """Every building in the way of every line that the ground leaves open; one row per line and building.

    Rows are sorted by viewpoint, target and building.

    Attributes
    ----------
    viewpoint, target, building : ndarray of int32, shape (k,)
        The building is -1 for what stands but is no building (trees).
    over_m : ndarray of float64, shape (k,)
        How far the building stands over the line at the worst place.
    distance_m : ndarray of float64, shape (k,)
        From the viewpoint to where the line first meets the building too high.
    together : ndarray of int32, shape (k,)
        How many are in the way of this line; 1: the building is its sole blocker.
    certain : ndarray of bool, shape (k,)
        Whether the whole line is known; where it is not, more than these may be in the way.
    """

    viewpoint: Ints
    target: Ints
    building: Ints
    over_m: Floats
    distance_m: Floats
    together: Ints
    certain: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ViewTakers:
    """Each building's part in the loss of views; one value per building of the surface.

    Attributes
    ----------
    sole, one_of_several : ndarray of int64, shape (n,)
        Lines that the building blocks alone, and that it blocks together with others.
    lines_share : ndarray of float64, shape (n,)
        Its Shapley share of all blocked lines, in lines: the shares (trees' included) add up to the blocked lines.
    over_m : ndarray of float64, shape (n,)
        How far it stands over the lines it blocks, at most; NaN where it blocks none.
    """

    sole: Counts
    one_of_several: Counts
    lines_share: Floats
    over_m: Floats


@dataclass(frozen=True, eq=False)
class LostViews:
    """Who takes whole views: from one viewpoint too little of an asset is left to be seen.

    Attributes
    ----------
    viewpoint, building : ndarray of int32, shape (k,)
        One row per lost view and building in its way.
    share : ndarray of float64, shape (k,)
        Shapley share of the loss; the shares of one lost view add up to 1 (trees' included, as building -1).
    exact : ndarray of bool, shape (k,)
        False where too many stand in the way to try all orders: then the share is a seeded sample's mean.
    """

    viewpoint: Ints
    building: Ints
    share: Floats
    exact: NDArray[np.bool_]


def find_blockers(surface: Surface, lines: SightLines, *, threads: int | None = None) -> Blockers:
    """Find all buildings in the way of each line that the ground does not block.

    Parameters
    ----------
    surface : Surface
        On which the lines were drawn.
    lines : SightLines
        From `draw_sight_lines`.
    threads : int, optional
        All processors by default. The answer does not depend on it.

    Returns
    -------
    Blockers
        Lines that the ground blocks, or may block, have no rows: no building takes what nobody had.
    """
    from_, to = surface.in_cells(lines.eyes), surface.in_cells(lines.targets)
    wanted = (lines.ground == CLEAR) & (lines.top == BLOCKED)
    sag = lines.drop_per_m2 * surface.cell_m**2
    fixed = (surface.top, surface.building, lines.target_building, sag)

    def search(eye: int) -> tuple[Ints, Floats, int]:
        return _blockers_of_eye(from_[eye], to, wanted[eye], *fixed)

    eyes = np.flatnonzero(wanted.any(axis=1))
    found = [
        (np.full(count, eye, np.int32), who[:count], over[:count])
        for eye, (who, over, count) in zip(eyes, in_order(search, eyes.tolist(), threads), strict=True)
    ]
    if not found:
        none, nothing = np.empty(0, np.int32), np.empty(0)
        return Blockers(none, none, none, nothing, nothing, none, np.empty(0, dtype=bool))
    viewpoint, who, over = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((who[:, 1], who[:, 0], viewpoint))
    viewpoint, who, over = viewpoint[order], who[order], over[order]
    _, line, sizes = np.unique(
        viewpoint.astype(np.int64) * len(lines.targets) + who[:, 0], return_inverse=True, return_counts=True
    )
    metres = np.hypot(*(lines.targets[who[:, 0], :2] - lines.eyes[viewpoint, :2]).T)
    together = sizes[line].astype(np.int32)
    return Blockers(
        viewpoint, who[:, 0], who[:, 1], over[:, 0], over[:, 1] * metres, together, who[:, 2] == 0
    )


def who_takes_the_view(surface: Surface, blockers: Blockers) -> ViewTakers:
    """Sum up each building's part in the blocked lines.

    Parameters
    ----------
    surface : Surface
        It says how many buildings there are.
    blockers : Blockers
        From `find_blockers`.

    Returns
    -------
    ViewTakers
        One value per building.

    Notes
    -----
    A line is lost as soon as one of its k blockers stands, so all are alike and the Shapley share of each is 1/k;
    over many lines (or their weights, or solid angles) shares add up, whatever their number: exact, not sampled.
    """
    count = len(surface.roof_m)
    kept = blockers.building != NOBODY
    building, together = blockers.building[kept], blockers.together[kept]
    sole = np.bincount(building[together == 1], minlength=count)
    several = np.bincount(building[together > 1], minlength=count)
    share: Floats = np.bincount(building, 1 / together, minlength=count).astype(np.float64)
    over = np.full(count, -np.inf)
    np.maximum.at(over, building, blockers.over_m[kept])
    return ViewTakers(sole, several, share, np.where(np.isfinite(over), over, np.nan))


def who_takes_whole_views(
    lines: SightLines, blockers: Blockers, *, required_fraction: float, samples: int = 2000, seed: int = 0
) -> LostViews:
    """Share out the loss of whole views: less than a required fraction of the target is left to be seen.

    Parameters
    ----------
    lines : SightLines
        Lines to the points of one asset.
    blockers : Blockers
        From `find_blockers` on these lines.
    required_fraction : float
        Of the points that the ground leaves open, the fraction (0-1) that must be visible.
    samples, seed : int
        Orders to try, and their seed, where more than twelve buildings are in the way.

    Returns
    -------
    LostViews
        Only views that are lost today.

    Raises
    ------
    InputError
        If the fraction is not above 0 and at most 1, or there are no samples.
    """
    if not 0 < required_fraction <= 1:
        raise InputError(f"required_fraction is {required_fraction}; give a fraction above 0, at most 1")
    if samples < 1:
        raise InputError(f"samples is {samples}; give at least 1")
    rows: list[tuple[Ints, Ints, Floats, NDArray[np.bool_]]] = []
    first = np.searchsorted(blockers.viewpoint, np.arange(len(lines.eyes) + 1))
    for eye in np.flatnonzero(np.diff(first)):
        own = slice(first[eye], first[eye + 1])
        open_points = int((lines.ground[eye] == CLEAR).sum())
        bearable = open_points - int(np.ceil(required_fraction * open_points - 1e-9))
        players, who = np.unique(blockers.building[own], return_inverse=True)
        points, line = np.unique(blockers.target[own], return_inverse=True)
        if len(points) <= bearable:
            continue
        share, exact = shares_of_loss(line, who, bearable, samples=samples, seed=seed)
        size = len(players)
        rows.append((np.full(size, eye, np.int32), players.astype(np.int32), share, np.full(size, exact)))
    if not rows:
        return LostViews(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0), np.empty(0, dtype=bool))
    viewpoint, building, share, exact_ = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return LostViews(viewpoint, building, share, exact_)


@compiled
def _room(who: Ints, over: Floats, count: int) -> tuple[Ints, Floats]:
    """Double the room for rows when it is full."""
    if count < len(who):
        return who, over
    more_who, more_over = np.empty((2 * count, 3), dtype=np.int32), np.empty((2 * count, 2))
    for row in range(count):
        for column in range(3):
            more_who[row, column] = who[row, column]
        for column in range(2):
            more_over[row, column] = over[row, column]
    return more_who, more_over


@compiled
def _blockers_of_eye(
    eye: Floats,
    targets: Floats,
    wanted: NDArray[np.bool_],
    top: Floats,
    building: Ints,
    target_building: Ints,
    drop: float,
) -> tuple[Ints, Floats, int]:
    """Return (target, building, doubtful), (metres over, share of the length) and the number of rows of one eye."""
    rows, cols = top.shape
    cells, shares = path_buffer(rows, cols)
    who, over, count = np.empty((256, 3), dtype=np.int32), np.empty((256, 2)), 0
    for j in range(len(targets)):
        if not wanted[j]:
            continue
        target, begin, doubtful = targets[j], count, 0
        rise = target[2] - eye[2]
        sag = drop * ((target[0] - eye[0]) ** 2 + (target[1] - eye[1]) ** 2)
        for k in range(trace(eye, target, rows, cols, 1.0, cells, shares)):
            owner = building[cells[k, 0], cells[k, 1]]
            z = top[cells[k, 0], cells[k, 1]]
            if target_building[j] >= 0 and owner == target_building[j]:
                continue
            if np.isnan(z):
                doubtful = 1
                continue
            excess = z - lowest_pass(shares[k, 0], shares[k, 1], eye[2], rise, sag)
            if excess <= TOLERANCE_M:
                continue
            place = begin
            while place < count and who[place, 1] != owner:
                place += 1
            if place == count:
                who, over = _room(who, over, count)
                who[count, 0], who[count, 1] = j, owner
                over[count, 0], over[count, 1] = excess, shares[k, 0]
                count += 1
            over[place, 0] = max(over[place, 0], excess)
        for place in range(begin, count):
            who[place, 2] = doubtful
    return who, over, count
