"""How fast ground is built over between two maps, with what is not known and the errors of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.areas import shared_areas
from urbanplan.methods.change.compare import area_sd, compare_buildings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Floats = NDArray[np.float64]
NORMAL_90 = 1.6448536269514722


class BuiltChange(NamedTuple):
    """Ground under buildings of each unit at two dates.

    Attributes
    ----------
    before_m2 : ndarray of float64, shape (units,)
        At the earlier date: what its map shows, and what stood there but was only mapped later.
    change_m2, low_m2, high_m2 : ndarray of float64, shape (units,)
        Later less earlier, with its 90 % interval; NaN where of no new building it is known whether it stood before.
    told_share : ndarray of float64, shape (units,)
        Share of the ground of new buildings of which that is known; 1 where none is new.
    """

    before_m2: Floats
    change_m2: Floats
    low_m2: Floats
    high_m2: Floats
    told_share: Floats


def built_change(
    before: GeoDataFrame, after: GeoDataFrame, units: GeoDataFrame, *, outline_sd_m: float = 0.5
) -> BuiltChange:
    r"""Measure how much ground under buildings each unit gained or lost between two maps.

    Parameters
    ----------
    before, after : GeoDataFrame
        Buildings; `stood_before` of the later ones is the probability that they stood at the earlier date, or unknown.
    units : GeoDataFrame
        Polygons.
    outline_sd_m : float
        How far a wall may be drawn from where it stands, at each date.

    Notes
    -----
    New buildings count with the probability 1 - p that they were built since, those gone in full, and footprints that grew or
    shrank with the difference, where it is more than the errors explain:

    .. math:: \Delta = \sum_{new} (1 - p_b) a_b + \sum_{grew, shrank} \delta_b - \sum_{gone} a_b

    A part of a building in a unit has its share of all three. New buildings of which nothing tells p are as the others of the
    unit; the interval goes from none of them built since to all, and 1.645 standard deviations farther, of the outlines and of
    p, which is a coin of variance :math:`p (1 - p) a^2`.
    """
    found = compare_buildings(before, after, outline_sd_m=outline_sd_m)
    stood = after["stood_before"].to_numpy(dtype=np.float64)
    whole, error = after.geometry.area.to_numpy(), area_sd(after.geometry.to_numpy(), outline_sd_m)
    old, old_error = before.geometry.area.to_numpy(), area_sd(before.geometry.to_numpy(), outline_sd_m)
    row, unit, area = shared_areas(after.geometry, units.geometry)
    old_row, old_unit, old_area = shared_areas(before.geometry, units.geometry)
    part, old_part = area / np.maximum(whole[row], 1e-9), old_area / np.maximum(old[old_row], 1e-9)

    def total(at: NDArray[np.int64], weight: Floats) -> Floats:
        return np.bincount(at, weights=weight, minlength=len(units)).astype(np.float64)

    new, told = (found.after == "new")[row], np.isfinite(stood)[row]
    built = np.where(new & told, 1.0 - np.nan_to_num(stood[row]), 0.0)
    grew = np.isin(found.after, ["enlarged", "reduced"])[row]
    difference = np.where(grew, np.nan_to_num(found.area_change_m2[row]) * part, 0.0)
    gone = (found.before == "gone")[old_row]
    fresh, known = total(unit, area * new), total(unit, area * (new & told))
    since = total(unit, area * built)
    rest = total(unit, difference) - total(old_unit, old_area * gone)
    pair = np.hypot(error, np.where(found.partner >= 0, old_error[found.partner] if len(old) else 0.0, 0.0))
    chance = built * (1.0 - built) * area**2
    variance = total(
        unit, (built * error[row] * part) ** 2 + chance + np.where(grew, pair[row] * part, 0.0) ** 2
    )
    variance += total(old_unit, np.where(gone, old_error[old_row] * old_part, 0.0) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(fresh > 0, known / fresh, 1.0)
        all_since = np.where(fresh > 0, since / share, 0.0)
    spread = NORMAL_90 * np.sqrt(variance)
    stood_unmapped = fresh - np.where(np.isfinite(all_since), all_since, 0.0)
    return BuiltChange(
        before_m2=total(old_unit, old_area) + stood_unmapped,
        change_m2=all_since + rest,
        low_m2=since + rest - spread,
        high_m2=since + (fresh - known) + rest + spread,
        told_share=share,
    )
