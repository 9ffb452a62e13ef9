"""Competition for what places offer: floating catchments and spatial availability, which share supply out to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats


class Catchments(NamedTuple):
    """What people get of a supply that they share.

    Attributes
    ----------
    access : ndarray of float64, shape (origins,)
        Opportunities per person, :math:`A_i`; 0 where nothing is in reach, NaN where a place in reach has no people
        in its own catchment, so that nothing can be said of competition there.
    service : ndarray of float64, shape (places,)
        Opportunities per person in the catchment of each place, :math:`R_j`; NaN where its catchment has no people.
    demand : ndarray of float64, shape (places,)
        People who compete for each place.
    """

    access: Floats
    service: Floats
    demand: Floats


def two_step(table: CostTable, opportunities: ArrayLike, people: ArrayLike, decay: Decay) -> Catchments:
    r"""Share each place out to the people in its catchment, then add up what each origin has in its own (2SFCA, E2SFCA).

    Parameters
    ----------
    table : CostTable
        Costs.
    opportunities : array of float, shape (places,)
        :math:`O_j`.
    people : array of float, shape (origins,)
        :math:`P_i`.
    decay : Decay
        :math:`f`: `decay.cut_off` makes it the 2SFCA, `decay.stepped` the E2SFCA, any other a gravity model with
        competition.

    Returns
    -------
    Catchments
        :math:`R_j = O_j / \sum_i P_i f(c_{ij})` and :math:`A_i = \sum_j R_j f(c_{ij})`.

    Notes
    -----
    Supply is conserved: :math:`\sum_i P_i A_i` is the supply of the places that have people in their catchment.

    References
    ----------
    Luo, W. and Wang, F. (2003), Measures of spatial accessibility to health care in a GIS environment, Environment
    and Planning B 30 (6), 865-884. Luo, W. and Qi, Y. (2009), Health & Place 15 (4) (E2SFCA, weights in steps).
    """
    return competing([table], opportunities, [people], [decay])[0]


def competing(
    tables: Sequence[CostTable],
    opportunities: ArrayLike,
    people: Sequence[ArrayLike],
    decays: Sequence[Decay],
) -> list[Catchments]:
    r"""Let people with different modes of travel compete for the same places (Shen).

    Parameters
    ----------
    tables : sequence of CostTable
        Costs by each mode, of the same origins and places.
    opportunities : array of float, shape (places,)
        :math:`O_j`.
    people : sequence of array of float, shape (origins,)
        :math:`P_i^m`, those who travel by each mode.
    decays : sequence of Decay
        :math:`f_m`.

    Returns
    -------
    list of Catchments
        For each mode: :math:`A_i^m = \sum_j O_j f_m(c_{ij}^m) / \sum_m \sum_k P_k^m f_m(c_{kj}^m)`. Service and demand
        are those of the places, the same in each.

    Notes
    -----
    Supply is conserved: :math:`\sum_m \sum_i P_i^m A_i^m` is the supply of the places that somebody reaches.

    References
    ----------
    Shen, Q. (1998), Environment and Planning B 25 (3), after the catalogue of measures; not checked against the paper.
    """
    if not len(tables) == len(people) == len(decays) or not tables:
        raise InputError("each mode of travel needs its table, its people and its decay")
    if len({(table.origins, table.places) for table in tables}) > 1:
        raise InputError("the tables of all modes must be of the same origins and places")
    offered = tables[0].supply(opportunities)
    weights = [_weigh(table, decay) for table, decay in zip(tables, decays, strict=True)]
    each = [table.demand(given) for table, given in zip(tables, people, strict=True)]
    demand = np.sum(
        [t.by_place(p[t.origin] * w) for t, p, w in zip(tables, each, weights, strict=True)], axis=0
    )
    service = _ratio(offered, demand)
    return [
        Catchments(_gathered(table, service, weight), service, demand)
        for table, weight in zip(tables, weights, strict=True)
    ]


def three_step(table: CostTable, opportunities: ArrayLike, people: ArrayLike, decay: Decay) -> Catchments:
    r"""Let people divide themselves between the places in reach before they compete for them (3SFCA).

    Parameters
    ----------
    table, opportunities, people, decay
        As in `two_step`.

    Returns
    -------
    Catchments
        With :math:`G_{ij} = f_{ij} / \sum_j f_{ij}`: :math:`R_j = O_j / \sum_i G_{ij} P_i f_{ij}` and
        :math:`A_i = \sum_j G_{ij} R_j f_{ij}`. Supply is conserved as in `two_step`.

    References
    ----------
    Wan, N., Zou, B. and Sternberg, T. (2012), International Journal of Geographical Information Science 26 (6), after
    the catalogue of measures; not checked against the paper.
    """
    weight = _weigh(table, decay)
    weight = weight * _share(weight, table.by_origin(weight)[table.origin])
    demand = table.by_place(table.demand(people)[table.origin] * weight)
    service = _ratio(table.supply(opportunities), demand)
    return Catchments(_gathered(table, service, weight), service, demand)


def balanced(table: CostTable, opportunities: ArrayLike, people: ArrayLike, decay: Decay) -> Catchments:
    r"""Divide people between places, and each place's level of service between origins, so that neither is inflated (BFCA).

    Parameters
    ----------
    table, opportunities, people, decay
        As in `two_step`.

    Returns
    -------
    Catchments
        With :math:`w^i_{ij} = f_{ij}/\sum_j f_{ij}` and :math:`w^j_{ij} = f_{ij}/\sum_i f_{ij}`:
        :math:`R_j = O_j / \sum_i w^i_{ij} P_i` and :math:`A_i = \sum_j w^j_{ij} R_j`.

    Notes
    -----
    People are conserved, :math:`\sum_j D_j = \sum_i P_i` of those who reach anything, and so is the level of service,
    :math:`\sum_i A_i = \sum_j R_j`: each :math:`A_i` is an origin's part of the levels of service, and
    :math:`\sum_i P_i A_i` is not the supply, other than in `two_step`.

    References
    ----------
    Paez, A., Higgins, C. D. and Vivona, S. F. (2019), Demand and level of service inflation in floating catchment
    area (FCA) methods, PLOS ONE 14 (6), e0218773. Pereira, R. H. M. et al. (2021), Social Science & Medicine 273,
    113773 (its name).
    """
    weight = _weigh(table, decay)
    of_origin = _share(weight, table.by_origin(weight)[table.origin])
    of_place = _share(weight, table.by_place(weight)[table.place])
    demand = table.by_place(table.demand(people)[table.origin] * of_origin)
    service = _ratio(table.supply(opportunities), demand)
    return Catchments(_gathered(table, service, of_place), service, demand)


def spatial_availability(
    table: CostTable, opportunities: ArrayLike, people: ArrayLike, decay: Decay, *, alpha: float = 1.0
) -> Floats:
    r"""Divide each place's opportunities between origins, by their people and by their cost.

    Parameters
    ----------
    table, opportunities, people, decay
        As in `two_step`.
    alpha : float
        :math:`\alpha`: how strongly the number of people counts.

    Returns
    -------
    ndarray of float64, shape (origins,)
        Opportunities available to all people of each origin,
        :math:`V_i = \sum_j O_j F^P_i F^c_{ij} / \sum_i F^P_i F^c_{ij}` with :math:`F^P_i = P_i^\alpha / \sum_i P_i^\alpha`
        and :math:`F^c_{ij} = f_{ij} / \sum_i f_{ij}`; 0 where nobody lives or nothing is in reach.

    Notes
    -----
    :math:`\sum_i V_i` is the supply of the places that people reach. With :math:`\alpha = 1`, :math:`V_i / P_i` is what
    `two_step` gives.

    References
    ----------
    Soukhov, A., Paez, A., Higgins, C. D. and Mohamed, M. (2023), Introducing spatial availability, a
    singly-constrained measure of competitive accessibility, PLOS ONE 18 (1), e0278468.
    """
    if not (np.isfinite(alpha) and alpha > 0):
        raise InputError(f"alpha of spatial availability must be a number above zero, not {alpha}")
    demand = table.demand(people)
    # relative to the largest, so that no power overflows; the divisors of both factors cancel
    crowd = (demand / max(demand.max(initial=0.0), np.finfo(float).tiny)) ** alpha
    part = crowd[table.origin] * _weigh(table, decay)
    share = _share(part, table.by_place(part)[table.place])
    return table.by_origin(table.supply(opportunities)[table.place] * share)


def _weigh(table: CostTable, decay: Decay) -> Floats:
    weight = np.asarray(decay(table.cost_m), dtype=np.float64)
    if weight.shape != table.cost_m.shape or not ((weight >= 0) & np.isfinite(weight)).all():
        raise InputError("a decay must give one weight of zero or more for each cost")
    return weight


def _share(part: Floats, whole: Floats) -> Floats:
    """Divide; what is divided by nothing is nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _ratio(offered: Floats, demand: Floats) -> Floats:
    """Divide what is offered between those who want it; without them there is no ratio."""
    return np.divide(offered, demand, out=np.full_like(offered, np.nan), where=demand > 0)


def _gathered(table: CostTable, service: Floats, weight: Floats) -> Floats:
    """Add up what an origin gets of each place that counts for it; one whose service is unknown makes it unknown."""
    got = np.where(weight > 0, service[table.place] * weight, 0.0)
    return table.by_origin(got)
