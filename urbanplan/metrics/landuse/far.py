"""Floor area ratio."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.bulk_table import bulk_table
from urbanplan.methods.floors import measure_bulk
from urbanplan.model.metric import metric


@metric(
    name="Floor area ratio (FAR)",
    unit="m2/m2",
    supports=("cell", "zone", "city"),
    formula=r"\mathrm{FAR} = \mathrm{FSI} = \frac{F}{A},\quad F = \sum_b |B_b \cap A| \, L_b",
    references=("berghauserpont2010",),
)
def far(buildings: GeoDataFrame, units: GeoDataFrame, *, storey_m: float = 3.0) -> pd.DataFrame:
    """Measure how many square metres of floor stand on a square metre of ground.

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
        On the index of the units: value (m2/m2), low and high (if every building had one storey less, but at least one,
        or one more), coverage (share of the footprints whose storeys have a number, told or guessed), n (buildings),
        reason.

    Notes
    -----
    Gross: the denominator is the whole unit with its streets and waters. Storeys come from their tag, else the height,
    else a measured height, else the median of buildings of the same use; `landuse.floors_told_share` says how much of
    it was told. Floor areas by law count mezzanines, basements and parking differently: this is geometry.
    """
    bulk = measure_bulk(buildings, units, storey_m=storey_m)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low, high = (part / bulk.ground_m2 for part in (bulk.floor_m2, bulk.low_m2, bulk.high_m2))
    return bulk_table(buildings, units, bulk, value, low, high)
