"""People of cells who compete for places along streets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.aggregate import explained, known_of, people_of
from urbanplan.methods.catchment import competing, spatial_availability, two_step
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.travel.access import costs
from urbanplan.methods.uncertainty import FASTEST, Drawn, Interval, with_interval
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import OFF_STREET, Reason

PEOPLE = 1000.0
"""Places are told for so many people."""

_CAUSES = (
    Reason.NO_PLACES,
    Reason.POPULATION_UNKNOWN,
    *OFF_STREET,
    Reason.DISCONNECTED,
    Reason.NO_PEOPLE,
    Reason.BEYOND_LIMIT,
)


class Rivals(NamedTuple):
    """Everything that a measure of competition needs to know.

    Attributes
    ----------
    table : CostTable
        Metres between cells and places.
    offered : ndarray of float64, shape (places,)
        What each place offers: one.
    people : ndarray of float64, shape (cells,)
        People of each cell; 0 where unknown.
    reason : ndarray of str, shape (cells,)
        "no_places", "population_unknown" (of the cell, or of one that competes for a place in its reach), "off_network";
        else empty.
    """

    table: CostTable
    offered: Floats
    people: Floats
    reason: NDArray[np.object_]

    def told(self, value: Floats) -> tuple[Floats, NDArray[np.object_]]:
        """Return a value of the cells and why it is unknown; where no cause is known nobody shares the place."""
        reason = self.reason.copy()
        reason[np.isnan(value) & (reason == "")] = Reason.NO_PEOPLE.value
        return np.where(reason == "", value, np.nan), reason


class Competition(NamedTuple):
    """What places offer to the people of each cell, who share them with others.

    Attributes
    ----------
    per_person : ndarray of float64, shape (cells,)
        Places per person.
    available : ndarray of float64, shape (cells,)
        Places available to all people of the cell; adds up to the places that people reach.
    reason : ndarray of str, shape (cells,)
        Why both are NaN: "no_places", "population_unknown" (of the cell, or of one that competes for a place in its
        reach), "off_network", "no_people" (a place in reach has nobody in its catchment); else empty.
    """

    per_person: Floats
    available: Floats
    reason: NDArray[np.object_]


def competition(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    decay: Decay,
    *,
    limit_m: float,
    max_off_street_m: float,
) -> Competition:
    """Share places out to the people who can walk to them.

    Parameters
    ----------
    places : GeoDataFrame
        Each offers the same.
    network : StreetNetwork
        Streets.
    cells : GeoDataFrame
        With `population`. Only people of these cells compete.
    decay : Decay
        How much a place still counts at a distance in metres.
    limit_m : float
        Beyond this distance nothing counts.
    max_off_street_m : float
        As in `access.distances`.

    Returns
    -------
    Competition
    """
    found = rivals(places, network, cells, decay, limit_m=limit_m, max_off_street_m=max_off_street_m)
    per_person, reason = found.told(two_step(found.table, found.offered, found.people, decay).access)
    available = spatial_availability(found.table, found.offered, found.people, decay)
    return Competition(per_person, np.where(reason == "", available, np.nan), reason)


def rivals(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    decay: Decay,
    *,
    limit_m: float,
    max_off_street_m: float,
) -> Rivals:
    """Find who competes for which place, and of which cells nothing can be said.

    Parameters
    ----------
    places, network, cells, decay, limit_m, max_off_street_m
        As in `competition`.

    Returns
    -------
    Rivals
    """
    table, reason = costs(places, network, cells, limit=limit_m, max_off_street_m=max_off_street_m)
    people = people_of(cells)
    unknown = ~np.isfinite(people)
    # a place for which unknown people compete: how much it offers to each of the others is unknown too
    weight = (decay(table.cost_m) > 0).astype(float)
    unclear = table.by_place(weight * unknown[table.origin]) > 0
    touched = table.by_origin(weight * unclear[table.place]) > 0
    out = reason.copy()
    out[(unknown | touched) & (out != Reason.NO_PLACES.value)] = Reason.POPULATION_UNKNOWN.value
    return Rivals(table, np.ones(len(places)), np.where(unknown, 0.0, people), out)


def rivals_drawn(
    measure: Callable[[CostTable, Floats, Floats], Floats],
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    decay: Decay,
    *,
    limit_m: float,
    max_off_street_m: float,
) -> Drawn:
    """Return what measures competition for places in one draw.

    Parameters
    ----------
    measure : callable
        Takes costs, what places offer and people; returns a value of each cell, and counts nothing beyond the limit.
    places, network, cells, decay, limit_m, max_off_street_m
        As in `rivals`.
    """
    found = rivals(
        places, network, cells, decay, limit_m=limit_m * FASTEST, max_off_street_m=max_off_street_m
    )
    return lambda pace, times: measure(found.table.slower(pace), found.offered * times, found.people)


def shared_by_modes(
    modes: Sequence[Rivals], shares: Sequence[float], decays: Sequence[Decay], per_people: float
) -> tuple[Floats, NDArray[np.object_]]:
    """Let people who travel by different modes compete for the same places (Shen), and average over the modes.

    Parameters
    ----------
    modes : sequence of Rivals
        Of the same places and cells, by each mode.
    shares : sequence of float
        Share of the people of every cell who travel by each mode.
    decays : sequence of Decay
        How much a place counts by each mode.
    per_people : float
        Tell places for so many people.

    Returns
    -------
    value : ndarray of float64, shape (cells,)
        Places, NaN where unknown.
    reason : ndarray of str, shape (cells,)
        Why: a cell is off the network where it meets the streets of no mode; where a mode has no streets at all
        nothing is known.
    """
    people = [share * mode.people for share, mode in zip(shares, modes, strict=True)]
    found = competing([mode.table for mode in modes], modes[0].offered, people, decays)
    parts = [share * one.access for share, one in zip(shares, found, strict=True) if share > 0]
    value = per_people * np.sum(parts, axis=0)
    reason = modes[0].reason.copy()
    for mode in modes[1:]:
        off = np.isin(reason.astype(str), [cause.value for cause in OFF_STREET])
        reason = np.where(off, mode.reason, reason).astype(object)
        for cause in (Reason.POPULATION_UNKNOWN.value, Reason.NO_PLACES.value):
            reason[mode.reason == cause] = cause
    return modes[0]._replace(reason=reason).told(value)


def in_order(features: GeoDataFrame) -> GeoDataFrame:
    """Return features from west to east, and from south to north: people who choose in turn do so in the same turn always."""
    west, south, east, north = shapely.bounds(features.geometry.to_numpy()).T
    return features.iloc[np.lexsort((north, east, south, west))]


def told_of_cells(
    cells: GeoDataFrame,
    units: GeoDataFrame,
    value: Floats,
    reason: NDArray[np.object_],
    sure: Interval | None = None,
) -> pd.DataFrame:
    """Return a value of cells that compete for those that are asked for.

    Parameters
    ----------
    cells : GeoDataFrame
        All that compete, with `known`.
    units : GeoDataFrame
        Those of them to tell the value of.
    value : ndarray of float64, shape (cells,)
        The value.
    reason : ndarray of str, shape (cells,)
        Why it is unknown.
    sure : Interval, optional
        Where it lies in most of the draws.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (1 where places and streets are mapped, else 0), reason; low and high where
        an interval is given.
    """
    known = known_of(cells)
    causes = [(reason == cause.value, cause) for cause in _CAUSES]
    table = explained(cells, value, causes[0], causes[1], (~known, Reason.NOT_MAPPED), *causes[2:])
    told: pd.DataFrame = (
        with_interval(table, sure).assign(coverage=np.where(known, 1.0, 0.0)).loc[units.index]
    )
    return told
