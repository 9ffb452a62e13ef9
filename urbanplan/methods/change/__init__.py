"""What happened to buildings between two dates: new, gone, larger, higher, or only drawn anew; how fast, and beside a rule."""

from urbanplan.methods.change.compare import Changes, compare_buildings
from urbanplan.methods.change.rates import BuiltChange, built_change
from urbanplan.methods.change.rings import ring_areas
from urbanplan.methods.change.rule_effect import RuleEffect, rule_effect

__all__ = [
    "BuiltChange",
    "Changes",
    "RuleEffect",
    "built_change",
    "compare_buildings",
    "ring_areas",
    "rule_effect",
]
