"""Which cells a line of sight passes over, and how low it passes over each.

Here a cell is a prism with a level top: a building fills its cells. The line from an eye (share 0 of its length)
to a target (share 1) passes over a cell from one share to another; it is lowest at one of the two, or between them
where the Earth's curvature bends it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.visibility.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

BLOCKED, CLEAR, UNDECIDED = 0, 1, 2
TOLERANCE_M = 1e-9
_SLIVER = 1e-12
"""A cell of which the line shares less (of its length) is only touched at a corner."""


@compiled
def path_buffer(rows: int, cols: int) -> tuple[Ints, Floats]:
    """Make room for the cells of one line: row and column, first and last share."""
    most = 2 * (rows + cols) + 8
    return np.empty((most, 2), dtype=np.int32), np.empty((most, 2))


@compiled
def _clip(start: float, change: float, cells: int, first: float, last: float) -> tuple[float, float]:
    """Return the shares of a line between which one of its coordinates lies on the grid."""
    if change == 0:
        return (first, last) if 0 <= start <= cells else (1.0, 0.0)
    one, other = -start / change, (cells - start) / change
    return max(first, min(one, other)), min(last, max(one, other))


@compiled
def _next_share(cell: int, start: float, change: float) -> float:
    """Return the share at which the line leaves a row or column of cells."""
    if change == 0:
        return np.inf
    return (cell + (1 if change > 0 else 0) - start) / change


@compiled
def trace(
    eye: Floats, target: Floats, rows: int, cols: int, last_share: float, cells: Ints, shares: Floats
) -> int:
    """Write the cells over which a line passes, and the shares of its length; return their number.

    `eye` and `target` are (column, row, ...) in cells. The cells of eye and target themselves are left out. A line
    along the border of two columns or rows passes over both.
    """
    dx, dy = target[0] - eye[0], target[1] - eye[1]
    if dx == 0 and dy == 0:
        return 0
    first, last = _clip(eye[0], dx, cols, 0.0, last_share)
    first, last = _clip(eye[1], dy, rows, first, last)
    if first >= last:
        return 0
    from_col, from_row = int(np.floor(eye[0])), int(np.floor(eye[1]))
    to_col, to_row = int(np.floor(target[0])), int(np.floor(target[1]))
    col = min(max(int(np.floor(eye[0] + dx * first)), 0), cols - 1)
    row = min(max(int(np.floor(eye[1] + dy * first)), 0), rows - 1)
    right, down = 1 if dx > 0 else -1, 1 if dy > 0 else -1
    beside_col = 1 if dx == 0 and eye[0] == col and col > 0 else 0
    beside_row = 1 if dy == 0 and eye[1] == row and row > 0 else 0
    share, count = first, 0
    leave_col, leave_row = _next_share(col, eye[0], dx), _next_share(row, eye[1], dy)
    while share < last and 0 <= col < cols and 0 <= row < rows:
        leave = min(leave_col, leave_row, last)
        own = (col == from_col and row == from_row) or (col == to_col and row == to_row)
        if leave - share > _SLIVER and not own:
            for beside in range(1 + beside_col + beside_row):
                cells[count, 0], cells[count, 1] = row - beside * beside_row, col - beside * beside_col
                shares[count, 0], shares[count, 1] = share, leave
                count += 1
        share = max(share, leave)
        if leave_col <= leave_row:
            col += right
            leave_col = _next_share(col, eye[0], dx)
        else:
            row += down
            leave_row = _next_share(row, eye[1], dy)
    return count


@compiled
def lowest_pass(near: float, far: float, z0: float, rise: float, sag: float) -> float:
    """Return the lowest elevation of a sight line between two shares of its length.

    `rise` is target minus eye, `sag` the drop by curvature over the whole line: c D².
    """
    low = min(near * (rise - sag * (1 - near)), far * (rise - sag * (1 - far)))
    if sag > 0:
        turn = 0.5 - rise / (2 * sag)
        if near < turn < far:
            low = min(low, turn * (rise - sag * (1 - turn)))
    return z0 + low


@compiled
def judge(
    heights: Floats,
    owner: Ints,
    spared: int,
    cells: Ints,
    shares: Floats,
    count: int,
    z0: float,
    rise: float,
    sag: float,
) -> tuple[int, float, int]:
    """Say whether a line passes over all its cells; how far over the worst, and which of them that is.

    Cells whose owner is `spared` (the target's own building; -1: none) do not count.
    """
    clearance, worst, doubtful = np.inf, -1, False
    for k in range(count):
        row, col = cells[k, 0], cells[k, 1]
        if spared >= 0 and owner[row, col] == spared:
            continue
        z = heights[row, col]
        if np.isnan(z):
            doubtful = True
        else:
            gap = lowest_pass(shares[k, 0], shares[k, 1], z0, rise, sag) - z
            if gap < clearance:
                clearance, worst = gap, k
    if clearance < -TOLERANCE_M:
        return BLOCKED, clearance, worst
    return (UNDECIDED if doubtful else CLEAR), clearance, worst
