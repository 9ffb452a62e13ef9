"""What is seen from a point, and how much is seen from many: exact, or approximate and labelled so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.compiled import compiled, in_order
from urbanplan.methods.visibility.curvature import REFRACTION
from urbanplan.methods.visibility.lattice_rays import BEYOND, UNKNOWN, VISIBLE
from urbanplan.methods.visibility.surface import Surface
from urbanplan.methods.visibility.sweeps import (
    OCTANTS,
    Aim,
    Kind,
    Window,
    look_around,
    own_cell,
    scene_of,
    sweep,
    window_around,
)

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Viewshed:
    """What is seen from one point.

    Attributes
    ----------
    codes : ndarray of uint8, shape (rows, cols)
        0 hidden, 1 visible, 2 unknown (nothing known is in the way, but a cell on the way is not known), 3 beyond
        the greatest distance.
    kind : str
        "exact" or "approximate".
    """

    codes: Codes
    kind: Kind

    def seen(self) -> Floats:
        """Return 1 where seen, 0 where hidden, NaN where unknown or beyond the greatest distance."""
        return np.array([0.0, 1.0, np.nan, np.nan])[self.codes]


@dataclass(frozen=True, eq=False)
class Exposure:
    """By how much weight of viewpoints each cell is seen.

    Attributes
    ----------
    seen : ndarray of float64, shape (rows, cols)
        Weight of the viewpoints that see the cell.
    unknown : ndarray of float64, shape (rows, cols)
        Weight of the viewpoints of which it is not known; the true weight lies between seen and seen + unknown.
    kind : str
        "exact" or "approximate".
    """

    seen: Floats
    unknown: Floats
    kind: Kind


def viewshed(
    surface: Surface,
    eye: Sequence[float] | Floats,
    *,
    aim: Aim = "top",
    aim_height_m: float = 0.0,
    max_distance_m: float = np.inf,
    refraction: float | None = REFRACTION,
    kind: Kind = "exact",
    threads: int | None = None,
) -> Viewshed:
    r"""Show which cells are seen from a point.

    Parameters
    ----------
    surface : Surface
        What stands in the way: `surface.top`.
    eye : three floats
        x, y and elevation of the eye in metres; it is moved to the centre of its cell.
    aim : {"top", "ground"}
        Whether the top of the cell is looked for, or its ground (people in the street).
    aim_height_m : float
        Height over it that must be seen.
    max_distance_m : float
        Cells whose centre is farther away are not looked at.
    refraction : float or None
        Coefficient of refraction; None for a flat Earth.
    kind : {"exact", "approximate"}
        Approximate is several times faster, for maps of hundreds of viewpoints; never quote a single view from it.
    threads : int, optional
        All processors by default. The answer does not depend on it.

    Returns
    -------
    Viewshed
        One code per cell.

    Raises
    ------
    InputError
        If the eye is outside the surface, or a distance or a word is wrong.

    Notes
    -----
    A cell at :math:`(D, z_1)` is hidden from :math:`z_0` if, at a crossing of the sight line with a line between
    the centres of neighbouring cells, :math:`z(d) > z_0 + (z_1 - z_0) d/D - c\,d\,(D - d) + 10^{-9}`, with z
    interpolated between the two centres and c from `drop_per_m2`. With eye and aim at the same height over the
    same surface the exact kind is reciprocal.

    References
    ----------
    Franklin, W. R., Ray, C. (1994). Higher isn't necessarily better: visibility algorithms and experiments
    (the model R3).
    """
    eyes = _checked(surface, np.asarray(eye, dtype=np.float64).reshape(1, -1), max_distance_m, aim, kind)
    row, col = (int(part[0]) for part in surface.cells_of(eyes[:, :2], "viewpoint"))
    radius = max_distance_m / surface.cell_m
    window = window_around(surface.top.shape, row, col, radius)
    near = _crop(surface, window)
    place = (row - window[0].start, col - window[1].start, float(eyes[0, 2]))
    scene = scene_of(near, aim, aim_height_m, refraction, kind)
    codes = np.full(near.top.shape, BEYOND, dtype=np.uint8)
    for _ in in_order(lambda octant: sweep(scene, place, radius, octant, codes), OCTANTS, threads):
        pass
    codes[place[0], place[1]] = own_cell(scene, place)
    whole = np.full(surface.top.shape, BEYOND, dtype=np.uint8)
    whole[window] = codes
    return Viewshed(whole, kind)


def exposure(
    surface: Surface,
    eyes: Floats,
    *,
    weights: Floats | None = None,
    aim: Aim = "top",
    aim_height_m: float = 0.0,
    max_distance_m: float = np.inf,
    refraction: float | None = REFRACTION,
    kind: Kind = "exact",
    threads: int | None = None,
) -> Exposure:
    r"""Add up from how many viewpoints each cell is seen.

    Parameters
    ----------
    surface : Surface
        What stands in the way.
    eyes : ndarray of float64, shape (n, 3)
        x, y and elevation of each eye in metres.
    weights : ndarray of float64, shape (n,), optional
        Weight of each viewpoint (visitors, minutes); 1 by default.
    aim, aim_height_m, max_distance_m, refraction, kind, threads
        As for `viewshed`.

    Returns
    -------
    Exposure
        :math:`C(x) = \sum_v w_v V_v(x)`, always added in the order of the viewpoints.

    Raises
    ------
    InputError
        As for `viewshed`, and if there are not as many weights as eyes or one is not a number.
    """
    eyes = _checked(surface, np.asarray(eyes, dtype=np.float64), max_distance_m, aim, kind)
    weight = np.ones(len(eyes)) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != (len(eyes),) or not np.isfinite(weight).all():
        raise InputError(f"{len(eyes)} viewpoints need as many finite weights; there are {weight.shape}")
    scene = scene_of(surface, aim, aim_height_m, refraction, kind)
    radius = max_distance_m / surface.cell_m
    row, col = surface.cells_of(eyes[:, :2], "viewpoint")
    places = [(int(r), int(c), float(z)) for r, c, z in zip(row, col, eyes[:, 2], strict=True)]
    seen, unknown = np.zeros(surface.top.shape), np.zeros(surface.top.shape)
    windows = in_order(lambda place: look_around(scene, place, radius), places, threads)
    for (window, codes), share in zip(windows, weight, strict=True):
        _add_weight(codes, share, seen[window], unknown[window])
    return Exposure(seen, unknown, kind)


def _checked(surface: Surface, eyes: Floats, max_distance_m: float, aim: str, kind: str) -> Floats:
    """Refuse what cannot be looked from or at."""
    if eyes.ndim != 2 or eyes.shape[1] != 3:  # noqa: PLR2004 - x, y, elevation
        raise InputError(f"viewpoints have shape {eyes.shape}; give x, y and elevation of each")
    if not max_distance_m > 0:
        raise InputError(f"max_distance_m is {max_distance_m}; give a distance above 0 m")
    if kind not in {"exact", "approximate"}:
        raise InputError(f"kind is {kind!r}; choose 'exact' or 'approximate'")
    if aim not in {"top", "ground"}:
        raise InputError(f"aim is {aim!r}; choose 'top' or 'ground'")
    surface.cells_of(eyes[:, :2], "viewpoint")
    return eyes


def _crop(surface: Surface, window: Window) -> Surface:
    """Return a part of a surface."""
    return replace(
        surface,
        ground=surface.ground[window],
        top=surface.top[window],
        building=surface.building[window],
        x0=surface.x0 + window[1].start * surface.cell_m,
        y0=surface.y0 - window[0].start * surface.cell_m,
    )


@compiled
def _add_weight(codes: Codes, share: float, seen: Floats, unknown: Floats) -> None:
    """Add one viewpoint's weight where it sees, and where that is not known."""
    for row in range(codes.shape[0]):
        for col in range(codes.shape[1]):
            if codes[row, col] == VISIBLE:
                seen[row, col] += share
            elif codes[row, col] == UNKNOWN:
                unknown[row, col] += share
