"""Journeys on street networks: the bridge between layers (tables, networks) and the routing engine (arrays).

From the inside out:

- `streets.engine_of(network, cost=…, reverse=…)`: the engine of a network, built once and remembered with it;
- `doors`: where origins and places meet the streets, and what they are the inside of;
- `journeys.journeys(network, origins, places, cost=…)`: both together, ready for every search: `nearest`, `reach`,
  `table` (a `CostTable`), `matrix`;
- `access`: what metrics ask of cells and the layer of places: answered for all categories in one pass, with a reason
  for everything unknown, and remembered with the network, so that metrics of one run share their searches.

Costs are metres (`cost="length"`) or seconds (`cost="seconds"`, each mode at its own pace); the way between a door and
the street is straight, and always walked.
"""

from urbanplan.methods.travel.journeys import Journeys, journeys
from urbanplan.methods.travel.streets import engine_of

__all__ = ["Journeys", "engine_of", "journeys"]
