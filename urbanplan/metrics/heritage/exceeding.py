"""Buildings that are estimated to exceed the limit of height."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.compliance import interval
from urbanplan.methods.compliance.zones import per_zone
from urbanplan.model.metric import metric


@metric(
    name="Buildings whose estimated height exceeds the limit",
    unit="count",
    supports=("heritage_zone",),
    formula=r"E = \sum_b P(h_b > L), \quad P(h_b > L) = \frac{1 - \Phi((L - \mu_b) / \sigma_b)}{\Phi(\mu_b / \sigma_b)}",
    references=("hong2013",),
)
def exceeding(
    buildings: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    units: GeoDataFrame,
    *,
    on_date: str = "",
    level_share: float = 0.9,
) -> pd.DataFrame:
    """Count the buildings of each heritage zone whose estimated height exceeds the zone's limit.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with estimated heights and their standard deviations.
    heritage_rules : GeoDataFrame
        Limits of height, each to its own reference: highest point, top of the wall, or roof deck.
    units : GeoDataFrame
        Versions of heritage zones.
    on_date : str
        The limits that held on this day; by default those that nobody has ended.
    level_share : float
        Probability of the interval.

    Returns
    -------
    DataFrame
        On the index of the units: value (expected number), low and high (interval of that number, by the Poisson binomial
        distribution), n (buildings of known height), coverage (their share of all under the limit), reason.

    Notes
    -----
    An estimate, never a verdict: heights are uncertain, and a limit seldom holds for what stood before it. Buildings of unknown
    height are left out, and lower the coverage; where nobody gave a limit the value is unknown, not zero. Buildings that lie at
    least half in the zone count. Of several limits in one zone the expected number is of those above the strictest.
    """
    found = per_zone(buildings, heritage_rules, units, on_date=on_date)
    bounds = [interval(case.chance, level=level_share) if case else (np.nan, np.nan) for case in found.case]
    expected = [float(np.nansum(case.chance)) if case else np.nan for case in found.case]
    return found.table(np.array(expected), low=[low for low, _ in bounds], high=[high for _, high in bounds])
