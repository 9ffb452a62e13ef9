"""Searches through a graph in machine code: Dijkstra from many seeds, and from one place after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from urbanplan.methods.routing import UNREACHED, Costs, Numbers

_Function = TypeVar("_Function", bound=Callable[..., Any])
Seeds = tuple[Numbers, Numbers, Numbers]
"""Where the seeds of each place begin, their nodes, and the costs from there to the door."""
Homes = tuple[Numbers, Numbers, Numbers]
"""Where the cells of each node (or place) begin, the cells, and the costs from their doors to there."""
Rooms = tuple[Costs, Numbers, Numbers, Numbers, Numbers]
"""Scratch: cost of each node and of each cell, both filled with UNREACHED; cells found, the queue, nodes touched."""


def compiled(function: _Function) -> _Function:
    """Compile a loop to machine code at its first call, and keep the code on disk."""
    return cast("_Function", njit(cache=True, nogil=True)(function))


@compiled
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


@compiled
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


@compiled
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


@compiled
def _note(cell: int, total: int, limit: int, best: Numbers, found: Numbers, cells: int) -> int:
    """Keep the best way to a cell, list the cell when it is first found, and return how many were found."""
    if total > limit or total >= best[cell]:
        return cells
    if best[cell] == UNREACHED:
        found[cells] = cell
        cells += 1
    best[cell] = total
    return cells


@compiled
def _arrive(
    first: Numbers,
    tail: NDArray[np.int32],
    cost: Costs,
    place: int,
    seeds: Seeds,
    homes: Homes,
    direct: Homes,
    limit: int,
    rooms: Rooms,
) -> int:
    """Search backwards from one place, note the best way from each cell, and return how many cells have one."""
    begin, end = seeds[0][place], seeds[0][place + 1]
    reached, best, found, heap, touched = rooms
    node_cells, cell, leaving = homes
    place_direct, direct_cell, direct_cost = direct
    seen = spread(first, tail, cost, seeds[1][begin:end], seeds[2][begin:end], limit, reached, heap, touched)
    cells = 0
    for k in range(seen):
        node = touched[k]
        for at in range(node_cells[node], node_cells[node + 1]):
            cells = _note(cell[at], reached[node] + leaving[at], limit, best, found, cells)
        reached[node] = UNREACHED
    for at in range(place_direct[place], place_direct[place + 1]):
        cells = _note(direct_cell[at], direct_cost[at], limit, best, found, cells)
    return cells


@compiled
def tally(
    first: Numbers,
    tail: NDArray[np.int32],
    cost: Costs,
    seeds: Seeds,
    homes: Homes,
    direct: Homes,
    limits: Numbers,
    rooms: Rooms,
    out: Numbers,
) -> None:
    """Search backwards from each place and count it at every cell whose best way keeps within a limit."""
    best, found = rooms[1], rooms[2]
    for place in range(len(seeds[0]) - 1):
        cells = _arrive(first, tail, cost, place, seeds, homes, direct, limits[-1], rooms)
        for k in range(cells):
            for step in range(len(limits)):
                if best[found[k]] <= limits[step]:
                    out[found[k], step] += 1
            best[found[k]] = UNREACHED


@compiled
def list_ways(
    first: Numbers,
    tail: NDArray[np.int32],
    cost: Costs,
    seeds: Seeds,
    homes: Homes,
    direct: Homes,
    limit: int,
    rooms: Rooms,
) -> tuple[Costs, int]:
    """Search backwards from each place and list every cell within the limit, with the number of rows that count.

    The first row of the list holds cells, the second places, the third the costs of the best ways.
    """
    best, found = rooms[1], rooms[2]
    ways = np.empty((3, 1024), dtype=np.int32)
    total = 0
    for place in range(len(seeds[0]) - 1):
        cells = _arrive(first, tail, cost, place, seeds, homes, direct, limit, rooms)
        if total + cells > ways.shape[1]:
            wider = np.empty((3, 2 * (total + cells)), dtype=np.int32)
            for row in range(3):
                for at in range(total):
                    wider[row, at] = ways[row, at]
            ways = wider
        for k in range(cells):
            ways[0, total] = found[k]
            ways[1, total] = place
            ways[2, total] = best[found[k]]
            best[found[k]] = UNREACHED
            total += 1
    return ways, total


@compiled
def _longer(row: Numbers, used: int, room: int) -> Numbers:
    """Return a copy with more room, in which the numbers in use keep their places."""
    longer = np.empty(room, dtype=np.int64)
    for at in range(used):
        longer[at] = row[at]
    return longer


@compiled
def spread_several(
    first: Numbers,
    tail: NDArray[np.int32],
    cost: Costs,
    seed: Numbers,
    seed_cost: Numbers,
    seed_place: Numbers,
    limit: int,
    found: Numbers,
    ways: Numbers,
) -> None:
    """Search from all places at once until every node knows its nearest few; fill `found` (places) and `ways` (costs).

    `found` comes filled with -1, shape (nodes, k).
    """
    k = found.shape[1]
    room = len(seed) + 64
    label_node = np.empty(room, dtype=np.int64)
    label_place = np.empty(room, dtype=np.int64)
    heap = np.empty(room, dtype=np.int64)
    labels, size = 0, 0
    for at in range(len(seed)):
        if seed_cost[at] <= limit:
            label_node[labels], label_place[labels] = seed[at], seed_place[at]
            size = _push(heap, size, (seed_cost[at] << 32) | labels)
            labels += 1
    while size > 0:
        key = heap[0]
        size = _pop(heap, size)
        done, label = key >> 32, key & 0xFFFFFFFF
        node, place = label_node[label], label_place[label]
        if not _settle(found[node], ways[node], place, done):
            continue
        degree = first[node + 1] - first[node]
        if labels + degree > len(label_node):
            label_node = _longer(label_node, labels, 2 * (labels + degree))
            label_place = _longer(label_place, labels, 2 * (labels + degree))
            heap = _longer(heap, size, 2 * (labels + degree))
        for arc in range(first[node], first[node + 1]):
            total = done + cost[arc]
            other = np.int64(tail[arc])
            if total <= limit and found[other, k - 1] < 0:
                label_node[labels], label_place[labels] = other, place
                size = _push(heap, size, (total << 32) | labels)
                labels += 1


@compiled
def _settle(found: Numbers, ways: Numbers, place: int, done: int) -> bool:
    """Note a place as the next nearest of a node, unless it is known already or there are enough."""
    for rank in range(len(found)):
        if found[rank] == place:
            return False
        if found[rank] < 0:
            found[rank], ways[rank] = place, done
            return True
    return False
