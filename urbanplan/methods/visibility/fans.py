"""The approximate kind of viewshed: one horizon per direction, and every cell asks the direction nearest to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.visibility.compiled import compiled
from urbanplan.methods.visibility.lattice_rays import HIDDEN, UNKNOWN, VISIBLE
from urbanplan.methods.visibility.octants import ABYSS, KNOWN, read_line

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]

_FEWEST_RAYS = 16


@compiled
def _raise_horizon(
    line: Floats, i: int, edge: float, rays: int, width: float, drop: float, horizon: Floats, blind: Codes
) -> None:
    """Lift the horizon of each direction by what it crosses in column i."""
    inverse = 1 / i
    for b in range(rays + 1):
        u = b * width
        y = min(edge, u * i)
        left = np.uint32(y)
        share = y - left
        z = line[left] * (1 - share) + line[left + np.uint32(1)] * share
        slope = z * inverse - drop * (1 + u * u) * i if z < KNOWN else ABYSS
        blind[b] = blind[b] if z < KNOWN else 1
        horizon[b] = max(horizon[b], slope)


@compiled
def _ask_nearest(
    aims: Floats, i: int, last: int, width: float, drop: float, horizon: Floats, blind: Codes, verdict: Codes
) -> None:
    """Compare the cells of column i with the horizon of the direction nearest to each."""
    per_cell, inverse = 1 / (width * i), 1 / i
    for j in range(last + 1):
        b = np.uint32(j * per_cell + 0.5)
        u = j * inverse
        slope = aims[j] * inverse - drop * (1 + u * u) * i
        open_sky = UNKNOWN if blind[b] else VISIBLE
        verdict[j] = open_sky if slope >= horizon[b] else HIDDEN


@compiled
def fan_octant(
    lines: Floats,
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
) -> None:
    """Decide all cells of one octant approximately; the parameters are those of `sweep_octant`."""
    far = lines.shape[0] - 1 - a0 if step_a > 0 else a0
    edge = lines.shape[1] - 1 - b0 if step_b > 0 else b0
    far = int(min(float(far), radius))
    fan = int(max(float(_FEWEST_RAYS), fineness * far))
    width = 1.0 / fan
    horizon, blind = np.full(fan + 2, ABYSS), np.zeros(fan + 2, dtype=np.uint8)
    line, target = np.zeros(far + 3), np.zeros(far + 3)
    verdict = np.empty(far + 2, dtype=np.uint8)
    for i in range(1, far + 1):
        widest = min(1.0, edge / i, np.sqrt(max(radius * radius - i * i, 0.0)) / i)
        rays = min(int(widest * fan) + 1, fan)
        count = min(edge, i, int(rays * width * i) + 1) + 1
        last = min(int(widest * i + 1e-9), count - 1)
        a = a0 + step_a * i
        read_line(lines, a, b0, step_b, count, z0, line)
        read_line(aims, a, b0, step_b, count, z0 - aim_height, target)
        _ask_nearest(target, i, last, width, drop, horizon, blind, verdict)
        for j in range(0 if step_b > 0 else 1, min(last, i - 1 if swapped else i) + 1):
            mark = UNKNOWN if target[j] > KNOWN else verdict[j]
            if swapped:
                seen[b0 + step_b * j, a] = mark
            else:
                seen[a, b0 + step_b * j] = mark
        _raise_horizon(line, i, float(edge), rays, width, drop, horizon, blind)
