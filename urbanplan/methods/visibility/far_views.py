"""Views of mountain scale: what the ground alone hides, on the cells of the elevation data themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.visibility.ground import carried, cell_of, covered
from urbanplan.methods.visibility.landmarks import Landmarks, set_landmarks
from urbanplan.methods.visibility.prism_rays import BLOCKED, UNDECIDED
from urbanplan.methods.visibility.scene import EYE_M, views_asked, within
from urbanplan.methods.visibility.sightlines import draw_sight_lines
from urbanplan.methods.visibility.surface import NOBODY, Floats, Surface

if TYPE_CHECKING:
    from xarray import DataArray

_STAIR_M = 50.0
"""Cells wider than twice this are cut: the step between two of them would hide the mountain from who stands below it."""
_AT_ONCE = 2_000
"""Eyes whose lines are held in memory together."""


def open_over_ground(
    elevation: DataArray, targets: GeoDataFrame, places: GeoDataFrame, *, eye_height_m: float
) -> tuple[Floats, int]:
    """Measure which share of the targets' points each place could see over bare ground.

    Parameters
    ----------
    elevation : DataArray
        Metres, in square cells of any size; each is a level prism.
    targets : GeoDataFrame
        Layer `view_targets`.
    places : GeoDataFrame
        Eyes stand at a point inside each.
    eye_height_m : float
        Height of the eyes over the ground.

    Returns
    -------
    share : ndarray of float64, shape (n,)
        Mean over the targets (0-1); NaN for places outside the data, or where unknown ground may hide something.
    count : int
        Targets inside the data.
    """
    share = np.full(len(places), np.nan)
    held = within(targets, covered(elevation))
    surface = bare_surface(elevation)
    if held.empty or places.empty:
        return share, len(held)
    surface, marks = set_landmarks(surface, held, np.empty(0, dtype=object))
    spots = shapely.get_coordinates(shapely.point_on_surface(np.asarray(places.geometry.array)))
    west, south, east, north = covered(elevation)
    inside = (spots[:, 0] >= west) & (spots[:, 0] < east) & (spots[:, 1] > south) & (spots[:, 1] <= north)
    numbers = np.flatnonzero(inside)
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        share[part] = _shares(surface, marks, spots[part], len(held), eye_height_m)
    return share, len(held)


def states_over_ground(elevation: DataArray, targets: GeoDataFrame, viewpoints: GeoDataFrame) -> GeoDataFrame:
    """Return one row per view that is asked for, as far as the ground tells: open, partly open, or hidden by it.

    Returns
    -------
    GeoDataFrame
        As `findings.states_of_views`; what is visible between buildings is not known.
    """
    asked, rows = views_asked(viewpoints, targets), []
    for t, target in enumerate(targets.index):
        share, held = open_over_ground(elevation, targets.iloc[[t]], viewpoints, eye_height_m=EYE_M)
        end = shapely.point_on_surface(targets.geometry.iloc[t])
        for v in np.flatnonzero(asked[:, t]):
            start = shapely.point_on_surface(viewpoints.geometry.iloc[v])
            line = shapely.LineString([start.coords[0], end.coords[0]])
            state = _state(float(share[v])) if held else "outside_raster"
            rows.append(
                {
                    "viewpoint": viewpoints.index[v],
                    "target": target,
                    "state": state,
                    "distance_m": float(line.length),
                    "geometry": line,
                }
            )
    columns = ["viewpoint", "target", "state", "visible_low", "visible_high", "blockers"]
    columns += ["distance_m", "geometry"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["viewpoint", "target"], ignore_index=True)
    return GeoDataFrame(table, geometry="geometry", crs=viewpoints.crs)


def _state(share: float) -> str:
    """Return the word for the share of a target that the ground leaves open."""
    if np.isnan(share):
        return "outside_raster"
    if share <= 0:
        return "hidden_by_ground"
    return "open_over_ground" if share >= 1 else "partly_over_ground"


def bare_surface(elevation: DataArray) -> Surface:
    """Return elevation data as a surface on which nothing stands; wide cells as a slope of narrower ones, not as a stair."""
    west, south, east, north = covered(elevation)
    side = cell_of(elevation)
    side /= max(1, int(side / _STAIR_M))
    x, y = np.arange(west + side / 2, east, side), np.arange(north - side / 2, south, -side)
    ground = carried(elevation, x, y)
    nobody = np.full(ground.shape, NOBODY, dtype=np.int32)
    return Surface(ground, ground, nobody, np.empty(0), west, north, side)


def _shares(surface: Surface, marks: Landmarks, spots: Floats, targets: int, eye_height_m: float) -> Floats:
    row, col = surface.cells_of(spots, "viewpoint")
    eyes = np.column_stack([spots, surface.ground[row, col] + eye_height_m])
    state = draw_sight_lines(surface, eyes, marks.points, target_building=marks.building).ground
    of = pd.get_dummies(marks.number, dtype=float).to_numpy()
    open_, unknown = (state != BLOCKED) @ of, (state == UNDECIDED) @ of
    shares: Floats = (open_ / of.sum(axis=0)).sum(axis=1) / targets
    shares[(unknown > 0).any(axis=1)] = np.nan
    return shares
