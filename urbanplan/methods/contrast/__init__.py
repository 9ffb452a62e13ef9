"""Inside against outside: how far two groups of places differ, and whether chance would do that where neighbours are alike."""

from urbanplan.methods.contrast.cliff import cliffs_delta, size_word
from urbanplan.methods.contrast.exchange import MIN_BLOCKS, Contrast, compare_entropies, compare_values
from urbanplan.methods.contrast.ground import Ground, lay_blocks, lay_independent_blocks

__all__ = [
    "MIN_BLOCKS",
    "Contrast",
    "Ground",
    "cliffs_delta",
    "compare_entropies",
    "compare_values",
    "lay_blocks",
    "lay_independent_blocks",
    "size_word",
]
