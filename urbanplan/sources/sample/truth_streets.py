"""Lengths, junctions and components of the streets, from the drawn ways alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from urbanplan.sources.sample.plan import OLD_TOWN, square

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.draft import Tags, Way
    from urbanplan.sources.sample.town import Town

MIN_LEGS = 3
_CARS = {"motorway", "motorway_link", "primary", "secondary", "tertiary", "residential", "living_street"}


def on_foot(tags: Tags) -> bool:
    """Tell whether a way is open on foot: every street but motorways and private drives."""
    return not tags["highway"].startswith("motorway") and tags.get("access") != "private"


def by_car(tags: Tags) -> bool:
    """Tell whether a way is a street for cars: no alley, drive, path or stairs."""
    return tags["highway"] in _CARS


def street_truth(town: Town) -> dict[str, Any]:
    """Return lengths by class, junctions by zone, and components, for walking and driving."""
    xy = town.draft.coordinates()
    ways = [
        (number, way)
        for number, way in enumerate(town.draft.ways, start=1)
        if "highway" in way.tags and number != town.roads.broken_way
    ]
    length: dict[str, float] = {}
    in_old_town: dict[str, float] = {}
    kept = square(OLD_TOWN)
    for _, way in ways:
        line = shapely.LineString(xy[np.array(way.nodes) - 1])
        kind = way.tags["highway"]
        length[kind] = length.get(kind, 0.0) + line.length
        if line.intersects(kept):
            in_old_town[kind] = in_old_town.get(kind, 0.0) + line.intersection(kept).length
    modes = {
        "walk": [way for _, way in ways if on_foot(way.tags)],
        "drive": [way for _, way in ways if by_car(way.tags)],
    }
    return {
        "nodes_in_file": town.street_nodes,
        "ways": len(ways),
        "length_m": {kind: round(value, 2) for kind, value in sorted(length.items())},
        "length_m_in_zone_0101": {kind: round(value, 2) for kind, value in sorted(in_old_town.items())},
        "river_bridges": town.roads.bridges,
        "steps": town.roads.steps,
        "private_drive": town.roads.private,
        "no_motorcycle": town.roads.no_motorcycle,
        "disconnected_lane": town.roads.lane,
        **{mode: _network(town, open_ways, xy) for mode, open_ways in modes.items()},
        "rule": (
            "the way with a missing node is left out; walk: all but motorways and access=private; drive: all but footway, "
            "cycleway, steps and service ways; a junction has at least three legs; pieces of ways are not merged"
        ),
    }


def _network(town: Town, ways: list[Way], xy: NDArray[np.float64]) -> dict[str, Any]:
    start = np.concatenate([np.array(way.nodes[:-1]) for way in ways]) - 1
    end = np.concatenate([np.array(way.nodes[1:]) for way in ways]) - 1
    legs = np.bincount(np.concatenate([start, end]), minlength=len(xy))
    graph = coo_array((np.ones(len(start), "int8"), (start, end)), shape=(len(xy), len(xy)))
    _, label = connected_components(graph, directed=False)
    sizes = np.sort(np.bincount(label[legs > 0]))[::-1]
    sizes = sizes[sizes > 0]
    junctions = xy[legs >= MIN_LEGS]
    return {
        "length_m": round(float(np.hypot(*(xy[end] - xy[start]).T).sum()), 2),
        "components": len(sizes),
        "nodes_of_components": sizes[:5].tolist(),
        "junctions": len(junctions),
        "dead_ends": int((legs == 1).sum()),
        "junctions_by_zone": {
            zone.code: int(shapely.contains_xy(zone.area, junctions).sum()) for zone in town.zones
        },
    }
