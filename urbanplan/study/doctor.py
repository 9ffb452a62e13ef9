"""Look at a city file and everything that it declares before a long run, and say of each whether it will do."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from urbanplan.base.errors import CityFileError, UrbanPlanError
from urbanplan.base.io import is_there, size_of
from urbanplan.model.city import City, FromSource, LayerEntry, Place, Source
from urbanplan.model.city_file import city_path, read_city
from urbanplan.study.inputs import NOT_THE_DECLARED, holds
from urbanplan.study.plan import data_folder
from urbanplan.study.source_date import date_fault

if TYPE_CHECKING:
    from geopandas import GeoSeries

State = Literal["good", "note", "wrong"]
MARKS: dict[State, str] = {"good": "✓", "note": "!", "wrong": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    subject : str
        Its key in the city file, e.g. `layers.zones`.
    state : str
        good; note (will run, but worth knowing); wrong (the run will fail).
    text : str
        What was found; where it is wrong, what is wrong and how to mend it.
    """

    subject: str
    state: State
    text: str

    @property
    def good(self) -> bool:
        """Whether a run can go on with it."""
        return self.state != "wrong"


def examine(city: str | Path, *, data: str | Path | None = None) -> list[Finding]:
    """Check a city file, its sources and its layers, with the same readers that a run uses; never the network.

    Parameters
    ----------
    city : str or Path
        Id of a city, or path of a city file.
    data : path, optional
        Folder of input files; default `data/raw/<city>`.

    Returns
    -------
    list of Finding
        In the order of the city file; a city file that is not valid ends the examination.
    """
    try:
        facts = read_city(city)
    except CityFileError as error:
        return [Finding("city file", "wrong", line) for line in str(error).splitlines()]
    path = city_path(city)
    findings = [Finding("city file", "good", f"{path.name} is valid")]
    folder = data_folder(facts.id, data)
    for key, source in facts.sources.items():
        findings += _source(facts, key, source, folder)
    present = {
        key
        for key, source in facts.sources.items()
        if is_there(folder / source.file) and holds(source, folder / source.file)
    }
    return findings + list(_layers(facts, folder, present))


def table(findings: list[Finding]) -> str:
    """Return findings as lines of text: a mark, the subject, what was found."""
    width = max((len(finding.subject) for finding in findings), default=0)
    lines = []
    for finding in findings:
        first, *more = finding.text.splitlines() or [""]
        lines.append(f"{MARKS[finding.state]} {finding.subject:{width}}  {first}")
        lines += [f"  {'':{width}}  {line}" for line in more]
    return "\n".join(lines)


def _source(city: City, key: str, source: Source, folder: Path) -> Iterator[Finding]:
    subject = f"sources.{key}"
    path = folder / source.file
    if not is_there(path):
        yield _absent(subject, source, folder)
    elif size_of(path) == 0:
        yield Finding(subject, "wrong", f"{source.file} is empty (0 bytes); copy it again")
    elif not holds(source, path):
        yield Finding(subject, "wrong", f"{source.file} {NOT_THE_DECLARED}")
    else:
        size = f"{size_of(path) / 1e3:,.0f} kB"
        yield Finding(subject, "good", f"{source.file}, {size}, {source.date}, {source.licence}")
    if fault := date_fault(source.date):
        yield Finding(f"{subject}.date", "wrong", str(fault))
    used = {entry.source for entries in city.layers.values() for entry in entries}
    areas = [city.boundary, *(entry.known_within for entries in city.layers.values() for entry in entries)]
    if key not in used | {area.source for area in areas if isinstance(area, FromSource)}:
        yield Finding(subject, "note", "no layer reads it")


