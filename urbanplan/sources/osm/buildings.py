"""Buildings: footprints with use, storeys, heights and roofs, as mappers write them; a building's parts add to its height."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.thai_dates import iso_date
from urbanplan.methods.overlay import polygonal
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.osm.features import Features, FeatureSet, Tags, layer
from urbanplan.sources.osm.quantities import height_m, levels
from urbanplan.sources.osm.tagging import building_rules

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Floats = NDArray[np.float64]
PART = "building:part"
KEYS = frozenset({"building", PART})
"""Keys that make an object worth reading for this layer."""
_NO_BUILDING = frozenset({"no", "entrance"})
_NOT_YET = frozenset({"construction", "proposed"})


def buildings(found: FeatureSet) -> tuple[GeoDataFrame, QualityRecord]:
    """Return building footprints with their use, storeys, heights and roofs; those that cross the clip are kept whole."""
    tags = found.areas.tags
    rows = [row for row, each in enumerate(tags) if _is_building(each)]
    parts = [row for row, each in enumerate(tags) if each.get(PART, "no") != "no" and not _is_building(each)]
    picked = found.areas.take(np.array(rows, dtype=np.int64))
    rules = building_rules(found.scheme)
    sound = Features(picked.keys, polygonal(picked.shapes), picked.tags)
    numbers = {name: _read(picked.tags, name) for name in _NUMBERS}
    record = QualityRecord(layer="buildings", file="", read=len(rows))
    record.repaired = int((~shapely.is_valid(picked.shapes)).sum())
    for keys, name, what in (
        (_NUMBERS["levels"][0], "levels", "storeys"),
        (_NUMBERS["height_m"][0], "height_m", "height"),
    ):
        given = sum(not each.keys().isdisjoint(keys) for each in picked.tags)
        unread = given - int(np.isfinite(numbers[name]).sum())
        if unread:
            record.note(f"{what}_unread", count=unread)
    unbuilt = np.array([each["building"] in _NOT_YET for each in picked.tags], dtype=bool)
    for values in numbers.values():
        values[unbuilt] = np.nan
    if parts:
        _add_parts(numbers, sound.shapes, found.areas.take(np.array(parts, dtype=np.int64)), record)
    columns = {
        **numbers,
        "use": [next(iter(rules.classes(each)), "unknown") for each in picked.tags],
        "roof_shape": [each.get("roof:shape") for each in picked.tags],
        "built": [_date(each) for each in picked.tags],
    }
    frame = layer("buildings", sound, columns, found.crs)
    record.kept = len(frame)
    return frame, record


_NUMBERS = {
    "levels": (("building:levels",), levels),
    "height_m": (("height", "building:height"), height_m),
    "roof_levels": (("roof:levels",), levels),
    "roof_height_m": (("roof:height",), height_m),
    "min_height_m": (("min_height", "building:min_height"), height_m),
}
"""By column: the keys that give it, the first that is there, and how its text is read."""


def _is_building(tags: Tags) -> bool:
    return tags.get("building", "no") not in _NO_BUILDING and tags.get("location") != "underground"


def _read(tags: list[Tags], name: str) -> Floats:
    keys, read = _NUMBERS[name]
    texts = [next(filter(None, map(each.get, keys)), None) for each in tags]
    known = {text: read(text) for text in set(texts)}  # of a city's thousands of heights few differ
    return np.array([known[text] for text in texts], dtype=np.float64)


def _date(tags: Tags) -> str | None:
    """Return when a building was built; a text that is no date (`C18`, `before 1900`) tells none."""
    text = tags.get("start_date")
    return iso_date(text) if text else None


def _add_parts(
    numbers: dict[str, Floats], outlines: NDArray[np.object_], parts: Features, record: QualityRecord
) -> None:
    """Give a building the height of its highest part, and its storeys, where parts of it are mapped."""
    inner = shapely.point_on_surface(polygonal(parts.shapes))
    part, building = shapely.STRtree(outlines).query(inner, predicate="within")
    raised = set()
    for name in ("height_m", "levels"):
        highest = np.full(len(outlines), -np.inf)
        values = _read(parts.tags, name)
        np.fmax.at(highest, building, np.where(np.isfinite(values[part]), values[part], -np.inf))
        higher = np.isfinite(highest) & ~(numbers[name] >= highest)
        numbers[name][higher] = highest[higher]
        raised.update(np.flatnonzero(higher).tolist())
    if raised:
        record.note("parts_raised", count=len(raised))
