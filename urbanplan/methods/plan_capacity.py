"""Allowed and built floor area of a plan's areas, whole or as far as they lie in units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.capacity import Capacity, capacity
from urbanplan.methods.floors import Bulk, measure_bulk
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.overlay import planar
from urbanplan.model.reason import Reason

COLUMNS: tuple[str, ...] = ("max_far", "max_bcr", "max_height_m", "min_osr")


@dataclass(frozen=True)
class Parts:
    """Pieces of ground of one limit each, with what stands on them.

    Attributes
    ----------
    unit, area : ndarray of int64, shape (k,)
        Positions of the unit and of the plan's area that a piece lies in.
    shapes : GeoSeries
        The pieces.
    bulk : Bulk
        What is built on them.
    found : Capacity
        What is allowed on them.
    """

    unit: Ints
    area: Ints
    shapes: GeoSeries
    bulk: Bulk
    found: Capacity


def capacity_of_parts(
    buildings: GeoDataFrame, zoning: GeoDataFrame, units: GeoDataFrame, *, storey_m: float, plots_share: float
) -> Parts:
    """Measure the capacity of each area of the plan in each unit.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    zoning : GeoDataFrame
        Areas of the plan with their limits; of areas that overlap the smaller holds.
    units : GeoDataFrame
        Zones, plots, the city, or the areas themselves.
    storey_m : float
        Height of a storey.
    plots_share : float
        Share of the ground that is plots, not streets: limits hold for plots.
    """
    areas = planar(zoning)
    shapes = areas.geometry.to_numpy()
    unit, area = shapely.STRtree(shapes).query(units.geometry.to_numpy(), predicate="intersects")
    shared = shapely.intersection(units.geometry.to_numpy()[unit], shapes[area])
    some = shapely.area(shared) > 0
    unit, area, pieces = unit[some], area[some], GeoSeries(shared[some], crs=zoning.crs)
    limited = GeoDataFrame(areas[list(COLUMNS)].iloc[area].reset_index(drop=True), geometry=pieces)
    bulk, found = capacity_of(buildings, limited, storey_m=storey_m, plots_share=plots_share)
    return Parts(unit.astype(np.int64), area.astype(np.int64), pieces, bulk, found)


def capacity_of(
    buildings: GeoDataFrame, grounds: GeoDataFrame, *, storey_m: float, plots_share: float = 1.0
) -> tuple[Bulk, Capacity]:
    """Measure what is built and allowed on grounds of one limit each.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    grounds : GeoDataFrame
        Polygons with max_far, max_bcr, max_height_m, min_osr.
    storey_m, plots_share : float
        As for `capacity_of_parts`.
    """
    bulk = measure_bulk(buildings, grounds, storey_m=storey_m)
    limits = {name: grounds[name].to_numpy(dtype=np.float64) for name in COLUMNS}
    found = capacity(
        bulk.ground_m2 * plots_share,
        built_m2=bulk.floor_m2,
        footprint_m2=bulk.footprint_m2,
        storey_m=storey_m,
        **limits,
    )
    return bulk, found


LISTED: dict[str, str] = {
    "state": "",
    "binding": "",
    "ground_m2": "m2",
    "allowed_m2": "m2",
    "floor_m2": "m2",
    "floor_low_m2": "m2",
    "floor_high_m2": "m2",
    "residual_m2": "m2",
    "over_m2": "m2",
    "use_ratio": "m2/m2",
    "told_share": "share",
}
"""What is listed of the capacity of grounds, with units."""


def capacity_rows(
    buildings: GeoDataFrame, grounds: GeoDataFrame, *, storey_m: float, plots_share: float = 1.0
) -> GeoDataFrame:
    """Return the grounds with the columns `LISTED`.

    Parameters
    ----------
    buildings, grounds, storey_m, plots_share
        As for `capacity_of`.

    Returns
    -------
    GeoDataFrame
        state: regulated; not_regulated (no limit was given: free there, or not in the data); storeys_unknown (of more
        than half of what is built). What cannot be said is NaN.
    """
    bulk, found = capacity_of(buildings, grounds, storey_m=storey_m, plots_share=plots_share)
    regulated = np.isfinite(found.allowed_m2)
    unknown = (bulk.footprint_m2 > 0) & ~(bulk.known_share >= MIN_COVERAGE)
    built = np.where(unknown, np.nan, bulk.floor_m2)
    with np.errstate(divide="ignore", invalid="ignore"):
        used = np.where(found.allowed_m2 > 0, built / found.allowed_m2, np.nan)
    return grounds.assign(
        state=np.where(regulated, np.where(unknown, "storeys_unknown", "regulated"), "not_regulated"),
        binding=[word or None for word in found.binding],
        ground_m2=bulk.ground_m2,
        allowed_m2=found.allowed_m2,
        floor_m2=built,
        floor_low_m2=np.where(unknown, np.nan, bulk.low_m2),
        floor_high_m2=np.where(unknown, np.nan, bulk.high_m2),
        residual_m2=np.where(unknown, np.nan, found.residual_m2),
        over_m2=np.where(unknown, np.nan, found.over_m2),
        use_ratio=used,
        told_share=bulk.told_share,
    )


def capacity_table(
    units: GeoDataFrame, buildings: GeoDataFrame, parts: Parts, value: Floats, low: Floats, high: Floats
) -> pd.DataFrame:
    """Put values of units together with why there is none: no limit was given, or storeys are not known.

    Parameters
    ----------
    units, buildings : GeoDataFrame
        What was measured.
    parts : Parts
        Of the units.
    value, low, high : ndarray of float64, shape (units,)
        The value and its bounds.

    Returns
    -------
    DataFrame
        On the index of the units: value, low, high, coverage (share of the unit's land under any limit), n (pieces of
        the plan's areas in it), reason. Limits for less than half of the land is "not regulated".
    """
    number = len(units)
    regulated = np.isfinite(parts.found.allowed_m2)
    ground = shapely.area(units.geometry.to_numpy())

    def total(part: Floats) -> Floats:
        return np.bincount(parts.unit, weights=part, minlength=number).astype(np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.clip(total(np.where(regulated, parts.bulk.ground_m2, 0.0)) / ground, 0.0, 1.0)
        footprint = total(np.where(regulated, parts.bulk.footprint_m2, 0.0))
        known = total(
            np.where(regulated, parts.bulk.footprint_m2 * np.nan_to_num(parts.bulk.known_share), 0.0)
        )
        without = (footprint > 0) & (known / footprint < MIN_COVERAGE)
    table = explained(
        units,
        value,
        (np.full(number, buildings.empty), Reason.NO_PLACES),
        (coverage < MIN_COVERAGE, Reason.NOT_REGULATED),
        (without, Reason.NO_HEIGHT),
    )
    given = table["value"].notna().to_numpy()
    return table.assign(
        coverage=coverage,
        n=np.bincount(parts.unit[regulated], minlength=number).astype(np.float64),
        low=np.where(given, np.fmin(low, value), np.nan),
        high=np.where(given, np.fmax(high, value), np.nan),
    )


def unit_totals(parts: Parts, units: int) -> dict[str, Floats]:
    """Add up allowed, built, residual and over-built floor of each unit, where a limit was given.

    Returns
    -------
    dict of str to ndarray of float64, shape (units,)
        allowed, built, residual, over; and built, residual and over with a storey less (`_low`) and more (`_high`).
    """
    regulated = np.isfinite(parts.found.allowed_m2)

    def total(part: Floats) -> Floats:
        return np.bincount(parts.unit, weights=np.where(regulated, part, 0.0), minlength=units).astype(
            np.float64
        )

    out = {"allowed": total(parts.found.allowed_m2)}
    bulk = parts.bulk
    for ending, built in (("", bulk.floor_m2), ("_low", bulk.low_m2), ("_high", bulk.high_m2)):
        floor = np.nan_to_num(built)
        out[f"built{ending}"] = total(floor)
        out[f"residual{ending}"] = total(np.maximum(parts.found.allowed_m2 - floor, 0.0))
        out[f"over{ending}"] = total(np.maximum(floor - parts.found.allowed_m2, 0.0))
    return out
