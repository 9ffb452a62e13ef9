"""Inside against outside: how far two groups of places differ, and whether chance would do that where neighbours are alike."""

from urbanplan.methods.contrast.cliff import cliffs_delta, size_word
from urbanplan.methods.contrast.exchange import Contrast, compare_bearings, compare_values
from urbanplan.methods.contrast.ground import Ground, lay_blocks

__all__ = [
    "Contrast",
    "Ground",
    "cliffs_delta",
    "compare_bearings",
    "compare_values",
    "lay_blocks",
    "size_word",
]
