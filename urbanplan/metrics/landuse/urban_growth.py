"""Growth of land and of people (SDG 11.3.1)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE
from urbanplan.methods.landscape import BUILT, consumption
from urbanplan.model.land_cover import LandCover
from urbanplan.model.listing import listing


@listing(
    name="Growth of land and of people (SDG 11.3.1)",
    geometry="polygon",
    by="land_consumption_rate",
    columns={
        "name": "",
        "built_before_m2": "m2",
        "built_m2": "m2",
        "land_consumption_rate": "1/year",
        "land_consumption_rate_simple": "1/year",
        "people_before": "people",
        "people": "people",
        "population_growth_rate": "1/year",
        "ratio": "1",
        "ratio_simple": "1",
        "reading": "",
        "built_per_person_before": "m2/person",
        "built_per_person": "m2/person",
    },
    references=("unhabitat2021",),
)
def urban_growth(
    land_cover: LandCover,
    cells: GeoDataFrame,
    zones: GeoDataFrame,
    boundary: GeoDataFrame,
    *,
    built: tuple[int, ...] = BUILT,
) -> GeoDataFrame:
    """List how fast land is built up and the population grows, in the city and in each zone.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the first and the last date are compared.
    cells : GeoDataFrame
        With `population`, and `population_before` and `years_between` where an earlier count is known.
    zones, boundary : GeoDataFrame
        What the rows are of.
    built : tuple of int
        Numbers of the classes that are built up.

    Returns
    -------
    GeoDataFrame
        The city first, then its zones; none where land cover is of one date only. `reading` says whether the ratios mean
        anything: "faster" and "slower" than the population, "people_still", "people_fewer", or "unknown".

    Notes
    -----
    Formulas in `urbanplan.methods.growth.land_and_people`; both variants of the rate stand side by side, for which
    of them is used changes the headline. What OpenStreetMap maps at two dates is never compared: more of it is more
    mapping, not more city.
    """
    if land_cover.earliest is land_cover.latest:
        boundary, zones = boundary.iloc[:0], zones.iloc[:0]
    # people are shared out between units that do not overlap: the city and its zones are two questions
    tables = [_rows(land_cover, cells, units, built) for units in (boundary, zones)]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), geometry="geometry", crs=boundary.crs)


def _rows(
    land_cover: LandCover, cells: GeoDataFrame, units: GeoDataFrame, built: tuple[int, ...]
) -> GeoDataFrame:
    found = consumption(land_cover, cells, units, built=built)
    growth, known = found.growth, found.coverage >= MIN_COVERAGE
    rates = {
        "built_before_m2": found.built_before_m2,
        "built_m2": found.built_m2,
        "land_consumption_rate": growth.land,
        "land_consumption_rate_simple": growth.land_simple,
        "ratio": growth.ratio,
        "ratio_simple": growth.ratio_simple,
        "built_per_person_before": growth.built_per_person_before,
        "built_per_person": growth.built_per_person,
    }
    ratio = np.where(known, growth.ratio, np.nan)
    reading = np.select(
        [np.isnan(ratio), growth.people < 0, ~growth.interpretable, ratio > 1],
        ["unknown", "people_fewer", "people_still", "faster"],
        "slower",
    )
    return gpd.GeoDataFrame(
        {
            "name": units["name"].to_numpy(),
            **{name: np.where(known, value, np.nan) for name, value in rates.items()},
            "people_before": found.people_before,
            "people": found.people,
            "population_growth_rate": growth.people,
            "reading": reading,
        },
        geometry=units.geometry.to_numpy(),
        crs=units.crs,
    )
