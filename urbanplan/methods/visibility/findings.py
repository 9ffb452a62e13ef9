"""Findings on views as tables: the state of each view, who stands in it, how high plots may be, what a walker sees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.visibility.outlook import Outlook
from urbanplan.methods.visibility.prism_rays import BLOCKED
from urbanplan.methods.visibility.route import view_along_route
from urbanplan.methods.visibility.scene import Scene
from urbanplan.methods.visibility.surface import NOBODY, Floats
from urbanplan.methods.visibility.takings import line_weights
from urbanplan.methods.visibility.unit_cells import lowest_ceiling

Numbers = NDArray[np.int64]
HIGHEST_CEILING_M = 100.0
"""Plots on which views ask nothing below this height are not listed."""
_WHOLE, _NOTHING = 0.999, 0.001


def states_of_views(outlook: Outlook) -> GeoDataFrame:
    """Return one row per view that is asked for: its state, how much is visible, and how many buildings stand in it.

    Returns
    -------
    GeoDataFrame
        `viewpoint`, `target` (ids), `state` (open, partly, blocked, uncertain, hidden_by_ground, no_standing), `visible_low`
        and `visible_high` (0-1), `blockers`, `distance_m`; a line from the viewpoint to the target.
    """
    scene, rows = outlook.scene, []
    low, high = outlook.fractions.low, outlook.fractions.high
    blocked_by = _blockers_per_view(outlook)
    for v, t in np.argwhere(scene.asked):
        eyes = scene.viewpoint == v
        least, most = (_mean(part[eyes, t]) for part in (low, high))
        stands = bool(np.isfinite(scene.eyes[eyes, 2]).any())
        line, metres = _axis(scene, int(v), int(t))
        rows.append(
            {
                "viewpoint": scene.viewpoints.index[v],
                "target": scene.targets.index[t],
                "state": _state(least, most, stands=stands),
                "visible_low": least,
                "visible_high": most,
                "blockers": float(blocked_by.get((int(v), int(t)), 0)),
                "distance_m": metres,
                "geometry": line,
            }
        )
    columns = ["viewpoint", "target", "state", "visible_low", "visible_high", "blockers"]
    columns += ["distance_m", "geometry"]
    return GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=scene.viewpoints.crs)


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


def _state(low: float, high: float, *, stands: bool) -> str:
    """Return the word for how much is visible, at least and at most."""
    if not np.isfinite(low):
        return "hidden_by_ground" if stands else "no_standing"
    if high - low > _NOTHING and (low < _WHOLE or high > _NOTHING):
        return "uncertain"
    if low >= _WHOLE:
        return "open"
    return "blocked" if high <= _NOTHING else "partly"


def _axis(scene: Scene, viewpoint: int, target: int) -> tuple[shapely.LineString, float]:
    """Return the line from a point of a viewpoint to a point of a target, and its length."""
    start = shapely.point_on_surface(scene.viewpoints.geometry.iloc[viewpoint])
    end = shapely.point_on_surface(scene.targets.geometry.iloc[target])
    line = shapely.LineString([start.coords[0], end.coords[0]])
    return line, float(line.length)


def _blockers_per_view(outlook: Outlook) -> dict[tuple[int, int], int]:
    """Return the number of things in the way of each view."""
    scene, found = outlook.scene, outlook.blockers
    table = pd.DataFrame(
        {
            "v": scene.viewpoint[found.viewpoint],
            "t": scene.landmarks.number[found.target],
            "b": found.building,
        }
    )
    counts = table[table["b"] != NOBODY].drop_duplicates().groupby(["v", "t"], as_index=False).size()
    return {(v, t): count for v, t, count in counts.to_numpy(dtype=int).tolist()}


def blockers_of_views(outlook: Outlook, buildings: GeoDataFrame) -> GeoDataFrame:
    """Return one row per view and building in its way, the greatest takers first.

    Returns
    -------
    GeoDataFrame
        `building`, `viewpoint`, `target` (ids), `role` (sole: no line of the view has another blocker; shared), `taken` (0-1,
        of the view, by Shapley), `sole_lines` and `lines` (0-1, of the view's lines, blocked alone and blocked), `height_m`,
        `over_m` (over the line, at most), `distance_m` (from the eye, at least); the footprint.
    """
    scene, found = outlook.scene, outlook.blockers
    weight = line_weights(outlook)[found.viewpoint, found.target]
    table = pd.DataFrame(
        {
            "v": scene.viewpoint[found.viewpoint],
            "t": scene.landmarks.number[found.target],
            "b": found.building,
            "taken": weight / found.together,
            "sole_lines": weight * (found.together == 1),
            "lines": weight,
            "over_m": found.over_m,
            "distance_m": found.distance_m,
        }
    )
    table = table[(table["b"] != NOBODY) & (table["b"] < scene.houses)]
    how = {"taken": "sum", "sole_lines": "sum", "lines": "sum", "over_m": "max", "distance_m": "min"}
    rows = table.groupby(["v", "t", "b"], as_index=False).agg(how)
    names = scene.buildings[rows["b"].to_numpy()]
    own = buildings.loc[names]
    out = GeoDataFrame(
        {
            "building": names.astype(str),
            "viewpoint": scene.viewpoints.index[rows["v"].to_numpy()],
            "target": scene.targets.index[rows["t"].to_numpy()],
            "role": np.where(rows["sole_lines"] >= rows["lines"] * (1 - 1e-9), "sole", "shared"),
            **{name: rows[name].to_numpy() for name in ("taken", "sole_lines", "lines")},
            "height_m": own["highest_point_m"].to_numpy(dtype=np.float64),
            "over_m": rows["over_m"].to_numpy(),
            "distance_m": rows["distance_m"].to_numpy(),
        },
        geometry=own.geometry.to_numpy(),
        crs=buildings.crs,
    )
    return out.sort_values(
        ["taken", "viewpoint", "target", "building"], ascending=[False, True, True, True], ignore_index=True
    )


def ceilings_of_plots(outlook: Outlook, buildings: GeoDataFrame) -> GeoDataFrame:
    """Return one row per plot over which a view passes below 100 m, the lowest ceiling first.

    Returns
    -------
    GeoDataFrame
        `building`, `height_m`, `ceiling_m` (keeps all that is open, or may be), `viewpoint` and `target` that bind,
        `restoring_m` (would open what only buildings block); the footprint.
    """
    scene = outlook.scene
    careful, height = lowest_ceiling(scene.surface, outlook.careful, buildings)
    _, restoring = lowest_ceiling(scene.surface, outlook.ceilings.restoration, buildings)
    listed = np.flatnonzero(np.fmin(height, restoring) <= HIGHEST_CEILING_M)
    bound = careful.viewpoint[listed] >= 0
    viewpoint = np.where(bound, scene.viewpoint[careful.viewpoint[listed]], 0)
    target = np.where(bound, scene.landmarks.number[careful.target[listed]], 0)
    out = GeoDataFrame(
        {
            "building": buildings.index[listed].astype(str),
            "height_m": buildings["highest_point_m"].to_numpy(dtype=np.float64)[listed],
            "ceiling_m": _told(height[listed]),
            "viewpoint": np.where(
                bound, scene.viewpoints.index.astype(str).to_numpy(dtype=object)[viewpoint], None
            ),
            "target": np.where(bound, scene.targets.index.astype(str).to_numpy(dtype=object)[target], None),
            "restoring_m": _told(restoring[listed]),
        },
        geometry=buildings.geometry.to_numpy()[listed],
        crs=buildings.crs,
    )
    return out.sort_values(["ceiling_m", "restoring_m", "building"], ignore_index=True)


def _told(height_m: Floats) -> Floats:
    """Return heights that can be built: none is below zero, and where views ask nothing there is no number."""
    return np.where(np.isfinite(height_m), np.maximum(height_m, 0), np.nan)


def routes_of_views(outlook: Outlook) -> GeoDataFrame:
    """Return one row per route and target: where it is first seen, how often the sight breaks off, how long it is gone.

    Returns
    -------
    GeoDataFrame
        `viewpoint`, `target`, `length_m`, `seen_share`, `unknown_share` (0-1), `first_sight_m`, `interruptions`,
        `longest_blind_m`; the route.
    """
    scene, rows = outlook.scene, []
    low, high = outlook.fractions.low, outlook.fractions.high
    for v, t in np.argwhere(scene.asked):
        eyes = np.flatnonzero(scene.viewpoint == v)
        along = scene.along_m[eyes]
        if len(eyes) < 2 or not (np.diff(along) > 0).all():  # noqa: PLR2004 - a route has two ends
            continue
        seen = np.where(low[eyes, t] > 0, low[eyes, t], np.where(high[eyes, t] > 0, np.nan, 0.0))
        hidden = (outlook.lines.ground[eyes][:, scene.landmarks.number == t] == BLOCKED).all(axis=1)
        found = view_along_route(along, np.where(hidden, 0.0, seen))
        rows.append(
            {
                "viewpoint": scene.viewpoints.index[v],
                "target": scene.targets.index[t],
                "length_m": found.length_m,
                "seen_share": found.seen_share,
                "unknown_share": found.unknown_share,
                "first_sight_m": found.first_sight_m,
                "interruptions": float(found.interruptions),
                "longest_blind_m": found.longest_blind_m,
                "geometry": scene.viewpoints.geometry.iloc[v],
            }
        )
    columns = ["viewpoint", "target", "length_m", "seen_share", "unknown_share", "first_sight_m"]
    columns += ["interruptions", "longest_blind_m", "geometry"]
    return GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=scene.viewpoints.crs)