def _absent(subject: str, source: Source, folder: Path) -> Finding:
    if source.origin.url is not None:
        return Finding(
            subject, "note", f"{source.file} is not in {folder}; a run fetches it from {source.origin.url}"
        )
    if source.origin.service is not None:
        from urbanplan.sources.service import describe  # noqa: PLC0415 - only for cities that have one

        fault = f"{source.file} is not in {folder}; a run asks {describe(source.origin)} for it"
        if source.origin.postgis is not None and not os.environ.get(source.origin.postgis):
            return Finding(
                subject, "wrong", f"{fault}, but {source.origin.postgis} is not set: put the address into it"
            )
        return Finding(subject, "note", fault)
    if source.origin.overpass:
        return Finding(
            subject, "note", f"{source.file} is not in {folder}; a run asks OpenStreetMap (Overpass) for it"
        )
    if source.origin.set is not None:
        return _absent_set(subject, source, folder)
    near = _nearest_file(folder, source.file)
    hint = (
        f"did you mean {near}?"
        if near
        else source.origin.note or "put it there, or name its folder with --data"
    )
    return Finding(subject, "wrong", f"{source.file} is not in {folder}; {hint}")


def _absent_set(subject: str, source: Source, folder: Path) -> Finding:
    from urbanplan.sources.protocol.registry import registered  # noqa: PLC0415 - only cities that name a set

    try:
        entry = registered(str(source.origin.set), where=f"{subject}.origin.set")
    except UrbanPlanError as error:
        return Finding(subject, "wrong", str(error))
    return Finding(
        subject, "note", f"{source.file} is not in {folder}; a run fetches the city's part of {entry.title}"
    )


def _nearest_file(folder: Path, file: str) -> str:
    there = {
        str(path.relative_to(folder)).lower(): str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))[:2000]
        if path.is_file()
    }
    near = difflib.get_close_matches(file.lower(), there, n=1, cutoff=0.6)
    return there[near[0]] if near else ""


def _layers(city: City, folder: Path, present: set[str]) -> Iterator[Finding]:
    """Read the boundary and every layer whose file is there, as `prepare` would."""
    if isinstance(city.boundary, Place) and not (folder / f"{city.id}-boundary.geojson").is_file():
        yield Finding(
            "boundary",
            "note",
            f"a run looks {city.boundary.place!r} up in OpenStreetMap; layers are not read before",
        )
        return
    if isinstance(city.boundary, FromSource) and city.boundary.source not in present:
        yield Finding("boundary", "wrong", f"cannot be drawn before sources.{city.boundary.source} is there")
        return
    try:
        ground = Ground(city, folder, present)
    except UrbanPlanError as error:
        yield Finding("boundary", "wrong", _sentence(city, error))
        return
    yield Finding("boundary", "good", f"{ground.boundary.area.sum() / 1e6:,.1f} km2 in {ground.crs}")
    for name, entries in city.layers.items():
        for number, entry in enumerate(entries, 1):
            subject = f"layers.{name}" + (f" ({number})" if len(entries) > 1 else "")
            if entry.source in present:
                yield _layer(subject, name, entry, ground)
            else:
                yield Finding(subject, "note", f"not looked at: sources.{entry.source} is not there")


def _layer(subject: str, name: str, entry: LayerEntry, ground: Ground) -> Finding:
    try:
        count, unit = ground.count(name, entry)
    except UrbanPlanError as error:
        return Finding(subject, "wrong", _sentence(ground.city, error))
    if count == 0:
        return Finding(
            subject,
            "note",
            f"{entry.source} holds none of these here: what is measured on them will be unknown",
        )
    return Finding(subject, "good", f"{count:,} {unit} from {entry.source}")


def _sentence(city: City, error: UrbanPlanError) -> str:
    return str(error).removeprefix(f"{city.id}: ")


