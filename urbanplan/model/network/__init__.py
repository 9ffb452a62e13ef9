"""Street networks: flat arrays that kernels run on, with the geometry and tags that maps need."""

from urbanplan.model.network.street_network import StreetNetwork
from urbanplan.model.network.tagging import SPEED_KMH, TAG_COLUMNS

__all__ = ["SPEED_KMH", "TAG_COLUMNS", "StreetNetwork"]
