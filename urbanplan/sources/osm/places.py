"""Places that people go to, by category, each real place once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.model.quality import QualityRecord
from urbanplan.sources.osm.features import Features, FeatureSet, layer, sort_key
from urbanplan.sources.osm.tagging import scheme

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_STOP_POSITION = frozenset({"public_transport=stop_position", "railway=tram_stop"})
_STOP_PAIR_M = 40.0
"""A vehicle's halting point nearer than this to a platform or stop sign is the same stop."""
_AREA = 2


def places(found: FeatureSet) -> tuple[GeoDataFrame, QualityRecord]:
    """Return the places of every category in `places.yml`.

    Parameters
    ----------
    found : FeatureSet
        Tagged objects in metres.

    Returns
    -------
    tuple of (GeoDataFrame, QualityRecord)
        Layer `places`; an object of several categories has a row for each, the second and further ones indexed
        "node/1:category". And what was left out as a repetition.
    """
    rules = scheme("places")
    named: list[tuple[str, str, str, int]] = []
    objects = found.points + found.lines + found.areas
    lines = range(len(found.points.keys), len(found.points.keys) + len(found.lines.keys))
    for row, tags in enumerate(objects.tags):
        for number, (name, kind) in enumerate(rules.classes(tags).items()):
            if row not in lines or kind == "public_transport=platform":
                key = objects.keys[row] if number == 0 else f"{objects.keys[row]}:{name}"
                named.append((key, name, kind, row))
    named.sort(key=lambda place: sort_key(place[0]))
    rows = np.array([row for *_, row in named], dtype=np.int64)
    picked = objects.take(rows)
    category = np.array([place[1] for place in named], dtype=object)
    kinds = np.array([place[2] for place in named], dtype=object)
    twice = repeated(picked, category, kinds)
    halting = _paired_stops(picked.shapes, kinds, (category == "transit") & ~twice)
    kept = np.flatnonzero(~twice & ~halting)
    keys = np.array([named[row][0] for row in kept], dtype=object)
    features = Features(keys, picked.shapes[kept], [picked.tags[row] for row in kept])
    frame = layer("places", features, {"category": category[kept], "kind": kinds[kept]}, found.crs)
    record = QualityRecord(layer="places", file="", read=len(named), kept=len(kept))
    record.drop("same_place_as_area", int(twice.sum()))
    record.drop("halt_with_platform", int(halting.sum()))
    return frame, record


def repeated(
    features: Features, category: NDArray[np.object_], kind: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Say which objects repeat an area that contains them: same category, and same name or (nameless) same kind.

    Parameters
    ----------
    features : Features
        Points, lines and areas.
    category, kind : ndarray of str
        Of each object.

    Returns
    -------
    ndarray of bool
        True where the object is the same place as a larger one.
    """
    twice = np.zeros(len(features.keys), dtype=bool)
    areas = np.flatnonzero(shapely.get_dimensions(features.shapes) == _AREA)
    if not len(areas):
        return twice
    name = [(tags.get("name") or "").strip().casefold() for tags in features.tags]
    size = shapely.area(features.shapes)
    middle = shapely.point_on_surface(features.shapes)
    row, area = shapely.STRtree(features.shapes[areas]).query(middle, predicate="within")
    for inner, outer in zip(row.tolist(), areas[area].tolist(), strict=True):
        if inner == outer or category[inner] != category[outer]:
            continue
        if size[inner] > size[outer] or (size[inner] == size[outer] and inner < outer):
            continue
        same = name[inner] == name[outer] if name[inner] else kind[inner] == kind[outer]
        twice[inner] |= same
    return twice


def _paired_stops(
    shapes: NDArray[np.object_], kind: NDArray[np.object_], stops: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Say which stops are where the vehicle halts while the platform or sign beside it is mapped too."""
    paired = np.zeros(len(shapes), dtype=bool)
    halting = np.array([word in _STOP_POSITION for word in kind], dtype=bool) & stops
    waiting = np.flatnonzero(stops & ~halting)
    halting_rows = np.flatnonzero(halting)
    if len(waiting) and len(halting_rows):
        tree = shapely.STRtree(shapes[waiting])
        near = tree.query_nearest(shapes[halting_rows], max_distance=_STOP_PAIR_M)[0]
        paired[halting_rows[near]] = True
    return paired
