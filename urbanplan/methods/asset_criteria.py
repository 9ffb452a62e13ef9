"""What presses on a heritage asset, criterion by criterion, each with how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.methods.change import compare_buildings
from urbanplan.methods.compliance import cases, height_rules
from urbanplan.methods.inventory.protection import protection_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Floats = NDArray[np.float64]

SCALES = {"too_high": 5.0, "new_buildings": 5.0, "unprotected": 2.0, "visitors": 5.0}
"""Amount of each criterion at which it counts for 63 in 100 of the most that it can count."""
VISITORS = ("lodging", "bar", "nightclub", "restaurant", "cafe", "souvenir", "tour", "massage")
"""Uses of businesses that live on visitors."""
_ENOUGH = 0.5
_UNIFORM_SD = float(np.sqrt(1 / 12))


class Criterion(NamedTuple):
    """One criterion: mean and standard deviation for each asset, NaN where it is unknown."""

    mean: Floats
    sd: Floats


def too_high(
    assets: GeoDataFrame, buildings: GeoDataFrame, rules: GeoDataFrame, *, near_m: float
) -> Criterion:
    """Return the expected number of buildings around each asset that are estimated above a limit of height.

    Parameters
    ----------
    assets, buildings, rules : GeoDataFrame
        Layers of the vocabulary.
    near_m : float
        How far around reaches.

    Notes
    -----
    Where no limit holds around an asset, or the heights of less than half of the buildings under one are known, it is unknown. Of
    several limits over a building the strictest counts. Buildings of unknown height are taken for as likely as the others.
    """
    chance = np.full(len(buildings), np.nan)
    under = np.zeros(len(buildings), dtype=bool)
    for case in cases(buildings, height_rules(rules)):
        if np.isfinite(case.limit_m):
            under[case.buildings] = True
            chance[case.buildings] = np.fmax(chance[case.buildings], case.chance)
    rows, near = _near(assets, buildings, near_m)
    rows, near = rows[under[near]], near[under[near]]
    told = np.isfinite(chance[near])
    count, known = (np.bincount(each, minlength=len(assets)) for each in (rows, rows[told]))
    total = np.bincount(rows[told], chance[near[told]], minlength=len(assets))
    spread = np.bincount(rows[told], (chance * (1 - chance))[near[told]], minlength=len(assets))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = known / count
        enough = share >= _ENOUGH
        return Criterion(
            np.where(enough, total / share, np.nan), np.where(enough, np.sqrt(spread) / share, np.nan)
        )


def new_buildings(
    assets: GeoDataFrame, now: GeoDataFrame, before: GeoDataFrame, *, near_m: float, outline_sd_m: float
) -> Criterion:
    """Return the expected number of buildings around each asset that were built since the earlier date.

    Notes
    -----
    A building of the later map alone was built since, or was drawn since: `stood_before` tells how likely it stood already, and
    where nothing tells it is as likely as not. Around an asset without any building on either map it is unknown.
    """
    fresh = compare_buildings(before, now, outline_sd_m=outline_sd_m).after == "new"
    stood = now["stood_before"].to_numpy(dtype=np.float64)
    chance = np.where(fresh, np.where(np.isnan(stood), 0.5, 1 - stood), 0.0)
    rows, near = _near(assets, now, near_m)
    earlier, _ = _near(assets, before, near_m)
    there = np.bincount(np.concatenate([rows, earlier]), minlength=len(assets)) > 0
    mean = np.bincount(rows, chance[near], minlength=len(assets))
    spread = np.bincount(rows, (chance * (1 - chance))[near], minlength=len(assets))
    return Criterion(np.where(there, mean, np.nan), np.where(there, np.sqrt(spread), np.nan))


def unprotected(
    assets: GeoDataFrame, zones: GeoDataFrame, rules: GeoDataFrame, *, near_m: float
) -> Criterion:
    """Return how many of four layers of protection each asset lacks: register, gazetted ground, zone, limit of height around it.

    Notes
    -----
    A layer of which nothing is known may be there or not: it counts half, and makes the sum less sure.
    """
    found = protection_of(assets, zones, rules, around_m=near_m).to_numpy(dtype=np.float64)
    lacking = np.where(np.isnan(found), 0.5, 1 - found).sum(axis=1)
    return Criterion(lacking, _UNIFORM_SD * np.sqrt(np.isnan(found).sum(axis=1)))


def visitors(assets: GeoDataFrame, venues: GeoDataFrame, *, near_m: float) -> Criterion:
    """Return the number of businesses for visitors around each asset; as unsure as a count of chance events (Poisson)."""
    rows, near = _near(assets, venues, near_m)
    kept = venues["use"].isin(VISITORS).to_numpy()[near]
    count = np.bincount(rows[kept], minlength=len(assets)).astype(np.float64)
    return Criterion(count, np.sqrt(count))


def _near(
    assets: GeoDataFrame, things: GeoDataFrame, near_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which things lie within a distance of which asset."""
    tree = shapely.STRtree(np.asarray(things.geometry.array))
    rows, near = tree.query(np.asarray(assets.geometry.array), predicate="dwithin", distance=near_m)
    return rows, near
