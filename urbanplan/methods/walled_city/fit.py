"""Four sides fitted to a wall or moat: how near it is to a rectangle, and which way it faces."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely

from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.streets import FULL_CIRCLE, compass

SIDES = ("north", "east", "south", "west")
_STEP_M = 5.0
_QUARTER = 90.0
_FEWEST = 3
_ROUNDS = 8


class Fit(NamedTuple):
    """Four straight sides.

    Attributes
    ----------
    ring : LinearRing
        The four fitted sides, from the north-western corner clockwise.
    side_m : ndarray of float64, shape (4,)
        Lengths of the sides, north, east, south, west.
    squareness : float
        Shorter over longer of the two mean lengths of opposite sides: 1 is square.
    turned_deg : float
        By how much the sides are turned from the compass, clockwise, -45 to 45: mean of the four.
    corner_error_deg : float
        The largest difference of a corner from a right angle.
    deviation_m, deviation_max_m : float
        Distance of the mapped line from the side that it belongs to: root of the mean square, and the largest.
    rectangle_share : float
        Share of the smallest rectangle around the line that it encloses; NaN of a line that does not go all around.
    """

    ring: Any
    side_m: Floats
    squareness: float
    turned_deg: float
    corner_error_deg: float
    deviation_m: float
    deviation_max_m: float
    rectangle_share: float


def fit_sides(line: Any, crs: object, *, closed: bool, corner_m: float = 15.0) -> Fit | None:
    """Fit four sides to a line; None where it is too short to have four.

    Parameters
    ----------
    line : LineString, LinearRing or MultiLineString
        All around, or what is left of it.
    crs : CRS
        For true north.
    closed : bool
        Whether it goes all around.
    corner_m : float
        So near a corner the line says nothing of its sides: bastions and rounded corners.

    Notes
    -----
    The smallest rotated rectangle around the line gives the first four sides; points every 5 m along the line go to the nearest
    of them, and each side is fitted to its own points by total least squares, and so again until no point changes its side: a
    single bastion that stands out does not turn the sides. A side of which nothing is left stays that of the rectangle.
    """
    points = shapely.get_coordinates(shapely.segmentize(line, _STEP_M))
    box = shapely.minimum_rotated_rectangle(shapely.multipoints(points))
    if not isinstance(box, shapely.Polygon) or box.area < _STEP_M**2:
        return None
    corners = _from_north_west(
        shapely.get_coordinates(shapely.orient_polygons(box, exterior_cw=True))[:4], crs
    )
    met, side = corners, np.full(len(points), -1)
    for _ in range(_ROUNDS):
        before, side = side, _nearest_side(points, met)
        if np.array_equal(before, side):
            break
        lines = [_side(points[side == number], met, number, corner_m) for number in range(4)]
        met = np.array([_crossing(lines[number - 1], lines[number]) for number in range(4)])
    off = np.concatenate([_off(points[side == number], lines[number]) for number in range(4)])
    lengths = np.hypot(*(np.roll(met, -1, axis=0) - met).T)
    across, along = (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2
    area = shapely.Polygon(line).area if closed else np.nan
    return Fit(
        ring=shapely.LinearRing(met),
        side_m=lengths,
        squareness=float(min(across, along) / max(across, along)),
        turned_deg=float(np.mean(_turned(met, crs))),
        corner_error_deg=float(np.max(np.abs(_corner_angles(met) - _QUARTER))),
        deviation_m=float(np.sqrt(np.mean(off**2))),
        deviation_max_m=float(np.max(off)),
        rectangle_share=float(area / box.area),
    )


def side_of(at_m: float, fit: Fit) -> str:
    """Return the side on which a place lies that is so far along the ring."""
    return SIDES[int(np.searchsorted(np.cumsum(fit.side_m)[:3], at_m, side="right"))]


def _from_north_west(corners: Floats, crs: object) -> Floats:
    """Turn the order of corners, clockwise, so that the side that faces north most comes first."""
    middle = corners.mean(axis=0)
    halves = (corners + np.roll(corners, -1, axis=0)) / 2
    start = np.broadcast_to(middle, halves.shape)
    facing = compass(start[:, 0], start[:, 1], halves[:, 0], halves[:, 1], crs)
    away = np.abs((facing + FULL_CIRCLE / 2) % FULL_CIRCLE - FULL_CIRCLE / 2)
    return np.roll(corners, -int(np.argmin(np.round(away, 6))), axis=0)


def _nearest_side(points: Floats, corners: Floats) -> Ints:
    ends = np.roll(corners, -1, axis=0)
    sides = shapely.linestrings(np.stack([corners, ends], axis=1))
    return np.asarray(np.argmin(shapely.distance(shapely.points(points)[:, None], sides[None, :]), axis=1))


def _side(points: Floats, corners: Floats, number: int, corner_m: float) -> tuple[Floats, Floats]:
    """Return a point on a side and its direction, clockwise."""
    start, end = corners[number], corners[(number + 1) % 4]
    length = np.hypot(*(end - start))
    direction = (end - start) / length
    along = (points - start) @ direction
    used = points[(along > corner_m) & (along < length - corner_m)]
    if len(used) < _FEWEST:
        return start, direction
    middle = used.mean(axis=0)
    _, _, axes = np.linalg.svd(used - middle, full_matrices=False)
    return middle, axes[0] * np.sign(axes[0] @ direction)


def _crossing(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats:
    """Return where two sides meet."""
    (p, d), (q, e) = one, other
    step = np.linalg.solve(np.stack([d, -e], axis=1), q - p)[0]
    return np.asarray(p + step * d)


def _off(points: Floats, side: tuple[Floats, Floats]) -> Floats:
    through, direction = side
    apart = points - through
    return np.asarray(np.abs(apart[:, 0] * direction[1] - apart[:, 1] * direction[0]))


def _turned(corners: Floats, crs: object) -> Floats:
    """Return by how much each side is turned from the compass, clockwise."""
    ends = np.roll(corners, -1, axis=0)
    bearing = compass(corners[:, 0], corners[:, 1], ends[:, 0], ends[:, 1], crs)
    return (bearing + _QUARTER / 2) % _QUARTER - _QUARTER / 2


def _corner_angles(corners: Floats) -> Floats:
    before, after = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    cosine = (before * after).sum(axis=1) / (np.hypot(*before.T) * np.hypot(*after.T))
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
