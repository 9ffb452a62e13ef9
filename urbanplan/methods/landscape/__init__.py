"""The pattern of land cover: patches, edges and their neighbours, as FRAGSTATS defines them."""

from urbanplan.methods.landscape.counting import Counts, count
from urbanplan.methods.landscape.measures import (
    CLASS_MEASURES,
    LANDSCAPE_MEASURES,
    Pattern,
    measured,
    pattern,
    strips_of,
)
from urbanplan.methods.landscape.neighbours import Neighbours, nearest_neighbours

__all__ = [
    "CLASS_MEASURES",
    "LANDSCAPE_MEASURES",
    "Counts",
    "Neighbours",
    "Pattern",
    "count",
    "measured",
    "nearest_neighbours",
    "pattern",
    "strips_of",
]
