"""One pass over an OpenStreetMap file: tagged points, lines with their nodes, and assembled areas."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from urbanplan.sources.osm.container import file_format
from urbanplan.sources.osm.flat_reading import read_by_arrays
from urbanplan.sources.osm.objects import Box, Objects, Wanted
from urbanplan.sources.osm.pbf import UnusualFileError

__all__ = ["Objects", "read_objects"]


def read_objects(
    path: Path,
    *,
    point_keys: Iterable[str],
    line_keys: Iterable[str],
    area_keys: Iterable[str],
    box: Box | None = None,
    streets: bool = False,
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
    streets : bool
        Whether to read what stands on streets (lights, crossings, gates, doors) and rules about turning too.

    Raises
    ------
    OsmFileError
        If the file is empty, damaged, not OpenStreetMap, or a history of versions.
    """
    kind = file_format(path)
    keys = Wanted(_sorted(point_keys), _sorted(line_keys), _sorted(area_keys), streets)
    if kind == "pbf":
        try:
            return read_by_arrays(path, keys, box)
        except UnusualFileError:
            pass  # damaged, or written in a rare way: the reference implementation reads it, or says what is wrong
    from urbanplan.sources.osm.osmium_reading import read_by_osmium  # noqa: PLC0415 - only what arrays cannot read

    return read_by_osmium(path, kind, keys, box)


def _sorted(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(keys))
