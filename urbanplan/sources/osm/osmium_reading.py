"""Reading by the reference implementation, object by object: every format, order and fault."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from osmium.filter import EntityFilter, IdFilter, KeyFilter

from urbanplan.base.errors import OsmFileError
from urbanplan.base.faults import Fault
from urbanplan.sources.osm.gathering import Gathering
from urbanplan.sources.osm.mending import mended_areas
from urbanplan.sources.osm.nearness import near
from urbanplan.sources.osm.objects import MULTIPOLYGON, Box, Objects, Wanted
from urbanplan.sources.osm.overpass_json import as_opl

_SAMPLE = 8
_OUT_OF_ORDER = ("out of order", "twice in input", "Found a node after", "Found a way after")
"""What osmium says of objects that do not stand as nodes, ways, relations, each by id and once."""


def read_by_osmium(path: Path, kind: str, keys: Wanted, box: Box | None) -> Objects:
    """Read the objects that carry one of the keys, from a file of any kind.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        As `file_format` tells it.
    keys : Wanted
        Keys that make an object worth reading.
    box : tuple of float or None
        West, south, east, north in degrees; what lies outside is left out.

    Raises
    ------
    OsmFileError
        If the file is damaged or a history of versions.
    """
    try:
        source = _source(path, kind)
        gathering, in_order = _gathered(source, keys, box)
        if in_order:
            _mend(source, gathering)
            return _objects(gathering)
        with tempfile.TemporaryDirectory(prefix="urbanplan-osm-") as folder:
            source = _ordered(path, Path(folder))
            gathering, _ = _gathered(source, keys, box)
            _mend(source, gathering)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        if isinstance(error, OsmFileError):
            raise
        raise OsmFileError(Fault("osm_cut", file=path, error=error)) from error
    return _objects(gathering)


def _source(path: Path, kind: str) -> Any:
    """Return what osmium reads."""
    if kind == "json":
        return osmium.io.FileBuffer(as_opl(path), "opl")
    source = osmium.io.File(str(path), kind)
    with osmium.io.Reader(source, osmium.osm.NOTHING) as reader:
        versions = reader.header().has_multiple_object_versions
    if versions:
        raise OsmFileError(Fault("osm_history", file=path))
    return source


def _gathered(source: Any, keys: Wanted, box: Box | None) -> tuple[Gathering, bool]:
    """Read the file once; say also whether its order lets the result be trusted.

    Ways that stand before their nodes seem to lack them, and areas are not assembled at all.
    """
    gathering = Gathering(box=box, point_keys=frozenset(keys.points))
    processor = _processor(source, keys)
    try:
        _gather(processor, gathering, keys)
    except RuntimeError as error:
        if not any(words in str(error) for words in _OUT_OF_ORDER):
            raise
        return gathering, False
    absent = sorted(gathering.missing | gathering.unplaced)
    return gathering, not (absent and _holds_nodes(source, processor.node_location_storage, absent))


def _holds_nodes(source: Any, places: Any, ids: list[int]) -> bool:
    """Say whether the file has one of these nodes after all, behind the ways that name it."""
    for number in ids:
        with suppress(KeyError, TypeError):  # TypeError: a number below zero
            if places.get(number).valid():
                return True
    # the table is searched as if nodes came by id; where they do not, a few are looked for in the file itself
    # (a few, because the filter's memory grows with the spread of the ids)
    some = ids[:: max(len(ids) // _SAMPLE, 1)][:_SAMPLE]
    return any(True for _ in osmium.FileProcessor(source, osmium.osm.NODE).with_filter(IdFilter(some)))


def _ordered(path: Path, folder: Path) -> Any:
    """Write the objects of a file in order, each once, and return what osmium reads of it."""
    merge = osmium.MergeInputReader()
    merge.add_file(str(path))
    target = folder / "ordered.osm.pbf"
    with osmium.SimpleWriter(str(target)) as writer:
        merge.apply(writer, simplify=True)
    return osmium.io.File(str(target), "pbf")


def _gather(processor: Any, gathering: Gathering, keys: Wanted) -> None:
    line_keys, shores = keys.lines, keys.streets and "natural" in keys.areas
    for thing in processor:
        if thing.is_way():
            # most closed ways are buildings, and asking for every key is what this loop spends its time on
            closed, tags = thing.is_closed(), thing.tags
            plain = closed and "building" in tags and "highway" not in tags
            if (not plain and any(key in tags for key in line_keys)) or (
                shores and not closed and tags.get("natural") == "coastline"
            ):
                gathering.add_way(thing)
            elif closed:
                gathering.add_outline(thing)
        elif thing.is_area():
            gathering.add_area(thing)
        elif thing.is_node():
            gathering.add_point(thing)
        elif thing.tags.get("type") in MULTIPOLYGON:
            gathering.relations.add(thing.id)
        elif thing.tags.get("type", "").startswith("restriction"):
            gathering.add_restriction(thing)


def _processor(source: Any, keys: Wanted) -> Any:
    """Return the objects that carry one of the keys; the rest is filtered out before Python sees it."""
    wanted = (
        (keys.nodes, osmium.osm.NODE),
        (keys.lines + keys.areas, osmium.osm.WAY),
        (keys.areas, osmium.osm.AREA),
        (keys.relations, osmium.osm.RELATION),
    )
    kinds = osmium.osm.NOTHING
    for words, entity in wanted:
        kinds |= entity if words else osmium.osm.NOTHING
    processor = osmium.FileProcessor(source).with_locations().with_filter(EntityFilter(kinds))
    if keys.areas:
        processor = processor.with_areas(KeyFilter(*keys.areas))
    for words, entity in wanted:
        if words:
            keyed = KeyFilter(*words)
            keyed.enable_for(entity)
            processor = processor.with_filter(keyed)
    return processor


def _mend(source: Any, gathering: Gathering) -> None:
    gathering.flush_lines()
    gathering.flush_areas()
    mended = mended_areas(source, sorted(gathering.broken))
    for key, shape in mended.items():
        if len(near(np.array([shape]), gathering.box)):
            gathering.areas.append(([key], np.array([shape]), [gathering.broken[key]]))
    gathering.counts["missing_nodes"] = len(gathering.missing)
    gathering.counts["areas_repaired"] = len(mended)
    gathering.counts["areas_dropped_invalid"] = len(gathering.broken) - len(mended)
    for name, kind, numbers in (
        ("areas_incomplete", "way", gathering.outlines),
        ("relations_incomplete", "relation", gathering.relations),
    ):
        gathering.counts[name] = sum(f"{kind}/{number}" not in gathering.assembled for number in numbers)


def _objects(gathering: Gathering) -> Objects:
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
        street_points=gathering.street_points,
        restrictions=gathering.restrictions,
    )
