"""The metrics and listings in words and numbers: a list, a card of each, values for a prepared city."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import UsageError
from urbanplan.metrics import load
from urbanplan.model.listing import LISTINGS, Listing
from urbanplan.model.metric import REGISTRY, Metric
from urbanplan.model.selection import Selection, select

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 100
Name = Callable[[Mapping[str, Any]], str]


def described(words: Sequence[str], *, as_json: bool = False, thai: Name | None = None) -> str:
    """Describe metrics and listings: all of them as a list, one or a few as cards.

    Parameters
    ----------
    words : sequence of str
        Ids, ids without variants, or themes; none for all.
    as_json : bool
        Return the records of the registry as JSON.
    thai : callable, optional
        Gives a metric's Thai name from its record.

    Raises
    ------
    UsageError
        If a word names nothing.
    """
    load()
    found = select(words) if words else Selection([*REGISTRY.values()], [*LISTINGS.values()])
    named: list[Metric | Listing] = [*found.metrics, *found.listings]
    chosen = sorted(named, key=lambda entry: entry.id)
    if as_json:
        return json.dumps([entry.record() for entry in chosen], ensure_ascii=False, indent=1)
    asked = any(word in {entry.id, entry.base} for word in words for entry in chosen)
    return "\n\n".join(_card(entry, thai) for entry in chosen) if asked else _list(chosen, thai)


def computed(
    city: str, words: Sequence[str], *, out: Path | None = None, support: str = "zone", form: str = "text"
) -> str:
    """Compute metrics for a prepared city and return them as a table, CSV or JSON.

    Parameters
    ----------
    city : str
        Id of a prepared city.
    words : sequence of str
        Ids, ids without variants, or themes; at least one.
    out : path, optional
        The folder of runs.
    support : str
        What the values belong to: cell, zone, city, …
    form : {"text", "csv", "json"}
        How they are written.

    Raises
    ------
    UsageError
        If no metric is named, or none of them has this support.
    """
    from urbanplan.study.area import StudyArea  # noqa: PLC0415 - seconds to import, not needed for the list
    from urbanplan.study.compute import compute  # noqa: PLC0415 - seconds to import, not needed for the list

    if not words:
        raise UsageError("name the metrics to compute: ids or themes; `urbanplan metrics` lists them")
    results = compute(StudyArea.read(city, out=out), words)
    rows = results.table(support=support)
    if rows.empty:
        raise UsageError(
            f"none of these metrics has values by {support!r}; supports are {', '.join(sorted(results.units))}"
        )
    if form == "csv":
        return str(rows.to_csv(index=False, lineterminator="\n"))
    if form == "json":
        return str(rows.to_json(orient="records", force_ascii=False, indent=1))
    return _values(rows, {str(unit): str(name) for unit, name in results.units[support]["name"].items()})


def _list(entries: Sequence[Metric | Listing], thai: Name | None) -> str:
    width = max((len(entry.id) for entry in entries), default=0)
    lines = []
    for entry in entries:
        name = f"  {thai(entry.record())}" if thai else ""
        kind = f" [{entry.unit}]" if isinstance(entry, Metric) else ""
        lines.append(f"{entry.id:{width}}  {entry.name}{kind}{name}")
    return "\n".join(lines)


def _card(entry: Metric | Listing, thai: Name | None) -> str:
    facts = {
        "name": entry.name,
        "ชื่อไทย": thai(entry.record()) if thai else "",
        "finds" if isinstance(entry, Listing) else "measures": entry.summary,
        **(_measured(entry) if isinstance(entry, Metric) else _listed(entry)),
        "reads": ", ".join(dict.fromkeys([*entry.layers, *entry.requires])),
        "options": ", ".join(f"{name} = {value!r}" for name, value in entry.record()["knobs"].items()),
        "named by": "" if entry.standard else f"its id only; {entry.theme!r} does not name it",
        "sources": ", ".join(entry.references),
    }
    lines = [entry.id, "=" * len(entry.id)]
    for label, text in facts.items():
        if text:
            lines += textwrap.wrap(f"{label + ':':<11} {text}", WIDTH, subsequent_indent=" " * 12)
    return "\n".join(lines)


def _measured(entry: Metric) -> dict[str, str]:
    return {
        "unit": entry.unit,
        "better is": {"higher": "more", "lower": "less", "neutral": "neither"}[entry.direction],
        "formula": entry.formula,
        "values by": ", ".join(entry.supports),
        "fixed": ", ".join(f"{name} = {value!r}" for name, value in entry.variant.items()),
    }


def _listed(entry: Listing) -> dict[str, str]:
    columns = [f"{name} ({unit})" if unit else name for name, unit in entry.columns.items()]
    return {"columns": ", ".join(columns), "rows are": entry.geometry}


def _values(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    table = [("metric", "unit", "name", "value", "coverage", "reason")]
    columns = [rows[column].tolist() for column in ("metric", "unit_id", "value", "coverage", "reason")]
    for metric, unit, value, share, reason in zip(*columns, strict=True):
        known = "unknown" if math.isnan(value) else f"{value:,.4g}"
        table.append(
            (metric, unit, names.get(unit, ""), known, "" if math.isnan(share) else f"{share:.0%}", reason)
        )
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    )
