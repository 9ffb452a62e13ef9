"""Reading of PBF files by arrays: the same objects as the reference implementation gives, many at a time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.sources.osm.objects import (
    MULTIPOLYGON,
    STREET_POINT_KEYS,
    Box,
    Objects,
    Restriction,
    Tags,
    Wanted,
)
from urbanplan.sources.osm.pbf import Found, Scan, UnusualFileError, scan

Places = dict[int, tuple[float, float, Tags]]


class _Areas(NamedTuple):
    """Areas near the clip, and of all areas of the file what became of them."""

    keys: list[str]
    shapes: NDArray[np.object_]
    tags: list[Tags]
    assembled: set[str]
    mended: int
    broken: int


_EXCEPTIONS = frozenset({"points_without_place", "ways_without_nodes", "ways_with_missing_nodes"})
_NO_AREAS = _Areas([], np.empty(0, dtype=object), [], set(), 0, 0)


def read_by_arrays(path: Path, keys: Wanted, box: Box | None) -> Objects:
    """Read the objects of a PBF file that carry one of the keys.

    Parameters
    ----------
    path : Path
        The file.
    keys : Wanted
        Keys that make an object worth reading.
    box : tuple of float or None
        West, south, east, north in degrees; what lies outside is left out.

    Raises
    ------
    UnusualFileError
        If the file is damaged, or written in a way that is not read here.
    """
    found = scan(path, nodes=keys.nodes, ways=keys.lines + keys.areas, relations=keys.relations)
    ways, counts = found.ways, Counter[str]()
    if len(ways.refs) and ways.refs.min() < 0:
        raise UnusualFileError("ways name nodes with numbers below zero")
    xy = found.places(ways.refs)
    points, street_points = _points(found, keys, box, counts)
    is_line, is_outline = _sorted_out(ways, keys)
    lines = _lines(ways, xy, np.flatnonzero(is_line), box, counts)
    areas = _areas(path, found, xy, keys, box) if keys.areas else _NO_AREAS
    relations = found.relations
    types = [tags.get("type", "") for tags in relations.tags]
    counts["areas_repaired"] = areas.mended
    counts["areas_dropped_invalid"] = areas.broken - areas.mended
    outlines = ways.ids[is_outline].tolist()
    counts["areas_incomplete"] = sum(f"way/{number}" not in areas.assembled for number in outlines)
    counts["relations_incomplete"] = sum(
        kind in MULTIPOLYGON and f"relation/{number}" not in areas.assembled
        for kind, number in zip(types, relations.ids.tolist(), strict=True)
    )
    # what never happened is not worth a line
    counts = Counter({name: count for name, count in counts.items() if count or name not in _EXCEPTIONS})
    counts.update(points=len(points), lines=len(lines[0]), areas=len(areas.keys))
    return Objects(
        point_id=np.fromiter(points, dtype=np.int64, count=len(points)),
        points=np.array([point[:2] for point in points.values()], dtype=np.float64).reshape(-1, 2),
        point_tags=[point[2] for point in points.values()],
        way_id=lines[0],
        way_tags=lines[1],
        ref_offsets=lines[2],
        refs=lines[3],
        ref_xy=lines[4],
        area_key=np.array(areas.keys, dtype=object),
        areas=areas.shapes,
        area_tags=areas.tags,
        counts=counts,
        street_points=street_points,
        restrictions=[
            _restriction(relations, row) for row, kind in enumerate(types) if kind.startswith("restriction")
        ],
    )


def _points(found: Scan, keys: Wanted, box: Box | None, counts: Counter[str]) -> tuple[Places, Places]:
    """Return the tagged nodes near the clip: places, and what stands on streets."""
    xy = found.places(found.nodes.ids)
    known = np.isfinite(xy[:, 0])
    counts["points_without_place"] += int((~known).sum())
    if box is not None:
        west, south, east, north = box
        known &= (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
    points, street_points, wanted = {}, {}, frozenset(keys.points)
    rows = np.flatnonzero(known)
    numbers, places = found.nodes.ids[rows].tolist(), xy[rows].tolist()
    for row, number, (lon, lat) in zip(rows.tolist(), numbers, places, strict=True):
        tags = found.nodes.tags[row]
        if not wanted.isdisjoint(tags):
            points[number] = (lon, lat, tags)
        if not STREET_POINT_KEYS.isdisjoint(tags):
            street_points[number] = (lon, lat, tags)
    return points, street_points


def _sorted_out(ways: Found, keys: Wanted) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which ways are lines, and which of the others are closed and ought to become areas."""
    closed, some = _closed(ways)
    line_keys, shores = frozenset(keys.lines), keys.streets and "natural" in keys.areas
    is_line = np.zeros(len(ways.ids), dtype=bool)
    for row, (ring, tags) in enumerate(zip(closed.tolist(), ways.tags, strict=True)):
        plain = ring and "building" in tags and "highway" not in tags
        is_line[row] = not plain and not line_keys.isdisjoint(tags)
        if shores and not ring and tags.get("natural") == "coastline":
            is_line[row] = True
    return is_line, closed & some & ~is_line


