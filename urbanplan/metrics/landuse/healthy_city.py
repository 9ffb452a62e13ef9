"""Access and walkability as the Global Healthy and Sustainable City Indicators define them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, people_of
from urbanplan.methods.allotment import units_of_points
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.healthy_city import DESTINATIONS, SamplePoints, mean_by_unit, sample_points
from urbanplan.methods.known_parts import known_land
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

DENSE_KM2 = 5_700.0
CONNECTED_KM2 = 100.0
"""Densities of people and of intersections of a walkable neighbourhood, as the 2022 study rounds them."""
MEDIAN_WALKABILITY = -0.447735
"""Median of the sums of z-scores over the sample points of the 25 cities."""


@listing(
    name="Healthy and sustainable city indicators (GHSCI profile)",
    geometry="polygon",
    by="intersections_km2",
    direction="higher",
    columns={
        "name": "",
        **{f"near_{name}": "share" for name in DESTINATIONS},
        "daily_living": "1",
        "intersections_km2": "1/km2",
        "people_km2": "people/km2",
        "connected_share": "share",
        "dense_share": "share",
        "walkability": "1",
        "walkable_share": "share",
        "weighted_by": "",
        "points": "count",
        "known_share": "share",
    },
    references=("boeing2022", "cerin2022", "higgs2025"),
)
def healthy_city(
    places: GeoDataFrame,
    open_space: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    zones: GeoDataFrame,
    boundary: GeoDataFrame,
    *,
    min_people: float = 1.0,
) -> GeoDataFrame:
    """List access within 500 m and walkability of neighbourhoods, from points every 30 m of the streets.

    Parameters
    ----------
    places : GeoDataFrame
        With `category`: food, convenience, transit.
    open_space : GeoDataFrame
        With `access`.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    zones, boundary : GeoDataFrame
        What the rows are of.
    min_people : float
        Points in cells where fewer people are known to live are left out.

    Returns
    -------
    GeoDataFrame
        The city first, then its zones. Every value is the mean over cells of the mean of their points: weighted by the
        "people" of the cells, or where none are known, each cell alike ("ground"). `near_…` are shares within 500 m of the
        destination, `connected_share` and `dense_share` shares in neighbourhoods of 100 intersections and of 5,700 people by km2;
        `walkability` is the sum of three z-scores against 25 cities, `walkable_share` the share at or above their median. NaN where a part is unknown, and where less than half
        of the unit is mapped.

    Notes
    -----
    Definitions in `urbanplan.methods.healthy_city`. What differs from the indicators' own software: the cells are those of the
    analysis grid; distances start at the point itself and end where the destination meets its street, where theirs run
    between nodes; and categories are those of this city's layers. Within one city their own z-scores have a mean of zero by
    construction; those here are against fixed numbers and can be laid beside other cities.
    """
    found = sample_points(walk, places, open_space, cells, min_people=min_people)
    tables = [_rows(found, cells, units) for units in (boundary, zones)]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), geometry="geometry", crs=boundary.crs)


def _rows(found: SamplePoints, cells: GeoDataFrame, units: GeoDataFrame) -> GeoDataFrame:
    points = np.asarray(shapely.points(found.x, found.y), dtype=object)
    unit, cell = units_of_points(points, units), units_of_points(points, cells)
    counted = bool(np.isfinite(people_of(cells)).any())
    each = people_of(cells) if counted else np.ones(len(cells))
    per_cell = np.maximum(np.bincount(cell[cell >= 0], minlength=len(cells)), 1)
    # a cell's people are shared out between its points: their mean is the mean of the people
    weight = np.where(cell >= 0, each[cell] / per_cell[cell], np.nan) if len(cells) else np.zeros(len(cell))
    share = known_land(cells, units)
    values = {
        **{f"near_{name}": near for name, near in found.near.items()},
        "daily_living": found.daily_living,
        "intersections_km2": found.intersections_km2,
        "people_km2": found.people_km2,
        "connected_share": _at_least(found.intersections_km2, CONNECTED_KM2),
        "dense_share": _at_least(found.people_km2, DENSE_KM2),
        "walkability": found.walkability,
        "walkable_share": _at_least(found.walkability, MEDIAN_WALKABILITY),
    }
    columns: dict[str, Any] = {
        "name": units["name"].to_numpy(),
        "weighted_by": "people" if counted else "ground",
        "known_share": share,
        "points": np.bincount(unit[unit >= 0], minlength=len(units)),
    }
    columns |= {
        name: np.where(share >= MIN_COVERAGE, mean_by_unit(value, unit, len(units), weight), np.nan)
        for name, value in values.items()
    }
    return gpd.GeoDataFrame(columns, geometry=units.geometry.to_numpy(), crs=units.crs)


def _at_least(values: Floats, limit: float) -> Floats:
    return np.where(np.isnan(values), np.nan, values >= limit)
