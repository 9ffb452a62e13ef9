"""What each building takes of the views, and what is seen of each unit."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.visibility.outlook import Outlook
from urbanplan.methods.visibility.prism_rays import CLEAR
from urbanplan.methods.visibility.scene import AROUND_M, Scene
from urbanplan.methods.visibility.surface import NOBODY, Floats
from urbanplan.methods.visibility.unit_cells import share_of_cells

Flags = NDArray[np.bool_]


def line_weights(outlook: Outlook) -> Floats:
    """Return the weight of each sight line: each view that the ground leaves open counts 1, shared by its lines.

    Returns
    -------
    ndarray of float64, shape (eyes, points)
        Weights; they add up to the number of views (viewpoint and target) that the ground leaves open.
    """
    scene, marks = outlook.scene, outlook.scene.landmarks
    open_ = outlook.lines.ground == CLEAR
    view = scene.viewpoint[:, None] * len(scene.targets) + marks.number[None, :]
    count = np.bincount(view[open_], minlength=len(scene.viewpoints) * len(scene.targets))
    return np.where(open_, 1 / np.maximum(count, 1)[view], 0.0)


def shares_taken(outlook: Outlook, units: GeoDataFrame) -> tuple[Floats, Floats, Floats]:
    """Share out the views between the buildings that take them.

    Parameters
    ----------
    outlook : Outlook
        A scene with its lines and blockers.
    units : GeoDataFrame
        Buildings.

    Returns
    -------
    value, low : ndarray of float64, shape (n,)
        Shapley share of all views, in views, and that of lines of which everything in the way is known; NaN for buildings of
        unknown height that stand under a line.
    lines : ndarray of float64, shape (n,)
        Lines that the building blocks.
    """
    scene, found = outlook.scene, outlook.blockers
    weight = line_weights(outlook)
    part = weight[found.viewpoint, found.target] / found.together
    kept = found.building != NOBODY
    size = len(scene.buildings)
    sums = [
        np.bincount(found.building[chosen], values[chosen], minlength=size)
        for chosen, values in ((kept, part), (kept & found.certain, part), (kept, np.ones(len(part))))
    ]
    place = scene.buildings[: scene.houses].get_indexer(units.index)
    here = place >= 0
    value, low, lines = (np.where(here, each[np.where(here, place, 0)], 0.0) for each in sums)
    doubt = np.zeros(len(units), dtype=bool)
    doubt[here] = _unknown_under_lines(outlook)[place[here]]
    value[doubt], low[doubt], lines[doubt] = np.nan, np.nan, np.nan
    return value, low, lines


def _unknown_under_lines(outlook: Outlook) -> Flags:
    """Tell which buildings have no known height and stand under a line."""
    surface, made = outlook.scene.surface, outlook.ceilings
    crossed = np.isfinite(made.doubtful.elevation_m) | np.isfinite(made.protection.elevation_m)
    crossed |= np.isfinite(made.restoration.elevation_m)
    unknown = np.isnan(surface.top) & crossed & (surface.building != NOBODY)
    out = np.zeros(len(outlook.scene.buildings), dtype=bool)
    out[surface.building[unknown]] = True
    return out


def share_seen(outlook: Outlook, units: GeoDataFrame) -> tuple[Floats, Floats]:
    """Measure the share of each unit's surface that is seen from at least one eye.

    Parameters
    ----------
    outlook : Outlook
        A scene with its exposure.
    units : GeoDataFrame
        Squares or footprints.

    Returns
    -------
    low, high : ndarray of float64, shape (n,)
        Least and greatest share (0-1); NaN where the unit is nowhere within reach of an eye, or outside the scene.
    """
    scene, found = outlook.scene, outlook.exposure
    near, seen = near_eyes(scene), found.seen > 0
    maybe = seen | (found.unknown > 0)
    low, high = (share_of_cells(scene.surface, near, flags, units) for flags in (seen, maybe))
    return low, high


def near_eyes(scene: Scene) -> Flags:
    """Tell which cells are within reach of an eye."""
    surface = scene.surface
    rows, cols = surface.top.shape
    x = surface.x0 + (np.arange(cols) + 0.5) * surface.cell_m
    y = surface.y0 - (np.arange(rows) + 0.5) * surface.cell_m
    eyes = scene.eyes[scene.standing]
    near = np.zeros((rows, cols), dtype=bool)
    for eye in eyes:
        col = slice(*np.searchsorted(x, (eye[0] - AROUND_M, eye[0] + AROUND_M)))
        row = slice(*np.searchsorted(-y, (-eye[1] - AROUND_M, -eye[1] + AROUND_M)))
        near[row, col] |= (x[col] - eye[0])[None, :] ** 2 + (y[row] - eye[1])[:, None] ** 2 <= AROUND_M**2
    return near
