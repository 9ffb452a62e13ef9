"""Mean number of storeys."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.bulk_table import bulk_table
from urbanplan.methods.floors import measure_bulk
from urbanplan.model.metric import metric


@metric(
    name="Mean number of storeys",
    unit="storeys",
    supports=("cell", "zone", "city"),
    formula=r"L = \frac{F}{B} = \frac{\mathrm{FSI}}{\mathrm{GSI}}",
    references=("berghauserpont2010",),
    standard=False,
)
def storeys(buildings: GeoDataFrame, units: GeoDataFrame, *, storey_m: float = 3.0) -> pd.DataFrame:
    """Measure how many storeys the built ground bears on average.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    units : GeoDataFrame
        Cells, zones or the city.
    storey_m : float
        Height of a storey, where only the height of a building is known.

    Returns
    -------
    DataFrame
        On the index of the units: value (storeys), low and high (if every building had one storey less, but at least
        one, or one more), coverage (share of the footprints whose storeys have a number), n (buildings), reason.

    Notes
    -----
    Weighted by footprint: a hall of one storey weighs as much as all the houses on the same ground.
    """
    bulk = measure_bulk(buildings, units, storey_m=storey_m)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low, high = (
            np.where(bulk.footprint_m2 > 0, floor / bulk.footprint_m2, np.nan)
            for floor in (bulk.floor_m2, bulk.low_m2, bulk.high_m2)
        )
    return bulk_table(buildings, units, bulk, value, low, high)
