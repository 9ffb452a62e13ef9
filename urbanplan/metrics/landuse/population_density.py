"""Population density."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.units import KM2_M2
from urbanplan.methods.aggregate import MIN_COVERAGE, explained, membership, people_of
from urbanplan.methods.settlement import settled_ground
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Population density",
    unit="people/km2",
    supports=("cell", "zone", "city"),
    formula=r"D = \frac{P}{A_{\mathrm{gross}}}",
    requires=("population",),
)
def population_density(cells: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure how many people live on a square kilometre of all land.

    Parameters
    ----------
    cells : GeoDataFrame
        With `population`, people of each cell inside the city.
    units : GeoDataFrame
        Cells, zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (people/km2), coverage (share of the unit's land for which people are
        known), n (cells behind it), reason. Known for less than half of the land is unknown.

    Notes
    -----
    Gross density: the denominator is all land of the unit inside the city, with streets, parks and waters, except
    cells whose people are unknown.
    """
    belongs = membership(cells, units)
    people = people_of(cells)
    ground, coverage = settled_ground(belongs, cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(ground > 0, belongs.sum(people) / ground * KM2_M2, np.nan)
    table = explained(units, value, (~(coverage >= MIN_COVERAGE), Reason.POPULATION_UNKNOWN))
    return table.assign(coverage=coverage, n=belongs.count(np.isfinite(people)))
