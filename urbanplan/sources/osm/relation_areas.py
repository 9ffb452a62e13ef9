"""Areas that are not plain outlines: assembled by the reference implementation from the few objects that they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.filter import EntityFilter

from urbanplan.sources.osm.mending import mended_areas
from urbanplan.sources.osm.objects import MULTIPOLYGON, Tags
from urbanplan.sources.osm.opl import opl_line
from urbanplan.sources.osm.pbf import Scan, UnusualFileError, scan_ways

_MULTI = {"type": "multipolygon"}
_AREA = "area=yes"
"""The assembler passes over ways without tags."""


class Assembled(NamedTuple):
    """Areas with their tags; `assembled` names also those that were broken, of which some were mended."""

    keys: list[str]
    shapes: NDArray[np.object_]
    tags: list[Tags]
    assembled: set[str]
    mended: int
    broken: int


def assembled_areas(path: Path, found: Scan, intricate: NDArray[np.int64], keys: frozenset[str]) -> Assembled:
    """Assemble multipolygon relations that carry one of the keys, and closed ways whose outline is not plain.

    Parameters
    ----------
    path : Path
        The file that was read, in which the members are looked up.
    found : Scan
        What was read.
    intricate : ndarray of int64
        Rows of the closed ways.
    keys : frozenset of str
        Keys of areas.
    """
    relations = found.relations
    rows = [
        row
        for row, tags in enumerate(relations.tags)
        if tags.get("type") in MULTIPOLYGON and not keys.isdisjoint(tags)
    ]
    tags: dict[str, Tags] = {f"way/{found.ways.ids[row]}": found.ways.tags[row] for row in intricate.tolist()}
    tags |= {f"relation/{relations.ids[row]}": _without_type(relations.tags[row]) for row in rows}
    if not tags:
        return Assembled([], np.empty(0, dtype=object), [], set(), 0, 0)
    lines = _relation_lines(found, rows)
    members = np.unique([ref for row in rows for kind, ref, _ in _members(found, row) if kind == "w"]).astype(
        np.int64
    )
    needed = np.union1d(members, found.ways.ids[intricate])
    source = osmium.io.FileBuffer("\n".join([*_way_lines(path, found, needed), *lines, ""]).encode(), "opl")
    try:
        return _assembled(source, tags)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise UnusualFileError(f"areas cannot be assembled ({error})") from error


def _without_type(tags: Tags) -> Tags:
    return {key: value for key, value in tags.items() if key != "type"}


def _members(found: Scan, row: int) -> list[tuple[str, int, str]]:
    relations = found.relations
    start, stop = relations.offsets[row : row + 2].tolist()
    refs = relations.refs[start:stop].tolist()
    return [(kind, ref, role) for ref, (kind, role) in zip(refs, relations.members[start:stop], strict=True)]


def _relation_lines(found: Scan, rows: list[int]) -> list[str]:
    return [
        opl_line(
            "relation",
            int(found.relations.ids[row]),
            {
                "tags": _MULTI,
                "members": [
                    {"type": kind, "ref": ref, "role": role} for kind, ref, role in _members(found, row)
                ],
            },
        )
        for row in rows
    ]


def _way_lines(path: Path, found: Scan, numbers: NDArray[np.int64]) -> list[str]:
    """Return the nodes of the given ways, and the ways, as OPL."""
    ways = scan_ways(path, numbers)
    refs = np.unique(ways.refs)
    xy = found.places(refs)
    there = np.isfinite(xy[:, 0])
    whole = zip(refs[there].tolist(), xy[there].tolist(), strict=True)
    lines = [f"n{ref} x{lon:.7f} y{lat:.7f}" for ref, (lon, lat) in whole]
    named = [f"n{ref}" for ref in ways.refs.tolist()]
    offsets = ways.offsets.tolist()
    for number, start, stop in zip(ways.ids.tolist(), offsets[:-1], offsets[1:], strict=True):
        lines.append(f"w{number} T{_AREA} N{','.join(named[start:stop])}")
    return lines


def _assembled(source: Any, tags: dict[str, Tags]) -> Assembled:
    wkb = osmium.geom.WKBFactory()
    drawn: dict[str, str] = {}
    broken: dict[str, Tags] = {}
    for area in osmium.FileProcessor(source).with_areas().with_filter(EntityFilter(osmium.osm.AREA)):
        key = f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"
        if key not in tags or key in drawn:
            continue
        if area.num_rings()[0] == 0:
            broken[key] = tags[key]
        else:
            drawn[key] = wkb.create_multipolygon(area)
    shapes = shapely.from_wkb(np.array(list(drawn.values()), dtype=object))
    single = shapely.get_num_geometries(shapes) == 1
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    mended = mended_areas(source, sorted(broken))
    keys = [*drawn, *mended]
    return Assembled(
        keys,
        np.concatenate([shapes, np.array(list(mended.values()), dtype=object)]),
        [tags[key] for key in keys],
        {*drawn, *broken},
        len(mended),
        len(broken),
    )
