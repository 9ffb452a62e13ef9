"""The nearest place, the second nearest and so on: k searches in one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from urbanplan.methods.routing import (
    UNREACHED,
    Direct,
    Graph,
    Numbers,
    Positions,
    arrivals,
    departures,
)


def nearest_several(
    graph: Graph, cells: Positions, places: Positions, direct: Direct, *, k: int, count: int
) -> Numbers:
    """Find how far it is from each cell to the nearest, the second nearest, … place.

    Parameters
    ----------
    graph, cells, places, direct, count
        As in `nearest`; a place with several positions counts once.
    k : int
        How many places.

    Returns
    -------
    ndarray of int64, shape (count, k)
        Millimetres, ascending; `UNREACHED` where no way leads to so many places.

    Notes
    -----
    One search runs from all places at once, until each node knows its k nearest: what a cell reaches by a node it
    reaches among them, so that the ends of its edge, and the ways along the edge, tell the k nearest of the cell.
    """
    from urbanplan.methods.search import spread_several  # noqa: PLC0415 - a second to import, needed only where somebody walks

    node, cost, place = arrivals(graph, places)
    found = np.full((len(graph.first) - 1, k), -1, dtype=np.int64)
    ways = np.full(found.shape, UNREACHED, dtype=np.int64)
    spread_several(graph.first, graph.tail, graph.cost, node, cost, place, UNREACHED - 1, found, ways)
    cell, leaves, way = departures(graph, cells)
    known = found[leaves] >= 0
    table = pd.DataFrame(
        {
            "cell": np.concatenate([np.repeat(cell, k)[known.ravel()], direct.cell]),
            "place": np.concatenate([found[leaves][known], direct.place]),
            "cost": np.concatenate([(ways[leaves] + way[:, None])[known], direct.cost]),
        }
    )
    best = table.groupby(["cell", "place"], sort=True)["cost"].min().reset_index()
    best = best[best["cost"] < UNREACHED].sort_values(["cell", "cost", "place"])
    rank = best.groupby("cell").cumcount().to_numpy()
    out = np.full((count, k), UNREACHED, dtype=np.int64)
    near = rank < k
    out[best["cell"].to_numpy()[near], rank[near]] = best["cost"].to_numpy()[near]
    return out
