"""How much people reach: opportunities within a cost, weighed by it, and the cost of reaching enough of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats


def cumulative(table: CostTable, opportunities: ArrayLike, limits: ArrayLike) -> Floats:
    r"""Add up the opportunities within each limit: :math:`A_i(t) = \sum_{j: c_{ij} \le t} O_j`.

    Parameters
    ----------
    table : CostTable
        Costs, complete up to the greatest limit.
    opportunities : array of float, shape (places,)
        What each place offers, :math:`O_j`.
    limits : array of float, shape (k,)
        Limits t in the unit of the costs; a place at exactly a limit counts.

    Returns
    -------
    ndarray of float64, shape (origins, k)
        Opportunities; 0 where none is within the limit.
    """
    offered = table.supply(opportunities)[table.place]
    steps = [table.by_origin(np.where(table.cost_m <= limit, offered, 0.0)) for limit in _limits(limits)]
    return np.stack(steps, axis=1) if steps else np.empty((table.origins, 0))


def interval(
    table: CostTable,
    opportunities: ArrayLike,
    *,
    least: float,
    most: float,
    step: float = 1.0,
    mean: bool = False,
) -> Floats:
    r"""Summarise the cumulative measure over all cut-offs from `least` to `most`, so that none has to be chosen.

    Parameters
    ----------
    table : CostTable
        Costs, complete up to `most`.
    opportunities : array of float, shape (places,)
        :math:`O_j`.
    least, most : float
        First and last cut-off, in the unit of the costs.
    step : float
        Cut-offs are least, least + step, … as far as `most`.
    mean : bool
        Take the mean over the cut-offs; else the median.

    Returns
    -------
    ndarray of float64, shape (origins,)
        Opportunities.

    Raises
    ------
    InputError
        If the cut-offs are not ascending numbers of zero or more.

    Notes
    -----
    What is within reach never shrinks when the cut-off grows, so the median over cut-offs is the measure at the
    median cut-off, or the mean of the two in the middle. In the mean a place at cost c counts by the share of
    cut-offs that are not below c.

    References
    ----------
    Tomasiello, D. B. et al. (2023), A time interval metric for cumulative opportunity accessibility, Applied
    Geography 157, 103007: the average or the median over cut-offs of step 1 minute.
    """
    if not (0 <= least <= most and step > 0 and np.isfinite(most)):
        raise InputError(
            f"interval: cut-offs from {least} to {most} by {step} do not ascend from zero or more"
        )
    number = int(np.floor((most - least) / step * (1 + 1e-12))) + 1
    cuts = least + step * np.arange(number)
    if not mean:
        middle = cuts[[(number - 1) // 2, number // 2]]
        return np.asarray(cumulative(table, opportunities, middle).mean(axis=1), dtype=np.float64)
    share = (number - np.searchsorted(cuts, table.cost_m, side="left")) / number
    return table.by_origin(table.supply(opportunities)[table.place] * share)


def gravity(table: CostTable, opportunities: ArrayLike, decay: Decay) -> Floats:
    r"""Weigh every opportunity by its cost: :math:`A_i = \sum_j O_j f(c_{ij})`.

    Parameters
    ----------
    table : CostTable
        Costs; what is not listed counts 0, so that a decay which never ends is cut off at the table's limit.
    opportunities : array of float, shape (places,)
        :math:`O_j`.
    decay : Decay
        :math:`f`.

    Returns
    -------
    ndarray of float64, shape (origins,)
        Opportunities, as if all stood at the door.

    References
    ----------
    Hansen, W. G. (1959), How accessibility shapes land use, Journal of the American Institute of Planners 25 (2).
    """
    return table.by_origin(table.supply(opportunities)[table.place] * decay(table.cost_m))


def passive(table: CostTable, people: ArrayLike, decay: Decay) -> Floats:
    r"""Count who reaches each place, weighed by the cost: :math:`D_j = \sum_i P_i f(c_{ij})`.

    Parameters
    ----------
    table : CostTable
        Costs.
    people : array of float, shape (origins,)
        :math:`P_i`.
    decay : Decay
        :math:`f`; `decay.cut_off` counts the people within a limit.

    Returns
    -------
    ndarray of float64, shape (places,)
        People.
    """
    return table.by_place(table.demand(people)[table.origin] * decay(table.cost_m))


def cost_to_reach(table: CostTable, opportunities: ArrayLike, number: ArrayLike) -> Floats:
    r"""Find the cost within which so many opportunities are reached: :math:`\min\{t: \sum_{c_{ij} \le t} O_j \ge n\}`.

    Parameters
    ----------
    table : CostTable
        Costs.
    opportunities : array of float, shape (places,)
        :math:`O_j`; n is a number of opportunities, not of places.
    number : float or array of float, shape (origins,)
        n, above zero; may differ by origin.

    Returns
    -------
    ndarray of float64, shape (origins,)
        In the unit of the costs; NaN where so many are never reached within the table.
    """
    wanted = np.broadcast_to(np.asarray(number, dtype=np.float64), (table.origins,))
    if not (np.isfinite(wanted) & (wanted > 0)).all():
        raise InputError("the number of opportunities to reach must be above zero")
    reached = _running(table, table.supply(opportunities)[table.place])
    # sums of many weights carry rounding: what is enough but for that is enough
    return _first(table, reached >= wanted[table.origin] * (1 - 1e-12))


def balancing_cost(table: CostTable, opportunities: ArrayLike, people: ArrayLike) -> Floats:
    r"""Find the cost within which there are more opportunities than people at home: :math:`\min\{t: \sum_{c_{ij} \le t} O_j > P_i\}`.

    Parameters
    ----------
    table : CostTable
        Costs.
    opportunities : array of float, shape (places,)
        :math:`O_j`, in the same unit as people: seats, jobs.
    people : array of float, shape (origins,)
        :math:`P_i`.

    Returns
    -------
    ndarray of float64, shape (origins,)
        In the unit of the costs; 0 where nobody lives, NaN where there are never more within the table.

    References
    ----------
    Barboza, M. H. C. et al. (2021), Balancing time: using a new accessibility measure in Rio de Janeiro, Journal of
    Transport Geography 90, 102924.
    """
    demand = table.demand(people)
    reached = _running(table, table.supply(opportunities)[table.place])
    cost = _first(table, reached > demand[table.origin] * (1 + 1e-12))
    return np.where(demand == 0, 0.0, cost)


def _limits(limits: ArrayLike) -> Floats:
    numbers = np.atleast_1d(np.asarray(limits, dtype=np.float64))
    if not (numbers >= 0).all():
        raise InputError("limits must be numbers of zero or more")
    return numbers


def _running(table: CostTable, value: Floats) -> Floats:
    """Add up a value along the rows of each origin, which ascend by cost; equal costs are reached together."""
    rows = pd.DataFrame({"origin": table.origin, "cost": table.cost_m, "value": value})
    rows["sum"] = rows.groupby("origin", sort=False)["value"].cumsum()
    together = rows.groupby(["origin", "cost"], sort=False)["sum"].transform("last")
    return together.to_numpy(dtype=np.float64)


def _first(table: CostTable, enough: NDArray[np.bool_]) -> Floats:
    """Return the cost of the first row of each origin that is enough, NaN where none is."""
    out = np.full(table.origins, np.nan)
    rows = np.flatnonzero(enough)[::-1]
    out[table.origin[rows]] = table.cost_m[rows]
    return out
