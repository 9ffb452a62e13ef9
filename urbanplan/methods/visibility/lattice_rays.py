"""Does anything stand between two cells? Every line of the grid that the sight line crosses is looked at.

The surface is known at the centres of the cells; between two neighbouring centres it is a straight line. A sight
line crosses such lines and nothing else counts (the model R3 of Franklin and Ray, 1994).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.visibility.compiled import compiled

Floats = NDArray[np.float64]

HIDDEN, VISIBLE, UNKNOWN, BEYOND = 0, 1, 2, 3
TOLERANCE_M = 1e-9
TILE = 16


@compiled
def tile_tops(heights: Floats) -> Floats:
    """Return the highest cell of each square of 16 x 16 cells; infinite where one of them is not known."""
    rows, cols = heights.shape
    tops = np.full(((rows + TILE - 1) // TILE, (cols + TILE - 1) // TILE), -np.inf)
    for r in range(rows):
        for c in range(cols):
            z = heights[r, c]
            if not z <= tops[r // TILE, c // TILE]:
                tops[r // TILE, c // TILE] = np.inf if np.isnan(z) else z
    return tops


@compiled
def _lowest_sight(rise: float, sag: float, near: float, far: float) -> float:
    """Return the lowest height of the sight line over the eye, between two shares of its length."""
    low = min(near * (rise - sag * (1 - near)), far * (rise - sag * (1 - far)))
    if sag > 0:
        turn = 0.5 - rise / (2 * sag)
        if near < turn < far:
            low = min(low, turn * (rise - sag * (1 - turn)))
    return low


@compiled
def _cross_some(
    lines: Floats,
    a0: int,
    b0: int,
    step: int,
    count: int,
    db: int,
    z0: float,
    rise: float,
    sag: float,
    first: int,
    last: int,
) -> int:
    """Look at crossings number `first` to `last` with the lines of one direction, one by one."""
    seen = VISIBLE
    for k in range(first, last + 1):
        b = b0 + db * k / count
        left = int(np.floor(b))
        share = b - left
        a = a0 + step * k
        z = lines[a, left]
        if share > 0:
            z = z * (1 - share) + lines[a, left + 1] * share
        t = k / count
        if np.isnan(z):
            seen = UNKNOWN
        elif z - z0 - t * (rise - sag * (1 - t)) > TOLERANCE_M:
            return HIDDEN
    return seen


@compiled
def _highest_tile(tiles: Floats, row: int, low: int, high: int) -> float:
    """Return the highest of the tiles that a stretch of a sight line touches."""
    top = -np.inf
    for tile in range(low // TILE, min(high // TILE, tiles.shape[1] - 1) + 1):
        top = max(top, tiles[row, tile])
    return top


@compiled
def _cross_lines(
    lines: Floats, tiles: Floats, a0: int, b0: int, da: int, db: int, z0: float, rise: float, sag: float
) -> int:
    """Look at all crossings with the lines of one direction; tiles wholly under the sight line are passed over."""
    count = abs(da)
    step = 1 if da > 0 else -1
    seen = VISIBLE
    k = 1
    while k < count:
        a = a0 + step * k
        within = a % TILE
        last = min(count - 1, k + (TILE - 1 - within if step > 0 else within))
        start, end = b0 + db * k / count, b0 + db * last / count
        low, high = int(np.floor(min(start, end))), int(np.floor(max(start, end))) + 1
        if _highest_tile(tiles, a // TILE, low, high) - z0 > _lowest_sight(
            rise, sag, k / count, last / count
        ):
            found = _cross_some(lines, a0, b0, step, count, db, z0, rise, sag, k, last)
            if found == HIDDEN:
                return HIDDEN
            if found == UNKNOWN:
                seen = UNKNOWN
        k = last + 1
    return seen


@compiled
def sight(
    lines: Floats,
    across: Floats,
    tiles: Floats,
    tiles_across: Floats,
    a0: int,
    b0: int,
    da: int,
    db: int,
    z0: float,
    z1: float,
    drop: float,
) -> int:
    """Say whether a point (a0 + da, b0 + db) at z1 is seen from (a0, b0) at z0.

    `across` is `lines` transposed, `drop` the fall by curvature in metres per squared cell. A line that is
    blocked anywhere is HIDDEN; one that is not, but meets a cell of unknown height, is UNKNOWN.
    """
    rise = z1 - z0
    if np.isnan(rise):
        return UNKNOWN
    sag = drop * (da * da + db * db)
    seen = VISIBLE
    if abs(da) > 1:
        seen = _cross_lines(lines, tiles, a0, b0, da, db, z0, rise, sag)
    if seen != HIDDEN and abs(db) > 1:
        other = _cross_lines(across, tiles_across, b0, a0, db, da, z0, rise, sag)
        if other != VISIBLE:
            seen = other
    return seen
