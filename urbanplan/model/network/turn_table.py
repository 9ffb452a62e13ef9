"""Turns of a street network that are forbidden or cost something."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class TurnTable(NamedTuple):
    """Turns at junctions that are then travelled street by street; turns not named there are free.

    Attributes
    ----------
    from_edge, node, to_edge : ndarray of int64, shape (t,)
        Edge travelled before, node turned at, edge travelled after.
    seconds : ndarray of float64, shape (t,)
        What the turn costs; infinite where it is forbidden.
    twin, twin_of : ndarray of int64, shape (w,)
        Edges that are others once more, for those who may not make some turn at their end; and which ones. Doors open to
        the street itself, and are reached from its twins too.
    """

    from_edge: NDArray[np.int64]
    node: NDArray[np.int64]
    to_edge: NDArray[np.int64]
    seconds: NDArray[np.float64]
    twin: NDArray[np.int64] = np.empty(0, dtype=np.int64)
    twin_of: NDArray[np.int64] = np.empty(0, dtype=np.int64)
