"""How central each street is, from its middle to the middles of the streets around it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.decay import Decay
from urbanplan.methods.engine import Engine, Positions, closeness, metric_graph, pairs
from urbanplan.methods.engine.centrality import Betweenness, betweenness
from urbanplan.methods.grid_areas import Floats
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

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


def surroundings(
    engine: Engine,
    weights: ArrayLike | None = None,
    *,
    radius_m: float,
    decay: Decay | None = None,
    nearest_m: float = 10.0,
) -> Surroundings:
    r"""Add up what lies around each street, by the way from middle to middle.

    Parameters
    ----------
    engine : Engine
        Streets, at their length.
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
    middles, number = street_middles(engine), len(engine.edges.u)
    weight = np.ones(number) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != (number,) or not ((weight >= 0) & np.isfinite(weight)).all():
        raise InputError(f"streets need one known weight of zero or more each, {number} in all")
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


def walks(
    engine: Engine,
    people: ArrayLike,
    places: ArrayLike,
    *,
    radius_m: float,
    samples: int | None = None,
    seed: int = 0,
) -> Betweenness:
    r"""Send everybody once to the places within reach, each as likely as the other, and count who passes where.

    Parameters
    ----------
    engine : Engine
        Streets, at their length.
    people, places : array_like of float, shape (n,)
        People and places at each node of the network.
    radius_m : float
        How far people walk.
    samples, seed
        As in `betweenness`.

    Returns
    -------
    Betweenness
        People: :math:`\sum_i P_i \sum_j \frac{O_j}{\sum_{k: d_{ik} \le r} O_k} [\text{the way from } i \text{ to } j
        \text{ runs along}]`. Who reaches nothing, or stands at the only place, walks nowhere.
    """
    graph = metric_graph(engine)
    drawing = np.asarray(places, dtype=np.float64)
    reached = closeness(graph, weights=drawing, limit=radius_m).reached
    leaving = np.asarray(people, dtype=np.float64)
    leaving = np.divide(leaving, reached, out=np.zeros_like(reached), where=reached > 0)
    return betweenness(
        graph, weights_from=leaving, weights_to=drawing, limit=radius_m, samples=samples, seed=seed
    )


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
