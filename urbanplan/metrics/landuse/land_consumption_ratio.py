"""Land consumption compared with population growth (SDG 11.3.1)."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import BUILT, consumption, growth_values, without_counts
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Land consumption to population growth (SDG 11.3.1), {rate}",
    unit="1",
    direction="lower",
    supports=("zone", "city"),
    formula=r"LCRPGR = LCR / PGR",
    references=("unhabitat2021",),
    requires=("population", "population_before"),
    variants={"rate": {"ln": "logarithmic", "simple": "simple"}},
    standard=False,
)
def land_consumption_ratio(
    land_cover: LandCover,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    rate: str = "ln",
    built: tuple[int, ...] = BUILT,
) -> pd.DataFrame:
    """Measure whether land is built up faster than the population grows: above one it is.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the first and the last date are compared.
    cells : GeoDataFrame
        With `population`, `population_before` and `years_between`.
    units : GeoDataFrame
        Zones or the city.
    rate : str
        ln or simple: how the consumption of land is counted.
    built : tuple of int
        Numbers of the classes that are built up.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (share of the unit whose cover is known at both dates), reason.

    Notes
    -----
    Where the population shrank, or grew by less than 0.1 % in a year, the ratio says nothing and is unknown here; the
    listing `landuse.urban_growth` keeps its value with that flag, beside both rates and the built-up land per inhabitant.
    """
    found = consumption(land_cover, cells, units, built=built)
    value = found.growth.ratio if rate == "ln" else found.growth.ratio_simple
    return growth_values(
        found,
        units,
        value,
        *without_counts(found.people_before, found.people),
        (~found.growth.interpretable, Reason.NOT_INTERPRETABLE),
    )
