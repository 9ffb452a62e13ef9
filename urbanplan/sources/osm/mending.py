"""Areas that the assembler refused (self-crossing outlines, rings that do not close): mend what can be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import osmium
import shapely
from osmium.filter import EntityFilter, IdFilter

if TYPE_CHECKING:
    from collections.abc import Iterable

_RING = 4


def mended_areas(source: Any, keys: Iterable[str]) -> dict[str, Any]:
    """Rebuild areas from the lines that they are made of.

    Parameters
    ----------
    source : osmium.io.File or osmium.io.FileBuffer
        The file that was read.
    keys : iterable of str
        "way/1" or "relation/1".

    Returns
    -------
    dict of str to Polygon or MultiPolygon
        The areas that could be mended; outlines that lack nodes or do not close are not guessed.
    """
    ways = {int(key.removeprefix("way/")) for key in keys if key.startswith("way/")}
    relations = {int(key.removeprefix("relation/")) for key in keys if key.startswith("relation/")}
    members = _members(source, relations) if relations else {}
    wanted = ways | {way for pairs in members.values() for way, _ in pairs}
    lines = _lines(source, wanted) if wanted else {}
    shapes = {f"way/{way}": _polygonal([lines[way]], []) for way in sorted(ways) if way in lines}
    for relation, pairs in sorted(members.items()):
        if all(way in lines for way, _ in pairs):
            outer = [lines[way] for way, role in pairs if role != "inner"]
            inner = [lines[way] for way, role in pairs if role == "inner"]
            shapes[f"relation/{relation}"] = _polygonal(outer, inner)
    return {key: shape for key, shape in shapes.items() if shape is not None}


def _members(source: Any, relations: set[int]) -> dict[int, list[tuple[int, str]]]:
    processor = osmium.FileProcessor(source, osmium.osm.RELATION).with_filter(IdFilter(sorted(relations)))
    return {
        thing.id: [(member.ref, member.role) for member in thing.members if member.type == "w"]
        for thing in processor
    }


def _lines(source: Any, ways: set[int]) -> dict[int, Any]:
    """Return the ways as lines; those that lack nodes are left out."""
    processor = osmium.FileProcessor(source).with_locations().with_filter(EntityFilter(osmium.osm.WAY))
    lines = {}
    for way in processor.with_filter(IdFilter(sorted(ways))):
        places = [node.location for node in way.nodes]
        if len(places) > 1 and all(place.valid() for place in places):
            lines[way.id] = shapely.linestrings([(place.lon, place.lat) for place in places])
    return lines


def _polygonal(outer: list[Any], inner: list[Any]) -> Any:
    filled = _filled(outer)
    if filled is None:
        return None
    hole = _filled(inner)
    shape = filled if hole is None else shapely.difference(filled, hole)
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _filled(lines: list[Any]) -> Any:
    """Fill what a bundle of lines encloses: a crossing outline is noded first, so both its lobes are kept."""
    if not lines:
        return None
    closed = [line for line in lines if line.is_closed and shapely.get_num_coordinates(line) >= _RING]
    rest = [line for line in lines if not line.is_closed]
    areas = [shapely.make_valid(shapely.polygons(shapely.get_coordinates(line))) for line in closed]
    if rest:
        faces = shapely.get_parts(shapely.polygonize([shapely.union_all(np.array(rest, dtype=object))]))
        areas.extend(faces)
    return shapely.union_all(np.array(areas, dtype=object)) if areas else None
