"""The cells of a surface that lie in units: squares of the analysis grid by their rows and columns, others by area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.visibility.ceiling import NO_LINE, Ceiling
from urbanplan.methods.visibility.plots import lowest_over_plots
from urbanplan.methods.visibility.surface import Floats, Surface, cells_in_polygons

Part = tuple[slice, slice]
Flags = NDArray[np.bool_]
_BOX = 1e-6


def are_boxes(units: GeoDataFrame) -> bool:
    """Tell whether all units are upright rectangles, as the squares of the analysis grid are."""
    shapes = np.asarray(units.geometry.array)
    return bool(np.abs(shapely.area(shapes) - shapely.area(shapely.envelope(shapes))).max(initial=0.0) < _BOX)


def box_parts(surface: Surface, units: GeoDataFrame) -> Iterator[tuple[int, Part]]:
    """Give rows and columns of the cells whose centre lies in each rectangle, with its number; none outside the surface."""
    bounds = shapely.bounds(np.asarray(units.geometry.array)).reshape(-1, 4)
    rows, cols = surface.top.shape
    left, right = (np.ceil((bounds[:, k] - surface.x0) / surface.cell_m - 0.5).clip(0, cols) for k in (0, 2))
    above, below = (np.ceil((surface.y0 - bounds[:, k]) / surface.cell_m - 0.5).clip(0, rows) for k in (3, 1))
    for number in np.flatnonzero((right > left) & (below > above)).tolist():
        yield (
            number,
            (slice(int(above[number]), int(below[number])), slice(int(left[number]), int(right[number]))),
        )


def lowest_ceiling(surface: Surface, ceiling: Ceiling, units: GeoDataFrame) -> tuple[Ceiling, Floats]:
    """Find the ceiling of each unit, and what may be built under it.

    Parameters
    ----------
    surface : Surface
        The grid of the ceiling, and the ground.
    ceiling : Ceiling
        Of shape (rows, cols).
    units : GeoDataFrame
        Footprints or plots, or the squares of the analysis grid.

    Returns
    -------
    ceiling : Ceiling
        One value per unit: infinite where no line passes, also outside the surface.
    height_m : ndarray of float64, shape (n,)
        Of a footprint, over its mean ground under a level roof; of a square, the least over its cells.
    """
    if not are_boxes(units):
        shapes = np.asarray(units.geometry.array)
        lowest, height = lowest_over_plots(surface, ceiling, shapes)
        outside = np.ones(len(shapes), dtype=bool)
        outside[cells_in_polygons(surface, shapes, least_share=0.0)[0]] = False
        lowest.elevation_m[outside], height[outside] = np.inf, np.inf
        return lowest, height
    elevation, height = np.full(len(units), np.inf), np.full(len(units), np.inf)
    viewpoint, target = np.full(len(units), NO_LINE, np.int32), np.full(len(units), NO_LINE, np.int32)
    for number, part in box_parts(surface, units):
        over = ceiling.elevation_m[part] - surface.ground[part]
        place = np.unravel_index(np.argmin(over), over.shape)
        elevation[number], height[number] = ceiling.elevation_m[part][place], over[place]
        viewpoint[number], target[number] = ceiling.viewpoint[part][place], ceiling.target[part][place]
    return Ceiling(elevation, viewpoint, target), height


def share_of_cells(surface: Surface, near: Flags, flags: Flags, units: GeoDataFrame) -> Floats:
    """Measure which share of each unit's cells that are near has a flag; NaN where none is near."""
    whole: Floats = np.zeros(len(units))
    held: Floats = np.zeros(len(units))
    if are_boxes(units):
        for number, part in box_parts(surface, units):
            whole[number] = np.count_nonzero(near[part])
            held[number] = np.count_nonzero(near[part] & flags[part])
    else:
        unit, row, col, area = cells_in_polygons(surface, np.asarray(units.geometry.array), least_share=0.5)
        whole += np.bincount(unit, area * near[row, col], minlength=len(units))
        held += np.bincount(unit, area * (near & flags)[row, col], minlength=len(units))
    share: Floats = np.full(len(units), np.nan)
    np.divide(held, whole, out=share, where=whole > 0)
    return share
