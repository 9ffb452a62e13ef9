"""Bounded search: everything within a limit of some origins, street by street, for isochrones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.costs import UNITS, UNREACHED, limit_units
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.kernel import bare
from urbanplan.methods.engine.positions import ALONG, BACK, Positions, Sides, direct
from urbanplan.methods.engine.region import gather, new_region


class Pieces(NamedTuple):
    """Stretches of streets that are reached, each edge's in ascending order and apart from each other.

    Attributes
    ----------
    edge : ndarray of int64, shape (p,)
        Edge of the network.
    begin_m, end_m : ndarray of float64, shape (p,)
        Metres along the edge from its first end.
    """

    edge: NDArray[np.int64]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]


class Dots(NamedTuple):
    """Points along reached streets.

    Attributes
    ----------
    edge : ndarray of int64, shape (p,)
        Edge of the network.
    offset_m : ndarray of float64, shape (p,)
        Metres along the edge from its first end.
    cost : ndarray of float64, shape (p,)
        Metres or seconds from the nearest origin.
    """

    edge: NDArray[np.int64]
    offset_m: NDArray[np.float64]
    cost: NDArray[np.float64]


class _Rays(NamedTuple):
    """Travel along edges: from a share of the edge's drawing and a cost, the whole edge at a cost, with the drawing or not."""

    edge: NDArray[np.int64]
    share: NDArray[np.float64]
    cost: NDArray[np.int64]
    whole: NDArray[np.int64]
    forward: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Bounded:
    """What lies within a limit of some origins.

    Attributes
    ----------
    engine : Engine
        Streets.
    origins : Positions
        Where the search began.
    limit : int
        Limit of the search in whole units.
    row_cost : ndarray of int64, shape (r + 1,)
        Cost to each row of the core from the nearest origin, `UNREACHED` beyond the limit and in the last place.
    """

    engine: Engine
    origins: Positions
    limit: int
    row_cost: NDArray[np.int64]

    @cached_property
    def node_cost(self) -> NDArray[np.float64]:
        """Cost to each node of the network in metres or seconds, NaN beyond the limit."""
        ends, starts = self.engine.arrivals(self.engine.nodes), self.engine.departures(self.origins)
        cost = np.minimum(self.row_cost[ends.row_a] + ends.cost_a, self.row_cost[ends.row_b] + ends.cost_b)
        for origin in np.flatnonzero(starts.chain >= 0).tolist():
            same = np.flatnonzero(ends.chain == starts.chain[origin])
            straight = np.full(len(same), UNREACHED, dtype=np.int64)
            _straighten(starts, origin, ends.take(same), straight)
            cost[same] = np.minimum(cost[same], straight)
        # a junction with named turns is reached from whichever street comes first
        np.minimum.at(cost, self.engine.row_node, self.row_cost[:-1])
        return np.where(cost <= self.limit, cost / UNITS, np.nan)

    def pieces(self, limit: float | None = None) -> Pieces:
        """Return the stretches of streets within a limit, cut where it is met.

        Parameters
        ----------
        limit : float, optional
            Metres or seconds; by default, and at most, the limit of the search.
        """
        units = self.limit if limit is None else min(limit_units(limit), self.limit)
        rays = _Rays._make(column[self._rays.cost <= units] for column in self._rays)
        far = np.where(rays.whole > 0, (units - rays.cost) / np.maximum(rays.whole, 1), 1.0)
        begin = np.where(rays.forward, rays.share, np.maximum(rays.share - far, 0.0))
        end = np.where(rays.forward, np.minimum(rays.share + far, 1.0), rays.share)
        edge, begin, end = _union(rays.edge, begin, end)
        length = self.engine.edges.length[edge] / UNITS
        return Pieces(edge, begin * length, end * length)

    def dots(self, spacing_m: float) -> Dots:
        """Return points along every reached street, its ends among them, with the cost to each.

        Parameters
        ----------
        spacing_m : float
            The greatest distance between two points of an edge.

        Raises
        ------
        InputError
            If the spacing is not above zero.
        """
        if not spacing_m > 0:
            raise InputError(f"spacing_m between points on streets must be above zero, not {spacing_m}")
        rays = self._rays
        length = self.engine.edges.length[rays.edge] / UNITS
        number = np.maximum(np.ceil(length / spacing_m), 1).astype(np.int64) + 1
        ray = np.repeat(np.arange(len(number)), number)
        step = np.arange(len(ray)) - np.repeat(np.cumsum(number) - number, number)
        share = step / (number[ray] - 1)
        ahead = np.where(rays.forward[ray], share - rays.share[ray], rays.share[ray] - share)
        cost = rays.cost[ray] + rays.whole[ray] * np.maximum(ahead, 0.0)
        met = (ahead >= 0) & (cost <= self.limit)
        edge, share, cost, length = rays.edge[ray][met], share[met], cost[met], length[ray][met]
        # of the rays that pass a point the first to come: the same shares stand on each ray of an edge
        order = np.lexsort((cost, share, edge))
        edge, share = edge[order], share[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (np.diff(edge) != 0) | (np.diff(share) != 0)
        return Dots(edge[first], (share * length[order])[first], cost[order][first] / UNITS)

    @cached_property
    def _rays(self) -> _Rays:
        """Every ray that starts within the limit: from both ends of chains, and from the origins themselves."""
        links = self.engine.links
        ways = self.engine.ways
        begin, end = self.row_cost[links.begin_out], self.row_cost[links.end_out]
        near = np.append(np.minimum(begin, end) <= self.limit, False)
        edge = np.flatnonzero(near[ways.chain])
        chain = ways.chain[edge]
        remaining = links.cost_back[chain].astype(np.int64) - ways.back[edge] - ways.cost_back[edge]
        parts = [
            self._cast(edge, begin[chain] + ways.along[edge], ALONG),
            self._cast(edge, end[chain] + remaining, BACK),
        ]
        sides = self.engine.departures(self.origins)
        for origin in np.flatnonzero(sides.chain >= 0).tolist():
            parts += self._own_rays(sides, origin)
        joined = _Rays._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
        return _Rays._make(column[joined.cost <= self.limit] for column in joined)

    def _cast(
        self,
        edge: NDArray[np.int64],
        cost: NDArray[np.int64],
        way: int,
        step: NDArray[np.int64] | None = None,
    ) -> _Rays:
        """Return rays over edges in one direction of their chains, from their ends or `step` mm into them."""
        ways = self.engine.ways
        whole = (ways.cost_along if way == ALONG else ways.cost_back)[edge].astype(np.int64)
        edge, cost = edge[whole < UNREACHED], cost[whole < UNREACHED]
        forward = ways.flipped[edge] == (way == BACK)
        share = np.where(forward, 0.0, 1.0)
        if step is not None:
            along = step[whole < UNREACHED] / np.maximum(self.engine.edges.length[edge], 1)
            share = np.where(ways.flipped[edge], 1.0 - along, along)
        return _Rays(edge, share, cost, whole[whole < UNREACHED], forward)

    def _own_rays(self, sides: Sides, origin: int) -> list[_Rays]:
        """Return the rays of an origin within its own chain."""
        ways = self.engine.ways
        edge = np.flatnonzero(ways.chain == sides.chain[origin])
        ordinal = sides.key[origin] >> 32
        own, after, before = (
            edge[ways.ordinal[edge] == ordinal], edge[ways.ordinal[edge] > ordinal], edge[ways.ordinal[edge] < ordinal]
        )  # fmt: skip
        access = np.int64(sides.access[origin])
        here = np.full(len(own), access)
        step = np.full(len(own), sides.key[origin] & 0xFFFFFFFF)
        ahead = access + ways.along[after].astype(np.int64) - sides.along[origin]
        behind = access + sides.back[origin] - ways.back[before].astype(np.int64) - ways.cost_back[before]
        return [
            self._cast(own, here, ALONG, step),
            self._cast(own, here, BACK, step),
            self._cast(after, ahead, ALONG),
            self._cast(before, behind, BACK),
        ]


def bounded(engine: Engine, origins: Positions, limit: float) -> Bounded:
    """Search everything within a limit of the nearest of some origins.

    Parameters
    ----------
    engine : Engine
        Streets; on `engine.reversed`, from where the origins can be reached.
    origins : Positions
        Where journeys begin: one point for an isochrone, several for that of whichever is nearest.
    limit : float
        Metres or seconds; what lies exactly at it is reached.

    Raises
    ------
    InputError
        If the limit is negative.
    """
    units = limit_units(limit)
    starts = engine.departures(origins)
    region = new_region(engine.rows, len(engine.arcs.head), len(starts.row_a))
    count = gather(engine.arcs, starts, 0, len(starts.row_a), units, region, 1)
    member = region.member[:count]
    row_cost = np.full(engine.rows + 1, UNREACHED, dtype=np.int64)
    row_cost[member] = region.least[member]
    return Bounded(engine, origins, units, row_cost)


@bare
def _straighten(starts: Sides, origin: int, ends: Sides, cost: Any) -> None:
    for end in range(len(cost)):
        cost[end] = direct(starts, origin, ends, end)


def _union(
    edge: NDArray[np.int64], begin: NDArray[np.float64], end: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Join stretches of the same edge that meet; leave out those without length."""
    order = np.lexsort((end, begin, edge))
    order = order[end[order] > begin[order]]
    edge, begin, end = edge[order], begin[order], end[order]
    if not len(edge):
        return edge, begin, end
    # shares lie between 0 and 1, so that a greater edge is beyond all that came before
    covered = np.maximum.accumulate(edge * 2.0 + end)
    fresh = np.append(True, edge[1:] * 2.0 + begin[1:] > covered[:-1])
    first = np.flatnonzero(fresh)
    return edge[first], begin[first], np.maximum.reduceat(end, first)
