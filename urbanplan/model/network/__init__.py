"""Street networks: flat arrays that kernels run on, with the geometry and tags that maps need."""

from urbanplan.model.network.details import StreetDetails
from urbanplan.model.network.street_network import StreetNetwork
from urbanplan.model.network.surroundings import CUTS, Surroundings
from urbanplan.model.network.tagging import SPEED_KMH, TAG_COLUMNS
from urbanplan.model.network.turn_table import TurnTable

__all__ = [
    "CUTS",
    "SPEED_KMH",
    "TAG_COLUMNS",
    "StreetDetails",
    "StreetNetwork",
    "Surroundings",
    "TurnTable",
]
