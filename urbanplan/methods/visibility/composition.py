"""What fills a view: solid angles of ground, buildings, a temple, the mountain and the sky around an eye."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.visibility.compiled import in_order
from urbanplan.methods.visibility.curvature import REFRACTION, drop_per_m2
from urbanplan.methods.visibility.sphere import BESIDE, look_round
from urbanplan.methods.visibility.surface import Surface

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

AZIMUTHS = 1440


@dataclass(frozen=True, eq=False)
class ViewComposition:
    r"""Solid angles around n eyes, in steradians; each eye's add up to 4 pi, or all are NaN.

    Attributes
    ----------
    classes : ndarray of float64, shape (n, k)
        Of each class of the surface.
    sky, unknown, beyond : ndarray of float64, shape (n,)
        Of the sky; of what is behind cells of unknown height; of what may stand beyond the grid.
    horizon_rad : ndarray of float64, shape (n, azimuths)
        Elevation angle of the horizon on the grid by azimuth, clockwise from north, at the middle of each of equal
        steps; NaN where it is not known.
    """

    classes: Floats
    sky: Floats
    unknown: Floats
    beyond: Floats
    horizon_rad: Floats


def compose_views(
    surface: Surface,
    classes: Ints,
    eyes: Floats,
    *,
    count: int | None = None,
    azimuths: int = AZIMUTHS,
    highest_beyond_m: float | None = None,
    refraction: float | None = REFRACTION,
    threads: int | None = None,
) -> ViewComposition:
    r"""Measure how much of the sphere around each eye every class takes.

    Parameters
    ----------
    surface : Surface
        Each cell is a prism with a level top and upright walls.
    classes : ndarray of int32, shape (rows, cols)
        Class of each cell, from 0; with one class per building the result says which building takes how much.
    eyes : ndarray of float64, shape (n, 3)
        x, y and elevation in metres, inside the grid. An eye under its own cell's top, or of unknown elevation, has
        NaN.
    count : int, optional
        Number of classes; one more than the greatest by default.
    azimuths : int
        Directions in which the surface is cut, 0.25 degrees apart by default; for what is narrow use
        `visible_fraction`.
    highest_beyond_m : float, optional
        Highest elevation that may stand beyond the grid; by default the highest on it.
    refraction : float or None
        Coefficient of refraction; None for a flat Earth.
    threads : int, optional
        All processors by default. The answer does not depend on it.

    Returns
    -------
    ViewComposition
        Steradians; per eye the classes, sky, unknown and beyond add up to :math:`4\pi`.

    Raises
    ------
    InputError
        If an eye is outside the grid, or classes do not fit the grid or the count.

    Notes
    -----
    Along each azimuth a cell that raises the horizon from elevation angle :math:`e_0` to :math:`e_1` takes
    :math:`(\sin e_1 - \sin e_0)\,\Delta\alpha`; the first begins at the nadir, the sky ends at the zenith.
    """
    eyes = np.ascontiguousarray(eyes, dtype=np.float64)
    number = _checked(surface, classes, eyes, count, azimuths)
    labels = np.ascontiguousarray(classes, dtype=np.int32)
    highest = float(np.nanmax(surface.top)) if highest_beyond_m is None else highest_beyond_m
    unknown_cells = bool(np.isnan(surface.top).any())
    ceiling = np.inf if unknown_cells else max(float(np.nanmax(surface.top)), highest)
    drop = drop_per_m2(refraction)
    cells = surface.in_cells(eyes)

    def look(eye: int) -> tuple[Floats, Floats]:
        return look_round(
            surface.top, labels, cells[eye], azimuths, number, surface.cell_m, drop, highest, ceiling
        )

    views = list(in_order(look, range(len(eyes)), threads))
    angles = np.array([view[0] for view in views]).reshape(len(eyes), number + BESIDE)
    horizon = np.array([view[1] for view in views]).reshape(len(eyes), azimuths)
    sky, unknown, beyond = angles[:, number:].T
    return ViewComposition(angles[:, :number], sky, unknown, beyond, np.arctan(horizon))


def _checked(surface: Surface, classes: Ints, eyes: Floats, count: int | None, azimuths: int) -> int:
    """Refuse what cannot be composed; return the number of classes."""
    if eyes.ndim != 2 or eyes.shape[1] != 3:  # noqa: PLR2004 - x, y, elevation
        raise InputError(f"viewpoints have shape {eyes.shape}; give x, y and elevation of each")
    if classes.shape != surface.top.shape:
        raise InputError(
            f"classes have shape {classes.shape}, the surface {surface.top.shape}; use the same grid"
        )
    if azimuths < 1:
        raise InputError(f"azimuths is {azimuths}; give at least 1")
    if np.isnan(surface.top).all():
        raise InputError(
            "no cell of the surface has a known height; give a surface that covers the viewpoints"
        )
    surface.cells_of(eyes[:, :2], "viewpoint")
    number = int(classes.max()) + 1 if count is None else count
    if classes.min() < 0 or classes.max() >= number:
        raise InputError(
            f"classes run from {classes.min()} to {classes.max()}; they must run from 0 to {number - 1}"
        )
    return number
