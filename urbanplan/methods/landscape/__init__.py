"""The pattern of land cover: patches, edges and their neighbours, as FRAGSTATS defines them."""

from urbanplan.methods.landscape.change import Change, Transitions, change, transitions
from urbanplan.methods.landscape.consumption import (
    BUILT,
    Consumption,
    consumption,
    growth_values,
    people_at_both_dates,
    without_counts,
)
from urbanplan.methods.landscape.counting import Counts, count
from urbanplan.methods.landscape.expansion import Expansion, expansion
from urbanplan.methods.landscape.measures import (
    CLASS_MEASURES,
    LANDSCAPE_MEASURES,
    PERCENT,
    Pattern,
    measured,
    pattern,
    strips_of,
)
from urbanplan.methods.landscape.neighbours import Neighbours, nearest_neighbours
from urbanplan.methods.landscape.places import (
    cover_areas,
    cover_share,
    covered_share,
    measure_by_unit,
    patterns,
)

__all__ = [
    "BUILT",
    "CLASS_MEASURES",
    "LANDSCAPE_MEASURES",
    "PERCENT",
    "Change",
    "Consumption",
    "Counts",
    "Expansion",
    "Neighbours",
    "Pattern",
    "Transitions",
    "change",
    "consumption",
    "count",
    "cover_areas",
    "cover_share",
    "covered_share",
    "expansion",
    "growth_values",
    "measure_by_unit",
    "measured",
    "nearest_neighbours",
    "pattern",
    "patterns",
    "people_at_both_dates",
    "strips_of",
    "transitions",
    "without_counts",
]
