"""Blocks of ground: squares, cut where a zone ends, within which neighbours may be alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Floats, Ints

Mask = NDArray[np.bool_]
_MIN_PAIRS = 3


@dataclass(frozen=True)
class Ground:
    """Which block each observation lies in.

    Attributes
    ----------
    block : ndarray of int64, shape (n,)
        Number of the block of each observation, from 0.
    inside : ndarray of bool, shape (blocks,)
        Whether a block lies inside the zone.
    column, row : ndarray of int64, shape (blocks,)
        Place of its square in the lattice.
    """

    block: Ints
    inside: Mask
    column: Ints
    row: Ints

    def alike(self, values: Floats) -> float:
        """Return Moran's I of the blocks' means between neighbours on one side of the zone's edge; NaN without neighbours.

        Near zero, blocks are independent, as the test takes them to be; far above it they should be larger.
        """
        number = np.bincount(self.block, minlength=len(self.inside))
        with np.errstate(invalid="ignore"):
            mean = np.bincount(self.block, weights=values, minlength=len(self.inside)) / number
        apart = mean - np.where(self.inside, mean[self.inside].mean(), mean[~self.inside].mean())
        near = np.maximum(
            np.abs(self.column[:, None] - self.column[None, :]), np.abs(self.row[:, None] - self.row[None, :])
        )
        pair = (near == 1) & (self.inside[:, None] == self.inside[None, :])
        spread = float((apart**2).mean())
        if pair.sum() < _MIN_PAIRS or spread == 0:
            return float("nan")
        return float((apart[:, None] * apart[None, :])[pair].mean() / spread)


def lay_blocks(x: Floats, y: Floats, inside: Mask, *, block_m: float) -> Ground:
    """Put observations into squares of ground; a square that the zone's edge cuts is two blocks.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        Metres; squares begin at whole multiples of their side, so that the same place has the same block in every run.
    inside : ndarray of bool, shape (n,)
        Which observations lie in the zone.
    block_m : float
        Side of a square.
    """
    column, row = np.floor(x / block_m).astype(np.int64), np.floor(y / block_m).astype(np.int64)
    keys, block = np.unique(np.stack([column, row, inside.astype(np.int64)]), axis=1, return_inverse=True)
    return Ground(block.ravel().astype(np.int64), keys[2].astype(bool), keys[0], keys[1])
