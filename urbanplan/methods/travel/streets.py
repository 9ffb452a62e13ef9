"""Streets made ready for journeys: one engine a network and kind of cost, built once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np

from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.machine_code import NOTICE, is_warm
from urbanplan.methods.travel.memory import remembered
from urbanplan.model.network import SPEED_KMH, StreetNetwork

if TYPE_CHECKING:
    from urbanplan.methods.engine import Engine, Turns

WALK_M_S = SPEED_KMH["walk"] / 3.6
"""Pace of the way between a door and the street, whatever the mode of travel."""


def engine_of(network: StreetNetwork, *, cost: str = "length", reverse: bool = False) -> Engine:
    """Return the engine of a network; it is contracted at the first call and remembered with the network.

    Parameters
    ----------
    network : StreetNetwork
        Streets of one mode of travel: what each costs is its `length_m`, or its `seconds_forward` and
        `seconds_backward`; infinite where a direction is closed.
    cost : str
        length: journeys cost metres; seconds: they cost the network's seconds.
    reverse : bool
        Whether journeys run to the origins instead of from them.

    Raises
    ------
    InputError
        If the cost is neither, or the network has no node.
    """
    from urbanplan.methods.engine import Engine  # noqa: PLC0415  (a second to import, only where somebody travels)

    if not is_warm():
        logging.getLogger(__name__).info(NOTICE)
    engine = remembered(
        network, ("engine", cost), lambda: Engine.build(network, cost=cost, turns=turns_of(network, cost))
    )
    return engine.reversed if reverse else engine


def turns_of(network: StreetNetwork, cost: str) -> Turns | None:
    """Return the turns of a network in one kind of cost: in metres only those that are forbidden matter."""
    from urbanplan.methods.engine import Turns  # noqa: PLC0415  (a second to import)

    table = network.turns
    if table is None:
        return None
    named = np.isinf(table.seconds) if cost == "length" else np.ones(len(table.seconds), dtype=bool)
    if not named.any():
        return None
    return Turns.of(table.from_edge[named], table.node[named], table.to_edge[named], table.seconds[named])


def access_cost(distance_m: Floats, cost: str) -> Floats:
    """Return what the straight way between a door and the street costs: metres, or seconds on foot."""
    return np.asarray(distance_m if cost == "length" else distance_m / WALK_M_S, dtype=np.float64)
