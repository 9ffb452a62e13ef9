"""Rate at which the population grows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained, membership
from urbanplan.methods.landscape import people_at_both_dates, without_counts
from urbanplan.model.metric import metric


@metric(
    name="Population growth rate",
    unit="1/year",
    supports=("zone", "city"),
    formula=r"PGR = \frac{\ln (P_2 / P_1)}{T}",
    references=("unhabitat2021",),
    requires=("population", "population_before"),
    standard=False,
)
def population_growth_rate(cells: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure how fast the population grows in a year.

    Parameters
    ----------
    cells : GeoDataFrame
        With `population`, `population_before` and `years_between`.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (share by year, logarithmic; below zero where fewer people live), reason.

    Notes
    -----
    Both counts must be made in the same way: a change of method is no change of people.
    """
    before, after, years = people_at_both_dates(cells, membership(cells, units))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where((before > 0) & (after > 0), np.log(after / before) / years, np.nan)
    return explained(units, value, *without_counts(before, after))
