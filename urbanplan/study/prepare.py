"""Prepare a city: from what its file declares to clean layers, in metres, with a quality record of each."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from urbanplan.base.crs import WGS84, to_crs
from urbanplan.base.dates import years_between
from urbanplan.base.errors import LayerError
from urbanplan.base.io import sha256, size_of, write_json
from urbanplan.base.notes import Note
from urbanplan.base.workspace import raw_folder, runs_folder
from urbanplan.methods.completeness import buildings_mapped, streets_mapped
from urbanplan.methods.grid import lay_grid
from urbanplan.model.city import City, FromSource, LayerEntry
from urbanplan.model.city_file import city_path, read_city
from urbanplan.model.layers import LAYERS, MODES, conform
from urbanplan.model.network import StreetNetwork
from urbanplan.model.quality import QualityRecord
from urbanplan.model.scheme import read_scheme
from urbanplan.model.study_area import FORMAT
from urbanplan.study.area import StudyArea
from urbanplan.study.dossier.entries import add_entries
from urbanplan.study.extent import area_polygon, boundary_of
from urbanplan.study.heritage_heights import add_heights
from urbanplan.study.heritage_rules import add_rules
from urbanplan.study.inputs import find_source
from urbanplan.study.layering import Drawn, read_layers, read_table
from urbanplan.study.observed import add_observed_use
from urbanplan.study.plan_rules import add_plan_rules
from urbanplan.study.repairs import note_repairs
from urbanplan.study.scenario import read_proposals

Say = Callable[[str], None]
MIN_OVERLAP = 1e-3
"""A zone of which less than this share lies in the city is a sliver of its neighbour, and is left out."""


def prepare(
    city: str | Path,
    *,
    data: str | Path | None = None,
    out: str | Path | None = None,
    offline: bool = False,
    progress: Say | None = None,
) -> StudyArea:
    """Read everything that a city file declares into clean layers.

    Parameters
    ----------
    city : str or Path
        Id of a city, or path of a city file.
    data : path, optional
        Folder of input files; default `data/raw/<city>`. What is fetched is kept there.
    out : path, optional
        Folder of runs; default `data/runs`.
    offline : bool
        Never touch the network.
    progress : callable, optional
        Takes one line of text per finished step.

    Returns
    -------
    StudyArea
        The prepared city; its layers lie in `<out>/<city>/layers` and replace older ones only as a whole.

    Raises
    ------
    UrbanPlanError
        One of its kinds for each way in which input can be wrong; the text names file, fault and mend.
    """
    facts = read_city(city)
    folder = (Path(out) if out else runs_folder()) / facts.id
    job = Preparation(
        city=facts,
        data=Path(data) if data else raw_folder(facts.id),
        offline=offline,
        say=progress or (lambda _: None),
    )
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".layers.", dir=folder))
    try:
        manifest = job.write(draft)
        manifest["city_file_sha256"] = sha256(city_path(city))
        write_json(draft / "manifest.json", manifest)
        _replace(draft, folder / "layers")
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return StudyArea.read(facts.id, out=folder.parent)


def _replace(draft: Path, target: Path) -> None:
    """Put a finished folder in the place of an older one; readers see one or the other, never a mixture."""
    draft.chmod(0o755)
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=".old.", dir=target.parent))
        target.replace(old / "layers")
        draft.replace(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        draft.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


class Preparation:
    """One city's way from declared sources to written layers."""

    def __init__(self, *, city: City, data: Path, offline: bool, say: Say) -> None:
        self.city = city
        self.data = data
        self.offline = offline
        self.say = say
        self.used: dict[str, Path] = {}
        self.records: list[QualityRecord] = []
        self.middle: tuple[float, float] | None = None
        self.area: BaseGeometry | None = None
        own = city.land_use_scheme
        self.scheme = read_scheme(data / own if own else None)

    def write(self, folder: Path) -> dict[str, Any]:
        """Read all layers, write them into the folder and return the manifest."""
        started = time.perf_counter()
        boundary = boundary_of(self.city, self._read_area, self.data, offline=self.offline)
        crs = str(boundary.crs)
        middle = to_crs(boundary.centroid, WGS84).iloc[0]
        self.middle = (middle.x, middle.y)
        clip = shapely.simplify(boundary.iloc[0].buffer(self.city.buffer_m), 1.0)
        self.area = to_crs(GeoSeries([clip], crs=crs), WGS84).iloc[0]
        self.say(f"boundary  {boundary.area.sum() / 1e6:,.1f} km2  {time.perf_counter() - started:.1f} s")
        layers = read_layers(self, clip, crs, folder)
        layers["boundary"] = self._boundary_layer(boundary)
        if "zones" in layers:
            layers["zones"] = self._zones(layers["zones"], boundary.iloc[0])
        layers["cells"] = self._cells(boundary, crs)
        add_observed_use(layers, crs, self.say)
        add_plan_rules(self, layers)
        if "built_up" in layers:
            self._measure(layers, layers["cells"].frame, crs, folder)
        add_rules(self, layers)
        add_heights(layers, folder, self.city.heights)
        for name, drawn in layers.items():
            if drawn.frame is not None:
                drawn.frame.to_parquet(folder / f"{name}.parquet")
        for name, proposed in read_proposals(self, crs).items():
            proposed.to_parquet(folder / f"scenario_{name}.parquet")
        add_entries(self, folder)
        repairs = note_repairs(self.records, layers, folder)
        known = self._known(layers, clip, crs)
        known.to_parquet(folder / "known.parquet")
        return {
            "format": FORMAT,
            "city": self.city.model_dump(mode="json"),
            "crs": crs,
            "sources": {key: self._source_record(key) for key in sorted(self.used)},
            "layers": {
                name: drawn.record(self.city, self._known_share(name, known, boundary))
                for name, drawn in sorted(layers.items())
            },
            "missing": self._missing(layers),
            "repairs": repairs,
        }

    def path(self, key: str) -> Path:
        """Return a source's file, fetched where needed, and remember that it was used."""
        path = find_source(self.city, key, self.data, offline=self.offline, say=self.say, area=self.area)
        self.used[key] = path
        return path

    def _read_area(self, area: FromSource) -> GeoDataFrame:
        entry = LayerEntry(source=area.source, layer=area.layer, where=area.where)
        return read_table(self, "boundary", entry)[0]

    def _boundary_layer(self, boundary: GeoSeries) -> Drawn:
        names = {"name": self.city.name.en, "name_en": self.city.name.en, "name_th": self.city.name.th}
        frame = GeoDataFrame(
            names,
            geometry=boundary.to_numpy(),
            index=pd.Index([self.city.id], name="unit_id"),
            crs=boundary.crs,
        )
        return Drawn(frame=frame, dates=[self._boundary_date()])

    def _boundary_date(self) -> str:
        if isinstance(self.city.boundary, FromSource):
            return self.city.sources[self.city.boundary.source].date
        return max(source.date for source in self.city.sources.values())

    def _zones(self, drawn: Drawn, boundary: BaseGeometry) -> Drawn:
        """Cut the zones to the city; slivers of neighbours are left out, and counted."""
        zones = drawn.frame
        inside = shapely.intersection(zones.geometry.array, boundary)
        share = shapely.area(inside) / shapely.area(zones.geometry.array)
        kept = share >= MIN_OVERLAP
        if not kept.any():
            raise LayerError(
                f"{self.city.id}: layers.zones: no zone lies in the city; boundary and zones are of different places"
            )
        cut = zones.set_geometry(GeoSeries(inside, zones.index, crs=zones.crs))[kept]
        if (~kept).any():
            drawn.note(Note("zones_outside", {"count": int((~kept).sum())}))
        return drawn.with_frame(cut)

    def _cells(self, boundary: GeoSeries, crs: str) -> Drawn:
        cells = lay_grid(boundary.iloc[0], crs, cell_m=self.city.cell_m)
        drawn = Drawn(frame=cells, dates=[self._boundary_date()])
        for name in ("population", "population_before"):
            cells[name] = float("nan")
            for entry in self.city.layers.get(name, []):
                people, record = self._people(entry, cells, crs)
                cells[name] = cells[name].fillna(people * cells["inside"])
                drawn.quality.append(record)
        cells["years_between"] = self._years_between()
        if drawn.quality:
            self.say(f"population  {cells['population'].sum():,.0f} people in {len(cells):,} cells")
        drawn.frame = conform(cells, "cells")
        return drawn

    def _years_between(self) -> float:
        """Return the years between the two counts of people; unknown where there is only one."""
        layers = self.city.layers
        dates = [
            [entry.date or self.city.sources[entry.source].date for entry in layers.get(name, [])]
            for name in ("population_before", "population")
        ]
        return years_between(max(dates[0]), max(dates[1])) if all(dates) else float("nan")

    def _measure(self, layers: dict[str, Drawn], cells: GeoDataFrame, crs: str, folder: Path) -> None:
        """Measure how complete buildings and streets are on the map, where built-up ground is known."""
        from urbanplan.sources import raster  # noqa: PLC0415 - only cities with such a raster

        for entry in self.city.layers.get("built_up", []):
            choice = raster.Choice(entry.layer, entry.date)
            built, record = raster.counts_to_cells(
                self.path(entry.source), cells, crs, kind="built_up", source=entry.source, choice=choice
            )
            cells["built_up_m2"] = cells["built_up_m2"].fillna(built)
            layers["built_up"].quality.append(record.to_dict())
        if "buildings" in layers:
            cells["complete_buildings"] = buildings_mapped(layers["buildings"].frame, cells)
        if "walk" in layers:
            cells["complete_streets"] = streets_mapped(StreetNetwork.read(folder / "walk").lines, cells)

    def _people(self, entry: LayerEntry, cells: GeoDataFrame, crs: str) -> tuple[pd.Series, dict[str, Any]]:
        from urbanplan.sources import raster  # noqa: PLC0415 - only cities with people

        if entry.point_cell_m is not None:
            points, record = read_table(self, "population", entry, crs)
            people = raster.points_to_cells(
                points, cells, crs, value="population", square_m=entry.point_cell_m
            )
        else:
            people, record = raster.counts_to_cells(
                self.path(entry.source),
                cells,
                crs,
                source=entry.source,
                choice=raster.Choice(entry.layer, entry.date),
            )
        return people, record.to_dict()

    def _known(self, layers: dict[str, Drawn], clip: BaseGeometry, crs: str) -> GeoDataFrame:
        """Return where each mapped layer is complete: the union of its entries' areas, or all that was read."""
        areas = {}
        for name in sorted(layers):
            if not LAYERS[name].mapped or LAYERS[name].made_of:
                continue
            parts = [
                clip
                if entry.known_within is None
                else area_polygon(
                    entry.known_within, self.city, crs, self._read_area, self.data, offline=self.offline
                )
                for entry in self.city.layers.get("streets" if name in MODES else name, [])
            ]
            areas[name] = shapely.intersection(shapely.union_all(parts), clip)
        for name in sorted(layers):
            # what is made of several layers is complete where all of them are that the city has
            inputs = [areas[part] for part in LAYERS[name].made_of if part in areas]
            if inputs:
                areas[name] = shapely.intersection_all(inputs)
        return GeoDataFrame(geometry=GeoSeries(areas, crs=crs), crs=crs)

    def _known_share(self, name: str, known: GeoDataFrame, boundary: GeoSeries) -> float | None:
        if name not in known.index:
            return None
        return round(
            float(
                shapely.area(shapely.intersection(known.geometry[name], boundary.iloc[0]))
                / boundary.area.iloc[0]
            ),
            6,
        )

    def _source_record(self, key: str) -> dict[str, Any]:
        source, path = self.city.sources[key], self.used[key]
        facts = source.model_dump(mode="json", exclude={"encoding", "crs"})
        return {**facts, "sha256": sha256(path), "bytes": size_of(path)}

    def _missing(self, layers: dict[str, Drawn]) -> dict[str, str]:
        return {
            name: "without_dates" if name == "osm_edits" else "not_declared"
            for name in LAYERS
            if name not in layers
        }
