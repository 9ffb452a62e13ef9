"""The README of a folder of results: what each file is, and how the sources behind them want to be named."""

from __future__ import annotations

import re
from typing import Any

from urbanplan.base.locale import tree_of
from urbanplan.model.results import Results

_SPECIAL = re.compile(r"([\\`*_\[\]|<>])")
_FILES = (
    *("results.gpkg", "results.csv", "results.parquet", "grid.nc", "rasters/", "listings/", "dictionary.csv"),
    "provenance.json",
)


def readme(results: Results) -> str:
    """Write the README of results, in every language of the city.

    Parameters
    ----------
    results : Results
        With the provenance of a run.

    Returns
    -------
    str
        Markdown. What comes from city files is escaped: it may hold anything.
    """
    city: dict[str, Any] = results.provenance.get("city", {})
    languages = city.get("languages") or ["en"]
    return "\n".join(_told(results, city, lang) for lang in languages)


def _told(results: Results, city: dict[str, Any], lang: str) -> str:
    words = tree_of(lang)["readme"]
    names = city.get("name") or {}
    name = _plain(names.get(lang) or names.get("en") or city.get("id", ""))
    lines = [f"# {words['title'].format(city=name)}", ""]
    if city.get("synthetic"):
        lines += [f"**{words['synthetic']}**", ""]
    lines += [words["reading"], "", f"## {words['files']}", ""]
    lines += [f"- `{file}`: {words[file.strip('/').replace('.', '_')]}" for file in _FILES]
    lines += ["", f"## {words['sources']}", "", words["naming"], ""]
    for key, source in sorted(results.provenance.get("sources", {}).items()):
        facts = [
            f"{words['licence']} {_plain(source['licence'])}",
            f"{words['date']} {_plain(source['date'])}",
        ]
        facts += [_plain(source[more]) for more in ("citation", "page") if source.get(more)]
        facts += [f"SHA-256 `{source['sha256']}`"] if source.get("sha256") else []
        lines.append(f"- **{_plain(source['attribution'])}** (`{key}`): {'; '.join(facts)}")
    version = _plain(results.provenance.get("urbanplan", ""))
    return "\n".join([*lines, "", words["made_by"].format(version=version), ""])


def _plain(text: object) -> str:
    """Return text of a city file on one line, with nothing in it that Markdown or HTML would take for its own."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split())).replace("\\<", "&lt;").replace("\\>", "&gt;")
