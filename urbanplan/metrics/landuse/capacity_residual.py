"""Floor area that may still be built."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.plan_capacity import capacity_of_parts, capacity_table, unit_totals
from urbanplan.model.metric import metric


@metric(
    name="Floor area that may still be built",
    unit="m2",
    supports=("zone", "city"),
    formula=r"\sum_i \max(F_i^{\max} - F_i, 0)",
    references=("berke2006",),
)
def capacity_residual(
    buildings: GeoDataFrame,
    zoning: GeoDataFrame,
    units: GeoDataFrame,
    *,
    storey_m: float = 3.0,
    plots_share: float = 1.0,
) -> pd.DataFrame:
    """Measure how much floor area the plan's limits leave to be built.

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
        On the index of the units: value (m2 of floor), low and high (if every building had one storey more, or one
        less but at least one), coverage (share of the land under any limit), n (areas of the plan), reason.
        Land without a limit is left out; limits for less than half of the unit is "not regulated".

    Notes
    -----
    Allowed is the least of FAR times ground, coverage times ground times whole storeys under the height, and open ground
    over the open space ratio. Buildings under their limit do not pay for those above it: each area of the plan is compared by itself. Not all that may be
    built can be: temples, schools, state land, floods and small plots are not looked at. Streets are part of the ground
    unless `plots_share` says what they leave, so that this is an upper estimate.
    """
    parts = capacity_of_parts(buildings, zoning, units, storey_m=storey_m, plots_share=plots_share)
    sums = unit_totals(parts, len(units))
    return capacity_table(
        units, buildings, parts, sums["residual"], sums["residual_high"], sums["residual_low"]
    )
