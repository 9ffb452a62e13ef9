"""Both edges of the moats of a city, divided into stretches."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.walled_city.cores import moats
from urbanplan.methods.walled_city.edge import Stretch, stretches
from urbanplan.methods.walled_city.fit import fit_sides, side_of
from urbanplan.model.network import StreetNetwork


class Edge(NamedTuple):
    """One edge of one moat.

    Attributes
    ----------
    moat : str
        Its name.
    edge : str
        outer or inner.
    length_m : float
        All around.
    parts : list of (str, float, Stretch)
        Side of the middle of each stretch, how far along the fitted outline it begins, and the stretch.
    """

    moat: str
    edge: str
    length_m: float
    parts: list[tuple[str, float, Stretch]]


def edges(
    water: GeoDataFrame,
    walk: StreetNetwork,
    buildings: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    bridge_m: float,
    access_m: float,
    built_m: float,
) -> list[Edge]:
    """Divide both edges of each moat that goes all around into stretches, see `stretches`.

    Parameters
    ----------
    water, walk, buildings : GeoDataFrame, StreetNetwork, GeoDataFrame
        Moats, ways open on foot, footprints.
    cells : GeoDataFrame
        Squares; where `known` is false ways or buildings are not mapped completely.
    bridge_m, access_m, built_m : float
        Width of gaps that are closed; how near a way or building counts.
    """
    ways = walk.lines[shapely.length(walk.lines) > 0]
    footprints = np.asarray(buildings.geometry.to_numpy(), dtype=object)
    known = cells["known"].to_numpy(dtype=bool) if "known" in cells else np.ones(len(cells), dtype=bool)
    unknown = shapely.union_all(cells.geometry.to_numpy()[~known])
    out = []
    for name, ring, wet in moats(water, bridge_m):
        for word, line in (("outer", ring.exterior), ("inner", max(ring.interiors, key=_enclosed))):
            found = stretches(line, wet, ways, footprints, unknown, access_m=access_m, built_m=built_m)
            out.append(Edge(name, word, float(line.length), _placed(found, line, water.crs)))
    return out


def _placed(found: list[Stretch], line: Any, crs: object) -> list[tuple[str, float, Stretch]]:
    fit = fit_sides(line, crs, closed=True)
    out = []
    for one in found:
        middle = shapely.line_interpolate_point(one.line, 0.5, normalized=True)
        along = (
            [shapely.line_locate_point(fit.ring, spot) for spot in (middle, shapely.get_point(one.line, 0))]
            if fit
            else [0.0, np.nan]
        )
        out.append((side_of(float(along[0]), fit) if fit else "", float(along[1]), one))
    return out


def _enclosed(ring: Any) -> float:
    return float(shapely.Polygon(ring).area)
