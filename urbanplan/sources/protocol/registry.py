"""The registry of public sources: `data/sources.csv`, one row a source, with its licence and where its files lie."""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import lru_cache

from urbanplan.base.errors import InputError
from urbanplan.base.workspace import project_folder


@dataclass(frozen=True)
class Registered:
    """One public source.

    Attributes
    ----------
    id : str
        Its name in city files.
    file_url : str
        Address of a file, with blanks for its tile and year: `{lat}`, `{lon}` (N18, E098), `{row}`, `{col}`, `{year}`;
        empty where its files cannot be found by a rule.
    tiles : str
        How it is cut: `1deg` or `3deg` (named by the south-western corner), `ghsl_3ss` (10 degrees, numbered from
        the north-west), or `whole`.
    """

    id: str
    title: str
    what_for: str
    licence: str
    attribution: str
    url: str
    date: str
    citation: str
    notes: str
    file_url: str
    tiles: str


@lru_cache(maxsize=1)
def registry() -> dict[str, Registered]:
    """Return all registered sources by id."""
    path = project_folder() / "data" / "sources.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: Registered(**row) for row in csv.DictReader(stream)}


def registered(key: str, *, where: str) -> Registered:
    """Return a source whose files can be found by a rule.

    Raises
    ------
    InputError
        If there is none of this name, or its files cannot be found by a rule.
    """
    usable = {name: entry for name, entry in registry().items() if entry.file_url}
    if key not in usable:
        near = difflib.get_close_matches(key, usable, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise InputError(
            f"{where}: there is no public set {key!r}; {hint}sets are {', '.join(sorted(usable))}"
        )
    return usable[key]
