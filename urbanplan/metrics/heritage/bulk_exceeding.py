"""Plots that are estimated to be beyond a limit of floor, coverage or open ground."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.compliance import interval
from urbanplan.methods.compliance.bulk import bulk_per_zone
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork

LIMITS = {
    "far": "floor area ratio (FAR)",
    "coverage": "ground coverage (BCR)",
    "osr": "open space ratio (OSR)",
    "open_space": "open share of the plot",
    "storeys": "number of storeys",
}


@metric(
    name="Plots whose estimated {limit} is beyond the limit",
    unit="count",
    supports=("heritage_zone",),
    formula=r"E = \sum_p P(U_p > a\,A_p), \quad U_p = \sum_b k_b\,|b \cap p|",
    references=("hong2013",),
    variants={"limit": LIMITS},
)
def bulk_exceeding(
    buildings: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    units: GeoDataFrame,
    plots: GeoDataFrame | None = None,
    drive: StreetNetwork | None = None,
    *,
    limit: str = "far",
    on_date: str = "",
    level_share: float = 0.9,
    storey_m: float = 3.0,
    outline_sd_m: float = 0.5,
    ground_sd_share: float = 0.3,
    reach_m: float = 20.0,
) -> pd.DataFrame:
    """Count the plots of each heritage zone whose floor, covered ground or open ground is estimated to be beyond the limit.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    heritage_rules : GeoDataFrame
        Limits of the kinds max_far, max_bcr, min_osr (open ground over floor), min_open_space (open share of the plot) and
        max_storeys.
    units : GeoDataFrame
        Versions of heritage zones.
    plots : GeoDataFrame, optional
        Plots of land. Where a building has none, the ground nearer to it than to any other stands in for it.
    drive : StreetNetwork, optional
        Streets at whose edges such grounds end.
    limit : str
        far, coverage, osr, open_space or storeys.
    on_date : str
        The limits that held on this day; by default those that nobody has ended.
    level_share : float
        Probability of the interval.
    storey_m : float
        Height of a storey, where only the height of a building is known.
    outline_sd_m : float
        How far a wall may be drawn from where it stands.
    ground_sd_share : float
        How far a ground that stands in for a plot may be from it, as a share of its area (one standard deviation).
    reach_m : float
        How far such a ground goes from its building at most.

    Returns
    -------
    DataFrame
        On the index of the units: value (expected number), low and high (interval of that number, by the Poisson binomial
        distribution), n (plots with buildings of known storeys), coverage (their share of all under the limit), reason.

    Notes
    -----
    U is what the limit counts: floor for the floor area ratio (k storeys, a the limit), covered ground for coverage (k 1) and for
    an open share m (a is 1 - m), and B + m F for an open space ratio m (a 1). Of storeys the highest building counts. An estimate, never a verdict: storeys, outlines and,
    without plots, the ground itself are unsure, and law counts floors by rules of its own. Where nobody gave a limit the value
    is unknown, not zero. Plots that lie at least half in the zone count; of several limits the strictest.
    """
    found = bulk_per_zone(
        buildings,
        heritage_rules,
        units,
        limit,
        plots=plots,
        drive=drive,
        on_date=on_date,
        storey_m=storey_m,
        outline_sd_m=outline_sd_m,
        ground_sd_share=ground_sd_share,
        reach_m=reach_m,
    )
    bounds = [interval(case.chance, level=level_share) if case else (np.nan, np.nan) for case in found.case]
    expected = [float(np.nansum(case.chance)) if case else np.nan for case in found.case]
    return found.table(np.array(expected), low=[low for low, _ in bounds], high=[high for _, high in bounds])
