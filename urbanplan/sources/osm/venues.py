"""Businesses and amenities: where visitors sleep and drink, where residents shop, and what stands beside both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbanplan.model.quality import QualityRecord
from urbanplan.sources.osm.features import Features, FeatureSet, layer
from urbanplan.sources.osm.places import repeated
from urbanplan.sources.osm.quantities import rooms
from urbanplan.sources.osm.tagging import scheme

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def venues(found: FeatureSet) -> tuple[GeoDataFrame, QualityRecord]:
    """Return businesses and amenities, each once, with the first use of `venues.yml` that fits it.

    Returns
    -------
    tuple of (GeoDataFrame, QualityRecord)
        Layer `venues`; `rooms` where the tag tells it.
    """
    rules = scheme("venues")
    objects = found.points + found.areas
    uses = {
        row: next(iter(classes.items()))
        for row, tags in enumerate(objects.tags)
        if rules.keys & tags.keys() and (classes := rules.classes(tags))
    }
    rows = np.array(list(uses), dtype=np.int64)
    picked = objects.take(rows)
    use = np.array([uses[row][0] for row in rows.tolist()], dtype=object)
    kind = np.array([uses[row][1] for row in rows.tolist()], dtype=object)
    twice = repeated(picked, use, kind)
    kept = np.flatnonzero(~twice)
    features = Features(picked.keys[kept], picked.shapes[kept], [picked.tags[row] for row in kept])
    columns = {
        "use": use[kept],
        "kind": kind[kept],
        "rooms": [rooms(tags.get("rooms")) for tags in features.tags],
    }
    frame = layer("venues", features, columns, found.crs)
    record = QualityRecord(layer="venues", file="", read=len(rows), kept=len(frame))
    record.drop("same_place_as_area", int(twice.sum()))
    return frame, record
