"""Conformance of what is found with the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.conformance import conformance as conforming
from urbanplan.methods.plan_table import plan_table
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

_WORDS = {"strict": "permitted uses", "weighted": "permitted uses, and conditional ones by weight"}


@metric(
    name="Land used as the plan permits: {counting}",
    unit="share",
    supports=("zone", "city"),
    formula=(
        r"C = \frac{\sum_{z,u} A_{zu} [M_{zu} = 1]}{\sum_{z,u} A_{zu}},\quad"
        r" C_w = \frac{\sum_{z,u} A_{zu} M_{zu}}{\sum_{z,u} A_{zu}}"
    ),
    references=("alterman1978",),
    variants={"counting": _WORDS},
)
def conformance(
    observed_use: GeoDataFrame,
    zoning: GeoDataFrame,
    plan_rules: GeoDataFrame,
    units: GeoDataFrame,
    *,
    counting: str = "strict",
) -> pd.DataFrame:
    """Measure which share of the land is used as the plan's rules permit, where both are known.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    zoning : GeoDataFrame
        Areas of the plan; of areas that overlap the smaller holds.
    plan_rules : GeoDataFrame
        What the plan says of each use in each kind of area.
    units : GeoDataFrame
        Zones or the city.
    counting : str
        strict: a conditional use does not count; weighted: it counts by the weight of its rule.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the land of which use and rule are known), coverage (their share of the
        plan's land in the unit), n (areas of the plan), low and high (of all the plan's land: if everything unknown were
        in conflict, or permitted), reason. Use and rule of less than half of it is unknown.

    Notes
    -----
    Uses under a quota count as permitted as far as the quota of their area of the plan reaches. A use that stands there
    from before the plan is lawful in general: what does not conform is no breach of the law.
    """
    table = plan_table(observed_use, zoning, plan_rules, units)
    strict, weighted, known, whole = table.sums(len(units))
    found = conforming(strict if counting == "strict" else weighted, known, whole)
    told = np.bincount(table.unit, weights=table.use_m2.sum(axis=1), minlength=len(units))
    with np.errstate(divide="ignore", invalid="ignore"):
        unmapped = told / whole < MIN_COVERAGE
    rows = explained(
        units,
        found.value,
        (np.full(len(units), observed_use.empty), Reason.NO_PLACES),
        (whole <= 0, Reason.NOT_REGULATED),
        (unmapped, Reason.NOT_MAPPED),
        (~(found.known_share >= MIN_COVERAGE), Reason.NOT_REGULATED),
    )
    given = rows["value"].notna().to_numpy()
    return rows.assign(
        coverage=np.nan_to_num(found.known_share),
        n=np.bincount(table.unit, minlength=len(units)).astype(np.float64),
        low=np.where(given, np.fmin(found.low, found.value), np.nan),
        high=np.where(given, np.fmax(found.high, found.value), np.nan),
    )
