"""A scene: the surface around viewpoints and landmarks, made from a city's layers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.visibility.ground import COARSEST_GROUND_M, Box, carried, cell_of, covered
from urbanplan.methods.visibility.landmarks import Landmarks, lattice_in, set_landmarks
from urbanplan.methods.visibility.sightlines import sample_line
from urbanplan.methods.visibility.surface import (
    COARSEST_STREET_CELL_M,
    Floats,
    Surface,
    build_surface,
    eyes_over_ground,
)

if TYPE_CHECKING:
    from xarray import DataArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CELL_M = 2.0
AROUND_M = 1000.0
"""How far around each viewpoint the surface reaches, beside the way to the landmarks."""
MOST_CELLS = 8_000_000
"""A larger scene has larger cells, so that it fits into memory with all that is worked out on it."""
STEP_M, STEPS_M = 20.0, 15.0
"""Spacing of the eyes along a route, and on a square."""
EYE_M, ASIDE_M = 1.6, 15.0
"""Height of the eyes where none is given, and how far an eye in a building may be moved out of it."""
HOLDS = "holds"
"""Attribute of an elevation raster that says what its heights are of: "ground", or "surface" with roofs and trees."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What stands around viewpoints, and what must be seen from them.

    Attributes
    ----------
    surface : Surface
        Ground, buildings and landmarks; a building that is a landmark, or part of one, has the number of the landmark.
    buildings : Index
        Ids of the surface's buildings, then those of the landmarks.
    viewpoints, targets : GeoDataFrame
        In the order of their numbers, sorted by id.
    eyes : ndarray of float64, shape (n, 3)
        One for a point, several along a route or on a square; the elevation is NaN where nobody can stand.
    viewpoint : ndarray of int64, shape (n,)
        Viewpoint of each eye.
    along_m : ndarray of float64, shape (n,)
        Distance of each eye from the start of its route; 0 for points and squares.
    landmarks : Landmarks
        Points and cells of the targets.
    asked : ndarray of bool, shape (viewpoints, targets)
        Which view is protected or judged.
    known_share : float
        Share (0-1) of the buildings' ground in the scene under buildings of known height.
    """

    surface: Surface
    buildings: pd.Index
    viewpoints: GeoDataFrame
    targets: GeoDataFrame
    eyes: Floats
    viewpoint: Ints
    along_m: Floats
    landmarks: Landmarks
    asked: Flags
    known_share: float

    @property
    def standing(self) -> Ints:
        """Numbers of the eyes that can stand where they should."""
        return np.flatnonzero(np.isfinite(self.eyes[:, 2]))

    @property
    def houses(self) -> int:
        """Number of buildings that are no landmarks."""
        return len(self.buildings) - len(self.targets)


def why_no_streets(elevation: DataArray) -> str | None:
    """Tell why an elevation raster cannot carry views from the street.

    Returns
    -------
    str or None
        "not_bare_ground" where its heights are those of roofs and trees: buildings would stand on themselves, and in
        cells of 30 m streets vanish; "ground_too_coarse" where its cells are wider than 100 m; None where it can.
    """
    if elevation.attrs.get(HOLDS) == "surface":
        return "not_bare_ground"
    return "ground_too_coarse" if cell_of(elevation) > COARSEST_GROUND_M else None


def lay_scene(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
    around_m: float = AROUND_M,
) -> Scene | None:
    """Make the scene of a city's views.

    Parameters
    ----------
    elevation : DataArray
        Metres above sea level of the bare ground, in square cells.
    buildings : GeoDataFrame
        Footprints with `highest_point_m` over the ground; NaN where unknown, and then what lies behind is unknown.
    viewpoints, view_targets : GeoDataFrame
        As in the vocabulary of layers; those outside the elevation raster are left out.
    cells : GeoDataFrame
        The analysis grid; what stands in cells that are not `known` is unknown.
    cell_m : float
        Side of the surface's cells; larger where the scene would have more than 8 million of them.
    around_m : float
        How far around each viewpoint the surface reaches.

    Returns
    -------
    Scene or None
        None where no viewpoint, or no target, lies inside the elevation raster.

    Notes
    -----
    The surface reaches from the viewpoints to the targets. Beyond the area in which buildings were read it is bare ground.
    """
    limits = _inset(covered(elevation), 3 * cell_m)
    seen_from, targets = within(viewpoints, limits), within(view_targets, limits)
    if seen_from.empty or targets.empty:
        return None
    houses = buildings.sort_index()
    eyes, viewpoint, along = _eyes(seen_from)
    box, side = _window(eyes, targets, limits, cell_m, around_m)
    near = houses[shapely.intersects(shapely.box(*box), houses.geometry.array)]
    footprints = np.asarray(near.geometry.array)
    heights = near["highest_point_m"].to_numpy(dtype=np.float64)
    x = np.arange(box[0] + side / 2, box[2], side)
    y = np.arange(box[3] - side / 2, box[1], -side)
    whole = build_surface(carried(elevation, x, y), footprints, heights, x0=box[0], y0=box[3], cell_m=side)
    surface = _unknown_where(whole, cells)
    surface, landmarks = set_landmarks(surface, targets, footprints)
    tall = seen_from["eye_height_m"].to_numpy(dtype=np.float64)[viewpoint]
    area = shapely.area(footprints)
    return Scene(
        surface=surface,
        buildings=near.index.append(targets.index),
        viewpoints=seen_from,
        targets=targets,
        eyes=_standing(surface, eyes, np.where(tall > 0, tall, EYE_M)),
        viewpoint=viewpoint,
        along_m=along,
        landmarks=landmarks,
        asked=views_asked(seen_from, targets),
        known_share=float(area[np.isfinite(heights)].sum() / area.sum()) if len(area) else np.nan,
    )


def _inset(box: Box, by_m: float) -> Box:
    """Return a box without its margin."""
    return box[0] + by_m, box[1] + by_m, box[2] - by_m, box[3] - by_m


def within(frame: GeoDataFrame, limits: Box) -> GeoDataFrame:
    """Return the rows that lie inside a box, sorted by id."""
    frame = frame.sort_index()
    bounds = shapely.bounds(np.asarray(frame.geometry.array)).reshape(-1, 4)
    with np.errstate(invalid="ignore"):
        held = (bounds[:, :2] >= np.array(limits[:2])).all(axis=1) & (
            bounds[:, 2:] <= np.array(limits[2:])
        ).all(axis=1)
    return frame[held]


def _eyes(viewpoints: GeoDataFrame) -> tuple[Floats, Ints, Floats]:
    """Return x, y of the eyes, the viewpoint of each, and its distance along a route."""
    xy: list[Floats] = []
    of: list[int] = []
    along: list[Floats] = []
    for number, shape in enumerate(viewpoints.geometry.array):
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                points = lattice_in(part, STEPS_M)
            elif part.geom_type in {"LineString", "LinearRing"}:
                points = sample_line(shapely.get_coordinates(part), STEP_M)
            else:
                points = shapely.get_coordinates(part)
            route = part.geom_type in {"LineString", "LinearRing"}
            steps = np.hypot(*np.diff(points, axis=0).T) if route else np.zeros(len(points) - 1)
            xy.append(points)
            of += [number] * len(points)
            along.append(np.concatenate([[0.0], np.cumsum(steps)]))
    return np.concatenate(xy), np.array(of, dtype=np.int64), np.concatenate(along)


def _window(
    eyes: Floats, targets: GeoDataFrame, limits: Box, cell_m: float, around_m: float
) -> tuple[Box, float]:
    """Return the box of a scene, on multiples of its cells' side, and that side."""
    west, south, east, north = targets.total_bounds
    low, high = eyes.min(axis=0) - around_m, eyes.max(axis=0) + around_m
    box = [min(west, low[0]), min(south, low[1]), max(east, high[0]), max(north, high[1])]
    box = [*np.maximum(box[:2], limits[:2]), *np.minimum(box[2:], limits[2:])]
    least = np.sqrt((box[2] - box[0]) * (box[3] - box[1]) / MOST_CELLS)
    side = max(cell_m, float(np.ceil(least * 2) / 2))
    west, south = (np.floor(edge / side - 1) * side for edge in box[:2])
    east, north = (np.ceil(edge / side + 1) * side for edge in box[2:])
    return (float(west), float(south), float(east), float(north)), side


