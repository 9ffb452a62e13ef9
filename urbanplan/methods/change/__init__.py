"""What happened to buildings between two dates: new, gone, larger, higher, or only drawn anew."""

from urbanplan.methods.change.compare import Changes, compare_buildings
from urbanplan.methods.change.rings import ring_areas

__all__ = ["Changes", "compare_buildings", "ring_areas"]
