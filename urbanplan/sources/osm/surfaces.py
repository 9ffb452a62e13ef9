"""Areas and waterways: land use, open space, water."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.overlay import planar, polygonal
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.osm.features import Features, FeatureSet, cut, layer
from urbanplan.sources.osm.tagging import land_rules, scheme

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_OUTSIDE = "outside"


def land_use(found: FeatureSet) -> tuple[GeoDataFrame, QualityRecord]:
    """Return areas of land use without overlaps (the smaller area wins), cut at the clip."""
    rules = land_rules(found.scheme)
    kinds = {
        row: next(iter(rules.classes(tags).items()))
        for row, tags in enumerate(found.areas.tags)
        if tags.get("building", "no") == "no" and rules.keys & tags.keys() and rules.classes(tags)
    }
    features, rows = _cut_areas(found, list(kinds))
    columns = {"class": [kinds[row][0] for row in rows], "kind": [kinds[row][1] for row in rows]}
    overlapping = layer("land_use", features, columns, found.crs)
    frame = planar(overlapping)
    overlap_ha = float(overlapping.area.sum() - frame.area.sum()) / HECTARE_M2
    record = QualityRecord(layer="land_use", file="", read=len(kinds), kept=len(frame))
    record.drop(_OUTSIDE, len(kinds) - len(rows))
    record.drop("covered_by_smaller", len(overlapping) - len(frame))
    record.note("overlap_given_to_smallest", area_ha=round(overlap_ha, 1))
    return frame, record


def open_space(found: FeatureSet) -> tuple[GeoDataFrame, QualityRecord]:
    """Return public green and open spaces, cut at the clip; a park may contain a playground of its own."""
    rules = scheme("open_space")
    kinds = {
        row: classes["open_space"]
        for row, tags in enumerate(found.areas.tags)
        if rules.keys & tags.keys() and (classes := rules.classes(tags))
    }
    features, rows = _cut_areas(found, list(kinds))
    columns = {
        "kind": [kinds[row] for row in rows],
        "access": [tags.get("access") for tags in features.tags],
    }
    frame = layer("open_space", features, columns, found.crs)
    record = QualityRecord(layer="open_space", file="", read=len(kinds), kept=len(frame))
    record.drop(_OUTSIDE, len(kinds) - len(rows))
    return frame, record


def water(found: FeatureSet) -> tuple[GeoDataFrame, QualityRecord]:
    """Return water areas and waterways, cut at the clip."""
    rules = scheme("water")
    both = found.lines + found.areas
    kinds = {
        row: classes["water"]
        for row, tags in enumerate(both.tags)
        if rules.keys & tags.keys() and (classes := rules.classes(tags))
    }
    rows = np.array(list(kinds), dtype=np.int64)
    picked = both.take(rows)
    shapes = cut(picked.shapes, found.clip)
    left = np.flatnonzero(shapely.get_dimensions(shapes) >= 1)
    left = left[~shapely.is_empty(shapes[left])]
    features = Features(picked.keys[left], shapes[left], [picked.tags[row] for row in left])
    frame = layer("water", features, {"kind": [kinds[row] for row in rows[left].tolist()]}, found.crs)
    record = QualityRecord(layer="water", file="", read=len(rows), kept=len(frame))
    record.drop(_OUTSIDE, len(rows) - len(left))
    return frame, record


def _cut_areas(found: FeatureSet, rows: list[int]) -> tuple[Features, list[int]]:
    picked = found.areas.take(np.array(rows, dtype=np.int64))
    shapes = cut(polygonal(picked.shapes), found.clip)
    left = np.flatnonzero(shapely.area(shapes) > 0)
    features = Features(picked.keys[left], shapes[left], [picked.tags[row] for row in left])
    return features, [rows[row] for row in left]
