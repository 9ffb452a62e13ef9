"""Parts of layers that a city file asks OpenStreetMap for by tags: places that the usual lists do not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import InputError, LayerError
from urbanplan.base.notes import Note

if TYPE_CHECKING:
    from urbanplan.model.city_layer import LayerEntry
    from urbanplan.study.prepare import Preparation


def tagged_part(
    job: Preparation, name: str, entry: LayerEntry, crs: str
) -> tuple[GeoDataFrame, dict[str, Any]]:
    """Return what carries the tags of an entry, with its constants, and the quality record.

    Raises
    ------
    LayerError
        If nothing in the city carries any of them.
    """
    from urbanplan.sources.osm import read_tagged  # noqa: PLC0415 - only cities that ask for tags

    path = job.path(entry.source)
    try:
        found = read_tagged(path, entry.tags, clip=job.area, crs=crs)
    except InputError as error:
        raise type(error)(f"{job.city.id}: layers.{name}: {error}") from error
    if found.empty:
        asked = ", ".join(f"{key}={value}" for key, value in entry.tags.items())
        raise LayerError(
            f"{job.city.id}: layers.{name}: nothing in {path.name} carries {asked} in the city; check the tags"
        )
    frame = found.assign(kind=found["tag"], **entry.constants, source=entry.source).drop(columns="tag")
    return frame, {
        "layer": name,
        "file": path.name,
        "source": entry.source,
        "read": len(frame),
        "kept": len(frame),
    }


def without_asked_for(
    frames: list[GeoDataFrame], entries: list[LayerEntry], parts: list[tuple[GeoDataFrame, dict[str, Any]]]
) -> list[GeoDataFrame]:
    """Take what an entry asked for by its tags out of the other entries: the one that names it says what it is."""
    asked = [frame for frame, entry in zip(frames, entries, strict=True) if entry.tags]
    if not asked:
        return frames
    named = pd.Index([]).append([frame.index for frame in asked])
    out = []
    for frame, entry, (_, record) in zip(frames, entries, parts, strict=True):
        again = frame.index.isin(named) & (not entry.tags)
        if again.any():
            record.setdefault("notes", []).append(
                Note("asked_by_tags", {"count": int(again.sum())}).to_dict()
            )
        out.append(frame[~again])
    return out
