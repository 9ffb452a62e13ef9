"""What cuts doors off from streets, and the doors: shores, rails, motorways, entrances and gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.model.network import Surroundings
from urbanplan.sources.osm.access import mode_rules
from urbanplan.sources.osm.features import drawn_line, project
from urbanplan.sources.osm.tagging import scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urbanplan.sources.osm.reading import Objects

_POND_M2 = 500.0
"""Water areas below this are walked round without a thought."""
_NO_DOOR = frozenset({"no", "exit", "emergency", "fire_exit", "service", "garage", "shaft", "window"})
_GATES = frozenset(
    {
        "gate",
        "swing_gate",
        "sliding_gate",
        "wicket_gate",
        "kissing_gate",
        "lift_gate",
        "entrance",
        "turnstile",
    }
)
SURROUNDING_LINE_KEYS = ("railway", "waterway")
"""Keys of lines that `surroundings` needs beside the streets."""


def surroundings(objects: Objects, *, clip: Any, crs: Any) -> Surroundings:
    """Return what lies between doors and streets in the area read.

    Parameters
    ----------
    objects : Objects
        As read, with what stands on streets.
    clip : Polygon or MultiPolygon or None
        In `crs`.
    crs : CRS or str
        Projected CRS in metres.
    """
    rules = scheme("surroundings")
    drawn: list[tuple[Any, str, bool]] = []
    for row, tags in enumerate(objects.way_tags):
        if not rules.keys.isdisjoint(tags) and (found := rules.classes(tags)):
            line = drawn_line(objects, row)
            drawn += [(line, next(iter(found)), False)] if line is not None else []
    for shape, tags in zip(objects.areas, objects.area_tags, strict=True):
        if not rules.keys.isdisjoint(tags) and (found := rules.classes(tags)):
            drawn.append((shape, next(iter(found)), True))
    shapes = project(np.array([shape for shape, *_ in drawn], dtype=object), crs)
    area = np.array([areal for *_, areal in drawn], dtype=bool)
    kept = ~area | (shapely.area(shapes) >= _POND_M2)
    if clip is not None:
        shapely.prepare(clip)
        kept &= shapely.intersects(clip, shapes)
    kinds = [drawn[row][1] for row in np.flatnonzero(kept)]
    doors = [(lon, lat) for lon, lat, tags in objects.street_points.values() if _is_door(tags)]
    points = project(np.asarray(shapely.points(np.array(doors).reshape(-1, 2)), dtype=object), crs)
    return Surroundings.of(shapes[kept], kinds, points)


def _is_door(tags: Mapping[str, str]) -> bool:
    """Say whether a node is a way in for people who walk."""
    given = tags.get("entrance")
    if (given is None or given in _NO_DOOR) and tags.get("barrier") not in _GATES:
        return False
    return mode_rules("walk").permission(tags) != "refused" and tags.get("locked") != "yes"
