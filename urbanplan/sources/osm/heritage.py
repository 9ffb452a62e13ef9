"""Candidates for heritage assets: what mappers call historic, listed, a temple, a gate or a wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.model.quality import QualityRecord
from urbanplan.sources.osm.features import Features, FeatureSet, Tags, layer
from urbanplan.sources.osm.places import repeated
from urbanplan.sources.osm.tagging import scheme

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def heritage_assets(found: FeatureSet) -> tuple[GeoDataFrame, QualityRecord]:
    """Return heritage assets, each once; those that cross the clip are kept whole.

    Parameters
    ----------
    found : FeatureSet
        Tagged objects in metres.

    Returns
    -------
    tuple of (GeoDataFrame, QualityRecord)
        Layer `heritage_assets`. `designation` is what `heritage` says ("2", with the operator in brackets where it
        is named); `registered` is 1 where it says anything but "no", else unknown: OpenStreetMap is not a register.
    """
    rules = scheme("heritage")
    objects = found.points + found.lines + found.areas
    kinds = {
        row: classes["heritage"]
        for row, tags in enumerate(objects.tags)
        if rules.keys & tags.keys() and (classes := rules.classes(tags))
    }
    rows = np.array(list(kinds), dtype=np.int64)
    picked = objects.take(rows)
    kind = np.array(
        [_kind(tags, kinds[row]) for tags, row in zip(picked.tags, rows.tolist(), strict=True)], dtype=object
    )
    twice = repeated(picked, np.full(len(rows), "heritage", dtype=object), kind)
    inner = parts_of_others(picked) & ~twice
    kept = np.flatnonzero(~twice & ~inner)
    features = Features(picked.keys[kept], picked.shapes[kept], [picked.tags[row] for row in kept])
    columns = {
        "kind": kind[kept],
        "designation": [_designation(tags) for tags in features.tags],
        "registered": [1.0 if _is_listed(tags) else float("nan") for tags in features.tags],
        "ref": [_reference(tags) for tags in features.tags],
        "wikidata": [tags.get("wikidata") for tags in features.tags],
        "aliases": [_aliases(tags) for tags in features.tags],
        "fabric": [tags.get("building:material") or tags.get("material") for tags in features.tags],
    }
    frame = layer("heritage_assets", features, columns, found.crs)
    record = QualityRecord(layer="heritage_assets", file="", read=len(rows), kept=len(frame))
    record.drop("same_asset_as_area", int(twice.sum()))
    record.drop("nameless_part", int(inner.sum()))
    record.note("osm_no_register")
    return frame, record


def parts_of_others(found: Features) -> NDArray[np.bool_]:
    """Tell which objects without a name stand inside a larger one: a hall inside its temple is not another asset.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where the object has no name and a larger object of the list covers it.
    """
    nameless = np.array(
        [not any(key.split(":")[0] == "name" for key in tags) for tags in found.tags], dtype=bool
    )
    inner = np.zeros(len(found.tags), dtype=bool)
    area = shapely.area(found.shapes)
    ours, theirs = shapely.STRtree(found.shapes).query(found.shapes, predicate="covered_by")
    larger = nameless[ours] & (area[theirs] > area[ours])
    inner[ours[larger]] = True
    return inner


def _kind(tags: Tags, found: str) -> str:
    """Say what the asset is: `heritage=2` tells only how it is protected."""
    for key in ("historic", "building", "man_made", "barrier", "amenity", "tourism"):
        value = tags.get(key)
        if value not in {None, "yes", "no"} and found.startswith("heritage="):
            return f"{key}={value}"
    return found


def _reference(tags: Tags) -> str | None:
    """Return the number in the register of whoever protects it (`ref:<operator>`), or what mappers call its reference."""
    operators = (name.strip() for name in tags.get("heritage:operator", "").split(";"))
    keys = [*(f"ref:{name}" for name in operators if name), "heritage:ref", "ref:heritage"]
    return next((tags[key] for key in keys if key in tags), None)


def _aliases(tags: Tags) -> str | None:
    names = [tags[key] for key in ("alt_name", "old_name", "official_name", "loc_name") if key in tags]
    return ";".join(names) or None


def _is_listed(tags: Tags) -> bool:
    return tags.get("heritage", "no") != "no"


def _designation(tags: Tags) -> str | None:
    if not _is_listed(tags):
        return None
    operator = tags.get("heritage:operator")
    return f"{tags['heritage']} ({operator})" if operator else tags["heritage"]
