"""People choosing between near places and empty ones, until nobody would be better off elsewhere (RAAM)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.grid_areas import Floats, Ints


class Equilibrium(NamedTuple):
    """What people bear once nobody would be better off elsewhere.

    Attributes
    ----------
    cost : ndarray of float64, shape (origins,)
        Travel and congestion together, without unit: 1 is a place as crowded as the mean, next door. NaN where no
        place that offers anything is in reach; where nobody lives, what one person would meet.
    demand : ndarray of float64, shape (places,)
        People who chose each place.
    gap : float
        How much of the total cost people could still save by choosing another place: 0 at equilibrium.
    rounds : int
        Rounds until then.
    """

    cost: Floats
    demand: Floats
    gap: float
    rounds: int


def equilibrium(
    table: CostTable,
    opportunities: ArrayLike,
    people: ArrayLike,
    *,
    travel_scale: float,
    people_per_opportunity: float | None = None,
    tolerance: float = 1e-6,
    rounds: int = 1000,
) -> Equilibrium:
    r"""Let people choose the places where travel and congestion together cost least (RAAM).

    Parameters
    ----------
    table : CostTable
        Costs; people choose only among the places listed for them.
    opportunities : array of float, shape (places,)
        :math:`O_j`; nobody chooses a place that offers nothing.
    people : array of float, shape (origins,)
        :math:`P_i`.
    travel_scale : float
        :math:`\tau`: the travel, in the unit of the costs, that is as bad as mean congestion.
    people_per_opportunity : float, optional
        :math:`\rho`: mean congestion; by default all people in reach of a place by all opportunities in reach.
    tolerance : float
        The gap below which it counts as equilibrium.
    rounds : int
        How often at most each origin chooses anew.

    Returns
    -------
    Equilibrium
        :math:`A_i = \min_j (D_j / (O_j \rho) + c_{ij} / \tau)`, where :math:`D_j` are the people who chose j; smaller
        is better.

    Raises
    ------
    InputError
        If a scale is not above zero, or the gap is still larger after all rounds.

    Notes
    -----
    At equilibrium the places that an origin's people use cost them all the same, and no other costs less. It is the
    minimum of a convex function, so that the costs are unique; each origin in turn fills its places like water,
    exactly, and the gap tells when the rounds may end.

    References
    ----------
    Saxon, J. and Snow, D. (2019), A rational agent model for the spatial accessibility of primary health care (cost
    function as in the authors' published code, which shifts people step by step instead).
    """
    supply, crowd = table.supply(opportunities), table.demand(people)
    offers = supply[table.place] > 0
    origin, place, cost = table.origin[offers], table.place[offers], table.cost_m[offers]
    reaching = np.zeros(table.origins, dtype=bool)
    reaching[origin] = True
    rho = people_per_opportunity
    if rho is None:
        reached = np.bincount(place, minlength=table.places) > 0
        total = crowd[reaching].sum()
        rho = float(total / supply[reached].sum()) if total > 0 else 1.0
    for name, scale in (("travel_scale", travel_scale), ("people_per_opportunity", rho)):
        if not (np.isfinite(scale) and scale > 0):
            raise InputError(f"{name} must be a number above zero, not {scale}")
    first = np.searchsorted(origin, np.arange(table.origins + 1)).astype(np.int64)
    travel, room = cost / travel_scale, supply * rho
    return _settled(first, place, travel, room, np.where(reaching, crowd, 0.0), tolerance, rounds)


def _settled(
    first: Ints, place: Ints, travel: Floats, room: Floats, crowd: Floats, tolerance: float, rounds: int
) -> Equilibrium:
    from urbanplan.methods.choice import choose  # noqa: PLC0415 - a second to import, needed only here

    flow = np.zeros(len(place))
    origin = np.repeat(np.arange(len(crowd)), np.diff(first))
    gap = np.inf
    for done in range(1, rounds + 1):
        load = np.bincount(place, weights=flow, minlength=len(room)).astype(np.float64)
        choose(first, place, travel, room, crowd, load, flow)
        load = np.bincount(place, weights=flow, minlength=len(room)).astype(np.float64)
        bears = travel + load[place] / room[place]
        lowest = np.full(len(crowd), np.inf)
        np.minimum.at(lowest, origin, bears)
        total = float((flow * bears).sum())
        gap = float((flow * (bears - lowest[origin])).sum()) / total if total > 0 else 0.0
        if gap <= tolerance:
            return Equilibrium(np.where(np.isfinite(lowest), lowest, np.nan), load, gap, done)
    raise InputError(
        f"no equilibrium within {rounds} rounds: people could still save {gap:.2g} of the cost; allow more rounds or a larger tolerance"
    )