def _closed(ways: Found) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which ways end at the node at which they begin, and which have nodes at all."""
    some = np.diff(ways.offsets) > 0
    closed = np.zeros(len(some), dtype=bool)
    closed[some] = ways.refs[ways.offsets[:-1][some]] == ways.refs[ways.offsets[1:][some] - 1]
    return closed, some


def _lines(
    ways: Found, xy: NDArray[np.float64], rows: NDArray[np.int64], box: Box | None, counts: Counter[str]
) -> tuple[NDArray[np.int64], list[Tags], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return ids, tags, offsets, nodes and places of the lines near the clip."""
    size = np.diff(ways.offsets)
    counts["ways_without_nodes"] += int((size[rows] == 0).sum())
    rows = rows[size[rows] > 0]
    at = _flat(ways.offsets, rows)
    missing = np.isnan(xy[at, 0])
    counts["missing_nodes"] = len(np.unique(ways.refs[at][missing]))
    of = np.repeat(np.arange(len(rows)), size[rows])
    counts["ways_with_missing_nodes"] += len(np.unique(of[missing]))
    if box is not None and len(rows):
        start = np.cumsum(size[rows]) - size[rows]
        west, south, east, north = box
        low, high = np.fmin.reduceat(xy[at], start), np.fmax.reduceat(xy[at], start)
        near = (low <= (east, north)).all(axis=1) & (high >= (west, south)).all(axis=1)
        rows = rows[near]
        at = _flat(ways.offsets, rows)
    offsets = np.concatenate([[0], np.cumsum(size[rows])]).astype(np.int64)
    return ways.ids[rows], [ways.tags[row] for row in rows.tolist()], offsets, ways.refs[at], xy[at]


def _flat(offsets: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    size = np.diff(offsets)[rows]
    before = np.cumsum(size) - size
    return np.repeat(offsets[rows] - before, size) + np.arange(int(size.sum()))


def _restriction(relations: Found, row: int) -> Restriction:
    start, stop = relations.offsets[row : row + 2].tolist()
    refs, members = relations.refs[start:stop].tolist(), relations.members[start:stop]
    named = tuple((kind, ref, role) for ref, (kind, role) in zip(refs, members, strict=True))
    return int(relations.ids[row]), relations.tags[row], named


def _areas(path: Path, found: Scan, xy: NDArray[np.float64], keys: Wanted, box: Box | None) -> _Areas:
    """Return the areas: plain outlines drawn here, all others by the reference implementation."""
    # drawing needs shapely, which who reads only streets does not load
    from urbanplan.sources.osm.nearness import near  # noqa: PLC0415
    from urbanplan.sources.osm.outlines import outlines  # noqa: PLC0415
    from urbanplan.sources.osm.relation_areas import assembled_areas  # noqa: PLC0415

    drawn = outlines(found.ways, xy, frozenset(keys.areas), box)
    rest = assembled_areas(path, found, drawn.intricate, frozenset(keys.areas))
    kept = near(rest.shapes, box).tolist()
    numbers = found.ways.ids[drawn.rows].tolist()
    return _Areas(
        [*(f"way/{number}" for number in numbers), *(rest.keys[row] for row in kept)],
        np.concatenate([drawn.shapes, rest.shapes[kept]]),
        [*(found.ways.tags[row] for row in drawn.rows.tolist()), *(rest.tags[row] for row in kept)],
        {f"way/{number}" for number in found.ways.ids[drawn.plain].tolist()} | rest.assembled,
        rest.mended,
        rest.broken,
    )
