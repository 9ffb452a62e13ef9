"""An Overpass answer in JSON as the stream of objects that other OpenStreetMap files are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import OsmFileError
from urbanplan.base.faults import Fault
from urbanplan.sources.osm.opl import opl_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ORDER = {"node": 0, "way": 1, "relation": 2}


def as_opl(path: Path) -> bytes:
    """Return an Overpass answer as OPL text, nodes first, each object once.

    Parameters
    ----------
    path : Path
        Answer of the Overpass API to a query with `[out:json]`, by `out body` and `>` or by `out geom`.

    Returns
    -------
    bytes
        The same objects in OPL, ordered by kind and id.

    Raises
    ------
    OsmFileError
        If it is not such an answer, holds nothing, or the server says in `remark` that it is not whole.
    """
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise OsmFileError(Fault("overpass_cut", file=path, error=error)) from error
    elements = content.get("elements") if isinstance(content, dict) else None
    if not isinstance(elements, list):
        raise OsmFileError(Fault("overpass_not", file=path))
    if content.get("remark"):
        raise OsmFileError(Fault("overpass_partial", file=path, said=str(content["remark"])[:200]))
    if not elements:
        raise OsmFileError(Fault("overpass_nothing", file=path))
    try:
        objects = _objects(elements)
        lines = [opl_line(kind, number, objects[kind, number]) for kind, number in sorted(objects, key=_rank)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OsmFileError(Fault("overpass_odd", file=path, error=error)) from error
    return ("\n".join(lines) + "\n").encode()


def _rank(key: tuple[str, int]) -> tuple[int, int]:
    return _ORDER[key[0]], key[1]


def _objects(elements: Iterable[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Join what the answer says of each object: it may stand in it twice, once with tags and once without."""
    objects: dict[tuple[str, int], dict[str, Any]] = {}
    for element in elements:
        kind = element["type"]
        if kind not in _ORDER:
            continue
        objects.setdefault((kind, int(element["id"])), {}).update(element)
        if kind == "way" and "geometry" in element:
            for ref, place in zip(element["nodes"], element["geometry"], strict=True):
                if place is not None:
                    objects.setdefault(("node", int(ref)), {}).update(lon=place["lon"], lat=place["lat"])
    return objects
