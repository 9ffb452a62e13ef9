"""Searches through a graph in machine code: Dijkstra from many seeds, and from one place after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from urbanplan.methods.routing import UNREACHED, Costs, Numbers

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _compiled(function: _Function) -> _Function:
    """Compile a loop to machine code at its first call, and keep the code on disk."""
    return cast("_Function", njit(cache=True, nogil=True)(function))


@_compiled
def _push(heap: Numbers, size: int, key: int) -> int:
    """Put a key into a heap of `size` keys and return the new size."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap[above] <= key:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = key
    return size + 1


@_compiled
def _pop(heap: Numbers, size: int) -> int:
    """Take the smallest key, `heap[0]`, out of a heap of `size` keys and return the new size."""
    size -= 1
    key = heap[size]
    at = 0
    child = 1
    while child < size:
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if key <= heap[child]:
            break
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = key
    return size


@_compiled
def spread(
    first: Numbers,
    tail: NDArray[np.int32],
    cost: Costs,
    seed: Numbers,
    seed_cost: Numbers,
    limit: int,
    reached: Costs,
    heap: Numbers,
    touched: Numbers,
) -> int:
    """Search from all seeds at once (Dijkstra), no farther than the limit; return how many nodes were touched.

    `reached` must come filled with UNREACHED and leaves with costs; `touched` lists the nodes that have one.
    """
    size, seen = 0, 0
    for k in range(len(seed)):
        if seed_cost[k] <= limit and seed_cost[k] < reached[seed[k]]:
            if reached[seed[k]] == UNREACHED:
                touched[seen] = seed[k]
                seen += 1
            reached[seed[k]] = seed_cost[k]
            size = _push(heap, size, (seed_cost[k] << 32) | seed[k])
    while size > 0:
        key = heap[0]
        size = _pop(heap, size)
        node = key & 0xFFFFFFFF
        done = key >> 32
        if done > reached[node]:
            continue
        for arc in range(first[node], first[node + 1]):
            total = done + cost[arc]
            other = np.int64(tail[arc])
            if total <= limit and total < reached[other]:
                if reached[other] == UNREACHED:
                    touched[seen] = other
                    seen += 1
                reached[other] = total
                size = _push(heap, size, (total << 32) | other)
    return seen


@_compiled
def _note(cell: int, total: int, limit: int, best: Numbers, found: Numbers, cells: int) -> int:
    """Keep the best way to a cell, list the cell when it is first found, and return how many were found."""
    if total > limit or total >= best[cell]:
        return cells
    if best[cell] == UNREACHED:
        found[cells] = cell
        cells += 1
    best[cell] = total
    return cells


@_compiled
def tally(
    first: Numbers,
    tail: NDArray[np.int32],
    cost: Costs,
    place_seeds: Numbers,
    seed: Numbers,
    seed_cost: Numbers,
    node_cells: Numbers,
    cell: Numbers,
    leaving: Numbers,
    place_direct: Numbers,
    direct_cell: Numbers,
    direct_cost: Numbers,
    limits: Numbers,
    heap: Numbers,
    touched: Numbers,
    out: Numbers,
) -> None:
    """Search backwards from each place and count it at every cell whose best way keeps within a limit."""
    limit = limits[-1]
    reached = np.full(len(first) - 1, UNREACHED, dtype=np.int32)
    best = np.full(len(out), UNREACHED, dtype=np.int64)
    found = np.empty(len(out), dtype=np.int64)
    for place in range(len(place_seeds) - 1):
        begin, end = place_seeds[place], place_seeds[place + 1]
        seen = spread(first, tail, cost, seed[begin:end], seed_cost[begin:end], limit, reached, heap, touched)
        cells = 0
        for k in range(seen):
            node = touched[k]
            for at in range(node_cells[node], node_cells[node + 1]):
                cells = _note(cell[at], reached[node] + leaving[at], limit, best, found, cells)
            reached[node] = UNREACHED
        for at in range(place_direct[place], place_direct[place + 1]):
            cells = _note(direct_cell[at], direct_cost[at], limit, best, found, cells)
        for k in range(cells):
            for step in range(len(limits)):
                if best[found[k]] <= limits[step]:
                    out[found[k], step] += 1
            best[found[k]] = UNREACHED