def _unknown_where(surface: Surface, cells: GeoDataFrame) -> Surface:
    """Forget what stands in cells of the analysis grid in which buildings are not mapped."""
    if "known" not in cells or cells["known"].all():
        return surface
    top = surface.top.copy()
    bounds = shapely.bounds(np.asarray(cells.geometry.array[~cells["known"].to_numpy(dtype=bool)]))
    cols = np.rint((bounds[:, [0, 2]] - surface.x0) / surface.cell_m).astype(np.int64)
    rows = np.rint((surface.y0 - bounds[:, [3, 1]]) / surface.cell_m).astype(np.int64)
    for (above, below), (left, right) in zip(rows.clip(0), cols.clip(0), strict=True):
        top[above:below, left:right] = np.nan
    return replace(surface, top=top)


def _standing(surface: Surface, xy: Floats, eye_height_m: Floats) -> Floats:
    """Return the eyes, moved out of buildings where need be."""
    eyes, _ = eyes_over_ground(surface, xy, eye_height_m=0.0, max_shift_m=ASIDE_M)
    eyes[:, 2] += eye_height_m
    return eyes


def views_asked(viewpoints: GeoDataFrame, targets: GeoDataFrame) -> Flags:
    """Tell which view is asked for: a target names its viewpoints, or none for all."""
    asked = np.ones((len(viewpoints), len(targets)), dtype=bool)
    for number, named in enumerate(targets["viewpoints"]):
        if isinstance(named, str) and named.strip():
            wanted = {word.strip() for word in named.replace(",", ";").split(";")}
            asked[:, number] = viewpoints.index.astype(str).isin(wanted)
    return asked


def refused(cell_m: float) -> bool:
    """Tell whether a scene's cells have grown too wide for views from the street."""
    return cell_m >= COARSEST_STREET_CELL_M
