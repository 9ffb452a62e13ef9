"""Where the origins and places of journeys meet the streets: positions that the engine can search from and to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Ints
from urbanplan.methods.travel.doors import Doors
from urbanplan.methods.travel.streets import access_cost, engine_of
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

if TYPE_CHECKING:
    from urbanplan.methods.engine import Engine, Positions


@dataclass(frozen=True, eq=False)
class Meetings:
    """Origins and places where they meet the streets, in one kind of cost.

    Attributes
    ----------
    network : StreetNetwork
        Streets.
    cost : str
        length (metres) or seconds.
    reverse : bool
        Whether journeys run from the places to the origins.
    origins, places : int
        How many there are.
    origin_doors, place_doors : Doors
        Where they meet the streets; those without a door are off the network.
    inside_origin, inside_place : ndarray of int64
        Pairs of which the origin stands inside the place, by origin.
    """

    network: StreetNetwork
    cost: str
    reverse: bool
    origins: int
    places: int
    origin_doors: Doors
    place_doors: Doors
    inside_origin: Ints
    inside_place: Ints

    @cached_property
    def engine(self) -> Engine:
        """The engine of the network, turned the right way round."""
        return engine_of(self.network, cost=self.cost, reverse=self.reverse)

    @cached_property
    def starts(self) -> Positions:
        """Where journeys begin, one position a door (`start_of` tells whose); an origin without a door has one on no street."""
        doors, count = self.origin_doors, len(self.start_of)
        edge, offset, access = np.full(count, -1, dtype=np.int64), np.zeros(count), np.zeros(count)
        with_door, order = np.isin(self.start_of, doors.of), np.argsort(doors.of, kind="stable")
        edge[with_door], offset[with_door] = doors.edge[order], doors.offset_m[order]
        access[with_door] = access_cost(doors.distance_m[order], self.cost)
        return self.engine.at(edge, offset, access=access)

    @cached_property
    def start_of(self) -> Ints:
        """Origin of each start, ascending; every origin has one at least."""
        without = np.ones(self.origins, dtype=bool)
        without[self.origin_doors.of] = False
        return np.sort(np.concatenate([self.origin_doors.of, np.flatnonzero(without)]))

    @property
    def one_start_each(self) -> bool:
        """Whether every origin has one door at most, as points and cells have."""
        return len(self.start_of) == self.origins

    def starts_of(self, origins: Ints) -> Positions:
        """Return where journeys of some origins begin."""
        return self.starts.take(np.flatnonzero(np.isin(self.start_of, origins)))

    @cached_property
    def ends(self) -> Positions:
        """Where journeys end, one position a door of a place (`place_doors.of` tells whose)."""
        doors = self.place_doors
        return self.engine.at(doors.edge, doors.offset_m, access=access_cost(doors.distance_m, self.cost))

    @property
    def on_street(self) -> NDArray[np.bool_]:
        """Which origins meet a street that is open."""
        out = np.zeros(self.origins, dtype=bool)
        if len(self.network.edge_u):
            out[self.start_of[self.starts.placed]] = True
        return out

    def why_off(self, inside: NDArray[np.bool_] | None = None) -> NDArray[np.object_]:
        """Say why origins meet no street ("off_network", "cut_off"), empty where they do or stand inside a place.

        Parameters
        ----------
        inside : ndarray of bool, shape (places,), optional
            Which places count for that; all by default.
        """
        reason = np.where(self.on_street, "", self.origin_doors.reason).astype(object)
        reason[(reason == "") & ~self.on_street] = Reason.OFF_NETWORK.value
        reason[self.inside_origin if inside is None else self.inside_origin[inside[self.inside_place]]] = ""
        return reason

    @property
    def off_street(self) -> NDArray[np.bool_]:
        """Which origins meet no open street and stand inside no place."""
        return np.asarray(self.why_off() != "", dtype=bool)

    @property
    def nothing(self) -> bool:
        """Whether there is no street at all, or no place: then there is nothing to search."""
        return not len(self.network.edge_u) or not self.places
