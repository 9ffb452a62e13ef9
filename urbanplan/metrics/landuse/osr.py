"""Open space ratio."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.bulk_table import bulk_table
from urbanplan.methods.floors import measure_bulk
from urbanplan.model.metric import metric


@metric(
    name="Open space ratio (OSR)",
    unit="m2/m2",
    supports=("cell", "zone", "city"),
    formula=r"\mathrm{OSR} = \frac{A - B}{F} = \frac{1 - \mathrm{GSI}}{\mathrm{FSI}}",
    references=("berghauserpont2010",),
    standard=False,
)
def osr(buildings: GeoDataFrame, units: GeoDataFrame, *, storey_m: float = 3.0) -> pd.DataFrame:
    """Measure how many square metres of open ground there are for each square metre of floor.

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
        On the index of the units: value (m2/m2), low and high (if every building had one storey more, or one less but at
        least one), coverage (share of the footprints whose storeys have a number), n (buildings), reason. Without a
        building it is unknown, not endless.

    Notes
    -----
    The ratio of Thai plans (อัตราส่วนของที่ว่างต่อพื้นที่อาคารรวม) is the same times 100. Open ground is all that no building
    covers, streets and waters with it.
    """
    bulk = measure_bulk(buildings, units, storey_m=storey_m)
    free = np.maximum(bulk.ground_m2 - bulk.footprint_m2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low, high = (
            np.where(floor > 0, free / floor, np.nan) for floor in (bulk.floor_m2, bulk.low_m2, bulk.high_m2)
        )
    return bulk_table(buildings, units, bulk, value, low, high)
