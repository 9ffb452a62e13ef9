"""The probability that the plot of a building is beyond a limit of floor, coverage or open ground."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.compliance.bulk import BULK, bulk_cases, bulk_rules
from urbanplan.metrics.heritage.bulk_exceeding import LIMITS
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Probability that the {limit} of a building's plot is beyond its limit",
    unit="share",
    supports=("building",),
    formula=r"P(U_p > a\,A_p), \quad U_p = \sum_b k_b\,|b \cap p|",
    variants={"limit": LIMITS},
    standard=False,
)
def chance_bulk(
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
    """Estimate how likely the plot that each building stands on is beyond the limit of its heritage zones.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    heritage_rules : GeoDataFrame
        Limits of the kinds max_far, max_bcr, min_osr, min_open_space and max_storeys.
    units : GeoDataFrame
        The buildings to tell of.
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
        On the index of the units: value (0-1, the largest of several limits and plots), n (limits with a number), reason.

    Notes
    -----
    Where no limit holds the value is unknown, not zero: nothing is regulated there, or the rule is not in the data.
    """
    highest, number = np.full(len(buildings), np.nan), np.zeros(len(buildings))
    holding = bulk_rules(heritage_rules, (BULK[limit],), on_date=on_date)
    spreads = {"outline_sd_m": outline_sd_m, "ground_sd_share": ground_sd_share, "reach_m": reach_m}
    for case in bulk_cases(
        buildings, holding[holding["value"].notna()], plots, drive, storey_m=storey_m, **spreads
    ):
        chance = np.full(len(case.stock.told), np.nan)
        chance[case.rows] = case.chance
        under = np.zeros(len(chance), dtype=bool)
        under[case.rows] = True
        pieces = case.stock.grounds
        np.fmax.at(highest, pieces.building, chance[pieces.ground])
        number[np.unique(pieces.building[under[pieces.ground]])] += 1
    place = buildings.index.get_indexer(units.index)
    found = place >= 0
    value = np.where(found, highest[place] if len(buildings) else np.nan, np.nan)
    limits = np.where(found, number[place] if len(buildings) else 0.0, 0.0)
    causes = (
        (np.full(len(units), buildings.empty), Reason.NO_PLACES),
        (limits == 0, Reason.NOT_REGULATED),
        (np.isnan(value), Reason.NO_HEIGHT),
    )
    return explained(units, value, *causes).assign(n=limits)
