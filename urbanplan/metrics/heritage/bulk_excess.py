"""Floor, covered ground or lacking open ground beyond the limits of plots."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.compliance.bulk import bulk_per_zone
from urbanplan.metrics.heritage.bulk_exceeding import LIMITS
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Estimated area beyond the limit: {limit}",
    unit="m2",
    supports=("heritage_zone",),
    formula=r"X = \sum_p E[\max(0, U_p - a\,A_p)], \quad U_p = \sum_b k_b\,|b \cap p|",
    variants={"limit": LIMITS},
    standard=False,
)
def bulk_excess(
    buildings: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    units: GeoDataFrame,
    plots: GeoDataFrame | None = None,
    drive: StreetNetwork | None = None,
    *,
    limit: str = "far",
    on_date: str = "",
    storey_m: float = 3.0,
    outline_sd_m: float = 0.5,
    ground_sd_share: float = 0.3,
    reach_m: float = 20.0,
) -> pd.DataFrame:
    """Measure how much floor or covered ground of each heritage zone lies above the limit, or how much open ground is lacking.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    heritage_rules : GeoDataFrame
        Limits of the kinds max_far, max_bcr, min_osr, min_open_space and max_storeys.
    units : GeoDataFrame
        Versions of heritage zones.
    plots : GeoDataFrame, optional
        Plots of land; see `heritage.bulk_exceeding` for what stands in for them.
    drive : StreetNetwork, optional
        Streets at whose edges such grounds end.
    limit : str
        far, coverage, osr, open_space or storeys.
    on_date : str
        The limits that held on this day; by default those that nobody has ended.
    storey_m, outline_sd_m, ground_sd_share, reach_m : float
        As for `heritage.bulk_exceeding`.

    Returns
    -------
    DataFrame
        On the index of the units: value (m2, expected: of floor for far, of covered ground for coverage, of open ground that is
        lacking for osr and open_space, of floor above the limit for storeys), n (plots of known storeys), coverage (their share of all under the limit), reason.

    Notes
    -----
    Storeys and outlines being uncertain, a plot exactly at its limit adds a little, for it may be beyond.
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
    return found.table(
        np.array([float(np.nansum(case.beyond_m2)) if case else np.nan for case in found.case])
    )
