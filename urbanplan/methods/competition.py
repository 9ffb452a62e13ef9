"""People of cells who compete for places along streets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.aggregate import people_of
from urbanplan.methods.catchment import spatial_availability, two_step
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.travel.access import costs
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


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
    table, reason = costs(places, network, cells, limit=limit_m, max_off_street_m=max_off_street_m)
    people = people_of(cells)
    unknown = ~np.isfinite(people)
    offered, given = np.ones(len(places)), np.where(unknown, 0.0, people)
    # a place for which unknown people compete: how much it offers to each of the others is unknown too
    weight = (decay(table.cost_m) > 0).astype(float)
    unclear = table.by_place(weight * unknown[table.origin]) > 0
    touched = table.by_origin(weight * unclear[table.place]) > 0
    per_person = two_step(table, offered, given, decay).access
    available = spatial_availability(table, offered, given, decay)
    out = reason.copy()
    out[np.isnan(per_person) & (out == "")] = Reason.NO_PEOPLE.value
    out[(unknown | touched) & (out != Reason.NO_PLACES.value)] = Reason.POPULATION_UNKNOWN.value
    return Competition(np.where(out == "", per_person, np.nan), np.where(out == "", available, np.nan), out)
