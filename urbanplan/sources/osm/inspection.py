"""One OpenStreetMap file on its own: whether it is whole, and what of a city it holds."""

from __future__ import annotations

import bz2
import gzip
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import osmium
import shapely

from urbanplan.base.errors import OsmFileError
from urbanplan.base.faults import Fault
from urbanplan.model.layers import MODES
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.osm.container import file_format
from urbanplan.sources.osm.extract import LAYER_NAMES, notes_on, wanted_keys
from urbanplan.sources.osm.overpass_json import as_opl
from urbanplan.sources.osm.pbf import UnusualFileError, loose_points
from urbanplan.sources.osm.reading import read_objects

if TYPE_CHECKING:
    from urbanplan.sources.osm.reading import Objects

_MAX_RATIO = 300
_MAX_UNPACKED = 1_500_000_000
_CHUNK = 1 << 20
_LARGE = 20_000_000
_BROKEN = 0.5
_LOOSE, _SOME_LOOSE, _FEW_LOOSE = 0.2, 0.02, 20
_WIDE_DEG = 10.0
_HALF_TURN, _QUARTER_TURN = 180.0, 90.0


def inspect_osm(path: Path) -> QualityRecord:
    """Check an OpenStreetMap file without a city: its container, its objects and how they hold together.

    Parameters
    ----------
    path : Path
        PBF, XML (also packed) or an answer of Overpass.

    Returns
    -------
    QualityRecord
        `read` counts objects that some layer uses.

    Raises
    ------
    MissingFileError
        If there is no such file.
    OsmFileError
        If it is empty, cut off, damaged, not OpenStreetMap, or holds nothing of a city.
    """
    kind = file_format(path)
    if kind in {"osm.gz", "osm.bz2"}:
        _check_unpacked(path, kind)
    if path.stat().st_size > _LARGE and kind == "pbf":
        return _counted(path)
    keys = wanted_keys(list(LAYER_NAMES), list(MODES))
    objects = read_objects(
        path, point_keys=keys["point_keys"], line_keys=keys["line_keys"], area_keys=keys["area_keys"]
    )
    counts = objects.counts
    record = QualityRecord(layer="osm", file=path.name, crs="EPSG:4326", crs_from="format", encoding="UTF-8")
    record.read = counts["points"] + counts["lines"] + counts["areas"]
    if not record.read:
        raise OsmFileError(Fault("osm_holds_nothing", file=path.name))
    _check_whole(objects, path.name)
    _check_loose(path, kind, record)
    _check_place(objects, path.name, record)
    record.kept = record.read - sum(record.dropped.values())
    record.note("osm_holds", points=counts["points"], lines=counts["lines"], areas=counts["areas"])
    record.add(*notes_on(path, objects))
    if not counts["lines"]:
        record.note("osm_no_street")
    return record


def _counted(path: Path) -> QualityRecord:
    """Read a large file to its end and count its streets; its areas are too many to assemble here."""
    record = QualityRecord(layer="osm", file=path.name, crs="EPSG:4326", crs_from="format", encoding="UTF-8")
    try:
        ways = osmium.FileProcessor(str(path), osmium.osm.ALL).with_filter(osmium.filter.KeyFilter("highway"))
        record.read = sum(1 for thing in ways if thing.is_way())
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise OsmFileError(Fault("osm_unread", file=path.name, error=error)) from error
    if not record.read:
        raise OsmFileError(Fault("osm_no_streets", file=path.name))
    record.kept = record.read
    record.note("osm_large", count=record.read)
    return record


def _check_unpacked(path: Path, kind: str) -> None:
    """Unpack once, in steps and to nowhere: a bomb, or an end that is lacking, is noticed here."""
    total, packed = 0, path.stat().st_size
    limit = min(_MAX_UNPACKED, _MAX_RATIO * packed + _CHUNK)
    again = Fault("compare_checksum")
    try:
        with (gzip.open if kind.endswith("gz") else bz2.open)(path) as stream:
            while piece := stream.read(_CHUNK):
                total += len(piece)
                if total > limit:
                    raise OsmFileError(Fault("osm_bomb", file=path.name, limit=limit, again=again))
    except (OSError, EOFError, ValueError) as error:
        if isinstance(error, OsmFileError):
            raise
        raise OsmFileError(Fault("osm_unpacked", file=path.name, error=error, again=again)) from error


def _check_whole(objects: Objects, where: str) -> None:
    broken, lines = objects.counts["ways_with_missing_nodes"], objects.counts["lines"]
    if lines and broken > _BROKEN * lines:
        raise OsmFileError(Fault("osm_ways_without_nodes", file=where, broken=broken, lines=lines))


def _check_loose(path: Path, kind: str, record: QualityRecord) -> None:
    """Count the points without tags that no way names: in a whole file they are few, since they are parts of ways."""
    loose, count = _loose(path, kind)
    if loose > max(_LOOSE * count, _FEW_LOOSE):
        raise OsmFileError(Fault("osm_loose", file=path.name, loose=loose, count=count))
    if loose > max(_SOME_LOOSE * count, _FEW_LOOSE):
        record.note("osm_loose_points", count=loose, total=count)


def _loose(path: Path, kind: str) -> tuple[int, int]:
    if kind == "pbf":
        with suppress(UnusualFileError):
            return loose_points(path)
    source = osmium.io.FileBuffer(as_opl(path), "opl") if kind == "json" else osmium.io.File(str(path), kind)
    plain: list[int] = []
    named: list[int] = []
    try:
        for thing in osmium.FileProcessor(source, osmium.osm.NODE | osmium.osm.WAY):
            if thing.is_way():
                named += [node.ref for node in thing.nodes]
            elif not thing.tags:
                plain.append(thing.id)
    except (RuntimeError, ValueError) as error:
        raise OsmFileError(Fault("osm_unread", file=path.name, error=error)) from error
    loose = ~np.isin(np.array(plain, dtype=np.int64), np.array(named, dtype=np.int64))
    return int(loose.sum()), len(plain)


def _check_place(objects: Objects, where: str, record: QualityRecord) -> None:
    """Refuse a file without a place on Earth, and say where its parts lie."""
    parts = [objects.points, objects.ref_xy, shapely.bounds(objects.areas).reshape(-1, 4)[:, :2]]
    xy = np.concatenate([part for part in parts if len(part)])
    known = np.isfinite(xy).all(axis=1)
    on_earth = known & (np.abs(xy[:, 0]) <= _HALF_TURN) & (np.abs(xy[:, 1]) <= _QUARTER_TURN)
    zero = on_earth & (np.abs(xy).max(axis=1) == 0)
    if not (on_earth & ~zero).any():
        raise OsmFileError(Fault("osm_nowhere", file=where))
    if zero.any():
        record.note("osm_nodes_at_zero", count=int(zero.sum()))
    if (known & ~on_earth).any():
        record.note("osm_nodes_off_earth", count=int((known & ~on_earth).sum()))
    west, south = xy[on_earth & ~zero].min(axis=0)
    east, north = xy[on_earth & ~zero].max(axis=0)
    if max(east - west, north - south) > _WIDE_DEG:
        record.note("spans_wide", width_deg=round(east - west), height_deg=round(north - south))
    record.note(
        "lies_at",
        west=f"{west:.3f}",
        east=f"{east:.3f}",
        south=f"{south:.3f}",
        north=f"{north:.3f}",
    )
