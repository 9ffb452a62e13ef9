"""Rate at which land is built up."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import BUILT, consumption, growth_values
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Land consumption rate, {rate}",
    unit="1/year",
    supports=("zone", "city"),
    formula=r"LCR = \frac{\ln (V_2 / V_1)}{T} \quad\text{or}\quad \frac{(V_2 - V_1) / V_1}{T}",
    references=("unhabitat2021",),
    variants={"rate": {"ln": "logarithmic", "simple": "simple"}},
    standard=False,
)
def land_consumption_rate(
    land_cover: LandCover,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    rate: str = "ln",
    built: tuple[int, ...] = BUILT,
) -> pd.DataFrame:
    """Measure how fast built-up land grows in a year.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the first and the last date are compared.
    cells : GeoDataFrame
        The analysis grid.
    units : GeoDataFrame
        Zones or the city.
    rate : str
        ln: logarithmic, as UN-Habitat's later module has it; simple: as a share of what was built before.
    built : tuple of int
        Numbers of the classes that are built up.

    Returns
    -------
    DataFrame
        On the index of the units: value (share by year; below zero where built-up land shrank), coverage (share of the
        unit whose cover is known at both dates), reason.

    Notes
    -----
    One half of SDG 11.3.1; see `landuse.urban_growth` for the whole. Of land cover of one date no growth is known.
    """
    found = consumption(land_cover, cells, units, built=built)
    return growth_values(found, units, found.growth.land if rate == "ln" else found.growth.land_simple)
