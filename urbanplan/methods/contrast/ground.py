"""Blocks of ground: squares, cut where a zone ends, within which neighbours may be alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Floats, Ints

Mask = NDArray[np.bool_]
_MIN_PAIRS = 3
GROWTH = (1.0, 1.5, 2.0)
"""How much larger squares are tried where neighbours are still alike."""
_ONE_SIDED_95 = 1.6448536269514722


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
    block_m : float
        Side of the squares.
    """

    block: Ints
    inside: Mask
    column: Ints
    row: Ints
    block_m: float = 0.0

    def neighbours(self) -> Mask:
        """Tell which blocks lie beside each other, by side or corner, on one side of the zone's edge."""
        near = np.maximum(
            np.abs(self.column[:, None] - self.column[None, :]), np.abs(self.row[:, None] - self.row[None, :])
        )
        return np.asarray((near == 1) & (self.inside[:, None] == self.inside[None, :]))

    def alike(self, values: Floats) -> float:
        """Return Moran's I of the blocks' means between neighbours on one side of the zone's edge; NaN without neighbours.

        Near zero, blocks are independent, as the test takes them to be; far above it they should be larger.
        """
        number = np.bincount(self.block, minlength=len(self.inside))
        with np.errstate(invalid="ignore"):
            mean = np.bincount(self.block, weights=values, minlength=len(self.inside)) / number
        apart = mean - np.where(self.inside, mean[self.inside].mean(), mean[~self.inside].mean())
        pair = self.neighbours()
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
    return Ground(block.ravel().astype(np.int64), keys[2].astype(bool), keys[0], keys[1], block_m)


def lay_independent_blocks(
    x: Floats, y: Floats, inside: Mask, values: Floats, *, block_m: float, least: int
) -> Ground:
    """Put observations into squares of ground, larger ones where neighbours are alike beyond chance.

    Parameters
    ----------
    x, y, inside : ndarray, shape (n,)
        As for `lay_blocks`.
    values : ndarray of float64, shape (n,)
        What neighbours may be alike in.
    block_m : float
        Side of the smallest squares; those of half as much more and twice as much are tried next.
    least : int
        Squares that leave fewer blocks than this on either side are not taken.

    Notes
    -----
    Of independent blocks Moran's I has about the variance of one over the number of pairs of neighbours.
    """
    best = lay_blocks(x, y, inside, block_m=block_m)
    for factor in GROWTH:
        ground = lay_blocks(x, y, inside, block_m=block_m * factor)
        if factor > 1 and min(ground.inside.sum(), (~ground.inside).sum()) < least:
            break
        best = ground
        pairs = ground.neighbours().sum() / 2
        if not ground.alike(values) * np.sqrt(pairs) > _ONE_SIDED_95:
            break
    return best
