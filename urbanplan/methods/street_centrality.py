"""How central each street is, from its middle to the middles of the streets around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.travel import engine_of
from urbanplan.methods.travel.memory import fingerprint_of_values, remembered
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

if TYPE_CHECKING:
    from urbanplan.methods.engine import Engine, Positions

_AT_ONCE = 4096
"""Streets whose surroundings are listed together: the list stays small however large the city."""


class Surroundings(NamedTuple):
    """What lies around the middle of each street within a radius.

    Attributes
    ----------
    reached : ndarray of float64, shape (m,)
        Weight of the other streets; NaN for a street that is closed.
    total : ndarray of float64, shape (m,)
        Sum of the distances to them, weighted, in metres.
    harmonic : ndarray of float64, shape (m,)
        Sum of weight over distance.
    decayed : ndarray of float64, shape (m,)
        Sum of weight times decay.
    """

    reached: Floats
    total: Floats
    harmonic: Floats
    decayed: Floats

    @property
    def closeness(self) -> Floats:
        """Weight over mean distance: large where much is near; 0 where nothing is reached."""
        return np.divide(
            self.reached**2,
            self.total,
            out=np.where(np.isnan(self.reached), np.nan, 0.0),
            where=self.total > 0,
        )


class Ways(NamedTuple):
    """How much travel runs along each street.

    Attributes
    ----------
    value : ndarray of float64, shape (m,)
        Ways, or people; NaN for a street that is closed.
    low, high : ndarray of float64, shape (m,)
        Where it comes from a sample, what lies between them with a probability of 95 % for each street; else the value.
    """

    value: Floats
    low: Floats
    high: Floats


def surroundings(
    network: StreetNetwork,
    weights: ArrayLike | None = None,
    *,
    radius_m: float,
    decay: Decay | None = None,
    nearest_m: float = 10.0,
) -> Surroundings:
    r"""Add up what lies around each street, by the way from middle to middle.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    weights : array_like of float, shape (m,), optional
        What each street stands for: its length, the people along it; one by default.
    radius_m : float
        Streets farther than this do not count.
    decay : callable, optional
        How much a street still counts at a distance; by default all of it.
    nearest_m : float
        In the harmonic sum nearer streets count as if they were so far: pieces of a crossing are no neighbourhood.

    Returns
    -------
    Surroundings
        :math:`\sum_j w_j`, :math:`\sum_j w_j d_{ij}`, :math:`\sum_j w_j / \max(d_{ij}, n)` and
        :math:`\sum_j w_j f(d_{ij})` over the other streets within the radius.

    Raises
    ------
    InputError
        If a weight is negative or unknown, or the radius or the nearest distance is not above zero.
    """
    if not (radius_m > 0 and nearest_m > 0):
        raise InputError(f"radius_m ({radius_m}) and nearest_m ({nearest_m}) of streets must be above zero")
    number = len(network.edge_u)
    weight = np.ones(number) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != (number,) or not ((weight >= 0) & np.isfinite(weight)).all():
        raise InputError(f"streets need one known weight of zero or more each, {number} in all")
    if not number:
        return Surroundings(*np.empty((4, 0)))
    key = (
        "surroundings",
        fingerprint_of_values(weight),
        radius_m,
        nearest_m,
        decay and (decay.name or id(decay)),
    )
    return remembered(network, key, lambda: _add_up(engine_of(network), weight, radius_m, decay, nearest_m))


def _add_up(
    engine: Engine, weight: Floats, radius_m: float, decay: Decay | None, nearest_m: float
) -> Surroundings:
    from urbanplan.methods.engine import pairs  # noqa: PLC0415  (a second to import)

    middles, number = street_middles(engine), len(weight)
    sums = np.full((4, number), np.nan)
    for begin in range(0, number, _AT_ONCE):
        rows = np.arange(begin, min(begin + _AT_ONCE, number))
        found = pairs(engine, middles.take(rows), middles, radius_m)
        other = found.place != rows[found.origin]
        origin, place, metres = found.origin[other], found.place[other], found.cost[other]
        each = (
            weight[place],
            weight[place] * metres,
            weight[place] / np.maximum(metres, nearest_m),
            weight[place] * (1.0 if decay is None else decay(metres)),
        )
        for row, part in zip(sums, each, strict=True):
            row[rows] = np.bincount(origin, weights=part, minlength=len(rows))
    sums[:, ~middles.placed] = np.nan
    return Surroundings(*sums)


def street_middles(engine: Engine) -> Positions:
    """Return the middle of each street; a closed one lies nowhere."""
    return engine.at(np.arange(len(engine.edges.u)), engine.edges.length / 2000)


def shortest_ways(network: StreetNetwork, *, radius_m: float, samples: int = 0) -> Ways:
    """Count the shortest ways from every junction to every other one that run along each street.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    radius_m : float
        Ways longer than this do not count.
    samples : int
        Junctions drawn at random to set out from; 0 for all.
    """
    everywhere = np.ones(len(network.node_id))
    return _flows(network, everywhere, everywhere, radius_m, samples)


def _flows(
    network: StreetNetwork,
    leaving: Floats,
    drawing: Floats,
    radius_m: float,
    samples: int,
) -> Ways:
    from urbanplan.methods.engine import betweenness, metric_graph, reach  # noqa: PLC0415  (a second to import)

    if not len(network.edge_u):
        return Ways(*np.empty((3, 0)))
    engine = engine_of(network)
    most = None
    if samples:
        around = reach(engine, engine.nodes, engine.nodes, drawing, cutoffs=[radius_m]).within[:, 0, 0]
        most = float(np.nanmax(leaving * around, initial=0.0))
    found = betweenness(
        metric_graph(engine), weights_from=leaving, weights_to=drawing, limit=radius_m, samples=samples or None, most=most
    )  # fmt: skip
    return told_ways(network, found.on_edge, found.edge_bound)


def through_share(
    network: StreetNetwork, here: ArrayLike, edges: ArrayLike, *, radius_m: float, samples: int = 0
) -> float:
    """Return which share of the shortest ways along some streets neither begins nor ends at some junctions.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    here : array_like of bool, shape (n,)
        Junctions that count as here.
    edges : array_like of int
        Streets whose ways are counted.
    radius_m, samples
        As in `shortest_ways`; ways from here and from elsewhere are sampled each for themselves.

    Returns
    -------
    float
        0-1; NaN where no way runs along any of them.
    """
    from urbanplan.methods.engine import betweenness, metric_graph  # noqa: PLC0415  (a second to import)

    inside = np.asarray(here, dtype=np.float64)
    chosen, graph = np.asarray(edges, dtype=np.int64), metric_graph(engine_of(network))
    ways = []
    for begin, end in ((1 - inside, 1 - inside), (1 - inside, inside), (inside, np.ones(len(inside)))):
        drawn = samples if 0 < samples < int((begin > 0).sum()) else None
        found = betweenness(graph, weights_from=begin, weights_to=end, limit=radius_m, samples=drawn)
        ways.append(float(found.on_edge[chosen].sum()))
    total = sum(ways)
    return ways[0] / total if total > 0 else float("nan")


def straight_ways(network: StreetNetwork, *, radius_m: float, samples: int = 0) -> Ways:
    """Count the ways of least turning from every street to every other one that run through each street.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    radius_m : float
        Only streets within so many metres along the network count, and ways keep to them.
    samples : int
        Streets drawn at random to set out from; 0 for all.
    """
    from urbanplan.methods.engine import angular_graph, betweenness  # noqa: PLC0415  (a second to import)

    if not len(network.edge_u):
        return Ways(*np.empty((3, 0)))
    most = (
        float(np.nanmax(surroundings(network, radius_m=radius_m).reached, initial=0.0)) if samples else None
    )
    found = betweenness(angular_graph(network), radius_m=radius_m, samples=samples or None, most=most)
    return told_ways(network, found.through, found.bound)


def turning(network: StreetNetwork, *, radius_m: float) -> Floats:
    """Return the mean turning, in degrees, on the ways of least turning from each street to those around it.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    radius_m : float
        As in `straight_ways`.

    Returns
    -------
    ndarray of float64, shape (m,)
        NaN where nothing is reached.
    """
    from urbanplan.methods.engine import angular_graph, closeness  # noqa: PLC0415  (a second to import)

    if not len(network.edge_u):
        return np.empty(0)
    found = closeness(angular_graph(network), radius_m=radius_m)
    mean: Floats = np.full(len(found.total), np.nan)
    np.divide(found.total, found.reached, out=mean, where=found.reached > 0)
    return mean


def told_ways(network: StreetNetwork, value: Floats, bound: Floats) -> Ways:
    """Return ways with their bounds; nothing is known of what is closed."""
    closed = ~(network.forward | network.backward)
    low, high = np.maximum(value - bound, 0.0), value + bound
    return Ways(*(np.where(closed, np.nan, column) for column in (value, low, high)))


def told_of_streets(network: StreetNetwork, units: GeoDataFrame, **columns: Floats) -> pd.DataFrame:
    """Return values of all streets of a network for those that are asked for; what is closed lies off the network.

    Parameters
    ----------
    network : StreetNetwork
        Of the streets.
    units : GeoDataFrame
        Some of its streets, by the ids of `StreetNetwork.streets`.
    **columns : ndarray of float64, shape (m,)
        `value`, and whatever else is told of each street of the network.
    """
    table = pd.DataFrame(columns, index=network.streets().index).reindex(units.index)
    return table.assign(reason=np.where(table["value"].isna(), Reason.OFF_NETWORK.value, ""))
