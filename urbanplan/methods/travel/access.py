"""What metrics ask of places along streets: all categories answered in one pass, with a reason for what is unknown."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.base.errors import InputError
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.travel.asked import Asked, Reasons
from urbanplan.methods.travel.journeys import journeys
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


def distances(
    places: GeoDataFrame,
    network: StreetNetwork,
    origins: GeoDataFrame,
    *,
    category: str | None = None,
    cost: str = "length",
    max_off_street_m: float,
) -> tuple[Floats, Reasons]:
    """Measure how far it is along the streets from the middle of each origin to the nearest place.

    Parameters
    ----------
    places : GeoDataFrame
        Points, lines or polygons; a polygon is entered wherever a street crosses its outline, or else where a street
        comes nearest to it.
    network : StreetNetwork
        Streets.
    origins : GeoDataFrame
        Cells, buildings or points.
    category : str, optional
        Only places of this `category`; all places by default.
    cost : str
        length (metres) or seconds.
    max_off_street_m : float
        Origins and places farther than this from every street are not connected to it.

    Returns
    -------
    cost : ndarray of float64, shape (origins,)
        Straight to the nearest street, along streets, straight to the place; 0 inside a polygon; NaN where no way leads.
    reason : ndarray of str, shape (origins,)
        Why it is NaN, else empty; without any place, or any street, there are no places for all origins.
    """
    found, reason = several_distances(
        places, network, origins, category=category, k=1, cost=cost, max_off_street_m=max_off_street_m
    )
    return found[:, 0], reason


def several_distances(
    places: GeoDataFrame,
    network: StreetNetwork,
    origins: GeoDataFrame,
    *,
    category: str | None = None,
    k: int,
    cost: str = "length",
    max_off_street_m: float,
) -> tuple[Floats, Reasons]:
    """Measure how far it is from each origin to the nearest place, the second nearest, and so on.

    Parameters
    ----------
    places, network, origins, category, cost, max_off_street_m
        As in `distances`; a place with several doors counts once.
    k : int
        How many places.

    Returns
    -------
    cost : ndarray of float64, shape (origins, k)
        Ascending; NaN where no way leads to so many places.
    reason : ndarray of str, shape (origins,)
        Why not even the nearest is known: "no_places", "off_network" or "disconnected"; else empty.

    Raises
    ------
    InputError
        If k is not a whole number above zero.
    """
    if k != int(k) or k < 1:
        raise InputError(f"k must be a whole number above zero, not {k}: the nearest place is k = 1")
    asked = Asked(places, network, origins, category, cost, max_off_street_m)
    if asked.no_places:
        return np.full((len(origins), int(k)), np.nan), asked.unmet()
    few = asked.nearest(int(k)).cost[asked.number]
    reason = asked.unmet()
    reason[np.isnan(few[:, 0]) & (reason == "")] = Reason.DISCONNECTED.value
    return few.copy(), reason


def counts(
    places: GeoDataFrame,
    network: StreetNetwork,
    origins: GeoDataFrame,
    *,
    category: str | None = None,
    limits: tuple[float, ...],
    cost: str = "length",
    max_off_street_m: float,
) -> tuple[Floats, Reasons]:
    """Count the places within reach of each origin along the streets.

    Parameters
    ----------
    places, network, origins, category, cost, max_off_street_m
        As in `distances`.
    limits : tuple of float
        Metres or seconds; a place at exactly a limit counts, and once however many doors it has.

    Returns
    -------
    number : ndarray of float64, shape (origins, limits)
        Places within each limit; NaN where the origin is off the streets, or there are no places at all.
    reason : ndarray of str, shape (origins,)
        Why it is NaN, else empty.
    """
    asked = Asked(places, network, origins, category, cost, max_off_street_m)
    reason = asked.unmet()
    if asked.no_places:
        return np.full((len(origins), len(limits)), np.nan), reason
    sums = asked.remembered(
        ("counts", limits), lambda: asked.journeys().reach(_one_each(asked), cutoffs=limits).within
    )
    return np.where((reason == "")[:, None], sums[:, :, asked.number], np.nan), reason


def weighed(
    places: GeoDataFrame,
    network: StreetNetwork,
    origins: GeoDataFrame,
    *,
    category: str | None = None,
    decay: Decay,
    limit: float | None = None,
    cost: str = "length",
    max_off_street_m: float,
) -> tuple[Floats, Reasons]:
    """Add up the places in reach of each origin, each weighed by a decay of its cost.

    Parameters
    ----------
    places, network, origins, category, cost, max_off_street_m
        As in `distances`.
    decay : Decay
        How much a place still counts; the answer is remembered under its name.
    limit : float, optional
        Metres or seconds beyond which nothing counts; needed where the decay has no end.

    Returns
    -------
    sum : ndarray of float64, shape (origins,)
        Zero where nothing is in reach; NaN where the origin is off the streets, or there are no places at all.
    reason : ndarray of str, shape (origins,)
        Why it is NaN, else empty.
    """
    asked = Asked(places, network, origins, category, cost, max_off_street_m)
    reason = asked.unmet()
    if asked.no_places:
        return np.full(len(origins), np.nan), reason

    def answer() -> Floats:
        return asked.journeys().reach(_one_each(asked), decays=[decay], limit=limit).decayed

    sums = asked.remembered(("weighed", decay.name, limit), answer) if decay.name else answer()
    return np.where(reason == "", sums[:, 0, asked.number], np.nan), reason


def costs(
    places: GeoDataFrame,
    network: StreetNetwork,
    origins: GeoDataFrame,
    *,
    category: str | None = None,
    limit: float,
    cost: str = "length",
    max_off_street_m: float,
) -> tuple[CostTable, Reasons]:
    """Measure how far each place within reach is from each origin along the streets.

    Parameters
    ----------
    places, network, origins, category, cost, max_off_street_m
        As in `distances`; of a place with several doors the nearest counts.
    limit : float
        Farther places are left out; one at exactly the limit is in.

    Returns
    -------
    table : CostTable
        Positions of origins, and of places among those of the category, with the cost between them.
    reason : ndarray of str, shape (origins,)
        "off_network" for origins that meet no street, "no_places" for all where there are none at all, else empty.

    Raises
    ------
    InputError
        If the limit is not a number of zero or more.
    """
    if not (np.isfinite(limit) and limit >= 0):
        raise InputError(f"limit must be a number of metres or seconds, zero or more, not {limit}")
    asked = Asked(places, network, origins, category, cost, max_off_street_m)
    reason = asked.unmet()
    if asked.no_places:
        none = np.empty(0, dtype=np.int64)
        return CostTable(none, none, none.astype(np.float64), len(origins), len(asked.chosen)), reason
    chosen = places.iloc[asked.chosen]
    found = journeys(network, origins, chosen, cost=cost, max_off_street_m=max_off_street_m)
    table = asked.remembered(("table", limit, asked.number), lambda: found.table(limit))
    return table, reason


def _one_each(asked: Asked) -> Floats:
    """Return a variable for each category: one where a place belongs to it."""
    return np.equal.outer(asked.kind, np.arange(asked.kinds)).astype(np.float64)