class Ground:
    """The part of the Earth that a city's layers are read for, and what was found on it.

    Parameters
    ----------
    city : City
        The city.
    folder : Path
        Its input files.
    present : set of str
        Keys of the sources whose files are there.

    Raises
    ------
    UrbanPlanError
        If the boundary cannot be drawn.
    """

    def __init__(self, city: City, folder: Path, present: set[str]) -> None:
        from urbanplan.base.crs import WGS84, to_crs  # noqa: PLC0415 - seconds to import, not needed for a faulty file
        from urbanplan.study.extent import boundary_of  # noqa: PLC0415 - seconds to import
        from urbanplan.study.prepare import Preparation  # noqa: PLC0415 - seconds to import

        self.city = city
        self.job = Preparation(city=city, data=folder, offline=True, say=lambda _: None)
        self.boundary: GeoSeries = boundary_of(city, self._area, folder, offline=True)
        self.crs = str(self.boundary.crs)
        middle = to_crs(self.boundary.centroid, WGS84).iloc[0]
        self.job.middle = (middle.x, middle.y)
        self.clip = self.boundary.buffer(city.buffer_m)
        self.degrees = to_crs(self.clip, WGS84).iloc[0]
        self.osm: dict[str, Any] = {}
        self._read_osm(present)

    def count(self, name: str, entry: LayerEntry) -> tuple[int, str]:
        """Read a layer with the reader of its source and return how much of it there is, and of what.

        Raises
        ------
        UrbanPlanError
            If it cannot be read, or lies elsewhere.
        """
        from urbanplan.study.heritage_rules import read_rule_table  # noqa: PLC0415 - seconds to import
        from urbanplan.study.layering import FAR_LAYERS, read_part  # noqa: PLC0415 - seconds to import
        from urbanplan.study.plan_rules import read_plan_rules  # noqa: PLC0415 - seconds to import

        found = self.osm.get(entry.source)
        if isinstance(found, UrbanPlanError):
            raise found
        if name == "streets":
            return (len(found.networks["drive"].edge_u) if found else 0), "pieces of street open to cars"
        path = self.job.path(entry.source)
        if name == "transit":
            from urbanplan.sources.transit import read_stops  # noqa: PLC0415 - only cities with a timetable

            return len(read_stops(path)[0]), "stops"
        if name == "heritage_rules":
            return len(read_rule_table(self.job, entry)[0]), "rules"
        if name == "plan_rules":
            return len(read_plan_rules(self.job, entry)[0]), "rules"
        reach = self.clip.buffer(self.city.views.reach_m) if name in FAR_LAYERS else self.clip
        if path.suffix.lower() in {".tif", ".tiff"}:
            from urbanplan.sources.raster import count_known  # noqa: PLC0415 - only cities with rasters

            return count_known(path, tuple(reach.total_bounds), self.crs, kind=name), "pixels"
        return len(read_part(self.job, name, entry, self.osm, reach.iloc[0], self.crs)[0]), "features"

    def _area(self, area: FromSource) -> Any:
        from urbanplan.study.layering import read_table  # noqa: PLC0415 - seconds to import

        entry = LayerEntry.model_validate(area.model_dump())
        return read_table(self.job, "boundary", entry)[0]

    def _read_osm(self, present: set[str]) -> None:
        """Read each OpenStreetMap file once; where that fails, keep the error in its place."""
        from urbanplan.study.layering import OSM_LAYERS, is_osm  # noqa: PLC0415 - seconds to import

        wanted: dict[str, set[str]] = {}
        for name, entries in self.city.layers.items():
            for entry in entries:
                if is_osm(self.job, entry) and entry.source in present:
                    wanted.setdefault(entry.source, set()).add(name)
        for key, names in wanted.items():
            from urbanplan.sources.osm import read_osm  # noqa: PLC0415 - only where there is such a file

            layers = [name for name in OSM_LAYERS if name in names]
            modes = ["drive"] if "streets" in names else []
            try:
                self.osm[key] = read_osm(
                    self.job.path(key), clip=self.degrees, crs=self.crs, layers=layers, modes=modes
                )
            except UrbanPlanError as error:
                self.osm[key] = error
