"""Trees of shortest paths: grown from one element of a graph, and carried back to it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.costs import UNREACHED
from urbanplan.methods.engine.graphs import Graph
from urbanplan.methods.engine.heap import pop, push
from urbanplan.methods.engine.kernel import bare
from urbanplan.methods.engine.positions import Sides
from urbanplan.methods.engine.simd import LANES, meet_row


class Tree(NamedTuple):
    """Working space of one thread.

    Of each state: cost, number of shortest paths, order of settling, dependency, whether paths may run through it; of
    each element: least cost, number of shortest paths that arrive, dependency that passes through.
    """

    cost: NDArray[np.int64]
    paths: NDArray[np.float64]
    order: NDArray[np.int32]
    dependency: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    nearest: NDArray[np.int64]
    arriving: NDArray[np.float64]
    passing: NDArray[np.float64]
    heap: NDArray[np.int64]


def new_tree(graph: Graph) -> Tree:
    """Make working space for a graph."""
    states = len(graph.arcs.first) - 1
    return Tree(
        cost=np.full(states, -1, dtype=np.int64),
        paths=np.empty(states),
        order=np.empty(states, dtype=np.int32),
        dependency=np.empty(states),
        allowed=np.ones(states, dtype=np.bool_),
        nearest=np.full(graph.elements, -1, dtype=np.int64),
        arriving=np.empty(graph.elements),
        passing=np.zeros(graph.elements),
        heap=np.empty(len(graph.arcs.head) + states + 1, dtype=np.int64),
    )


@bare
def grow(arcs: Any, first_state: Any, states: Any, element: Any, origin: int, limit: int, tree: Tree) -> int:
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
            if further > limit or not tree.allowed[reached]:
                continue
            if cost[reached] < 0 or further < cost[reached]:
                cost[reached], paths[reached] = further, paths[state]
                size = push(heap, size, further << 32 | np.int64(reached))
            elif further == cost[reached]:
                paths[reached] += paths[state]
    return settled


@bare
def confine(
    streets: Any, first_state: Any, states: Any, element: Any, origin: int, radius: int, before: int, around: Tree,
    allowed: Any,
) -> int:  # fmt: skip
    """Allow only the states within a radius along streets of an element; return how many, for the next call."""
    for place in range(before):
        allowed[around.order[place]] = False
    near: int = grow(streets, first_state, states, element, origin, radius, around)
    for place in range(near):
        state = around.order[place]
        allowed[state] = True
        around.nearest[element[state]] = -1
        around.cost[state] = -1
    return near


@bare
def pull(
    arcs: Any, element: Any, origin: int, settled: int, weight: float, drawing: Any, tree: Tree, through: Any, flows: Any
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
                flows[0, arc] += flow
                flows[1, arc] += flow**2
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
def add_up(element: Any, origin: int, settled: int, drawing: Any, tree: Tree, sums: Any) -> None:
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


@bare
def add_lanes(
    wide: bool | None, lanes: Any, starts: Sides, begin: int, end: int, limit: int, drawing: Any, row: Any, totals: Any,
    sums: Any,
) -> None:  # fmt: skip
    """Add up the costs from a block of elements, each a lane, to all others; an element may have two states."""
    for kind in range(3):
        for lane in range(LANES):
            totals[kind, lane] = 0.0
    for goal in range(len(drawing)):
        weight = drawing[goal]
        meet_row(wide, row, lanes, starts.row_a[goal], starts.row_b[goal], 0, 0)
        if begin <= goal < end:
            row[goal - begin] = UNREACHED
        for lane in range(LANES):
            cost = row[lane]
            near = cost <= limit
            totals[0, lane] += weight if near else 0.0
            totals[1, lane] += weight * cost if near else 0.0
            totals[2, lane] += weight / cost if near else 0.0
    for origin in range(begin, end):
        for kind in range(3):
            sums[kind, origin] = totals[kind, origin - begin]
