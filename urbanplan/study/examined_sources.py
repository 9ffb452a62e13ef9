"""The sources of a city file: whether each is there, and what a run would do where it is not."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

from urbanplan.base.errors import UrbanPlanError
from urbanplan.base.io import is_there, size_of
from urbanplan.model.city import City, FromSource, Source
from urbanplan.study.findings import Finding
from urbanplan.study.inputs import NOT_THE_DECLARED, holds
from urbanplan.study.source_date import date_fault


def examine_source(city: City, key: str, source: Source, folder: Path) -> Iterator[Finding]:
    """Tell of a source's file, of its date, and whether anything reads it."""
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
    used |= {area.source for area in areas if isinstance(area, FromSource)}
    if key == city.assessment.entries:
        yield from _entries(subject, path, source)
    elif key not in used:
        yield Finding(subject, "note", "no layer reads it")


def _entries(subject: str, path: Path, source: Source) -> Iterator[Finding]:
    """Tell what is wrong with a table of assessors, as a run would."""
    from urbanplan.study.dossier.entries import read_entries  # noqa: PLC0415 - only cities that have one

    if is_there(path):
        try:
            read_entries(path, encoding=source.encoding)
        except UrbanPlanError as error:
            yield Finding(subject, "wrong", str(error))


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
