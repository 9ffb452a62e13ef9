"""Trees of shortest paths: betweenness and closeness of streets, exact or from a sample of origins."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.engine.costs import UNITS, limit_units
from urbanplan.methods.engine.graphs import Graph
from urbanplan.methods.engine.heap import pop, push
from urbanplan.methods.engine.kernel import bare
from urbanplan.methods.engine.threads import count_threads, in_turn

_TOGETHER = 64
"""Origins whose shares are added up before they join the others: the same sums whatever the number of threads."""


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
        Standard error of `through` where it comes from a sample, else zero.
    """

    through: NDArray[np.float64]
    on_edge: NDArray[np.float64]
    error: NDArray[np.float64]


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


class _Tree(NamedTuple):
    """Working space of one thread.

    Of each state: cost, number of shortest paths, order of settling, dependency; of each element: least cost, number of
    shortest paths that arrive, dependency that passes through.
    """

    cost: NDArray[np.int64]
    paths: NDArray[np.float64]
    order: NDArray[np.int32]
    dependency: NDArray[np.float64]
    nearest: NDArray[np.int64]
    arriving: NDArray[np.float64]
    passing: NDArray[np.float64]
    heap: NDArray[np.int64]


def betweenness(
    graph: Graph,
    *,
    weights_from: ArrayLike | None = None,
    weights_to: ArrayLike | None = None,
    limit: float | None = None,
    samples: int | None = None,
    seed: int = 0,
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
    samples : int, optional
        Number of origins to draw at random; by default all set out.
    seed : int
        Of the draw.
    threads : int, optional
        Threads that work; by default one a core. Results do not depend on it.

    Returns
    -------
    Betweenness
        Sums over ordered pairs; where every street is open both ways, half of it counts each pair once.

    Raises
    ------
    InputError
        If a weight is negative or unknown, the limit negative, or fewer than two origins are drawn.

    References
    ----------
    Brandes 2001; sampling: Brandes & Pich 2007.
    """
    leaving, drawing = _weights(weights_from, graph.elements), _weights(weights_to, graph.elements)
    origins, scale = _origins(leaving, samples, seed)
    units = limit_units(limit)

    def work(part: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
        tree = _new_tree(graph)
        sums = np.zeros((2, graph.elements)), np.zeros(len(graph.arcs.head))
        for origin in part:
            settled = _grow(graph.arcs, graph.first, graph.state, graph.element, origin, units, tree)
            _pull(graph.arcs, graph.element, origin, settled, leaving[origin], drawing, tree, *sums)
        return sums

    through, flows = np.zeros((2, graph.elements)), np.zeros(len(graph.arcs.head))
    workers = count_threads(threads)
    for sums, flow in in_turn(work, _parts(origins), workers):
        through += sums
        flows += flow
    on_edge = np.zeros(graph.edges)
    used = np.flatnonzero(graph.arc_edge >= 0)
    np.add.at(on_edge, graph.arc_edge[used], flows[used])
    return Betweenness(through[0] * scale, on_edge * scale, _error(through, len(origins), scale))


def closeness(
    graph: Graph, *, weights: ArrayLike | None = None, limit: float | None = None, threads: int | None = None
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
    threads : int, optional
        Threads that work; by default one a core. Results do not depend on it.

    Returns
    -------
    Closeness
        Closeness in the sense of Sabidussi is `reached / total`; of Marchiori & Latora, `harmonic`.

    Raises
    ------
    InputError
        If a weight is negative or unknown, or the limit negative.
    """
    drawing, units = _weights(weights, graph.elements), limit_units(limit)
    sums = np.zeros((3, graph.elements))

    def work(part: NDArray[np.int64]) -> None:
        tree = _new_tree(graph)
        for origin in part:
            settled = _grow(graph.arcs, graph.first, graph.state, graph.element, origin, units, tree)
            _add_up(graph.element, origin, settled, drawing, tree, sums)

    for _ in in_turn(work, _parts(np.arange(graph.elements)), count_threads(threads)):
        pass
    return Closeness(sums[0], sums[1] / UNITS, sums[2] * UNITS)


def _weights(values: ArrayLike | None, elements: int) -> NDArray[np.float64]:
    if values is None:
        return np.ones(elements)
    weights = np.asarray(values, dtype=np.float64)
    if weights.shape != (elements,):
        raise InputError(f"the graph has {elements} elements but {weights.size} weights are given")
    wrong = np.flatnonzero(~((weights >= 0) & np.isfinite(weights)))
    if len(wrong):
        raise InputError(
            f"weights must be known and not negative, but element {wrong[0]} has {weights[wrong[0]]}"
        )
    return weights


def _origins(leaving: NDArray[np.float64], samples: int | None, seed: int) -> tuple[NDArray[np.int64], float]:
    """Return the origins that set out, and what each of them stands for."""
    able = np.flatnonzero(leaving > 0)
    if samples is None or samples >= len(able):
        return able, 1.0
    if samples < 2:  # noqa: PLR2004  (one origin shows no spread)
        raise InputError(f"at least two origins must be drawn to know the error, not {samples}")
    drawn = np.random.default_rng(seed).choice(able, size=samples, replace=False)
    return np.sort(drawn), len(able) / samples


def _parts(origins: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [origins[begin : begin + _TOGETHER] for begin in range(0, len(origins), _TOGETHER)]


def _error(through: NDArray[np.float64], drawn: int, scale: float) -> NDArray[np.float64]:
    """Return the standard error of a sum that was scaled up from a sample drawn without replacement."""
    if scale == 1.0:
        return np.zeros(through.shape[1])
    mean = through[0] / drawn
    variance = np.maximum(through[1] / drawn - mean**2, 0.0) * drawn / (drawn - 1)
    error: NDArray[np.float64] = scale * np.sqrt(variance * drawn * (1 - 1 / scale))
    return error


def _new_tree(graph: Graph) -> _Tree:
    states = len(graph.arcs.first) - 1
    return _Tree(
        cost=np.full(states, -1, dtype=np.int64),
        paths=np.empty(states),
        order=np.empty(states, dtype=np.int32),
        dependency=np.empty(states),
        nearest=np.full(graph.elements, -1, dtype=np.int64),
        arriving=np.empty(graph.elements),
        passing=np.zeros(graph.elements),
        heap=np.empty(len(graph.arcs.head) + states + 1, dtype=np.int64),
    )


@bare
def _grow(
    arcs: Any, first_state: Any, states: Any, element: Any, origin: int, limit: int, tree: _Tree
) -> int:
    """Settle every state within the limit of an element, nearest first; return how many."""
    first, head, step = arcs.first, arcs.head, arcs.cost
    cost, paths, order, heap = tree.cost, tree.paths, tree.order, tree.heap
    size, settled = 0, 0
    for at in range(first_state[origin], first_state[origin + 1]):
        cost[states[at]], paths[states[at]] = 0, 1.0
        size = push(heap, size, np.int64(states[at]))
    while size > 0:
        at, state = heap[0] >> 32, heap[0] & 0xFFFFFFFF
        size = pop(heap, size)
        if at > cost[state]:
            continue
        order[settled] = state
        settled += 1
        goal = element[state]
        if tree.nearest[goal] < 0:
            tree.nearest[goal], tree.arriving[goal] = at, 0.0
        if tree.nearest[goal] == at:
            tree.arriving[goal] += paths[state]
        for arc in range(first[state], first[state + 1]):
            further, reached = at + step[arc], head[arc]
            if further > limit:
                continue
            if cost[reached] < 0 or further < cost[reached]:
                cost[reached], paths[reached] = further, paths[state]
                size = push(heap, size, further << 32 | np.int64(reached))
            elif further == cost[reached]:
                paths[reached] += paths[state]
    return settled


@bare
def _pull(
    arcs: Any, element: Any, origin: int, settled: int, weight: float, drawing: Any, tree: _Tree, through: Any, flows: Any
) -> None:  # fmt: skip
    """Carry what each settled element draws back to the origin, and clear the tree."""
    first, head, step = arcs.first, arcs.head, arcs.cost
    cost, paths, order, dependency = tree.cost, tree.paths, tree.order, tree.dependency
    for place in range(settled - 1, -1, -1):
        state = order[place]
        passing = 0.0
        for arc in range(first[state], first[state + 1]):
            reached = head[arc]
            if cost[reached] == cost[state] + step[arc]:
                flow = paths[state] / paths[reached] * dependency[reached]
                flows[arc] += flow
                passing += flow
        goal = element[state]
        if goal == origin:
            continue
        tree.passing[goal] += passing
        ends = (
            weight * drawing[goal] * paths[state] / tree.arriving[goal]
            if tree.nearest[goal] == cost[state]
            else 0.0
        )
        dependency[state] = passing + ends
    for place in range(settled):
        goal = element[order[place]]
        through[0, goal] += tree.passing[goal]
        through[1, goal] += tree.passing[goal] ** 2
        tree.passing[goal] = 0.0
        tree.nearest[goal] = -1
        cost[order[place]] = -1


@bare
def _add_up(element: Any, origin: int, settled: int, drawing: Any, tree: _Tree, sums: Any) -> None:
    """Add up the costs to all settled elements, and clear the tree."""
    for place in range(settled):
        state = tree.order[place]
        goal = element[state]
        at = tree.nearest[goal]
        if goal != origin and at >= 0:
            sums[0, origin] += drawing[goal]
            sums[1, origin] += drawing[goal] * at
            sums[2, origin] += drawing[goal] / at
        tree.nearest[goal] = -1
        tree.cost[state] = -1
