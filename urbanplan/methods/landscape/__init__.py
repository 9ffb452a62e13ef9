"""The pattern of land cover: patches, edges and their neighbours, as FRAGSTATS defines them."""

from urbanplan.methods.landscape.counting import Counts, count
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
from urbanplan.methods.landscape.places import measure_by_unit, patterns

__all__ = [
    "CLASS_MEASURES",
    "LANDSCAPE_MEASURES",
    "PERCENT",
    "Counts",
    "Neighbours",
    "Pattern",
    "count",
    "measure_by_unit",
    "measured",
    "nearest_neighbours",
    "pattern",
    "patterns",
    "strips_of",
]
