"""Lists of heritage: how complete they are, how clustered, how mixed, and how versions of a zone differ."""

from urbanplan.methods.inventory.clustering import nearest_neighbour_ratio, ripley
from urbanplan.methods.inventory.mix import shannon
from urbanplan.methods.inventory.recapture import chapman
from urbanplan.methods.inventory.versions import compare

__all__ = ["chapman", "compare", "nearest_neighbour_ratio", "ripley", "shannon"]
