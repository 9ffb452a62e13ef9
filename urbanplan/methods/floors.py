"""How many storeys a building has, where that comes from, and how sure it is; floor areas of units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from urbanplan.methods.areas import shared_areas, without_overlaps
from urbanplan.methods.grid_areas import Floats, Shapes

STOREY_M = 3.0
"""Height of a storey from floor to floor, where only the height of a building is known."""
SOURCES: tuple[str, ...] = ("levels", "height", "measured", "use", "all")
"""What tells the storeys, the surest first: a tag of storeys; a tag of the height; a height measured by a surface or
raster; the median of the buildings of its use; the median of all buildings."""
TOLD: tuple[str, ...] = SOURCES[:3]
"""Sources that speak of the building itself; the others are guesses from its like."""
FEWEST = 10
"""A median of fewer buildings than this is no guess."""

_LEVELS_SD = 0.5
_STOREY_SD_SHARE = 0.13
_TAG_SD_M = 1.0
_ROBUST = 1.4826


def estimate_floors(buildings: GeoDataFrame, *, storey_m: float = STOREY_M) -> pd.DataFrame:
    r"""Estimate the storeys of each building.

    Parameters
    ----------
    buildings : GeoDataFrame
        Layer `buildings`: levels, height_m, and (where a city was prepared with them) wall_top_m with heights_from.
    storey_m : float
        Height of a storey.

    Returns
    -------
    DataFrame
        On the index of the buildings: floors (storeys above the ground, at least 1 where known; a height gives
        fractions), floors_sd (standard deviation) and floors_from (of `SOURCES`, "" where nothing tells).

    Notes
    -----
    The first that is there: the tag of storeys (:math:`\sigma` = 0.5); height of the wall, or the building, over
    `storey_m` (:math:`\sigma` from 1 m of the tag, or the height's own, and 13 % of the storey's height); the median of
    at least ten buildings of the same use, else of all (:math:`\sigma` = 1.4826 times the median absolute deviation,
    at least 1). Storeys in the roof are not counted.
    """
    levels, height = _column(buildings, "levels"), _column(buildings, "height_m")
    roof = np.nan_to_num(_column(buildings, "roof_height_m"))
    wall, wall_sd = _column(buildings, "wall_top_m"), _column(buildings, "wall_top_sd_m")
    seen = _words(buildings, "heights_from")
    measured = np.array(["surface" in word or "raster" in word for word in seen], dtype=bool)
    by_tag = np.maximum((height - np.minimum(roof, height)) / storey_m, 1.0)
    by_measure = np.maximum(np.where(measured, wall, np.nan) / storey_m, 1.0)
    chain = (
        (np.where(levels > 0, np.maximum(levels, 1.0), np.nan), np.full(len(buildings), _LEVELS_SD)),
        (np.where(height > 0, by_tag, np.nan), np.hypot(_TAG_SD_M / storey_m, _STOREY_SD_SHARE * by_tag)),
        (by_measure, np.hypot(np.nan_to_num(wall_sd) / storey_m, _STOREY_SD_SHARE * by_measure)),
    )
    floors, sd = np.full(len(buildings), np.nan), np.full(len(buildings), np.nan)
    source = np.full(len(buildings), "", dtype=object)
    for name, (value, spread) in zip(SOURCES, chain, strict=False):
        _fill(floors, sd, source, value, spread, name)
    told = floors.copy()
    use = _words(buildings, "use")
    for name, groups in (("use", use), ("all", np.full(len(buildings), "", dtype=object))):
        _fill(floors, sd, source, *_medians(told, groups), name)
    return pd.DataFrame({"floors": floors, "floors_sd": sd, "floors_from": source}, index=buildings.index)


@dataclass(frozen=True)
class Bulk:
    """Ground, footprints and floors of units.

    Attributes
    ----------
    ground_m2, footprint_m2 : ndarray of float64, shape (units,)
        Area of each unit, and of it under buildings; ground under two footprints counts once.
    floor_m2, low_m2, high_m2 : ndarray of float64, shape (units,)
        Floor area, and what it would be were every building one storey lower (but not under one) or higher. Ground
        under two footprints belongs to the higher building.
    told_share, known_share : ndarray of float64, shape (units,)
        Share of the footprints whose storeys are told of the building itself, and of those that have any number.
    buildings : ndarray of float64, shape (units,)
        Number of footprints in each unit; one on a border counts in both.
    """

    ground_m2: Floats
    footprint_m2: Floats
    floor_m2: Floats
    low_m2: Floats
    high_m2: Floats
    told_share: Floats
    known_share: Floats
    buildings: Floats


def measure_bulk(
    buildings: GeoDataFrame,
    units: GeoDataFrame | GeoSeries,
    *,
    storey_m: float = STOREY_M,
    chosen: NDArray[np.bool_] | None = None,
) -> Bulk:
    """Measure ground, footprints and floors of units.

    Parameters
    ----------
    buildings : GeoDataFrame
        Layer `buildings`, all of the city: a building of unknown storeys has those of its like.
    units : GeoDataFrame or GeoSeries
        Polygons.
    storey_m : float
        Height of a storey, where only the height of a building is known.
    chosen : ndarray of bool, shape (buildings,), optional
        Measure only these; a median is still that of all.

    Returns
    -------
    Bulk
        Where the storeys of a part of the footprints are not known, that part is taken to be as high as the rest of the
        unit's; NaN where none is known.
    """
    table = estimate_floors(buildings, storey_m=storey_m)
    shapes: Shapes = np.asarray(buildings.geometry.to_numpy(), dtype=object)
    # of ground under two footprints the higher building has it, whatever the order of the rows
    names = buildings.index.astype(str).to_numpy()
    order = np.lexsort((names, -np.nan_to_num(table["floors"].to_numpy())))
    picked = order if chosen is None else order[np.asarray(chosen)[order]]
    alone = GeoSeries(without_overlaps(shapes[picked]), crs=buildings.crs)
    row, unit, area = shared_areas(alone, units)
    floors = table["floors"].to_numpy()[picked][row]
    told = table["floors_from"].isin(TOLD).to_numpy()[picked][row]
    known = np.isfinite(floors)

    def total(weight: Floats) -> Floats:
        return np.bincount(unit, weights=area * weight, minlength=len(units)).astype(np.float64)

    footprint, with_floors = total(np.ones(len(row))), total(known.astype(float))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(footprint > 0, with_floors / footprint, np.nan)
        scale = np.where(with_floors > 0, footprint / with_floors, np.where(footprint > 0, np.nan, 1.0))
        told_share = np.where(footprint > 0, total(told.astype(float)) / footprint, np.nan)
    storeys = np.nan_to_num(floors)
    lower = np.maximum(storeys - 1.0, np.minimum(storeys, 1.0))
    return Bulk(
        ground_m2=shapely.area(units.geometry.to_numpy()),
        footprint_m2=footprint,
        floor_m2=total(storeys) * scale,
        low_m2=total(lower) * scale,
        high_m2=total(np.where(known, storeys + 1.0, 0.0)) * scale,
        told_share=told_share,
        known_share=share,
        buildings=np.bincount(unit, minlength=len(units)).astype(np.float64),
    )


def _fill(
    floors: Floats, sd: Floats, source: NDArray[np.object_], value: Floats, spread: Floats, name: str
) -> None:
    open_ = np.isnan(floors) & np.isfinite(value)
    floors[open_], sd[open_], source[open_] = value[open_], spread[open_], name


def _medians(told: Floats, groups: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Return the median of each building's group and its spread, NaN where too few of the group are told."""
    value, spread = np.full(len(told), np.nan), np.full(len(told), np.nan)
    for group in sorted(set(groups)):
        members = groups == group
        known = told[members & np.isfinite(told)]
        if len(known) >= FEWEST:
            middle = np.median(known)
            value[members] = middle
            spread[members] = max(1.0, _ROBUST * float(np.median(np.abs(known - middle))))
    return value, spread


def _column(frame: GeoDataFrame, name: str) -> Floats:
    if name not in frame:
        return np.full(len(frame), np.nan)
    values: Floats = frame[name].to_numpy(dtype=np.float64)
    return values


def _words(frame: GeoDataFrame, name: str) -> NDArray[np.object_]:
    if name not in frame:
        return np.full(len(frame), "", dtype=object)
    return np.array([word if isinstance(word, str) else "" for word in frame[name]], dtype=object)
