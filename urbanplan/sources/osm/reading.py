"""One pass over an OpenStreetMap file: tagged points, lines with their nodes, and assembled areas."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.filter import EntityFilter, KeyFilter

from urbanplan.base.errors import OsmFileError
from urbanplan.sources.osm.container import file_format
from urbanplan.sources.osm.mending import mended_areas
from urbanplan.sources.osm.overpass_json import as_opl

if TYPE_CHECKING:
    from collections.abc import Iterable

Tags = dict[str, str]

_FLUSH = 100_000
_WKB_HEAD = 18
"""Hexadecimal digits before the coordinates of a line: byte order, type, number of points."""
_MULTIPOLYGON = {"multipolygon", "boundary"}


@dataclass
class Objects:
    """Tagged objects of a file, in degrees.

    Attributes
    ----------
    point_id, points, point_tags
        Tagged nodes: id, longitude and latitude, tags.
    way_id, way_tags, ref_offsets, refs, ref_xy
        Lines: id, tags, and (flat) node ids with longitude and latitude, NaN where the file lacks the node.
    area_key, areas, area_tags
        Closed ways and multipolygon relations: "way/1" or "relation/1", geometry, tags.
    counts
        What was read, what was broken and how it was mended, by name.
    """

    point_id: NDArray[np.int64]
    points: NDArray[np.float64]
    point_tags: list[Tags]
    way_id: NDArray[np.int64]
    way_tags: list[Tags]
    ref_offsets: NDArray[np.int64]
    refs: NDArray[np.int64]
    ref_xy: NDArray[np.float64]
    area_key: NDArray[np.object_]
    areas: NDArray[np.object_]
    area_tags: list[Tags]
    counts: Counter[str]


@dataclass
class _Gathering:
    """What one pass collects; geometry is turned into arrays a hundred thousand at a time and kept if near."""

    box: Any
    points: dict[int, tuple[float, float, Tags]] = field(default_factory=dict)
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
    relations: set[int] = field(default_factory=set)
    assembled: set[str] = field(default_factory=set)
    broken: dict[str, Tags] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    words: dict[str, str] = field(default_factory=dict)

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
        near = np.arange(len(shapes)) if self.box is None else np.flatnonzero(_touches(shapes, self.box))
        keys = [self.area_key[row] for row in near]
        self.areas.append((keys, shapes[near], [self.area_tags[row] for row in near]))
        self.area_key, self.area_tags, self.area_wkb = [], [], []


def read_objects(
    path: Path,
    *,
    point_keys: Iterable[str],
    line_keys: Iterable[str],
    area_keys: Iterable[str],
    box: tuple[float, float, float, float] | None = None,
) -> Objects:
    """Read the objects of an OpenStreetMap file that carry one of the given keys.

    Parameters
    ----------
    path : Path
        PBF, XML (also packed) or Overpass JSON.
    point_keys, line_keys, area_keys : iterable of str
        Keys that make a node, a way or an area worth reading; an empty list reads none.
    box : tuple of float, optional
        West, south, east, north in degrees; what lies outside is left out as soon as it is read.

    Raises
    ------
    OsmFileError
        If the file is empty, damaged, not OpenStreetMap, or a history of versions.
    """
    kind = file_format(path)
    gathering = _Gathering(box=box)
    with tempfile.TemporaryDirectory(prefix="urbanplan-osm-") as folder:
        try:
            source = _source(path, kind, Path(folder))
            keys = tuple(tuple(sorted(keys)) for keys in (point_keys, line_keys, area_keys))
            _gather(source, gathering, *keys)
            _mend(source, gathering)
        except (RuntimeError, ValueError, UnicodeDecodeError) as error:
            if isinstance(error, OsmFileError):
                raise
            raise OsmFileError(f"{path} cannot be read to its end ({error}); download it again") from error
    return _objects(gathering)


def _source(path: Path, kind: str, folder: Path) -> Any:
    """Return what osmium reads; files whose nodes stand after ways are put in order first."""
    if kind == "json":
        return osmium.io.FileBuffer(as_opl(path), "opl")
    source = osmium.io.File(str(path), kind)
    with osmium.io.Reader(source, osmium.osm.NOTHING) as reader:
        if reader.header().has_multiple_object_versions:
            raise OsmFileError(
                f"{path} is a history of versions, not a map of one date; extract one date first"
            )
    if kind != "osm" or _nodes_first(path):
        return source
    merge = osmium.MergeInputReader()
    merge.add_file(str(path))
    ordered = folder / "ordered.osm.pbf"
    with osmium.SimpleWriter(str(ordered)) as writer:
        merge.apply(writer, simplify=True)
    return osmium.io.File(str(ordered), "pbf")


def _nodes_first(path: Path) -> bool:
    content = path.read_bytes()
    way = content.find(b"<way ")
    return way < 0 or content.rfind(b"<node ") < way


def _gather(
    source: Any,
    gathering: _Gathering,
    point_keys: tuple[str, ...],
    line_keys: tuple[str, ...],
    area_keys: tuple[str, ...],
) -> None:
    kinds = osmium.osm.NOTHING
    for keys, entity in (
        (point_keys, osmium.osm.NODE),
        (line_keys, osmium.osm.WAY),
        (area_keys, osmium.osm.AREA),
        (area_keys, osmium.osm.RELATION),
    ):
        kinds |= entity if keys else osmium.osm.NOTHING
    processor = osmium.FileProcessor(source).with_locations().with_filter(EntityFilter(kinds))
    if area_keys:
        processor = processor.with_areas(KeyFilter(*area_keys))
    for keys, entity in (
        (point_keys, osmium.osm.NODE),
        (line_keys, osmium.osm.WAY),
        (area_keys, osmium.osm.AREA | osmium.osm.RELATION),
    ):
        if keys:
            keyed = KeyFilter(*keys)
            keyed.enable_for(entity)
            processor = processor.with_filter(keyed)
    wkb = osmium.geom.WKBFactory()
    for thing in processor:
        if thing.is_way():
            _add_way(thing, gathering, wkb)
        elif thing.is_area():
            _add_area(thing, gathering, wkb)
        elif thing.is_node():
            _add_point(thing, gathering)
        elif thing.tags.get("type") in _MULTIPOLYGON:
            gathering.relations.add(thing.id)


def _add_point(node: Any, gathering: _Gathering) -> None:
    place = node.location
    if not place.valid():
        gathering.counts["points_without_place"] += 1
        return
    lon, lat = place.lon, place.lat
    if gathering.box is not None:
        west, south, east, north = gathering.box
        if not (west <= lon <= east and south <= lat <= north):
            return
    gathering.points[node.id] = (lon, lat, gathering.tags(node))


def _add_way(way: Any, gathering: _Gathering, wkb: Any) -> None:
    refs = [node.ref for node in way.nodes]
    if not refs:
        gathering.counts["ways_without_nodes"] += 1
        return
    try:
        coordinates = bytes.fromhex(wkb.create_linestring(way, osmium.geom.ALL)[_WKB_HEAD:])
    except (osmium.InvalidLocationError, RuntimeError):
        known = [(n.lon, n.lat) if n.location.valid() else (np.nan, np.nan) for n in way.nodes]
        coordinates = np.array(known, dtype=np.float64).tobytes()
        missing = sum(1 for lon, _ in known if np.isnan(lon))
        gathering.counts["ways_with_missing_nodes"] += missing > 0
        gathering.counts["missing_nodes"] += missing
    gathering.way_id.append(way.id)
    gathering.way_tags.append(gathering.tags(way))
    gathering.way_size.append(len(refs))
    gathering.refs.extend(refs)
    gathering.way_wkb.append(coordinates)
    if len(gathering.way_id) >= _FLUSH:
        gathering.flush_lines()


def _add_area(area: Any, gathering: _Gathering, wkb: Any) -> None:
    key = f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"
    if key in gathering.assembled:
        return
    gathering.assembled.add(key)
    tags = gathering.tags(area)
    if area.num_rings()[0] == 0:
        gathering.broken[key] = tags
        return
    gathering.area_wkb.append(wkb.create_multipolygon(area))
    gathering.area_key.append(key)
    gathering.area_tags.append(tags)
    if len(gathering.area_wkb) >= _FLUSH:
        gathering.flush_areas()


def _mend(source: Any, gathering: _Gathering) -> None:
    gathering.flush_lines()
    gathering.flush_areas()
    mended = mended_areas(source, sorted(gathering.broken))
    for key, shape in mended.items():
        if gathering.box is None or _touches(np.array([shape]), gathering.box)[0]:
            gathering.areas.append(([key], np.array([shape]), [gathering.broken[key]]))
    gathering.counts["areas_repaired"] = len(mended)
    gathering.counts["areas_dropped_invalid"] = len(gathering.broken) - len(mended)
    seen = sum(f"relation/{number}" in gathering.assembled for number in gathering.relations)
    gathering.counts["relations_incomplete"] = len(gathering.relations) - seen


def _touches(shapes: NDArray[np.object_], box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    west, south, east, north = box
    bounds = shapely.bounds(shapes)
    near: NDArray[np.bool_] = (
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )
    return near


def _objects(gathering: _Gathering) -> Objects:
    ids, tags, sizes, refs, xy = zip(*gathering.lines, strict=True)
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)
    points = list(gathering.points.values())
    keys = [key for part in gathering.areas for key in part[0]]
    gathering.counts.update(points=len(points), lines=len(offsets) - 1, areas=len(keys))
    return Objects(
        point_id=np.fromiter(gathering.points, dtype=np.int64, count=len(points)),
        points=np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2),
        point_tags=[point[2] for point in points],
        way_id=np.concatenate(ids),
        way_tags=[tag for part in tags for tag in part],
        ref_offsets=offsets,
        refs=np.concatenate(refs),
        ref_xy=np.concatenate(xy),
        area_key=np.array(keys, dtype=object),
        areas=np.concatenate([part[1] for part in gathering.areas]),
        area_tags=[tag for part in gathering.areas for tag in part[2]],
        counts=gathering.counts,
    )
