"""People."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained, membership, people_of
from urbanplan.methods.settlement import settled_ground
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Population",
    unit="people",
    supports=("zone", "city"),
    formula=r"P = \sum_c P_c \, \frac{|c \cap u|}{|c \cap \mathrm{city}|}",
    requires=("population",),
)
def population(cells: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Count the people who live in each unit.

    Parameters
    ----------
    cells : GeoDataFrame
        With `population`, people of each cell inside the city.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (people), coverage (share of the unit's land for which people are known),
        n (cells behind it), reason. Known for less than half of the land is unknown.

    Notes
    -----
    People of a cell on a border are divided by area; where zones cover the city, they add up to the city's people.
    """
    belongs = membership(cells, units)
    people = people_of(cells)
    _, coverage = settled_ground(belongs, cells)
    table = explained(units, belongs.sum(people), (~(coverage >= MIN_COVERAGE), Reason.POPULATION_UNKNOWN))
    return table.assign(coverage=coverage, n=belongs.count(np.isfinite(people)))
