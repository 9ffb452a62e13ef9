"""A surface made ready for looking around in it, and the eight octants of a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.visibility.curvature import drop_per_m2
from urbanplan.methods.visibility.fans import fan_octant
from urbanplan.methods.visibility.lattice_rays import BEYOND, UNKNOWN, VISIBLE, tile_tops
from urbanplan.methods.visibility.octants import sweep_octant
from urbanplan.methods.visibility.surface import Surface

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]
Kind = Literal["exact", "approximate"]
Aim = Literal["top", "ground"]
Window = tuple[slice, slice]
Place = tuple[int, int, float]
"""Row, column and elevation of an eye."""

_FINENESS = {"exact": 1.0, "approximate": 0.7}
"""Bins, or directions, per cell at the far end: the fastest for the one, a bargain of time and error for the other."""
OCTANTS = tuple((swapped, down, right) for swapped in (False, True) for down in (1, -1) for right in (1, -1))


@dataclass(frozen=True, eq=False)
class Scene:
    """A surface made ready for sweeping, with rows and with columns along memory."""

    lines: tuple[Floats, Floats]
    tiles: tuple[Floats, Floats]
    aims: tuple[Floats, Floats]
    aim_height_m: float
    drop: float
    kind: Kind


def window_around(shape: tuple[int, int], row: int, col: int, radius: float) -> Window:
    """Return the part of the grid within reach of a cell, a cell more on each side for interpolation."""
    reach = int(min(radius, float(sum(shape)))) + 2
    return slice(max(row - reach, 0), row + reach + 1), slice(max(col - reach, 0), col + reach + 1)


def scene_of(surface: Surface, aim: Aim, aim_height_m: float, refraction: float | None, kind: Kind) -> Scene:
    """Lay out a surface for sweeping in both directions."""
    lines = _both_ways(surface.top)
    tiles = tuple(tile_tops(part) for part in lines) if kind == "exact" else lines
    aims = lines if aim == "top" else _both_ways(surface.ground)
    drop = drop_per_m2(refraction) * surface.cell_m**2
    return Scene(lines, (tiles[0], tiles[1]), aims, aim_height_m, drop, kind)


def _both_ways(grid: Floats) -> tuple[Floats, Floats]:
    """Return a grid with rows, and with columns, along memory."""
    rows = np.ascontiguousarray(grid, dtype=np.float64)
    return rows, np.ascontiguousarray(rows.T)


def sweep(scene: Scene, place: Place, radius: float, octant: tuple[bool, int, int], codes: Codes) -> None:
    """Decide the cells of one octant."""
    swapped, down, right = octant
    row, col, eye_m = place
    ways = (1, 0) if swapped else (0, 1)
    cell = (col, row) if swapped else (row, col)
    lines, across = (scene.lines[way] for way in ways)
    common = (
        swapped,
        *cell,
        down,
        right,
        eye_m,
        scene.aim_height_m,
        radius,
        scene.drop,
        _FINENESS[scene.kind],
        codes,
    )
    if scene.kind == "exact":
        tiles, tiles_across = (scene.tiles[way] for way in ways)
        sweep_octant(lines, across, tiles, tiles_across, scene.aims[ways[0]], *common)
    else:
        fan_octant(lines, scene.aims[ways[0]], *common)


def look_around(scene: Scene, place: Place, radius: float) -> tuple[Window, Codes]:
    """Return the window within reach of one eye, and its codes."""
    shape = scene.lines[0].shape
    window = window_around((shape[0], shape[1]), place[0], place[1], radius)
    codes = np.empty(shape, dtype=np.uint8)  # memory outside the window is never touched
    codes[window] = BEYOND
    for octant in OCTANTS:
        sweep(scene, place, radius, octant, codes)
    codes[place[0], place[1]] = own_cell(scene, place)
    return window, codes[window]


def own_cell(scene: Scene, place: Place) -> int:
    """Return the code of the eye's own cell: seen, where both are known."""
    known = not np.isnan(place[2]) and not np.isnan(scene.aims[0][place[0], place[1]])
    return VISIBLE if known else UNKNOWN
