"""Estimates against limits: how likely each exceeds its limit, how many do, by how much, and since when."""

from urbanplan.methods.compliance.dates import compared, holds_on
from urbanplan.methods.compliance.exceedance import chance_above, expected_excess, share_class
from urbanplan.methods.compliance.poisson_binomial import interval
from urbanplan.methods.compliance.rules import Case, cases, height_rules

__all__ = [
    "Case",
    "cases",
    "chance_above",
    "compared",
    "expected_excess",
    "height_rules",
    "holds_on",
    "interval",
    "share_class",
]
