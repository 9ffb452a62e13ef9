"""Agreement of uses as found with the uses that the plan is drawn for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.conformance import agreement
from urbanplan.methods.plan_table import plan_table
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

_WORDS = {
    "overall": "same use",
    "kappa": "beyond chance (kappa)",
    "quantity": "other amounts",
    "allocation": "other places",
}


@metric(
    name="Uses as found beside those the plan is drawn for: {figure}",
    unit="1",
    supports=("zone", "city"),
    formula=(
        r"P_o = \sum_i p_{ii},\quad \kappa = \frac{P_o - P_e}{1 - P_e},\quad"
        r" Q = \tfrac12 \sum_i |p_{i+} - p_{+i}|,\quad A = 1 - P_o - Q"
    ),
    references=("cohen1960", "pontius2011"),
    standard=False,
    variants={"figure": _WORDS},
)
def plan_agreement(
    observed_use: GeoDataFrame,
    zoning: GeoDataFrame,
    plan_rules: GeoDataFrame,
    units: GeoDataFrame,
    *,
    figure: str = "overall",
) -> pd.DataFrame:
    """Compare uses as found with the one use that each area of the plan is drawn for.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    zoning : GeoDataFrame
        Areas of the plan with `class`.
    plan_rules : GeoDataFrame
        Rules that say `main` name the use that areas are drawn for; else the land-use scheme names it.
    units : GeoDataFrame
        Zones or the city.
    figure : str
        overall (share of the land in that use), kappa (the same beyond chance), quantity (share that differs because
        uses have other amounts) or allocation (because they lie elsewhere); the first, third and fourth add up to 1.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (share of the plan's land in the unit of which both are known), n
        (areas of the plan), reason. Less than half known is unknown.

    Notes
    -----
    Kappa can be below zero. Quantity and allocation say more than kappa (Pontius and Millones). Areas that are drawn for
    no single use, as those of conservation, are left out.
    """
    table = plan_table(observed_use, zoning, plan_rules, units)
    crossed = table.by_main(len(units))
    value = np.array([getattr(agreement(each), figure) for each in crossed], dtype=np.float64)
    *_, whole = table.sums(len(units))
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.clip(np.where(whole > 0, crossed.sum(axis=(1, 2)) / whole, 0.0), 0.0, 1.0)
    rows = explained(
        units,
        value,
        (np.full(len(units), observed_use.empty), Reason.NO_PLACES),
        (whole <= 0, Reason.NOT_REGULATED),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
    )
    return rows.assign(coverage=coverage, n=np.bincount(table.unit, minlength=len(units)).astype(np.float64))
