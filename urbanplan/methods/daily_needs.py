"""The things of every day, from cells along streets: all categories of places together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.proximity import proximity, share_of_categories
from urbanplan.methods.travel.access import distances, several_distances
from urbanplan.methods.travel.listed import Listed, listed
from urbanplan.methods.uncertainty import Drawn
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import OFF_STREET, Reason


class Needs(NamedTuple):
    """How well daily needs are met.

    Attributes
    ----------
    value : ndarray of float64, shape (cells,)
        The measure; NaN where unknown.
    number : ndarray of int64, shape (cells,)
        Categories that are mapped.
    reason : ndarray of str, shape (cells,)
        Why it is unknown: "no_places" for all cells where no category is mapped, "off_network", else empty.
    """

    value: Floats
    number: NDArray[np.int64]
    reason: NDArray[np.object_]


def needs_within(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    categories: tuple[str, ...],
    limit: float,
    cost: str = "length",
    max_off_street_m: float,
) -> Needs:
    """Tell which share of the mapped categories is within reach of each cell.

    Parameters
    ----------
    places : GeoDataFrame
        With `category`.
    network : StreetNetwork
        Streets.
    cells : GeoDataFrame
        Squares.
    categories : tuple of str
        Which categories people need.
    limit : float
        Metres or seconds; exactly this is within.
    cost : str
        length (metres) or seconds.
    max_off_street_m : float
        As in `access.distances`.

    Returns
    -------
    Needs
        Shares (0-1).
    """
    found = [
        distances(places, network, cells, category=name, cost=cost, max_off_street_m=max_off_street_m)
        for name in categories
    ]
    reasons = [reason for _, reason in found]
    value, number = share_of_categories([costs for costs, _ in found], _mapped(reasons), limit=limit)
    return _explained(value, number, reasons)


def needs_distance(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    categories: tuple[str, ...],
    k: int,
    farthest_m: float,
    max_off_street_m: float,
) -> Needs:
    """Average the distance from each cell to the k nearest places of each mapped category.

    Parameters
    ----------
    places, network, cells, categories, max_off_street_m
        As in `needs_within`.
    k : int
        How many places of each category.
    farthest_m : float
        What a place that is farther, or not reached, counts as.

    Returns
    -------
    Needs
        Metres.
    """
    found = [
        several_distances(places, network, cells, category=name, k=k, max_off_street_m=max_off_street_m)
        for name in categories
    ]
    reasons = [reason for _, reason in found]
    value, number = proximity([metres for metres, _ in found], _mapped(reasons), farthest=farthest_m)
    return _explained(value, number, reasons)


def within_drawn(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    categories: tuple[str, ...],
    limit: float,
    cost: str = "length",
    max_off_street_m: float,
) -> Drawn:
    """Return what measures `needs_within` in one draw."""
    few = _listed(places, network, cells, categories, 1, cost, max_off_street_m)
    mapped = _on_map(places, network, cells, categories)
    return lambda pace, times: share_of_categories(
        [one.nearest(1, pace, times)[:, 0] for one in few], mapped, limit=limit
    )[0]


def distance_drawn(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    categories: tuple[str, ...],
    k: int,
    farthest_m: float,
    max_off_street_m: float,
) -> Drawn:
    """Return what measures `needs_distance` in one draw."""
    few = _listed(places, network, cells, categories, k, "length", max_off_street_m)
    mapped = _on_map(places, network, cells, categories)
    return lambda pace, times: proximity(
        [one.nearest(k, pace, times) for one in few], mapped, farthest=farthest_m
    )[0]


def _listed(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    categories: tuple[str, ...],
    k: int,
    cost: str,
    max_off_street_m: float,
) -> list[Listed]:
    return [
        listed(places, network, cells, category=name, k=k, cost=cost, max_off_street_m=max_off_street_m)
        for name in categories
    ]


def _on_map(
    places: GeoDataFrame, network: StreetNetwork, cells: GeoDataFrame, categories: tuple[str, ...]
) -> list[NDArray[np.bool_]]:
    """Say of each category whether the map holds it: a draw without it does not make it unmapped."""
    there = set(places["category"].dropna()) if len(network.edge_u) else set()
    return [np.full(len(cells), name in there) for name in categories]


def _mapped(reasons: list[NDArray[np.object_]]) -> list[NDArray[np.bool_]]:
    return [reason != Reason.NO_PLACES.value for reason in reasons]


def _explained(value: Floats, number: NDArray[np.int64], reasons: list[NDArray[np.object_]]) -> Needs:
    """Make unknown what meets no street: of no mapped category is anything known there."""
    none = Reason.NO_PLACES.value
    why = np.full(len(value), "", dtype=object)
    away = number > 0
    for reason in reasons:
        off = np.isin(reason.astype(str), [cause.value for cause in OFF_STREET])
        why[off] = reason[off]
        away &= off | (reason == none)
    known = [reason for reason in reasons if (reason != none).any()]
    if known and not any((reason == "").any() for reason in known):
        # no place of any kind can be reached from anywhere: that is unknown, and no city without daily needs
        away |= number > 0
        why = np.where(why == "", known[0], why)
    reason = np.where(away, why, np.where(number == 0, none, "")).astype(object)
    return Needs(np.where(away, np.nan, value), number, reason)
