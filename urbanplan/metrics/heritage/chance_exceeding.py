"""The probability that a building exceeds its limit of height."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.compliance import cases, height_rules
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Probability that a building exceeds its limit of height",
    unit="share",
    supports=("building",),
    formula=r"P(h > L) = \frac{1 - \Phi((L - \mu) / \sigma)}{\Phi(\mu / \sigma)}",
    standard=False,
)
def chance_exceeding(
    buildings: GeoDataFrame, heritage_rules: GeoDataFrame, units: GeoDataFrame, *, on_date: str = ""
) -> pd.DataFrame:
    """Estimate how likely each building is higher than the limits of the heritage zones allow.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with estimated heights and their standard deviations.
    heritage_rules : GeoDataFrame
        Limits of height, each to its own reference.
    units : GeoDataFrame
        The buildings to tell of.
    on_date : str
        The limits that held on this day; by default those that nobody has ended.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, the largest of several limits), n (limits with a number), reason.

    Notes
    -----
    Where no limit holds the value is unknown, not zero: heights are not regulated there by heritage zones, or the rule is not
    in the data. An estimate, never a verdict.
    """
    highest = np.full(len(buildings), np.nan)
    number = np.zeros(len(buildings))
    for case in cases(buildings, height_rules(heritage_rules, on_date=on_date)):
        if np.isfinite(case.limit_m):
            number[case.buildings] += 1
            highest[case.buildings] = np.fmax(highest[case.buildings], case.chance)
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
