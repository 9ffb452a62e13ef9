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
from urbanplan.base.errors import LayerError
from urbanplan.base.io import sha256, size_of, write_json
from urbanplan.base.notes import Note
from urbanplan.base.workspace import raw_folder, runs_folder
from urbanplan.model.city import City, FromSource, LayerEntry
from urbanplan.model.city_file import city_path, read_city
from urbanplan.model.layers import LAYERS
from urbanplan.model.quality import QualityRecord
from urbanplan.model.scheme import read_scheme
from urbanplan.model.study_area import FORMAT
from urbanplan.study.area import StudyArea
from urbanplan.study.cells import cells_of, measure_completeness
from urbanplan.study.dossier.entries import add_entries
from urbanplan.study.drawn import Drawn
from urbanplan.study.extent import boundary_of
from urbanplan.study.heritage_heights import add_heights
from urbanplan.study.heritage_rules import add_rules
from urbanplan.study.inputs import find_source, publisher_words
from urbanplan.study.known_area import known_areas, known_share
from urbanplan.study.layering import read_layers, read_table
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
        boundary = boundary_of(self.city, self.read_area, self.data, offline=self.offline)
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
        layers["cells"] = cells_of(self, boundary, crs)
        add_observed_use(layers, crs, self.say)
        add_plan_rules(self, layers)
        if "built_up" in layers:
            measure_completeness(self, layers, layers["cells"].frame, crs, folder)
        add_rules(self, layers)
        add_heights(layers, folder, self.city.heights)
        for name, drawn in layers.items():
            if drawn.frame is not None:
                drawn.frame.to_parquet(folder / f"{name}.parquet")
        for name, proposed in read_proposals(self, crs).items():
            proposed.to_parquet(folder / f"scenario_{name}.parquet")
        add_entries(self, folder)
        repairs = note_repairs(self.records, layers, folder)
        known = known_areas(self, layers, clip, crs)
        known.to_parquet(folder / "known.parquet")
        return {
            "format": FORMAT,
            "city": self.city.model_dump(mode="json"),
            "crs": crs,
            "sources": {key: self._source_record(key) for key in sorted(self.used)},
            "layers": {
                name: drawn.record(self.city, known_share(name, known, boundary))
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

    def read_area(self, area: FromSource) -> GeoDataFrame:
        """Return the features of a source that an area is drawn by."""
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
        return Drawn(frame=frame, dates=[self.boundary_date()])

    def boundary_date(self) -> str:
        """Return the date of the boundary: that of its source, or of the newest of all."""
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

    def _source_record(self, key: str) -> dict[str, Any]:
        source, path = self.city.sources[key], self.used[key]
        facts = source.model_dump(mode="json", exclude={"encoding", "crs"})
        facts |= publisher_words(source)
        return {**facts, "sha256": sha256(path), "bytes": size_of(path)}

    def _missing(self, layers: dict[str, Drawn]) -> dict[str, str]:
        return {
            name: "without_dates" if name == "osm_edits" else "not_declared"
            for name in LAYERS
            if name not in layers
        }
