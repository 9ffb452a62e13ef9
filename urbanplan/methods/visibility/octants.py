"""A fan of directions swept outward from the eye: the horizon so far decides nearly every cell at once.

The plane around the eye is cut into eight octants. In each, a cell has coordinates (i, j), 0 <= j <= i, and its
direction is u = j / i. Seen from the eye, every straight piece of the surface is a straight piece over u, so that
the horizon between two directions is bounded by what stands at them and at the centres of cells between them.
Each bin of directions keeps such bounds of the horizon in front of column i: a cell above the upper one is seen,
a cell below the lower one is hidden, and only a cell between the two is walked to, crossing by crossing. The
approximate kind keeps one horizon per direction and asks the nearest direction.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.visibility.compiled import compiled
from urbanplan.methods.visibility.lattice_rays import HIDDEN, UNKNOWN, VISIBLE, sight

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]

_MARGIN_M = 1e-7
"""Width (m per cell of distance) of the doubt that rounding leaves, far above it and below the tolerance of a walk."""
ABYSS = -1e300
"""A slope below all others."""
_SKY = 1e30
"""Stands for an unknown height where a bound from above is sought."""
KNOWN = 1e6
"""Heights over the eye that are not known lie above this."""
_UNDECIDED = 9
_FEWEST_BINS = 16


@compiled
def read_line(lines: Floats, row: int, start: int, step: int, count: int, z0: float, line: Floats) -> None:
    """Copy a stretch of the grid as heights over the eye; unknown ones as high as the sky."""
    for j in range(count):
        z = lines[row, start + step * j] - z0
        line[j] = _SKY if np.isnan(z) else z


@compiled
def _project(line: Floats, i: int, edge: float, bins: int, width: float, drop: float, slopes: Floats) -> None:
    """Write the slopes (m per cell) at which the directions between bins cross column i."""
    for b in range(bins + 1):
        u = b * width
        y = min(edge, u * i)
        left = np.uint32(y)
        share = y - left
        z = line[left] * (1 - share) + line[left + np.uint32(1)] * share
        slopes[b] = z / i - drop * (1 + u * u) * i


@compiled
def _project_rows(
    before: Floats, line: Floats, i: int, bins: int, width: float, drop: float, slopes: Floats
) -> None:
    """Raise slopes to those at which the directions cross the rows between columns i - 1 and i."""
    for b in range(1, bins + 1):
        u = b * width
        row = np.uint32(u * i)
        if row > u * (i - 1):
            x = row / u
            share = min(x - (i - 1), 1.0)
            slope = (before[row] * (1 - share) + line[row] * share) / x - drop * (1 + u * u) * x
            slopes[b] = max(slopes[b], slope)


@compiled
def _bound_below(slopes: Floats, bins: int, least: Floats) -> None:
    """Write the lower of the slopes at the two sides of each bin."""
    for b in range(bins):
        left = slopes[b] if slopes[b] < KNOWN else ABYSS
        right = slopes[b + 1] if slopes[b + 1] < KNOWN else ABYSS
        least[b] = min(right, left)


@compiled
def _bound_above(slopes: Floats, bins: int, upper: Floats) -> None:
    """Lift the upper bounds to the higher of the slopes at the two sides of each bin."""
    for b in range(bins):
        highest = max(slopes[b + 1], slopes[b])
        upper[b] = max(upper[b], highest)


@compiled
def _mind_centres(
    line: Floats, i: int, last: int, bins: int, width: float, drop: float, upper: Floats, least: Floats
) -> None:
    """Bring in the centres of the cells of column i: the surface bends there."""
    per_cell = 1 / (width * i)
    for j in range(last + 1):
        b = int(j * per_cell)
        b = b if b < bins else bins - 1
        u = j / i
        slope = line[j] / i - drop * (1 + u * u) * i
        upper[b] = max(upper[b], slope)
        lowest = slope if line[j] < KNOWN else ABYSS
        least[b] = min(least[b], lowest)


@compiled
def _decide(
    aims: Floats,
    i: int,
    last: int,
    width: float,
    drop: float,
    upper: Floats,
    lower: Floats,
    doubt: float,
    verdict: Codes,
) -> None:
    """Compare the cells of column i with the bounds of the horizon before them."""
    per_cell, inverse, end = 1 / (width * i), 1 / i, 1 / width - 0.5
    for j in range(last + 1):
        b = np.uint32(min(end, j * per_cell))
        u = j * inverse
        slope = aims[j] * inverse - drop * (1 + u * u) * i
        seen = VISIBLE if slope >= upper[b] + doubt else _UNDECIDED
        verdict[j] = HIDDEN if slope < lower[b] - doubt else seen


@compiled
def _advance(
    before: Floats,
    line: Floats,
    i: int,
    edge: int,
    bins: int,
    last: int,
    width: float,
    drop: float,
    slopes: Floats,
    least: Floats,
    upper: Floats,
    lower: Floats,
) -> None:
    """Take column i, and the rows between i - 1 and i, into the bounds of the horizon."""
    _project(line, i, float(edge), bins, width, drop, slopes)
    _bound_below(slopes, bins, least)
    _project_rows(before, line, i, bins, width, drop, slopes)
    _bound_above(slopes, bins, upper)
    _mind_centres(line, i, last, bins, width, drop, upper, least)
    for b in range(bins):
        lower[b] = max(lower[b], least[b])


@compiled
def sweep_octant(
    lines: Floats,
    across: Floats,
    tiles: Floats,
    tiles_across: Floats,
    aims: Floats,
    swapped: bool,
    a0: int,
    b0: int,
    step_a: int,
    step_b: int,
    z0: float,
    aim_height: float,
    radius: float,
    drop: float,
    fineness: float,
    seen: Codes,
) -> int:
    """Decide all cells of one octant exactly, and write them.

    Parameters
    ----------
    lines, across : ndarray, shape (a, b) and (b, a)
        Surface in metres with the octant's main direction along rows, and transposed.
    tiles, tiles_across : ndarray
        Their `tile_tops`.
    aims : ndarray, shape (a, b)
        Heights of what is looked at, `aim_height` to be added.
    swapped : bool
        Whether `lines` is the transposed grid; `seen` never is.
    a0, b0, step_a, step_b : int
        Cell of the eye, and the octant's two directions (1 or -1).
    z0, radius, drop : float
        Height of the eye (m), reach (cells), fall by curvature (m per squared cell).
    fineness : float
        Bins per cell at the far end.
    seen : ndarray of uint8
        Written for the octant's own cells: the axis belongs to step_b > 0, the diagonal to the unswapped octant.

    Returns
    -------
    int
        Number of cells that had to be walked to.
    """
    far = lines.shape[0] - 1 - a0 if step_a > 0 else a0
    edge = lines.shape[1] - 1 - b0 if step_b > 0 else b0
    far = int(min(float(far), radius))
    fan = int(max(float(_FEWEST_BINS), fineness * far))
    width, doubt = 1.0 / fan, _MARGIN_M + 4 * drop
    upper, lower = np.full(fan + 2, ABYSS), np.full(fan + 2, ABYSS)
    slopes, least = np.empty(fan + 2), np.empty(fan + 2)
    before, line, target = np.zeros(far + 3), np.zeros(far + 3), np.zeros(far + 3)
    verdict = np.empty(far + 2, dtype=np.uint8)
    walked = 0
    for i in range(1, far + 1):
        widest = min(1.0, edge / i, np.sqrt(max(radius * radius - i * i, 0.0)) / i)
        bins = min(int(widest * fan) + 1, fan)
        count = min(edge, i, int(bins * width * i) + 1) + 1
        last = min(int(widest * i + 1e-9), count - 1)
        a = a0 + step_a * i
        read_line(lines, a, b0, step_b, count, z0, line)
        read_line(aims, a, b0, step_b, count, z0 - aim_height, target)
        _decide(target, i, last, width, drop, upper, lower, doubt, verdict)
        for j in range(0 if step_b > 0 else 1, min(last, i - 1 if swapped else i) + 1):
            b = b0 + step_b * j
            mark = verdict[j]
            if target[j] > KNOWN:
                mark = UNKNOWN
            elif mark == _UNDECIDED:
                walked += 1
                aim = aims[a, b] + aim_height
                mark = sight(lines, across, tiles, tiles_across, a0, b0, a - a0, b - b0, z0, aim, drop)
            if swapped:
                seen[b, a] = mark
            else:
                seen[a, b] = mark
        _advance(before, line, i, edge, bins, last, width, drop, slopes, least, upper, lower)
        before, line = line, before
    return walked
