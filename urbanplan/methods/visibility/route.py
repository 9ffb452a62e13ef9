"""A view along a way: when it first opens, how often it breaks off, how long one walks blind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RouteView:
    """What a walker sees of a target on the way.

    Attributes
    ----------
    length_m : float
        Length of the route.
    seen_share, unknown_share : float
        Shares (0-1) of the length on which the target is seen, and on which that is not known.
    first_sight_m : float
        Distance from the start at which it is first seen; NaN if never, or if an unknown point comes first.
    interruptions : int
        How often the sight breaks off and comes back.
    longest_blind_m : float
        Longest stretch on which it is certainly not seen.
    """

    length_m: float
    seen_share: float
    unknown_share: float
    first_sight_m: float
    interruptions: int
    longest_blind_m: float


def view_along_route(distance_m: Floats, fraction: Floats, *, least_fraction: float = 0.0) -> RouteView:
    """Read a route from points along it.

    Parameters
    ----------
    distance_m : ndarray of float64, shape (n,)
        Distance of each point from the start, rising; each point stands for half the way to its neighbours.
    fraction : ndarray of float64, shape (n,)
        Fraction of the target that is visible from each point; NaN where unknown.
    least_fraction : float
        Seen means more than this.

    Returns
    -------
    RouteView
        Shares, first sight, interruptions and the longest blind stretch.

    Raises
    ------
    InputError
        If there are fewer than two points, or distances do not rise.
    """
    distance_m, fraction = np.asarray(distance_m, dtype=np.float64), np.asarray(fraction, dtype=np.float64)
    if len(distance_m) < 2 or len(distance_m) != len(fraction) or not (np.diff(distance_m) > 0).all():  # noqa: PLR2004 - two ends
        raise InputError("a route needs two points or more, one fraction each, and distances that rise")
    middle = (distance_m[1:] + distance_m[:-1]) / 2
    edge = np.concatenate([distance_m[:1], middle, distance_m[-1:]])
    length = np.diff(edge)
    total = float(length.sum())
    unknown, seen = np.isnan(fraction), fraction > least_fraction
    known = np.flatnonzero(seen | unknown)
    first = float(distance_m[known[0]]) if len(known) and seen[known[0]] else np.nan
    certain = seen[~unknown]
    sights = int((certain[1:] & ~certain[:-1]).sum()) + int(certain[:1].sum())
    return RouteView(
        length_m=total,
        seen_share=float(length[seen].sum()) / total,
        unknown_share=float(length[unknown].sum()) / total,
        first_sight_m=first,
        interruptions=max(sights - 1, 0),
        longest_blind_m=_longest_run(~seen & ~unknown, length),
    )


def route_difference(before: Floats, after: Floats) -> float:
    """Measure how far the course of a view changes between two states of the same or two routes.

    Parameters
    ----------
    before, after : ndarray of float64, shape (n,) and (m,)
        Fractions seen along the way, without NaN.

    Returns
    -------
    float
        Discrete Fréchet distance of the two courses: the least worst difference at which both can be walked
        through side by side, forward only.

    References
    ----------
    Eiter, T., Mannila, H. (1994). Computing discrete Fréchet distance. CD-TR 94/64, TU Wien.

    Examples
    --------
    >>> route_difference(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 0.75]))
    0.25
    """
    if not (len(before) and len(after)) or np.isnan(before).any() or np.isnan(after).any():
        raise InputError("the course of a view needs one known fraction or more; leave unknown points out")
    gap = np.abs(before[:, None] - after[None, :])
    worst = np.maximum.accumulate(gap[0])
    for row in gap[1:]:
        current = np.empty_like(row)
        current[0] = max(worst[0], row[0])
        for k in range(1, len(row)):
            current[k] = max(min(worst[k], worst[k - 1], current[k - 1]), row[k])
        worst = current
    return float(worst[-1])


def _longest_run(flags: NDArray[np.bool_], length: Floats) -> float:
    """Return the greatest total length of neighbours that are all true."""
    longest = run = 0.0
    for flag, part in zip(flags, length, strict=True):
        run = run + float(part) if flag else 0.0
        longest = max(longest, run)
    return longest
