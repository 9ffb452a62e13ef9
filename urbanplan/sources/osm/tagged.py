"""Whatever carries given tags: places that no layer of ours holds, for questions of one's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.crs import check_projected_metres
from urbanplan.base.errors import UsageError
from urbanplan.sources.osm.features import SOURCE, Features, feature_set, project, sort_key
from urbanplan.sources.osm.places import repeated
from urbanplan.sources.osm.reading import read_objects
from urbanplan.sources.osm.tagging import Tags

Query = Mapping[str, bool | str | Collection[str]]
"""Values by key: one, several, or True for any but `no`."""

_MARGIN_DEG = 0.01


def read_tagged(path: Path | str, tags: Query, *, clip: Any = None, crs: Any) -> GeoDataFrame:
    """Read every object of an OpenStreetMap file that carries one of the given tags.

    Parameters
    ----------
    path : Path or str
        PBF, XML (also packed) or Overpass JSON.
    tags : mapping
        `{"amenity": ["pharmacy", "clinic"], "healthcare": True}`: an object with any of these values, or with any value at
        all of a key that is True, is read.
    clip : Polygon or MultiPolygon, optional
        Area to read in EPSG:4326; what touches it is kept whole.
    crs : CRS or str
        Projected CRS in metres.

    Returns
    -------
    GeoDataFrame
        Index `node/1`, `way/1`, `relation/1`; `name`, `name_en`, `name_th`, `tag` (the first that was asked for, as `key=value`), `source`
        and geometry: points, lines, or areas. An object that is mapped twice, as an area and as a point of the same tag
        and name in it, stands once. Streets are read as networks, not here. Without rows where nothing is found.

    Raises
    ------
    UsageError
        If no tag is asked for, or a value is neither a word nor True.
    MissingFileError, OsmFileError
        If the file is not there or damaged.
    """
    wanted = _wanted(tags)
    target = check_projected_metres(crs, where=str(path))
    box = None
    if clip is not None:
        west, south, east, north = shapely.bounds(clip).tolist()
        box = west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG
    keys = set(wanted)
    objects = read_objects(Path(path), point_keys=keys, line_keys=keys, area_keys=keys, box=box)
    ground = None if clip is None else project(np.array([clip], dtype=object), target)[0]
    found = feature_set(objects, clip=ground, crs=target)
    features = found.points + found.lines + found.areas
    matched = np.array([_match(own, wanted) for own in features.tags], dtype=object)
    rows = np.flatnonzero(matched != "")
    rows = np.array(sorted(rows.tolist(), key=lambda row: sort_key(str(features.keys[row]))), dtype=np.int64)
    picked = features.take(rows)
    once = ~repeated(picked, matched[rows], matched[rows])
    return _table(picked.take(np.flatnonzero(once)), matched[rows][once], target)


def _table(features: Features, matched: Any, crs: Any) -> GeoDataFrame:
    names = {"name": "name", "name_en": "name:en", "name_th": "name:th"}
    words = {column: [tags.get(key) for tags in features.tags] for column, key in names.items()}
    columns = {**words, "tag": matched, "source": SOURCE, "geometry": features.shapes}
    frame = gpd.GeoDataFrame(columns, index=features.keys, crs=crs)
    frame.index.name = "osm"
    return frame


def _wanted(tags: Query) -> dict[str, frozenset[str] | None]:
    """Return the values asked for of each key, None where any will do."""
    if not isinstance(tags, Mapping) or not tags:
        raise UsageError('name the tags to look for, e.g. {"amenity": ["pharmacy"], "healthcare": True}')
    wanted: dict[str, frozenset[str] | None] = {}
    for key, given in tags.items():
        if given is True:
            wanted[str(key)] = None
            continue
        values = [given] if isinstance(given, str) else given
        if (
            not isinstance(values, Collection)
            or not values
            or not all(isinstance(word, str) for word in values)
        ):
            raise UsageError(f"tag {key!r}: ask for a word, several words, or True for any, not {given!r}")
        wanted[str(key)] = frozenset(values)
    return wanted


def _match(own: Tags, wanted: Mapping[str, frozenset[str] | None]) -> str:
    """Return the first tag of an object that was asked for, or nothing."""
    for key, values in wanted.items():
        for word in (part.strip() for part in own.get(key, "").split(";")):
            if word and (word in values if values is not None else word != "no"):
                return f"{key}={word}"
    return ""
