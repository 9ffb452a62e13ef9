"""Join what several sources say of one layer: each asset once, each place on the ground once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import LayerError
from urbanplan.base.notes import Note
from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.matching import match
from urbanplan.methods.overlay import planar
from urbanplan.model.city import LayerEntry
from urbanplan.model.layers import conform
from urbanplan.study.drawn import Drawn
from urbanplan.study.tagged import without_asked_for

if TYPE_CHECKING:
    from urbanplan.study.prepare import Preparation

SAME_ASSET_M = 100.0
"""Two entries of one name within this distance are one heritage asset."""


def joined_layer(
    job: Preparation,
    name: str,
    entries: Iterable[LayerEntry],
    parts: list[tuple[GeoDataFrame, dict[str, Any]]],
) -> Drawn:
    """Return a layer made of the rows of all its entries.

    Raises
    ------
    LayerError
        If an id stands twice.
    """
    frames = without_asked_for([conform(frame, name) for frame, _ in parts], list(entries), parts)
    if name in {"heritage_assets", "heritage_assets_before"}:
        frames = _once(frames, parts)
    joined = pd.concat(frames) if len(frames) > 1 else frames[0]
    if name == "land_use":
        joined = _without_doubles(joined, frames, parts)
    if not joined.index.is_unique:
        twice = joined.index[joined.index.duplicated()][0]
        raise LayerError(
            f"{job.city.id}: layers.{name}: the id {twice!r} stands twice; map `id` to a column of unique codes"
        )
    joined.index = joined.index.astype(str).rename("unit_id")
    return Drawn(
        frame=gpd.GeoDataFrame(joined, geometry="geometry", crs=frames[0].crs),
        sources=sorted({entry.source for entry in entries}),
        dates=[entry.date or job.city.sources[entry.source].date for entry in entries],
        quality=[record for _, record in parts],
        notes=[entry.note.model_dump() for entry in entries if entry.note],
    )


def _without_doubles(
    joined: GeoDataFrame, frames: list[GeoDataFrame], parts: list[tuple[GeoDataFrame, dict[str, Any]]]
) -> GeoDataFrame:
    """Give ground that several areas claim to one of them: of an earlier list before a later one, the smaller first."""
    rank = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames])
    whole = gpd.GeoDataFrame(joined, geometry="geometry", crs=frames[0].crs)
    alone = planar(whole, rank=rank)
    doubled = float(whole.area.sum() - alone.area.sum())
    if doubled > 1.0:
        note = Note("claimed_once", {"area_ha": round(doubled / HECTARE_M2, 1)})
        parts[-1][1].setdefault("notes", []).append(note.to_dict())
    return alone


def _once(frames: list[GeoDataFrame], parts: list[tuple[GeoDataFrame, dict[str, Any]]]) -> list[GeoDataFrame]:
    """Take an asset that stands in several lists once: the first list's geometry, the words of the last that has them."""
    frames = [frame.assign(lists=frame["source"]) for frame in frames]
    kept = frames[:1]
    for frame, (_, record) in zip(frames[1:], parts[1:], strict=True):
        earlier = kept[0] if len(kept) == 1 else gpd.GeoDataFrame(pd.concat(kept), crs=frame.crs)
        same = match(earlier, frame, max_distance_m=SAME_ASSET_M).dropna()
        more = frame.loc[same.index].set_axis(same.to_numpy(), axis=0)
        kept = [_filled(part, more) for part in kept]
        kept.append(frame.drop(index=same.index))
        note = Note("assets_once", {"count": len(same), "total": len(frame), "distance_m": SAME_ASSET_M})
        record.setdefault("notes", []).append(note.to_dict())
    return kept


def _filled(frame: GeoDataFrame, more: GeoDataFrame) -> GeoDataFrame:
    out = frame.copy()
    both = out["lists"].where(
        ~out.index.isin(more.index), out["lists"] + ";" + more["lists"].reindex(out.index)
    )
    for column in out.columns.drop(["geometry", "source", "lists"]):
        later = more[column].reindex(out.index)
        out[column] = later.where(later.notna(), out[column])
    return out.assign(lists=both)
