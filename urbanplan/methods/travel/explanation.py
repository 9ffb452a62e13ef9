"""The explanation of a journey: its path on the ground, part by part, each with its metres and seconds."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.ops import substring

from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.travel.doors import is_entered
from urbanplan.methods.travel.journeys import Journeys
from urbanplan.methods.travel.streets import WALK_M_S
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

if TYPE_CHECKING:
    from urbanplan.methods.engine import Path

COLUMNS = ("part", "name", "osm_way", "distance_m", "time_s", "reason", "geometry")


class Part(NamedTuple):
    """A part of a journey; the fields are the columns of the explanation."""

    part: str
    name: str | None = None
    osm_way: str | None = None
    distance_m: float = np.nan
    time_s: float = np.nan
    reason: str = ""
    geometry: shapely.Geometry | None = None


def explanation(found: Journeys, origin: GeoDataFrame, place: GeoDataFrame) -> GeoDataFrame:
    """Tell the cheapest way of one origin to one place, part by part; see `TravelNetwork.explain`."""
    parts = _parts(found, origin, place)
    table = pd.DataFrame([part._asdict() for part in parts], columns=list(COLUMNS))
    return gpd.GeoDataFrame(table, geometry="geometry", crs=found.network.crs)


def _parts(found: Journeys, origin: GeoDataFrame, place: GeoDataFrame) -> list[Part]:
    from urbanplan.methods.engine import matrix, path  # noqa: PLC0415  (a second to import)

    middle = shapely.centroid(shapely.box(*origin.total_bounds))
    if len(found.inside_origin):
        return [Part("inside", distance_m=0.0, time_s=0.0, geometry=shapely.LineString([middle, middle]))]
    off = found.why_off()[0] or found.place_doors.reason[0]
    if off:
        return [Part("none", reason=str(off))]
    costs = matrix(found.engine, found.starts, found.ends)
    if np.isnan(costs).all():
        return [Part("none", reason=Reason.DISCONNECTED.value)]
    start, door = (int(at) for at in np.unravel_index(np.nanargmin(costs), costs.shape))
    way = path(found.engine, found.starts.take(np.array([start])), found.ends.take(np.array([door])))
    if way is None:
        return [Part("none", reason=Reason.DISCONNECTED.value)]
    network, starts, ends = found.network, found.origin_doors, found.place_doors
    leaves = _point(network, int(starts.edge[start]), float(starts.offset_m[start]))
    home = origin.geometry.iloc[0] if is_entered(origin)[0] else middle
    arrives = _point(network, int(ends.edge[door]), float(ends.offset_m[door]))
    parts = [_off_street("access", float(starts.distance_m[start]), shapely.shortest_line(home, leaves))]
    parts += _streets(network, way)
    if way.turns > 0:
        metres, seconds = (way.turns, 0.0) if found.cost == "length" else (0.0, way.turns)
        parts.append(Part("turns", distance_m=metres, time_s=seconds))
    goal = shapely.shortest_line(arrives, place.geometry.iloc[0])
    parts.append(_off_street("egress", float(ends.distance_m[door]), goal))
    return [part for part in parts if part.distance_m > 0 or part.time_s > 0] or parts[:1]


def _off_street(part: str, distance_m: float, line: shapely.Geometry) -> Part:
    return Part(part, distance_m=distance_m, time_s=distance_m / WALK_M_S, geometry=line)


def _streets(network: StreetNetwork, way: Path) -> list[Part]:
    """Return the streets of a path, a part for each run of edges of one name, or else of one way."""
    if not len(way.edge):
        return []
    tags = network.tags.iloc[way.edge]
    word = tags["name"].where(tags["name"].notna(), "way " + tags["osm_way"].fillna("").astype(str))
    changes = np.flatnonzero(word.to_numpy()[1:] != word.to_numpy()[:-1]) + 1
    metres = np.abs(way.end_m - way.begin_m)
    seconds = _seconds(network, way.edge, way.begin_m, way.end_m)
    parts = []
    for first, after in pairwise([0, *changes.tolist(), len(way.edge)]):
        run = slice(first, after)
        ways = [number for given in tags["osm_way"].iloc[run].dropna() for number in str(given).split(";")]
        name = tags["name"].iloc[first]
        parts.append(
            Part(
                "street",
                name=None if pd.isna(name) else str(name),
                osm_way=";".join(dict.fromkeys(ways)) or None,
                distance_m=float(metres[run].sum()),
                time_s=float(seconds[run].sum()),
                geometry=_line(network, way.edge[run], way.begin_m[run], way.end_m[run]),
            )
        )
    return parts


def _seconds(network: StreetNetwork, edge: Ints, begin_m: Floats, end_m: Floats) -> Floats:
    length = network.length_m[edge]
    whole = np.where(end_m >= begin_m, network.seconds_forward[edge], network.seconds_backward[edge])
    share = np.divide(np.abs(end_m - begin_m), length, out=np.ones(len(edge)), where=length > 0)
    return np.asarray(whole * share, dtype=np.float64)


def _line(network: StreetNetwork, edge: Ints, begin_m: Floats, end_m: Floats) -> shapely.Geometry:
    corners = []
    for number, begin, end in zip(edge.tolist(), begin_m.tolist(), end_m.tolist(), strict=True):
        length = max(float(network.length_m[number]), 1e-9)
        piece = substring(network.lines[number], begin / length, end / length, normalized=True)
        corners.append(shapely.get_coordinates(piece))
    drawn = np.concatenate(corners)
    moved = np.ones(len(drawn), dtype=bool)
    moved[1:] = (np.diff(drawn, axis=0) != 0).any(axis=1)
    drawn = drawn[moved]
    return shapely.LineString(drawn if len(drawn) > 1 else np.repeat(drawn, 2, axis=0))


def _point(network: StreetNetwork, edge: int, offset_m: float) -> shapely.Point:
    share = offset_m / max(float(network.length_m[edge]), 1e-9)
    return shapely.line_interpolate_point(network.lines[edge], share, normalized=True)
