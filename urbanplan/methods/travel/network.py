"""The street network as researchers get it: it answers questions about journeys, layers in and tables out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from urbanplan.base.errors import InputError
from urbanplan.methods.decay import Decay
from urbanplan.methods.travel import answers
from urbanplan.methods.travel.explanation import explanation
from urbanplan.methods.travel.given import Layer, Measure, bring, measure, measure_of_limits, weights_of
from urbanplan.methods.travel.isochrones import isochrone_table
from urbanplan.methods.travel.journeys import Journeys, journeys
from urbanplan.model.network import StreetNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame
    from networkx import MultiDiGraph


class TravelNetwork(StreetNetwork):
    """A street network that answers questions about journeys on it.

    `StudyArea.network("walk")` gives one; `TravelNetwork.from_osmnx(graph, mode="walk")` and `TravelNetwork.of(network)` make
    one. In Python it is `urbanplan.StreetNetwork`.

    Origins and places are layers (GeoDataFrame or GeoSeries) of any CRS that can be transformed; ids (the index) stand
    once. From a point or a cell (a square of a grid, over which people are spread) journeys begin at the point of the nearest
    street from its middle; from any other area (a building, a plot) at its entrances and wherever a street crosses its
    outline. They run from edge to edge, and end as they begin at areas: at an entrance, where a street crosses the
    outline of the place, or else straight from the nearest street. They are measured by distance (metres) or by time (seconds, at the mode's pace; the way between a street and
    a door is walked). What is unknown is NaN, and `reason` says why: no_places, off_network (farther than
    `max_off_street_m` from every street), disconnected (no way leads), beyond_limit. Exactly a limit is within it.
    Contracting the streets and what was asked before are remembered.
    """

    @classmethod
    def of(cls, network: StreetNetwork) -> TravelNetwork:
        """Make any street network one that answers questions; its arrays are shared, not copied."""
        if isinstance(network, cls):
            return network
        made = cls(**{entry.name: getattr(network, entry.name) for entry in fields(network)})
        vars(made)["_travel"] = vars(network).setdefault("_travel", {})
        return made

    @classmethod
    def assemble(cls, **given: Any) -> TravelNetwork:
        """Build a network from its nodes and edges; see `StreetNetwork.assemble`."""
        return cls.of(StreetNetwork.assemble(**given))

    @classmethod
    def read(cls, folder: Path) -> TravelNetwork:
        """Read a network that `save` wrote; see `StreetNetwork.read`."""
        return cls.of(StreetNetwork.read(folder))

    @classmethod
    def from_osmnx(cls, graph: MultiDiGraph, *, mode: str, crs: Any = None) -> TravelNetwork:
        """Take over a graph of osmnx; see `StreetNetwork.from_osmnx`."""
        return cls.of(StreetNetwork.from_osmnx(graph, mode=mode, crs=crs))

    def travelled(self, **assumptions: Any) -> TravelNetwork:
        """Return the network with the costs of travel that you assume: speeds, slopes, waits, stress, steps, turns.

        Parameters
        ----------
        **assumptions
            As of `urbanplan.methods.modes.travelled`: `speeds_kmh`, `slopes`, `delays_s`, `max_stress`, `push_kmh`,
            `step_free`, `turn_s`; the usual ones where nothing is given.

        Returns
        -------
        TravelNetwork
            A network of its own; this one stays as it was mapped. Its streets are cut where nobody gets through, and what
            is forbidden is not turned.
        """
        from urbanplan.methods.modes import travelled  # noqa: PLC0415  (only where somebody assumes something)

        return TravelNetwork.of(travelled(self, **assumptions))

    def nearest(
        self,
        origins: Layer,
        places: Layer,
        *,
        k: int = 1,
        by: str | None = None,
        max_distance_m: float | None = None,
        max_time_s: float | None = None,
        category: str | None = None,
        reverse: bool = False,
        max_off_street_m: float = 500.0,
    ) -> pd.DataFrame:
        """Find the nearest place of each origin, or the k nearest.

        Parameters
        ----------
        origins, places : GeoDataFrame or GeoSeries
            Where journeys begin and end.
        k : int
            How many places; one with several entrances counts once.
        by : str, optional
            "distance" (the default) or "time".
        max_distance_m, max_time_s : float, optional
            Places farther than this are beyond the limit; `max_time_s` measures by time.
        category : str, optional
            Column of the places: the nearest of each category that occurs in it, in one pass.
        reverse : bool
            Measure journeys from the places to the origins instead.
        max_off_street_m : float
            What is farther than this from every street is off the network.

        Returns
        -------
        DataFrame
            On the index of the origins: `place` (id in the index of the places, None where there is none), `distance_m`
            or `time_s`, `reason` (of the nearest). For k above one `place_1`, `distance_m_1`, `place_2`, … ascending.
            With `category` two levels of columns, the category first.

        Raises
        ------
        NoCrsError
            If a layer has no CRS.
        InputError
            If an id stands twice, or a number is impossible.
        """
        kind = measure_of_limits(max_distance_m, max_time_s, by, "max_distance_m and max_time_s")
        start, goal = bring(origins, self, "origins"), bring(places, self, "places")
        limit = _limit(max_distance_m if kind.unit == "m" else max_time_s, kind)
        found = self._journeys(start, goal, kind, max_off_street_m, reverse=reverse)
        return answers.nearest_table(found, goal, start.index, kind, k=k, limit=limit, category=category)

    def reach(
        self,
        origins: Layer,
        places: Layer,
        *,
        weights: str | Sequence[str] | pd.Series | None = None,
        cutoffs_m: Sequence[float] | None = None,
        cutoffs_s: Sequence[float] | None = None,
        decays: Mapping[str, Decay] | None = None,
        by: str | None = None,
        max_distance_m: float | None = None,
        max_time_s: float | None = None,
        reverse: bool = False,
        max_off_street_m: float = 500.0,
    ) -> pd.DataFrame:
        """Add up what each origin reaches: within cut-offs, and weighed by decays, in one pass.

        Parameters
        ----------
        origins, places : GeoDataFrame or GeoSeries
            Where journeys begin and end.
        weights : str, sequence of str or Series, optional
            What stands at the places (people, beds): columns of them, or numbers on their index, known and not
            negative. By default places are counted.
        cutoffs_m, cutoffs_s : sequence of float, optional
            Cut-offs in metres or in seconds.
        decays : mapping of str to Decay, optional
            Decays of cost from `urbanplan.methods.decay`, by the name that their column ends in; in the unit of the cut-offs,
            or of `by`.
        by : str, optional
            "distance" or "time", where no cut-off tells.
        max_distance_m, max_time_s : float, optional
            Where decays end that have no end of their own.
        reverse : bool
            Add up who comes to the origins instead: journeys run from the places to them.
        max_off_street_m : float
            What is farther than this from every street is off the network.

        Returns
        -------
        DataFrame
            On the index of the origins: `places_within_500_m`, … or `beds_within_500_m`, `beds_<decay>`, …; zero where
            nothing is within reach; and `reason`, where the origin is off the network or there are no places.

        Raises
        ------
        NoCrsError
            If a layer has no CRS.
        InputError
            If an id stands twice, a weight is unknown or negative, a cut-off is impossible, or a decay never ends.
        """
        kind = measure_of_limits(
            cutoffs_m if cutoffs_m is not None else max_distance_m,
            cutoffs_s if cutoffs_s is not None else max_time_s,
            by,
            "cutoffs_m and cutoffs_s",
        )
        start, goal = bring(origins, self, "origins"), bring(places, self, "places")
        table = weights_of(goal, weights)
        cutoffs = cutoffs_m if kind.unit == "m" else cutoffs_s
        limit = _limit(max_distance_m if kind.unit == "m" else max_time_s, kind)
        found = self._journeys(start, goal, kind, max_off_street_m, reverse=reverse)
        return answers.reach_table(
            found, table, start.index, kind, cutoffs=tuple(cutoffs or ()), decays=dict(decays or {}), limit=limit
        )  # fmt: skip

    def matrix(
        self,
        origins: Layer,
        places: Layer,
        *,
        by: str | None = None,
        max_distance_m: float | None = None,
        max_time_s: float | None = None,
        long: bool = False,
        reverse: bool = False,
        max_off_street_m: float = 500.0,
    ) -> pd.DataFrame:
        """Work out the cost from every origin to every place.

        Parameters
        ----------
        origins, places, by, reverse, max_off_street_m
            As in `nearest`.
        max_distance_m, max_time_s : float, optional
            Greater costs are beyond the limit.
        long : bool
            One row a pair, with a reason, instead of one column a place.

        Returns
        -------
        DataFrame
            Metres or seconds: index of the origins, a column a place; NaN where there is no way. With `long` columns
            `origin`, `place`, `distance_m` or `time_s`, `reason`.
        """
        kind = measure_of_limits(max_distance_m, max_time_s, by, "max_distance_m and max_time_s")
        start, goal = bring(origins, self, "origins"), bring(places, self, "places")
        limit = _limit(max_distance_m if kind.unit == "m" else max_time_s, kind)
        found = self._journeys(start, goal, kind, max_off_street_m, reverse=reverse)
        cost = found.matrix(limit=limit)
        if long:
            return answers.long_table(found, cost, start.index, goal.index, kind, limit)
        return pd.DataFrame(cost, index=start.index, columns=goal.index)

    def pairs(
        self,
        origins: Layer,
        places: Layer,
        *,
        max_distance_m: float | None = None,
        max_time_s: float | None = None,
        reverse: bool = False,
        max_off_street_m: float = 500.0,
    ) -> pd.DataFrame:
        """List the places within a limit of each origin: a matrix of which only the near part is kept.

        Parameters
        ----------
        origins, places, reverse, max_off_street_m
            As in `nearest`.
        max_distance_m, max_time_s : float
            The limit, one of the two.

        Returns
        -------
        DataFrame
            Columns `origin`, `place`, `distance_m` or `time_s`; each origin's nearest first.
        """
        kind = measure_of_limits(max_distance_m, max_time_s, None, "max_distance_m and max_time_s")
        limit = _limit(max_distance_m if kind.unit == "m" else max_time_s, kind)
        if limit is None:
            raise InputError("pairs need a limit: max_distance_m or max_time_s")
        start, goal = bring(origins, self, "origins"), bring(places, self, "places")
        found = self._journeys(start, goal, kind, max_off_street_m, reverse=reverse)
        return answers.pairs_table(found, start.index, goal.index, kind, limit)

    def isochrones(
        self,
        origins: Layer,
        *,
        cutoffs_m: Sequence[float] | None = None,
        cutoffs_s: Sequence[float] | None = None,
        together: bool = False,
        reverse: bool = False,
        off_street_m: float = 50.0,
        step_m: float = 20.0,
        max_off_street_m: float = 500.0,
    ) -> GeoDataFrame:
        """Draw the ground within cut-offs of each origin, from reached streets cut where the cut-off is met.

        Parameters
        ----------
        origins : GeoDataFrame or GeoSeries
            Where journeys begin.
        cutoffs_m, cutoffs_s : sequence of float
            Cut-offs in metres or in seconds.
        together : bool
            One isochrone of all origins together, of whichever is nearest, instead of one each.
        reverse : bool
            From where the origins can be reached, instead of what can be reached from them.
        off_street_m : float
            How far from a reached street the ground belongs to the isochrone; walking there takes its part of the
            cut-off.
        step_m : float
            Side of the squares within which the border is straight.
        max_off_street_m : float
            Origins farther than this from every street are off the network.

        Returns
        -------
        GeoDataFrame
            One row an origin and cut-off, the index names the origin: `cutoff_m` or `cutoff_s`, `area_m2`, `streets_m` (length
            of streets within it), `reason`, polygons in the network's CRS.
        """
        kind = measure_of_limits(cutoffs_m, cutoffs_s, None, "cutoffs_m and cutoffs_s")
        start = bring(origins, self, "origins")
        cutoffs = tuple((cutoffs_m if kind.unit == "m" else cutoffs_s) or ())
        found = self._journeys(start, start.iloc[:0], kind, max_off_street_m, reverse=reverse)
        return isochrone_table(
            found, start.index, kind, cutoffs=cutoffs, together=together, off_street_m=off_street_m, step_m=step_m
        )  # fmt: skip

    def explain(
        self, origin: Layer, place: Layer, *, by: str = "distance", max_off_street_m: float = 500.0
    ) -> GeoDataFrame:
        """Tell the cheapest way from one origin to one place, part by part.

        Parameters
        ----------
        origin, place : GeoDataFrame or GeoSeries
            One row each, e.g. `cells.loc[["r3c4"]]`.
        by : str
            What is to be least: "distance" or "time".
        max_off_street_m : float
            What is farther than this from every street is off the network.

        Returns
        -------
        GeoDataFrame
            One row a part, in the order of travel: `part` (access: from the origin to the street; street: a run of edges of one
            name; turns: waiting at junctions; egress: from the street to the place; inside: the origin stands inside the
            place; none: there is no way), `name` and `osm_way` of the street, `distance_m`, `time_s`, `reason`, and the line
            that is travelled. The parts add up to what `nearest` and `matrix` tell.
        """
        kind = measure(by)
        start, goal = bring(origin, self, "the origin"), bring(place, self, "the place")
        if len(start) != 1 or len(goal) != 1:
            raise InputError(f"explain takes one origin and one place, not {len(start)} and {len(goal)}")
        return explanation(self._journeys(start, goal, kind, max_off_street_m), start, goal)

    def _journeys(
        self, origins: GeoDataFrame, places: GeoDataFrame, by: Measure, max_off_street_m: float, *, reverse: bool = False
    ) -> Journeys:  # fmt: skip
        return journeys(
            self, origins, places, cost=by.cost, reverse=reverse, max_off_street_m=max_off_street_m
        )


def _limit(limit: float | None, by: Measure) -> float | None:
    if limit is not None and not limit >= 0:
        raise InputError(f"a limit must be a number of {by.unit}, zero or more, not {limit}")
    return limit
