"""Rasters of a city, cut to the area read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from urbanplan.model.city import LayerEntry
from urbanplan.study.drawn import Drawn

if TYPE_CHECKING:
    from urbanplan.study.prepare import Preparation


def cut_rasters(
    job: Preparation, name: str, entries: list[LayerEntry], clip: BaseGeometry, crs: str, folder: Path
) -> Drawn:
    """Cut rasters to the area read, one file per date; people are shared out to the cells instead."""
    from urbanplan.sources import raster  # noqa: PLC0415 - only cities with rasters
    from urbanplan.study.layering import read_table  # noqa: PLC0415 - it reads layers by this room

    drawn = Drawn(sources=sorted({entry.source for entry in entries}))
    drawn.notes = [entry.note.model_dump() for entry in entries if entry.note]
    for entry in entries:
        date = entry.date or job.city.sources[entry.source].date
        drawn.dates.append(date)
        if name in {"population", "population_before", "built_up"}:
            job.path(entry.source)
            continue
        target = folder / f"{name}_{date}.tif"
        if entry.point_cell_m is not None:
            points, record = read_table(job, name, entry, crs)
            raster.points_to_raster(
                points, target, clip.bounds, crs, kind=name, value=name, square_m=entry.point_cell_m
            )
        else:
            path = job.path(entry.source)
            record = raster.clip_raster(
                path,
                target,
                clip.bounds,
                crs,
                kind=name,
                source=entry.source,
                choice=raster.Choice(entry.layer, entry.date),
            )
        drawn.files[date] = target.name
        drawn.quality.append(record.to_dict())
    return drawn
