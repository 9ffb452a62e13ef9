"""The analysis grid of a city: its people, and how complete its map is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.dates import years_between
from urbanplan.methods.completeness import buildings_mapped, streets_mapped
from urbanplan.methods.grid import lay_grid
from urbanplan.model.city import LayerEntry
from urbanplan.model.layers import conform
from urbanplan.model.network import StreetNetwork
from urbanplan.study.drawn import Drawn
from urbanplan.study.layering import read_table

if TYPE_CHECKING:
    from urbanplan.study.prepare import Preparation


def cells_of(job: Preparation, boundary: GeoSeries, crs: str) -> Drawn:
    """Return the analysis grid of a city with its people, now and before."""
    cells = lay_grid(boundary.iloc[0], crs, cell_m=job.city.cell_m)
    drawn = Drawn(frame=cells, dates=[job.boundary_date()])
    for name in ("population", "population_before"):
        cells[name] = float("nan")
        for entry in job.city.layers.get(name, []):
            people, record = _people(job, entry, cells, crs)
            cells[name] = cells[name].fillna(people * cells["inside"])
            drawn.quality.append(record)
    cells["years_between"] = _years_between(job)
    if drawn.quality:
        job.say(f"population  {cells['population'].sum():,.0f} people in {len(cells):,} cells")
    drawn.frame = conform(cells, "cells")
    return drawn


def _years_between(job: Preparation) -> float:
    """Return the years between the two counts of people; unknown where there is only one."""
    layers = job.city.layers
    dates = [
        [entry.date or job.city.sources[entry.source].date for entry in layers.get(name, [])]
        for name in ("population_before", "population")
    ]
    return years_between(max(dates[0]), max(dates[1])) if all(dates) else float("nan")


def measure_completeness(
    job: Preparation, layers: dict[str, Drawn], cells: GeoDataFrame, crs: str, folder: Path
) -> None:
    """Measure how complete buildings and streets are on the map, where built-up ground is known."""
    from urbanplan.sources import raster  # noqa: PLC0415 - only cities with such a raster

    for entry in job.city.layers.get("built_up", []):
        choice = raster.Choice(entry.layer, entry.date)
        built, record = raster.counts_to_cells(
            job.path(entry.source), cells, crs, kind="built_up", source=entry.source, choice=choice
        )
        cells["built_up_m2"] = cells["built_up_m2"].fillna(built)
        layers["built_up"].quality.append(record.to_dict())
    if "buildings" in layers:
        cells["complete_buildings"] = buildings_mapped(layers["buildings"].frame, cells)
    if "walk" in layers:
        cells["complete_streets"] = streets_mapped(StreetNetwork.read(folder / "walk").lines, cells)


def _people(
    job: Preparation, entry: LayerEntry, cells: GeoDataFrame, crs: str
) -> tuple[pd.Series, dict[str, Any]]:
    from urbanplan.sources import raster  # noqa: PLC0415 - only cities with people

    if entry.point_cell_m is not None:
        points, record = read_table(job, "population", entry, crs)
        people = raster.points_to_cells(points, cells, crs, value="population", square_m=entry.point_cell_m)
    else:
        people, record = raster.counts_to_cells(
            job.path(entry.source),
            cells,
            crs,
            source=entry.source,
            choice=raster.Choice(entry.layer, entry.date),
        )
    return people, record.to_dict()
