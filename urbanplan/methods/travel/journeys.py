"""Journeys between origins and places along streets: everything that the engine can be asked about them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import ArrayLike

from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.decay import Decay, within
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.travel.assumed import as_declared
from urbanplan.methods.travel.doors import inside, origin_doors, place_doors
from urbanplan.methods.travel.insides import Few, Sums, corrected, insert, stop
from urbanplan.methods.travel.joined import added_up, joined, least_of_each
from urbanplan.methods.travel.meetings import Meetings
from urbanplan.methods.travel.memory import fingerprint, remembered
from urbanplan.model.network import StreetNetwork


class Journeys(Meetings):
    """Origins, places and the streets between them, in one kind of cost; made by `journeys`.

    Places with an area that hold the middle of an origin cost nothing from there. A place with several doors counts once,
    at whichever is nearest, and so does an origin. All results go by position: origin i and place j are rows of the tables that
    were given.
    """

    def nearest(
        self,
        *,
        k: int = 1,
        category: ArrayLike | None = None,
        categories: int = 1,
        limit: float | None = None,
    ) -> Few:
        """Find the k nearest places of every category.

        Parameters
        ----------
        k : int
            How many of each category.
        category : array_like of int, shape (places,), optional
            Category of each place, from 0; all of one by default.
        categories : int
            How many categories there are.
        limit : float, optional
            Greatest cost in metres or seconds; exactly it is within.

        Returns
        -------
        Few
            Costs, ascending, and places; NaN and -1 where there are fewer.
        """
        from urbanplan.methods.engine import nearest  # noqa: PLC0415  (a second to import)

        kind = np.zeros(self.places, dtype=np.int64) if category is None else np.asarray(category, np.int64)
        few = Few.none(categories, self.origins, k)
        if not self.nothing:
            found = nearest(
                self.engine, self.starts, self.ends, place=self.place_doors.of, category=kind, categories=categories,
                k=k, limit=limit,
            )  # fmt: skip
            few = Few(found.cost, found.place.astype(np.int64))
            few = few if self.one_start_each else joined(few, self.start_of, self.origins)
        return insert(few, self.inside_origin, self.inside_place, kind)

    def reach(
        self,
        weights: ArrayLike,
        *,
        cutoffs: Sequence[float] = (),
        decays: Sequence[Decay] = (),
        limit: float | None = None,
    ) -> Sums:
        """Add up what each origin reaches, for all cut-offs, decays and variables in one pass.

        Parameters
        ----------
        weights : array_like of float, shape (places,) or (places, variables)
            What stands at each place, known and not negative.
        cutoffs : sequence of float
            Metres or seconds; a place exactly at a cut-off is within it.
        decays : sequence of Decay
            How much places count by their cost.
        limit : float, optional
            Cost beyond which no decay counts; needed where a decay has no end.

        Returns
        -------
        Sums
            Zero where an origin reaches nothing, NaN where it is off the street.
        """
        from urbanplan.methods.engine import reach  # noqa: PLC0415  (a second to import)

        table = np.asarray(weights, dtype=np.float64)
        table = table[:, None] if table.ndim == 1 else table
        if self.nothing:
            zero = np.where(self.on_street, 0.0, np.nan)[:, None, None]
            sums = Sums(*(zero + np.zeros((1, len(of), table.shape[1])) for of in (cutoffs, decays)))
        elif not self.one_start_each:
            farthest = max([*cutoffs, *(stop(curve, limit) for curve in decays)], default=0.0)
            sums = added_up(
                self.table(farthest), table, cutoffs, [within(c, limit=stop(c, limit)) for c in decays]
            )
            sums.within[self.off_street], sums.decayed[self.off_street] = np.nan, np.nan
            return sums
        else:
            found = reach(
                self.engine, self.starts, self.ends, table, place=self.place_doors.of, cutoffs=cutoffs, decays=decays,
                limit=limit,
            )  # fmt: skip
            sums = Sums(found.within, found.decayed)
        if not len(self.inside_origin):
            return sums
        stops = [stop(curve, limit) for curve in decays]
        way = self._way_inside(max([*cutoffs, *stops], default=0.0))
        return corrected(
            sums,
            self.inside_origin,
            way,
            table[self.inside_place],
            cutoffs=cutoffs,
            decays=decays,
            stops=stops,
        )

    def table(self, limit: float) -> CostTable:
        """List every place within a limit (in metres or seconds; exactly it is within) of each origin."""
        origin, place, cost = self._pairs(np.arange(self.origins), np.arange(len(self.place_doors.of)), limit)
        key, own = self._key(origin, place), self._key(self.inside_origin, self.inside_place)
        apart = ~np.isin(key, own)
        return CostTable(
            np.concatenate([origin[apart], self.inside_origin]),
            np.concatenate([place[apart], self.inside_place]),
            np.concatenate([cost[apart], np.zeros(len(own))]),
            self.origins,
            self.places,
        )

    def matrix(self, *, limit: float | None = None) -> Floats:
        """Return the cost from every origin to every place, NaN where there is no way or it is beyond the limit."""
        from urbanplan.methods.engine import matrix  # noqa: PLC0415  (a second to import)

        costs = np.full((self.origins, self.places), np.nan)
        if not self.nothing:
            doors = matrix(self.engine, self.starts, self.ends, limit=limit)
            if not self.one_start_each:
                _, first = np.unique(self.start_of, return_index=True)
                doors = np.fmin.reduceat(doors, first, axis=0)
            _, begin = np.unique(self.place_doors.of, return_index=True)
            if len(begin):
                # doors stand by place: of several the nearest counts, NaN only where none is reached
                costs[:, self.place_doors.of[begin]] = np.fmin.reduceat(doors, begin, axis=1)
        costs[self.inside_origin, self.inside_place] = 0.0
        return costs

    def _key(self, origin: Ints, place: Ints) -> Ints:
        return origin * max(self.places, 1) + place

    def _pairs(self, origins: Ints, doors: Ints, limit: float) -> tuple[Ints, Ints, Floats]:
        """List what some origins reach along streets by some doors."""
        from urbanplan.methods.engine import pairs  # noqa: PLC0415  (a second to import)

        if self.nothing:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
        ends, whose = self.ends.take(doors), self.place_doors.of[doors]
        chosen = np.flatnonzero(np.isin(self.start_of, origins))
        found = pairs(self.engine, self.starts.take(chosen), ends, limit, place=whose)
        origin = self.start_of[chosen][found.origin]
        if self.one_start_each:
            return origin, found.place, found.cost
        return least_of_each(origin, found.place, found.cost)

    def _way_inside(self, limit: float) -> Floats:
        """Return what the streets would cost to a door of the place that an origin stands inside of, NaN beyond the limit."""
        doors = np.flatnonzero(np.isin(self.place_doors.of, self.inside_place))
        origin, place, cost = self._pairs(np.unique(self.inside_origin), doors, limit)
        own = pd.Index(self._key(self.inside_origin, self.inside_place))
        way = pd.Series(cost, self._key(origin, place)).reindex(own)
        return np.asarray(way, dtype=np.float64)


def journeys(
    network: StreetNetwork,
    origins: GeoDataFrame | GeoSeries,
    places: GeoDataFrame | GeoSeries,
    *,
    cost: str = "length",
    reverse: bool = False,
    max_off_street_m: float = 500.0,
) -> Journeys:
    """Bring origins and places to the streets; the same ones are remembered with the network.

    Parameters
    ----------
    network : StreetNetwork
        Streets of one mode of travel; where the city declares how people travel on them, journeys are as it declares.
    origins : GeoDataFrame or GeoSeries
        Cells, buildings or points, in the network's CRS. From points and cells (squares of a grid) journeys begin at the point
        of the nearest street from their middle; from other areas at their entrances and wherever a street crosses their
        outline, as they end.
    places : GeoDataFrame or GeoSeries
        Points, lines or polygons, in the network's CRS; a polygon is entered wherever a street crosses its outline, or
        else from the nearest street, and costs nothing from inside.
    cost : str
        length (metres) or seconds.
    reverse : bool
        Whether journeys run from the places to the origins.
    max_off_street_m : float
        What is farther than this from every street is not connected to it.

    Returns
    -------
    Journeys
    """
    streets = as_declared(network)
    key: Hashable = (
        "journeys", fingerprint(origins), fingerprint(places), cost, reverse, max_off_street_m
    )  # fmt: skip

    def bring() -> Journeys:
        return Journeys(
            streets, cost, reverse, len(origins), len(places),
            origin_doors(streets, origins, max_off_street_m), place_doors(streets, places, max_off_street_m),
            *inside(streets, origins, places),
        )  # fmt: skip

    return remembered(streets, key, bring)
