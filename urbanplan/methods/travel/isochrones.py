"""Isochrones of origins: the ground and the streets within cut-offs, from reached streets cut where the cut-off is met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.isochrone import area_within, ground, stretches
from urbanplan.methods.travel.given import Measure
from urbanplan.methods.travel.journeys import Journeys
from urbanplan.methods.travel.streets import access_cost

if TYPE_CHECKING:
    from urbanplan.methods.engine import Positions


class Isochrone(NamedTuple):
    """What lies within one cut-off.

    Attributes
    ----------
    area : Polygon or MultiPolygon
        The ground within it.
    streets : MultiLineString
        The streets within it.
    """

    area: shapely.Geometry
    streets: shapely.Geometry


def isochrones_around(
    found: Journeys, starts: Positions, cutoffs: Sequence[float], *, off_street_m: float, step_m: float
) -> list[Isochrone]:
    """Draw what lies within cut-offs of whichever of some positions is nearest.

    Parameters
    ----------
    found : Journeys
        Whose streets.
    starts : Positions
        Where journeys begin: `starts` of some of its origins; or, where its journeys are reversed, the `ends` at the
        doors of its places, from where they can be reached.
    cutoffs : sequence of float
        Metres or seconds, as the journeys are measured.
    off_street_m : float
        How far from a reached street the ground belongs to it; walking there takes its part of the cut-off.
    step_m : float
        Side of the squares in which the border is straight.

    Returns
    -------
    list of Isochrone
        One a cut-off; empty geometries where no position lies on a street.
    """
    from urbanplan.methods.engine import bounded  # noqa: PLC0415  (a second to import)

    network = found.network
    nothing = Isochrone(shapely.MultiPolygon(), shapely.MultiLineString())
    if not len(network.edge_u):
        return [nothing for _ in cutoffs]
    search = bounded(found.engine, starts.take(np.flatnonzero(starts.placed)), max(cutoffs))
    dots = search.dots(step_m / 2)
    points = _along(found, dots.edge, dots.offset_m)
    pace = float(access_cost(np.ones(1), found.cost)[0])
    field = ground(points[:, 0], points[:, 1], dots.cost, off_street_m=off_street_m, pace=pace, step_m=step_m)
    made = []
    for cutoff in cutoffs:
        pieces = search.pieces(cutoff)
        lines = stretches(network.lines, *pieces, network.length_m)
        area = area_within(field, cutoff, off_street_m=off_street_m, pace=pace)
        made.append(Isochrone(area, shapely.multilinestrings(lines)))
    return made


def isochrone_table(
    found: Journeys,
    labels: pd.Index,
    by: Measure,
    *,
    cutoffs: Sequence[float],
    together: bool,
    off_street_m: float,
    step_m: float,
) -> GeoDataFrame:
    """Return isochrones as a layer; see `TravelNetwork.isochrones`."""
    if not len(cutoffs) or not all(np.isfinite(cutoff) and cutoff > 0 for cutoff in cutoffs):
        raise InputError(f"isochrones need cut-offs above zero {by.unit}, e.g. cutoffs_m=[400, 800]")
    groups = [np.arange(found.origins)] if together else [np.array([row]) for row in range(found.origins)]
    rows: list[dict[str, object]] = []
    for group in groups:
        off = not found.on_street[group].any()
        starts = found.starts_of(group)
        drawn = isochrones_around(found, starts, cutoffs, off_street_m=off_street_m, step_m=step_m)
        rows.extend(
            {
                "origin": None if together else labels[group[0]],
                f"cutoff_{by.unit}": float(cutoff),
                "area_m2": np.nan if off else shapely.area(shape.area),
                "streets_m": np.nan if off else shapely.length(shape.streets),
                "reason": found.why_off()[group[0]] if off else "",
                "geometry": None if off else shape.area,
            }
            for cutoff, shape in zip(cutoffs, drawn, strict=True)
        )
    columns = ["origin", f"cutoff_{by.unit}", "area_m2", "streets_m", "reason", "geometry"]
    table = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=found.network.crs)
    return table.drop(columns="origin") if together else table.set_index("origin")


def _along(found: Journeys, edge: Ints, offset_m: Floats) -> Floats:
    """Return the coordinates of points along edges."""
    network = found.network
    share = offset_m / np.maximum(network.length_m[edge], 1e-9)
    points = shapely.line_interpolate_point(network.lines[edge], share, normalized=True)
    return np.asarray(shapely.get_coordinates(points), dtype=np.float64)
