"""The ceiling of a building plot, and what the law leaves between itself and the view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.visibility.ceiling import NO_LINE, Ceiling
from urbanplan.methods.visibility.surface import Surface, cells_in_polygons

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


def lowest_over_plots(surface: Surface, ceiling: Ceiling, plots: Shapes) -> tuple[Ceiling, Floats]:
    """Find the ceiling of each plot: the lowest over all cells that it touches.

    Parameters
    ----------
    surface : Surface
        The grid of the ceiling, and the ground.
    ceiling : Ceiling
        Of shape (rows, cols).
    plots : ndarray of valid polygons, shape (p,)
        Building plots or footprints.

    Returns
    -------
    ceiling : Ceiling
        One value per plot, NaN where one of its cells is not known, or the plot is outside the grid.
    height_m : ndarray of float64, shape (p,)
        What may be built over the mean ground of the plot, a level roof.
    """
    number, row, col, area = cells_in_polygons(surface, plots, least_share=0.0)
    elevation = ceiling.elevation_m[row, col]
    order = np.lexsort((col, row, np.where(np.isnan(elevation), -np.inf, elevation), number))
    first = order[np.unique(number[order], return_index=True)[1]]
    with np.errstate(invalid="ignore"):
        volume = np.bincount(number, area * surface.ground[row, col], minlength=len(plots))
        ground: Floats = volume / np.bincount(number, area, minlength=len(plots))
    lowest = np.full(len(plots), np.nan)
    viewpoint, target = np.full(len(plots), NO_LINE, np.int32), np.full(len(plots), NO_LINE, np.int32)
    lowest[number[first]] = elevation[first]
    viewpoint[number[first]] = ceiling.viewpoint[row[first], col[first]]
    target[number[first]] = ceiling.target[row[first], col[first]]
    return Ceiling(lowest, viewpoint, target), lowest - ground


def slack_m(limit_m: Floats, permitted_m: Floats) -> Floats:
    """Return legal limit less the height that keeps the views, in metres.

    Above zero the ordinance allows more than the views bear; below zero it is stricter than they need. NaN where
    either is not known; minus infinity where no view asks anything.
    """
    return limit_m - permitted_m
