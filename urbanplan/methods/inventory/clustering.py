"""Whether places crowd together, keep apart, or lie as chance would have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.signal import fftconvolve
from scipy.spatial import cKDTree

from urbanplan.base.errors import InputError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
LEAST = 10
"""Fewer places than this say nothing about clustering."""
_CELLS = 128


@dataclass(frozen=True)
class Ripley:
    """Ripley's L less r, with what chance would give.

    Attributes
    ----------
    distance_m : ndarray of float64, shape (k,)
        r.
    value, low, high : ndarray of float64, shape (k,)
        L(r) - r in metres: as found, and the least and greatest of the simulations. NaN of fewer than `LEAST` places.
    """

    distance_m: Floats
    value: Floats
    low: Floats
    high: Floats


def nearest_neighbour_ratio(points: Floats, area_m2: float) -> float:
    r"""Compare the mean distance to the nearest other place with what chance would give.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        In metres.
    area_m2 : float
        Of the window that they lie in.

    Returns
    -------
    float
        Below 1 clustered, about 1 as by chance, above 1 apart; NaN of fewer than `LEAST` points.

    Notes
    -----
    .. math:: R = 2 \bar r \sqrt{n / |W|}

    (Clark and Evans 1954), not corrected for edges: it is a little too high where the window is small.
    """
    if len(points) < LEAST or area_m2 <= 0:
        return float("nan")
    nearest = cKDTree(points).query(points, k=2)[0][:, 1]
    return float(2 * nearest.mean() * np.sqrt(len(points) / area_m2))


def ripley(
    points: Floats, window: BaseGeometry, distances_m: Floats, *, simulations: int = 99, seed: int = 0
) -> Ripley:
    r"""Measure clustering at several distances, corrected for the window's edges, beside simulations of chance.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        In metres; those outside the window are left out.
    window : Polygon or MultiPolygon
        Where places might lie.
    distances_m : ndarray of float64, shape (k,)
        Radii.
    simulations : int
        How many sets of random places make the envelope: 99 stand for 1 % on each side.
    seed : int
        The same seed gives the same envelope.

    Raises
    ------
    InputError
        If the window has no area or a distance is not above zero.

    Notes
    -----
    .. math::
        \hat K(r) = \frac{|W|^2}{n (n - 1)} \sum_{i \ne j} \frac{[d_{ij} \le r]}{|W \cap (W + x_i - x_j)|},
        \qquad L(r) = \sqrt{\hat K(r) / \pi}

    The translation correction (Ohser 1983) holds for windows of any shape; the shared areas come from one convolution of
    the window with itself on 128 cells.
    """
    radii = np.asarray(distances_m, dtype=np.float64)
    if window.area <= 0 or (radii <= 0).any():
        raise InputError("clustering needs a window with an area, and distances above zero")
    shapely.prepare(window)
    inside = points[shapely.contains_xy(window, *points.T)] if len(points) else points
    nothing = np.full(len(radii), np.nan)
    if len(inside) < LEAST:
        return Ripley(radii, nothing, nothing, nothing)
    shared = _Shared(window)
    rng = np.random.default_rng(seed)
    chance = np.array(
        [shared.l_less_r(_scatter(window, len(inside), rng), radii) for _ in range(simulations)]
    )
    bounds = (chance.min(axis=0), chance.max(axis=0)) if simulations else (nothing, nothing)
    return Ripley(radii, shared.l_less_r(inside, radii), *bounds)


class _Shared:
    """The area that a window shares with itself, moved by any step."""

    def __init__(self, window: BaseGeometry) -> None:
        west, south, east, north = window.bounds
        self.side = max(east - west, north - south) / _CELLS
        x = np.arange(west + self.side / 2, east + self.side, self.side)
        y = np.arange(south + self.side / 2, north + self.side, self.side)
        mask = shapely.contains_xy(window, *(part.ravel() for part in np.meshgrid(x, y)))
        mask = mask.reshape(len(y), len(x)).astype(np.float64)
        self.table = np.clip(fftconvolve(mask, mask[::-1, ::-1]), 0, None) * self.side**2
        self.middle = np.array(mask.shape) - 1
        self.area = float(window.area)
        self.table *= self.area / self.table[tuple(self.middle)]

    def l_less_r(self, points: Floats, radii: Floats) -> Floats:
        pairs = cKDTree(points).query_pairs(float(radii.max()), output_type="ndarray")
        step = points[pairs[:, 0]] - points[pairs[:, 1]]
        shared = self._between(step)
        away = np.hypot(*step.T)
        order = np.argsort(away, kind="stable")
        weight = np.cumsum(2.0 / np.maximum(shared[order], self.side**2))
        reached = np.searchsorted(away[order], radii, side="right")
        total = np.concatenate([[0.0], weight])[reached]
        k = self.area**2 * total / (len(points) * (len(points) - 1))
        return np.asarray(np.sqrt(k / np.pi) - radii)

    def _between(self, step: Floats) -> Floats:
        row, col = step[:, 1] / self.side + self.middle[0], step[:, 0] / self.side + self.middle[1]
        r, c = np.floor(row).astype(np.int64), np.floor(col).astype(np.int64)
        r, c = np.clip(r, 0, self.table.shape[0] - 2), np.clip(c, 0, self.table.shape[1] - 2)
        down, right = row - r, col - c
        upper = self.table[r, c] * (1 - right) + self.table[r, c + 1] * right
        lower = self.table[r + 1, c] * (1 - right) + self.table[r + 1, c + 1] * right
        return np.asarray(upper * (1 - down) + lower * down)


def _scatter(window: BaseGeometry, count: int, rng: np.random.Generator) -> Floats:
    """Return random points inside a window."""
    west, south, east, north = window.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        draw = rng.uniform((west, south), (east, north), (2 * count, 2))
        found = np.concatenate([found, draw[shapely.contains_xy(window, *draw.T)]])
    return found[:count]
