"""Streets as the city declares that people travel on them, or as is usual."""

from __future__ import annotations

from typing import NamedTuple

from urbanplan.methods.travel.memory import remembered
from urbanplan.methods.travel.streets import WALK_M_S
from urbanplan.model.network import StreetNetwork


class Walk(NamedTuple):
    """How far people walk in a while, in the unit that journeys are measured in.

    Attributes
    ----------
    cost : str
        length or seconds.
    limit : float
        Metres or seconds.
    """

    cost: str
    limit: float


def as_declared(network: StreetNetwork) -> StreetNetwork:
    """Return a network as its city declares that people travel on it; as it is where nothing is declared."""
    if network.assumptions is None:
        return network
    given = dict(network.assumptions)

    def travel() -> StreetNetwork:
        from urbanplan.methods.modes import travelled  # noqa: PLC0415  (only where somebody declares something)

        return travelled(network, **given)

    return remembered(network, "as declared", travel)


def as_usual(network: StreetNetwork) -> StreetNetwork:
    """Return a network as its city declares, or else with the usual speeds, waits and forbidden turns of its mode.

    A network that somebody assumed something of already (`travelled` gives it) stays as it is.
    """
    if network.assumptions is not None or network.details is None:
        return as_declared(network)

    def travel() -> StreetNetwork:
        from urbanplan.methods.modes import travelled  # noqa: PLC0415  (only where time counts)

        return travelled(network)

    return remembered(network, "as usual", travel)


def on_foot(network: StreetNetwork, metres: float) -> Walk:
    """Return what walks of a while are measured by: seconds where the city declares how people walk, else metres.

    Parameters
    ----------
    network : StreetNetwork
        Streets open on foot.
    metres : float
        How far people come in the while on level ground, at 4.8 km/h.
    """
    if network.assumptions is None:
        return Walk("length", metres)
    return Walk("seconds", metres / WALK_M_S)
