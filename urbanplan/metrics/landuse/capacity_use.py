"""Use of the floor area that a plan allows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.plan_capacity import capacity_of_parts, capacity_table, unit_totals
from urbanplan.model.metric import metric


@metric(
    name="Built floor area against the plan's limits",
    unit="m2/m2",
    supports=("zone", "city"),
    formula=r"U = \frac{\sum_i F_i}{\sum_i F_i^{\max}}",
    references=("berke2006",),
)
def capacity_use(
    buildings: GeoDataFrame,
    zoning: GeoDataFrame,
    units: GeoDataFrame,
    *,
    storey_m: float = 3.0,
    plots_share: float = 1.0,
) -> pd.DataFrame:
    """Measure how much of the floor area that the plan's limits allow is built.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    zoning : GeoDataFrame
        Areas of the plan with max_far, max_bcr, max_height_m, min_osr; one that was not given does not bind.
    units : GeoDataFrame
        Zones or the city.
    storey_m : float
        Height of a storey, built or allowed.
    plots_share : float
        Share of the ground that is plots, not streets.

    Returns
    -------
    DataFrame
        On the index of the units: value (m2 of floor built by m2 allowed; above 1 more is built), low and high (if every
        building had one storey less, but at least one, or one more), coverage (share of the land under any limit), n
        (areas of the plan), reason. Limits for less than half of the unit is "not regulated".

    Notes
    -----
    Only land with a limit counts, on both sides. See `landuse.capacity_residual` for how the limits combine.
    """
    parts = capacity_of_parts(buildings, zoning, units, storey_m=storey_m, plots_share=plots_share)
    sums = unit_totals(parts, len(units))
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low, high = (
            np.where(sums["allowed"] > 0, sums[f"built{end}"] / sums["allowed"], np.nan)
            for end in ("", "_low", "_high")
        )
    return capacity_table(units, buildings, parts, value, low, high)
