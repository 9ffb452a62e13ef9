"""Two maps of the same buildings, with how sure each outline and each height is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

SAME_SHARE = 0.2
"""A building of which less than this share stands on another date's buildings is new, or gone."""
_NORMAL_95 = 1.959963984540054
_PAIR = 2


@dataclass(frozen=True)
class Changes:
    """What happened to each building.

    Attributes
    ----------
    after : ndarray of str, shape (n,)
        Of each later building: new, enlarged, reduced, regrouped (several became one, or one several), or same.
    before : ndarray of str, shape (m,)
        Of each earlier building: gone, or kept.
    partner : ndarray of int64, shape (n,)
        The earlier building that a later one is the same as; -1 where there is none, or several.
    area_change_m2 : ndarray of float64, shape (n,)
        Later less earlier footprint; NaN without a partner.
    rise_m, rise_sd_m : ndarray of float64, shape (n,)
        Later less earlier height of the highest point, and its standard deviation; NaN where either is unknown.
    """

    after: NDArray[np.object_]
    before: NDArray[np.object_]
    partner: Ints
    area_change_m2: Floats
    rise_m: Floats
    rise_sd_m: Floats

    @property
    def heightened(self) -> NDArray[np.bool_]:
        """Which later buildings are higher than any error explains (95 %)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.rise_m > _NORMAL_95 * self.rise_sd_m)

    @property
    def lowered(self) -> NDArray[np.bool_]:
        """Which later buildings are lower than any error explains."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.rise_m < -_NORMAL_95 * self.rise_sd_m)


def compare_buildings(
    before: GeoDataFrame, after: GeoDataFrame, *, outline_sd_m: float = 0.5, same_share: float = SAME_SHARE
) -> Changes:
    r"""Tell what happened to each building between two maps.

    Parameters
    ----------
    before, after : GeoDataFrame
        Buildings in one projected CRS, with `highest_point_m` and `highest_point_sd_m` where heights matter.
    outline_sd_m : float
        How far a wall may be drawn from where it stands, at each date.
    same_share : float
        A building of which at least this share stands on another's ground continues it.

    Notes
    -----
    A building that was only shifted (drawn from another image) overlaps its earlier self by more than the share, and is the same.
    A rectangle with sides a, b whose walls are drawn with the error s has the area's error :math:`s \sqrt{2 (a^2 + b^2)}`; a
    footprint has grown where its area grew by more than 1.96 times the error of both dates. Heights likewise:

    .. math:: \Delta h > 1.96 \sqrt{\sigma_1^2 + \sigma_2^2}
    """
    old, new = before.geometry.to_numpy(), after.geometry.to_numpy()
    new_at, old_at, shared = _overlaps(old, new)
    area_old, area_new = shapely.area(old), shapely.area(new)
    covered_new = np.bincount(new_at, weights=shared, minlength=len(new)) / np.maximum(area_new, 1e-9)
    covered_old = np.bincount(old_at, weights=shared, minlength=len(old)) / np.maximum(area_old, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        tied = shared >= same_share * np.minimum(area_new[new_at], area_old[old_at])
    group = _groups(new_at[tied], old_at[tied], len(new), len(old))
    partner = _partners(new_at[tied], old_at[tied], group, len(new))
    state = np.full(len(new), "same", dtype=object)
    state[partner < 0] = "regrouped"
    state[covered_new < same_share] = "new"
    one = partner >= 0
    change = np.full(len(new), np.nan)
    change[one] = area_new[one] - area_old[partner[one]]
    error = np.hypot(area_sd(new, outline_sd_m)[one], area_sd(old, outline_sd_m)[partner[one]])
    paired = np.flatnonzero(one)
    state[paired[change[one] > _NORMAL_95 * error]] = "enlarged"
    state[paired[change[one] < -_NORMAL_95 * error]] = "reduced"
    gone = np.where(covered_old < same_share, "gone", "kept").astype(object)
    return Changes(state, gone, partner, change, *_rise(before, after, partner))


def _overlaps(old: Shapes, new: Shapes) -> tuple[Ints, Ints, Floats]:
    if not len(old) or not len(new):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    new_at, old_at = shapely.STRtree(old).query(new, predicate="intersects")
    shared = shapely.area(shapely.intersection(new[new_at], old[old_at]))
    real = shared > 0
    return new_at[real], old_at[real], shared[real]


def _groups(new_at: Ints, old_at: Ints, news: int, olds: int) -> Ints:
    """Return the number of the group of buildings, of both dates, that each belongs to."""
    size = news + olds
    table = coo_array((np.ones(len(new_at)), (new_at, news + old_at)), shape=(size, size))
    return np.asarray(connected_components(table, directed=False)[1], dtype=np.int64)


def _partners(new_at: Ints, old_at: Ints, group: Ints, news: int) -> Ints:
    """Return the earlier building of each later one, where both have no other."""
    size = np.bincount(group, minlength=1)
    alone = size[group[new_at]] == _PAIR if len(new_at) else np.empty(0, dtype=bool)
    partner = np.full(news, -1, dtype=np.int64)
    partner[new_at[alone]] = old_at[alone]
    return partner


def area_sd(shapes: Shapes, outline_sd_m: float) -> Floats:
    """Return the error of each area, taking a footprint for the rectangle of its area and perimeter."""
    area, half = shapely.area(shapes), shapely.length(shapes) / 2
    squares = np.maximum(
        half**2 - 2 * area, 2 * area
    )  # a² + b² of a rectangle with a + b = half and a b = area
    return np.asarray(outline_sd_m * np.sqrt(2 * squares))


def _rise(before: GeoDataFrame, after: GeoDataFrame, partner: Ints) -> tuple[Floats, Floats]:
    rise, sd = np.full(len(after), np.nan), np.full(len(after), np.nan)
    one = partner >= 0
    if one.any():
        high, low = ((frame["highest_point_m"].to_numpy(dtype=np.float64)) for frame in (after, before))
        rise[one] = high[one] - low[partner[one]]
        high, low = ((frame["highest_point_sd_m"].to_numpy(dtype=np.float64)) for frame in (after, before))
        sd[one] = np.hypot(high[one], low[partner[one]])
    return rise, sd
