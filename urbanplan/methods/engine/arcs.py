"""Arcs: one-way links between the rows of a graph, by the row that they leave."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.costs import UNREACHED


class Arcs(NamedTuple):
    """One-way links between the rows of a graph.

    Attributes
    ----------
    first : ndarray of int64, shape (r + 1,)
        Arcs that leave row i are `first[i]` to `first[i + 1] - 1`.
    head, cost : ndarray of int32
        Row that each arc leads to, and its cost.
    """

    first: NDArray[np.int64]
    head: NDArray[np.int32]
    cost: NDArray[np.int32]


def gather_arcs(rows: int, tail: NDArray[np.int32], head: NDArray[np.int32], cost: NDArray[np.int32]) -> Arcs:
    """Return arcs by the row that they leave, of parallel ones the cheapest; loops and closed ones left out."""
    use = np.flatnonzero((tail >= 0) & (head >= 0) & (tail != head) & (cost < UNREACHED))
    use = use[np.lexsort((cost[use], head[use], tail[use]))]
    best = np.ones(len(use), dtype=bool)
    best[1:] = (np.diff(tail[use]) != 0) | (np.diff(head[use]) != 0)
    use = use[best]
    first = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail[use], minlength=rows), out=first[1:])
    return Arcs(first, head[use].astype(np.int32), cost[use].astype(np.int32))


def reverse_arcs(arcs: Arcs) -> Arcs:
    """Return the same arcs, each turned round."""
    return gather_arcs(len(arcs.first) - 1, arcs.head, tails(arcs), arcs.cost)


def tails(arcs: Arcs) -> NDArray[np.int32]:
    """Return the row that each arc leaves."""
    return np.repeat(np.arange(len(arcs.first) - 1, dtype=np.int32), np.diff(arcs.first))
