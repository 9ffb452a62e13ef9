"""What was built in a zone and around it, before and after a rule came into force: a difference of differences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import fisher_exact

from urbanplan.base.errors import InputError
from urbanplan.methods.change.rates import NORMAL_90

_HALDANE = 0.5


class RuleEffect(NamedTuple):
    """Four rates compared.

    Attributes
    ----------
    zone_before, zone_after, ring_before, ring_after : float
        Buildings on a hectare in a year.
    difference, difference_low, difference_high : float
        (zone after - zone before) - (ring after - ring before), on a hectare in a year, with its 90 % interval.
    ratio, ratio_low, ratio_high : float
        (zone after / zone before) / (ring after / ring before): 1 where the zone changed as its surroundings did.
    p_value : float
        Of a ratio at least as far from 1 where the rule changes nothing, by Fisher's exact test.
    """

    zone_before: float
    zone_after: float
    ring_before: float
    ring_after: float
    difference: float
    difference_low: float
    difference_high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    p_value: float


def rule_effect(
    counts: tuple[int, int, int, int],
    *,
    zone_ha: float,
    ring_ha: float,
    years_before: float,
    years_after: float,
) -> RuleEffect:
    r"""Compare how the building rate of a zone changed with how that of its surroundings did.

    Parameters
    ----------
    counts : tuple of int
        Buildings of the zone before and after, and of the ring before and after.
    zone_ha, ring_ha : float
        Ground of both, in hectares.
    years_before, years_after : float
        Length of both periods.

    Raises
    ------
    InputError
        If an area or a period is not positive.

    Notes
    -----
    Counts are taken for Poisson: the rate n / (A T) has the variance :math:`n / (A T)^2`, and those of the four rates add up in the
    difference. In the ratio of ratios areas and years cancel,

    .. math:: R = \frac{n_{za} / n_{zb}}{n_{ra} / n_{rb}}, \quad Var(\ln R) = \sum \frac{1}{n}

    with half a building added to each of the four where any is zero. Fisher's test asks the same of the table of the four.

    Examples
    --------
    >>> found = rule_effect((8, 2, 10, 10), zone_ha=10, ring_ha=20, years_before=10, years_after=10)
    >>> round(found.difference, 6), round(found.ratio, 6)
    (-0.06, 0.25)
    """
    for name, value in (
        ("zone", zone_ha),
        ("ring", ring_ha),
        ("time before", years_before),
        ("time after", years_after),
    ):
        if not value > 0:
            raise InputError(f"the {name} has no extent; a rate needs ground and years")
    exposure = np.array(
        [zone_ha * years_before, zone_ha * years_after, ring_ha * years_before, ring_ha * years_after]
    )
    number = np.array(counts, dtype=np.float64)
    rate = number / exposure
    difference = (rate[1] - rate[0]) - (rate[3] - rate[2])
    spread = NORMAL_90 * float(np.sqrt((number / exposure**2).sum()))
    own = number + _HALDANE if (number == 0).any() else number
    log_ratio = float(np.log(own[1]) - np.log(own[0]) - np.log(own[3]) + np.log(own[2]))
    log_spread = NORMAL_90 * float(np.sqrt((1.0 / own).sum()))
    some = number.sum() > 0
    p_value = float(fisher_exact(np.array(counts).reshape(2, 2)).pvalue)
    ratios = (
        np.exp([log_ratio, log_ratio - log_spread, log_ratio + log_spread]) if some else np.full(3, np.nan)
    )
    return RuleEffect(
        float(rate[0]),
        float(rate[1]),
        float(rate[2]),
        float(rate[3]),
        float(difference),
        float(difference - spread),
        float(difference + spread),
        float(ratios[0]),
        float(ratios[1]),
        float(ratios[2]),
        p_value,
    )
