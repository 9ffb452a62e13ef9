"""Centrality: betweenness and closeness of streets, exact or from a sample of origins."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.methods.engine.costs import UNITS, limit_units
from urbanplan.methods.engine.graphs import Graph
from urbanplan.methods.engine.hierarchy import build_hierarchy
from urbanplan.methods.engine.positions import Sides
from urbanplan.methods.engine.sampling import (
    TOGETHER,
    drawn_origins,
    in_parts,
    known_weights,
    uncertainty,
)
from urbanplan.methods.engine.simd import LANES, vectors
from urbanplan.methods.engine.sweeps import sweep
from urbanplan.methods.engine.threads import count_threads, in_turn, split
from urbanplan.methods.engine.trees import Tree, add_lanes, add_up, confine, grow, new_tree, pull

_SWEPT = 100_000
"""States of a graph up to which sweeps over all of it are faster than trees within a limit."""


class Betweenness(NamedTuple):
    """How much travel runs through the elements of a graph.

    Attributes
    ----------
    through : ndarray of float64, shape (g,)
        Ordered pairs of other elements whose shortest paths run through each one, each pair shared between its
        shortest paths and counted with its weight.
    on_edge : ndarray of float64, shape (m,)
        The same for the edges of the network, pairs at their ends included; zero where the graph has none.
    error : ndarray of float64, shape (g,)
        Standard error of `through` where it comes from a sample, else zero. Where few paths run, a sample may
        see none of them and think itself sure; `bound` does not.
    bound : ndarray of float64, shape (g,)
        What `through` is off by at most, for each element with a probability of 95 %; zero where it is exact.
    edge_error, edge_bound : ndarray of float64, shape (m,)
        The same of `on_edge`.
    """

    through: NDArray[np.float64]
    on_edge: NDArray[np.float64]
    error: NDArray[np.float64]
    bound: NDArray[np.float64]
    edge_error: NDArray[np.float64]
    edge_bound: NDArray[np.float64]


class Closeness(NamedTuple):
    """How near the other elements of a graph are to each one.

    Attributes
    ----------
    reached : ndarray of float64, shape (g,)
        Weight of the other elements that are reached.
    total : ndarray of float64, shape (g,)
        Sum of the costs to them, weighted, in metres, seconds or degrees.
    harmonic : ndarray of float64, shape (g,)
        Sum of weight over cost.
    """

    reached: NDArray[np.float64]
    total: NDArray[np.float64]
    harmonic: NDArray[np.float64]


def betweenness(
    graph: Graph,
    *,
    weights_from: ArrayLike | None = None,
    weights_to: ArrayLike | None = None,
    limit: float | None = None,
    radius_m: float | None = None,
    samples: int | None = None,
    seed: int = 0,
    most: float | None = None,
    decay: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
    divided: bool = False,
    threads: int | None = None,
) -> Betweenness:
    """Count the shortest paths that run through every element of a graph.

    Parameters
    ----------
    graph : Graph
        From `metric_graph` (elements are nodes) or `angular_graph` (elements are edges).
    weights_from, weights_to : array_like of float, shape (g,), optional
        What sets out from each element and what draws to it; one by default.
    limit : float, optional
        Pairs farther apart, in metres, seconds or degrees, do not count.
    radius_m : float, optional
        Only what lies within so many metres of the origin along streets counts, and paths keep within it, whatever
        they cost: the local centrality of a graph whose costs are not metres.
    samples : int, optional
        Number of origins to draw at random; by default all set out.
    seed : int
        Of the draw.
    most : float, optional
        What any one origin sends out and draws to it at most: the less, the closer the bounds of a sample. By default
        the greatest weight that sets out times all that draws.
    decay : callable, optional
        How much an element still draws at a cost in metres, seconds or degrees; by default all of it.
    divided : bool
        What sets out from an element is divided among what draws it, so that it makes one way and not one to each; where
        nothing draws, it stays.
    threads : int, optional
        Threads that work; by default one a core. Results do not depend on it.

    Returns
    -------
    Betweenness
        Sums over ordered pairs; where every street is open both ways, half of it counts each pair once.

    Raises
    ------
    InputError
        If a weight is negative or unknown, the limit or radius negative, or fewer than two origins are drawn.

    References
    ----------
    Brandes 2001; sampling: Brandes & Pich 2007; bound: Maurer & Pontil 2009, empirical Bernstein.
    """
    leaving, drawing = known_weights(weights_from, graph.elements), known_weights(weights_to, graph.elements)
    origins, scale = drawn_origins(leaving, samples, seed)
    units, radius = limit_units(limit), None if radius_m is None else limit_units(radius_m)

    def work(part: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
        tree, growing = _planted(graph, units, radius)
        sums = np.zeros((2, graph.elements)), np.zeros((2, len(graph.arcs.head)))
        here = np.zeros(graph.elements)
        for origin in part:
            settled = growing(origin)
            sent, drawn = leaving[origin], drawing
            if decay is not None or divided:
                goals = np.unique(graph.element[tree.order[:settled]])
                here[:] = 0.0
                here[goals] = drawing[goals] * (decay(tree.nearest[goals] / UNITS) if decay else 1.0)
                here[origin] = 0.0
                total = float(here[goals].sum())
                sent, drawn = (sent / total if total > 0 else 0.0) if divided else sent, here
            pull(graph.arcs, graph.element, origin, settled, sent, drawn, tree, *sums)
        return sums

    through, flows = np.zeros((2, graph.elements)), np.zeros((2, len(graph.arcs.head)))
    workers = count_threads(threads)
    for sums, flow in in_turn(work, in_parts(origins), workers):
        through += sums
        flows += flow
    # ways from one origin run along an edge in one direction only, so that squares may be added up as well
    on_edge = np.zeros((2, graph.edges))
    used = np.flatnonzero(graph.arc_edge >= 0)
    np.add.at(on_edge.T, graph.arc_edge[used], flows[:, used].T)
    far = float(leaving.max(initial=0.0) * drawing.sum()) if most is None else most
    doubts = (uncertainty(sums, len(origins), scale, far) for sums in (through, on_edge))
    (error, bound), (edge_error, edge_bound) = doubts
    return Betweenness(through[0] * scale, on_edge[0] * scale, error, bound, edge_error, edge_bound)


def closeness(
    graph: Graph,
    *,
    weights: ArrayLike | None = None,
    limit: float | None = None,
    radius_m: float | None = None,
    threads: int | None = None,
) -> Closeness:
    """Add up the costs from every element of a graph to all others.

    Parameters
    ----------
    graph : Graph
        From `metric_graph` (elements are nodes) or `angular_graph` (elements are edges).
    weights : array_like of float, shape (g,), optional
        What draws to each element; one by default.
    limit : float, optional
        Elements farther away, in metres, seconds or degrees, do not count.
    radius_m : float, optional
        As in `betweenness`.
    threads : int, optional
        Threads that work; by default one a core. Results do not depend on it.

    Returns
    -------
    Closeness
        Closeness in the sense of Sabidussi is `reached / total`; of Marchiori & Latora, `harmonic`.

    Raises
    ------
    InputError
        If a weight is negative or unknown, or the limit or radius negative.
    """
    drawing, units = known_weights(weights, graph.elements), limit_units(limit)
    sums, workers = np.zeros((3, graph.elements)), count_threads(threads)
    radius = None if radius_m is None else limit_units(radius_m)
    near_only = radius is not None or (limit is not None and len(graph.element) > _SWEPT)
    work, parts = (
        _growing(graph, drawing, units, radius, sums)
        if near_only
        else _sweeping(graph, drawing, units, sums, workers)
    )
    for _ in in_turn(work, parts, workers):
        pass
    return Closeness(sums[0], sums[1] / UNITS, sums[2] * UNITS)


def _planted(graph: Graph, units: int, radius: int | None) -> tuple[Tree, Callable[[int], int]]:
    """Return working space for trees of a graph, and what grows one in it from an element."""
    tree, places = new_tree(graph), (graph.first, graph.state, graph.element)
    if radius is None:
        return tree, lambda origin: grow(graph.arcs, *places, origin, units, tree)
    around, streets, near = new_tree(graph), graph.arcs._replace(cost=graph.span), 0
    tree.allowed[:] = False

    def growing(origin: int) -> int:
        nonlocal near
        near = confine(streets, *places, origin, radius, near, around, tree.allowed)
        return int(grow(graph.arcs, *places, origin, units, tree))

    return tree, growing


def _growing(
    graph: Graph, drawing: NDArray[np.float64], units: int, radius: int | None, sums: NDArray[np.float64]
) -> tuple[Callable[[tuple[int, int]], None], list[tuple[int, int]]]:
    """Return work that grows a tree from every element: better where a limit keeps it small in a large graph."""

    def work(part: tuple[int, int]) -> None:
        tree, growing = _planted(graph, units, radius)
        for origin in range(*part):
            add_up(graph.element, origin, growing(origin), drawing, tree, sums)

    limits = range(0, graph.elements, TOGETHER)
    return work, [(begin, min(begin + TOGETHER, graph.elements)) for begin in limits]


def _sweeping(
    graph: Graph, drawing: NDArray[np.float64], units: int, sums: NDArray[np.float64], workers: int
) -> tuple[Callable[[tuple[int, int]], None], list[tuple[int, int]]]:
    """Return work that sweeps the whole graph from 32 elements at a time."""
    hierarchy, wide = build_hierarchy(graph.arcs), vectors()
    states = len(graph.element)
    rank = np.append(hierarchy.rank, states).astype(np.int32)
    count = np.diff(graph.first)
    # an element has one state or two, or none where nobody may travel
    padded = np.append(graph.state, [states, states])
    one = np.where(count > 0, padded[graph.first[:-1]], states)
    other = np.where(count > 1, padded[graph.first[:-1] + 1], states)
    free, none = np.zeros(graph.elements, dtype=np.int32), np.full(graph.elements, -1, dtype=np.int32)
    ways = free.astype(np.uint8)
    starts = Sides(rank[one], free, rank[other], free, none, free.astype(np.int64), free, free, free, ways)
    blocks = -(-graph.elements // LANES)

    def work(part: tuple[int, int]) -> None:
        lanes = np.empty((states + 1) * LANES, dtype=np.int32)
        marks, heap = np.zeros(states + 1, dtype=np.uint8), np.empty(states + 1, dtype=np.int64)
        row, totals = np.empty(LANES, dtype=np.int32), np.empty((3, LANES))
        for block in range(*part):
            begin, end = block * LANES, min(block * LANES + LANES, graph.elements)
            sweep(wide, hierarchy.up, hierarchy.down, starts, begin, end, units, lanes, marks, heap)
            add_lanes(wide, lanes, starts, begin, end, units, drawing, row, totals, sums)

    return work, split(blocks, workers)
