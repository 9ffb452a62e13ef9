"""What a view is of: the points of a landmark that must stay visible, and the cells that show it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.visibility.sightlines import sample_line
from urbanplan.methods.visibility.surface import Floats, Numbers, Shapes, Surface, cells_in_polygons

Ints = NDArray[np.int64]

BASE_SHARE = 2 / 3
"""Where nobody says from where upward a landmark must be seen: the upper third of it."""
LEVELS = 5
"""Points one over the other on a landmark that is built."""
OUTLINE_POINTS, INNER_POINTS = 1200, 300
"""At most so many points on the outline of a landmark, and inside that of a mountain."""
_POINT, _LINE, _AREA = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Landmarks:
    """The points and cells of t landmarks on a surface.

    Attributes
    ----------
    points : ndarray of float64, shape (m, 3)
        x, y and elevation of what must stay visible.
    number : ndarray of int64, shape (m,)
        Landmark of each point.
    building : ndarray of int32, shape (m,)
        What each point is part of on the surface, -1 for ground.
    built : ndarray of bool, shape (t,)
        Whether the landmark stands on the ground (a chedi, a gate) or is ground (a mountain).
    floor_m : ndarray of float64, shape (t,)
        Elevation above which a built one must be seen; minus infinity for ground.
    cells : tuple of (rows, cols), one per landmark
        The cells that show it.
    """

    points: Floats
    number: Ints
    building: Numbers
    built: NDArray[np.bool_]
    floor_m: Floats
    cells: tuple[tuple[Ints, Ints], ...]


def set_landmarks(surface: Surface, targets: GeoDataFrame, footprints: Shapes) -> tuple[Surface, Landmarks]:
    """Put landmarks on a surface and find the points of them that must stay visible.

    Parameters
    ----------
    surface : Surface
        Ground and buildings.
    targets : GeoDataFrame
        Points, lines or outlines inside the surface, with `base_m` and `top_m` over the ground; without a top it is the
        ground itself that is looked at.
    footprints : ndarray of polygons, shape (n,)
        The surface's buildings: those of which half stand in a landmark's outline, or the reverse, are part of it.

    Returns
    -------
    surface : Surface
        With each built landmark as a building of its own, numbered after the others.
    landmarks : Landmarks
        In the order of the targets.
    """
    shapes = np.asarray(targets.geometry.array)
    top_m = targets["top_m"].to_numpy(dtype=np.float64)
    built = top_m > 0
    base_m = targets["base_m"].to_numpy(dtype=np.float64)
    base_m = np.where(np.isnan(base_m), np.where(built, BASE_SHARE * top_m, 0.0), base_m)
    grounds = np.array([_ground_shape(shape, surface.cell_m) for shape in shapes], dtype=object)
    number, row, col, area = cells_in_polygons(surface, grounds, least_share=0.5)
    with np.errstate(invalid="ignore", divide="ignore"):
        foot = np.bincount(number, area * surface.ground[row, col], minlength=len(shapes)) / np.bincount(
            number, area, minlength=len(shapes)
        )
    cells = tuple((row[number == t], col[number == t]) for t in range(len(shapes)))
    surface = _raised(surface, grounds, built, foot + top_m, cells, footprints)
    points, owner = [], []
    for t, shape in enumerate(shapes):
        xy = _sampled(shape, surface.cell_m, inner=not built[t])
        points.append(
            _tower(xy, foot[t] + base_m[t], foot[t] + top_m[t])
            if built[t]
            else _lying(surface, xy, base_m[t])
        )
        owner.append(np.full(len(points[-1]), t))
    of = np.concatenate(owner) if owner else np.empty(0, np.int64)
    first = len(surface.roof_m) - len(shapes)
    floor = np.where(built, foot + base_m, -np.inf)
    building = np.where(built[of], first + of, -1).astype(np.int32)
    all_points = np.concatenate(points) if points else np.empty((0, 3))
    return surface, Landmarks(all_points, of, building, built, floor, cells)


def _ground_shape(shape: shapely.Geometry, cell_m: float) -> shapely.Geometry:
    """Return the outline of a landmark on the ground: points and lines are as wide as a cell, or less."""
    if shapely.get_dimensions(shape) == _AREA:
        return shape
    return (
        shape.buffer(cell_m / 4, cap_style="square")
        if shapely.get_dimensions(shape) == _POINT
        else shape.buffer(cell_m / 2)
    )


def _raised(
    surface: Surface,
    grounds: Shapes,
    built: NDArray[np.bool_],
    roof: Floats,
    cells: tuple[tuple[Ints, Ints], ...],
    footprints: Shapes,
) -> Surface:
    """Let built landmarks stand on the surface, each under a number of its own, with the buildings that are part of it."""
    top, building = surface.top.copy(), surface.building.copy()
    first = len(surface.roof_m)
    parts = _parts(grounds, footprints)
    for t in np.flatnonzero(built):
        own = np.isin(building, parts[parts[:, 0] == t, 1])
        building[own] = first + t
        rows, cols = cells[t]
        top[rows, cols] = np.fmax(top[rows, cols], roof[t])
        building[rows, cols] = first + t
    return replace(
        surface,
        top=top,
        building=building,
        roof_m=np.concatenate([surface.roof_m, np.where(built, roof, np.nan)]),
    )


def _parts(grounds: Shapes, footprints: Shapes) -> Ints:
    """Return (landmark, building) of every building that is part of a landmark."""
    if not (len(grounds) and len(footprints)):
        return np.empty((0, 2), np.int64)
    building, landmark = shapely.STRtree(grounds).query(footprints, predicate="intersects")
    shared = shapely.area(shapely.intersection(footprints[building], grounds[landmark]))
    smaller = np.minimum(shapely.area(footprints[building]), shapely.area(grounds[landmark]))
    kept = shared >= smaller / 2
    return np.column_stack([landmark[kept], building[kept]])


def _sampled(shape: shapely.Geometry, cell_m: float, *, inner: bool) -> Floats:
    """Return points of a landmark seen from above: its outline, and a lattice inside a mountain's."""
    kind = shapely.get_dimensions(shape)
    if kind == _POINT:
        xy: Floats = shapely.get_coordinates(shape)
        return xy
    rings = shapely.get_parts(shape.boundary if kind == _AREA else shape)
    length = float(shapely.length(rings).sum())
    found = [
        sample_line(shapely.get_coordinates(ring), max(length / OUTLINE_POINTS, cell_m)) for ring in rings
    ]
    if kind == _AREA and inner:
        found.append(lattice_in(shape, max(float(np.sqrt(shape.area / INNER_POINTS)), cell_m)))
    return np.unique(np.concatenate(found), axis=0)


def lattice_in(shape: shapely.Geometry, spacing_m: float) -> Floats:
    """Return the points of a square lattice that lie in a polygon; where none does, one point of it."""
    west, south, east, north = shape.bounds
    x = np.arange(west + spacing_m / 2, east, spacing_m)
    y = np.arange(south + spacing_m / 2, north, spacing_m)
    xy = np.column_stack([part.ravel() for part in np.meshgrid(x, y)])
    inside = xy[shapely.contains_xy(shape, xy)] if len(xy) else xy
    if len(inside):
        return inside
    lone: Floats = shapely.get_coordinates(shapely.point_on_surface(shape))
    return lone


def _tower(xy: Floats, base: float, top: float) -> Floats:
    """Return points one over the other at each place."""
    heights = np.linspace(base, top, LEVELS) if top > base else np.array([top])
    return np.column_stack([np.repeat(xy, len(heights), axis=0), np.tile(heights, len(xy))])


def _lying(surface: Surface, xy: Floats, over_m: float) -> Floats:
    """Return points on the ground, or some metres over it."""
    row, col = surface.cells_of(xy, "target")
    return np.column_stack([xy, surface.ground[row, col] + over_m])
