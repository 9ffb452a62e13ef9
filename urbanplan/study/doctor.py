"""Look at a city file and everything that it declares before a long run, and say of each whether it will do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from urbanplan.base.errors import CityFileError, UrbanPlanError
from urbanplan.base.io import is_there
from urbanplan.model.city import City, FromSource, LayerEntry, Place
from urbanplan.model.city_file import city_path, read_city
from urbanplan.study.examined_ground import Ground
from urbanplan.study.examined_sources import examine_source
from urbanplan.study.findings import MARKS, Finding
from urbanplan.study.inputs import holds
from urbanplan.study.plan import data_folder


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
        findings += examine_source(facts, key, source, folder)
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
