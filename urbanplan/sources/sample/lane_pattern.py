"""Patterns of lanes within a block: from a dense grid to a few dead ends, all joined to the streets around."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARTS = 4
"""A block is cut into so many by so many squares, along whose sides the lanes run."""
LANE = 1


def lane_pattern(rng: np.random.Generator, extra: float) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Join the nine inner crossings of a block to its rim by a random tree, then add a share of the other sides.

    Parameters
    ----------
    rng : Generator
        Decides on the tree.
    extra : float
        Share (0-1) of the sides outside the tree that become lanes too: 0 gives dead ends, 1 a full grid.

    Returns
    -------
    tuple of ndarray of int8
        Sides that run east-west, shape (4, 3), and north-south, shape (3, 4): 1 where a lane runs.
    """
    across = [((i, j), (i + 1, j)) for i in range(PARTS) for j in range(1, PARTS)]
    up = [((i, j), (i, j + 1)) for i in range(1, PARTS) for j in range(PARTS)]
    sides = across + up
    root = {point: point for side in sides for point in side}
    root |= {point: (0, 0) for point in root if not (0 < point[0] < PARTS and 0 < point[1] < PARTS)}
    root[0, 0] = (0, 0)

    def find(point: tuple[int, int]) -> tuple[int, int]:
        while root[point] != point:
            point = root[point]
        return point

    kept = np.zeros(len(sides), "int8")
    for index in rng.permutation(len(sides)):
        one, other = (find(point) for point in sides[index])
        if one != other:
            root[max(one, other)] = min(one, other)
            kept[index] = LANE
        elif rng.random() < extra:
            kept[index] = LANE
    return kept[: len(across)].reshape(PARTS, PARTS - 1), kept[len(across) :].reshape(PARTS - 1, PARTS)
