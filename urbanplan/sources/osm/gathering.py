"""What one pass over an OpenStreetMap file collects."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from urbanplan.sources.osm.nearness import near
from urbanplan.sources.osm.objects import STREET_POINT_KEYS, Box, Restriction, Tags

_FLUSH = 100_000
_WKB_HEAD = 18
"""Hexadecimal digits before the coordinates of a line: byte order, type, number of points."""


@dataclass
class Gathering:
    """What one pass collects; geometry is turned into arrays a hundred thousand at a time and kept if near."""

    box: Box | None
    point_keys: frozenset[str] = frozenset()
    points: dict[int, tuple[float, float, Tags]] = field(default_factory=dict)
    street_points: dict[int, tuple[float, float, Tags]] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    lines: list[
        tuple[NDArray[np.int64], list[Tags], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
    ] = field(default_factory=list)
    way_id: list[int] = field(default_factory=list)
    way_tags: list[Tags] = field(default_factory=list)
    way_size: list[int] = field(default_factory=list)
    refs: list[int] = field(default_factory=list)
    way_wkb: list[bytes] = field(default_factory=list)
    area_key: list[str] = field(default_factory=list)
    area_tags: list[Tags] = field(default_factory=list)
    area_wkb: list[str] = field(default_factory=list)
    areas: list[tuple[list[str], NDArray[np.object_], list[Tags]]] = field(default_factory=list)
    missing: set[int] = field(default_factory=set)
    unplaced: set[int] = field(default_factory=set)
    outlines: set[int] = field(default_factory=set)
    relations: set[int] = field(default_factory=set)
    assembled: set[str] = field(default_factory=set)
    broken: dict[str, Tags] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    words: dict[str, str] = field(default_factory=dict)
    wkb: Any = field(default_factory=osmium.geom.WKBFactory)

    def tags(self, tagged: Any) -> Tags:
        """Copy the tags of an object; equal words share their memory."""
        known = self.words.setdefault
        return {known(key, key): known(value, value) for key, value in tagged.tags}

    def flush_lines(self) -> None:
        """Turn the lines gathered so far into arrays and keep those near the clip."""
        size = np.array(self.way_size, dtype=np.int64)
        ids, refs = np.array(self.way_id, dtype=np.int64), np.array(self.refs, dtype=np.int64)
        xy = np.frombuffer(b"".join(self.way_wkb), dtype=np.float64).reshape(-1, 2)
        tags = self.way_tags
        if self.box is not None and len(size):
            start = np.cumsum(size) - size
            west, south, east, north = self.box
            low, high = np.fmin.reduceat(xy, start), np.fmax.reduceat(xy, start)
            near = (low <= (east, north)).all(axis=1) & (high >= (west, south)).all(axis=1)
            at = np.repeat(near, size)
            ids, size, refs, xy = ids[near], size[near], refs[at], xy[at]
            tags = [tags[row] for row in np.flatnonzero(near)]
        self.lines.append((ids, tags, size, refs, xy))
        self.way_id, self.way_tags, self.way_size, self.refs, self.way_wkb = [], [], [], [], []

    def flush_areas(self) -> None:
        """Turn the areas gathered so far into geometries and keep those near the clip."""
        shapes = shapely.from_wkb(np.array(self.area_wkb, dtype=object))
        single = shapely.get_num_geometries(shapes) == 1
        shapes[single] = shapely.get_geometry(shapes[single], 0)
        kept = near(shapes, self.box)
        keys = [self.area_key[row] for row in kept]
        self.areas.append((keys, shapes[kept], [self.area_tags[row] for row in kept]))
        self.area_key, self.area_tags, self.area_wkb = [], [], []

    def add_point(self, node: Any) -> None:
        """Keep a tagged node, if it is near the clip."""
        place = node.location
        if not place.valid():
            self.counts["points_without_place"] += 1
            return
        lon, lat = place.lon, place.lat
        if self.box is not None:
            west, south, east, north = self.box
            if not (west <= lon <= east and south <= lat <= north):
                return
        tags = self.tags(node)
        if not self.point_keys.isdisjoint(tags):
            self.points[node.id] = (lon, lat, tags)
        if not STREET_POINT_KEYS.isdisjoint(tags):
            self.street_points[node.id] = (lon, lat, tags)

    def add_way(self, way: Any) -> None:
        """Keep a line with its nodes; where the file lacks a node its place is NaN."""
        refs = [node.ref for node in way.nodes]
        if not refs:
            self.counts["ways_without_nodes"] += 1
            return
        try:
            coordinates = bytes.fromhex(self.wkb.create_linestring(way, osmium.geom.ALL)[_WKB_HEAD:])
        except (osmium.InvalidLocationError, RuntimeError):
            known = [(n.lon, n.lat) if n.location.valid() else (np.nan, np.nan) for n in way.nodes]
            coordinates = np.array(known, dtype=np.float64).tobytes()
            missing = {ref for ref, (lon, _) in zip(refs, known, strict=True) if np.isnan(lon)}
            self.counts["ways_with_missing_nodes"] += bool(missing)
            self.missing |= missing
        self.way_id.append(way.id)
        self.way_tags.append(self.tags(way))
        self.way_size.append(len(refs))
        self.refs.extend(refs)
        self.way_wkb.append(coordinates)
        if len(self.way_id) >= _FLUSH:
            self.flush_lines()

    def add_restriction(self, relation: Any) -> None:
        """Keep a rule about turning, with its members as they stand."""
        members = tuple((member.type, member.ref, member.role) for member in relation.members)
        self.restrictions.append((relation.id, self.tags(relation), members))

    def add_outline(self, way: Any) -> None:
        """Remember a closed way that ought to become an area, and its first node if that has no place yet."""
        self.outlines.add(way.id)
        first = way.nodes[0]
        if not first.location.valid():
            self.unplaced.add(first.ref)

    def add_area(self, area: Any) -> None:
        """Keep an assembled area; one without a ring could not be assembled and waits to be mended."""
        key = f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"
        if key in self.assembled:
            return
        self.assembled.add(key)
        tags = self.tags(area)
        if area.num_rings()[0] == 0:
            self.broken[key] = tags
            return
        self.area_wkb.append(self.wkb.create_multipolygon(area))
        self.area_key.append(key)
        self.area_tags.append(tags)
        if len(self.area_wkb) >= _FLUSH:
            self.flush_areas()
