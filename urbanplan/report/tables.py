"""Tables of words: values by unit, the quality of layers, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import UsageError
from urbanplan.model.metric import REGISTRY
from urbanplan.model.results import Results
from urbanplan.model.selection import select
from urbanplan.model.study_area import StudyArea
from urbanplan.report import evidence
from urbanplan.report.rows import Rows
from urbanplan.report.words import EN_DASH, NBSP, Words, display_unit, words

LOW_COVERAGE = 0.8
"""A value that speaks for less of its unit than this is printed in grey: it may change much when more is mapped."""


def table(
    results: Results,
    metrics: Sequence[str] | None = None,
    *,
    support: str = "zone",
    lang: str = "en",
    scenario: str = "actual",
) -> pd.DataFrame:
    """Return values as a table to read: names and units in words, numbers with honest digits.

    Parameters
    ----------
    results : Results
        What was measured.
    metrics : sequence of str, optional
        Ids of metrics; default: all that have values for this support.
    support : str
        Which units make the rows, e.g. "zone" or "city".
    lang : str
        Language of all words.
    scenario : str
        Which values.

    Returns
    -------
    DataFrame
        One row per unit by its code; the first column is its name, then one column of texts per metric. What is
        unknown says why. For numbers to count with use `Results.wide`.
    """
    spoken, rows = words(lang), Rows(results, metrics, scenario=scenario)
    chosen = list(metrics) if metrics is not None else rows.metrics(support)
    units = held_units(results, support)
    out = {spoken.text("table.unit_name"): list(unit_names(results, support, spoken).values())}
    for metric in chosen:
        facts = results.metrics[metric]
        found = rows.of(metric, support).set_index("unit_id").reindex(units.index.astype(str))
        out[heading(facts, spoken)] = [cell_text(row, facts, spoken) for row in found.to_dict("records")]
    return pd.DataFrame(out, index=pd.Index(units.index, name=spoken.text("table.code")))


def held_units(results: Results, support: str) -> GeoDataFrame:
    """Return the units of a support.

    Raises
    ------
    UsageError
        If the results do not hold the support.
    """
    if support not in results.units:
        held = ", ".join(sorted(results.units)) or "none"
        raise UsageError(f"these results hold no support {support!r}; they hold {held}")
    return results.units[support]


def unit_names(results: Results, support: str, spoken: Words) -> dict[str, str]:
    """Return the names of a support's units by id, in their order."""
    units = held_units(results, support)
    columns = [name for name in ("name", "name_en", "name_th") if name in units]
    rows = units[columns].to_dict("records")
    return {str(key): spoken.name_of(row, key) for key, row in zip(units.index, rows, strict=True)}


def heading(facts: Mapping[str, Any], spoken: Words) -> str:
    """Return a metric's name with its unit."""
    unit = spoken.unit(display_unit(facts))
    return f"{spoken.metric_name(facts)} ({unit})" if unit else spoken.metric_name(facts)


def cell_text(row: Mapping[Any, Any], facts: Mapping[str, Any], spoken: Words) -> str:
    """Return one value without its unit, or why it is unknown."""
    value = row["value"]
    if value is None or math.isnan(value):
        reason = row.get("reason")
        low, high = float(row.get("low", math.nan)), float(row.get("high", math.nan))
        if isinstance(reason, str) and reason and math.isfinite(low) and math.isfinite(high):
            unit = display_unit(facts)
            bounds = f"{spoken.digits(low, unit)}{EN_DASH}{spoken.number(high, unit)}"
            return spoken.text("table.between_because", bounds=bounds, reason=spoken.reason(reason))
        return spoken.text(
            "table.unknown_because",
            reason=spoken.reason(reason)
            if isinstance(reason, str) and reason
            else spoken.text("table.not_stated"),
        )
    return spoken.digits(value, display_unit(facts))


def quality_table(area: StudyArea, lang: str = "en") -> pd.DataFrame:
    """Return what was read for each layer of a prepared city, and what became of it.

    Returns
    -------
    DataFrame
        One row per layer: data date, sources, rows used, rows repaired and dropped with the reason, area in which
        it is complete, text encoding and coordinate operation.
    """
    spoken = words(lang)
    rows = [quality_row(name, area.manifest, spoken) for name in area.manifest.get("layers", {})]
    columns = [
        "layer",
        "date",
        "source",
        "rows",
        "repaired",
        "dropped",
        "known_share",
        "encoding",
        "transformation",
    ]
    columns += ["notes"]
    frame = pd.DataFrame(rows, columns=columns)
    frame.columns = pd.Index([spoken.text(f"table.{column}") for column in columns])
    return frame


def quality_row(name: str, provenance: Mapping[str, Any], spoken: Words) -> dict[str, str]:
    """Return the quality of one layer in words; several files are told one after the other."""
    facts = provenance["layers"][name]
    records = [record for record in facts.get("quality") or () if isinstance(record, Mapping)]
    dropped: dict[str, int] = {}
    for record in records:
        for reason, count in (record.get("dropped") or {}).items():
            dropped[str(reason)] = dropped.get(str(reason), 0) + int(count)
    known = facts.get("known_share")
    sources = provenance.get("sources", {})
    files = [str(sources.get(key, {}).get("file", key)) for key in facts.get("sources", ())]
    return {
        "id": name,
        "layer": spoken.word("layers", name),
        "date": spoken.date(facts["date"]) if facts.get("date") else "",
        "source": spoken.list(files),
        "rows": _count(facts.get("rows"), spoken),
        "read": _count(_total(records, "read"), spoken),
        "kept": _count(_total(records, "kept"), spoken),
        "repaired": _count(_total(records, "repaired"), spoken),
        "dropped": spoken.list(
            spoken.text(
                "table.dropped_item", count=_count(count, spoken), reason=spoken.word("dropped", reason)
            )
            for reason, count in sorted(dropped.items())
        ),
        "known_share": "" if known is None else spoken.number(float(known), "share"),
        "encoding": spoken.list(dict.fromkeys(map(spoken.encoding, _each(records, "encoding")))),
        "transformation": "; ".join(_operations(records, spoken)),
        "notes": " · ".join(note_texts(name, provenance, spoken)),
    }


def note_texts(name: str, provenance: Mapping[str, Any], spoken: Words) -> list[str]:
    """Return what the city file and the reading of a layer say that a careful reader must know."""
    records = [one for one in provenance["layers"][name].get("quality") or () if isinstance(one, Mapping)]
    found = [spoken.note(note) for record in records for note in record.get("notes") or ()]
    return list(dict.fromkeys([*evidence.notes(provenance, [name], spoken), *found]))


def _total(records: Sequence[Mapping[str, Any]], field: str) -> int | None:
    found = [int(record[field]) for record in records if record.get(field) is not None]
    return sum(found) if found else None


def _each(records: Sequence[Mapping[str, Any]], field: str) -> list[str]:
    found: list[str] = []
    for record in records:
        value = record.get(field)
        found += (
            [str(item) for item in value]
            if isinstance(value, list | tuple)
            else [str(value)]
            if value
            else []
        )
    return list(dict.fromkeys(found))


def _operations(records: Sequence[Mapping[str, Any]], spoken: Words) -> list[str]:
    texts = []
    for record in records:
        if not record.get("operation"):
            continue
        text = str(record["operation"])
        if text == "none":
            text = spoken.text("table.no_transformation")
        elif record.get("operation_accuracy_m"):
            accuracy = spoken.number(float(record["operation_accuracy_m"]), "m")
            text += f" ({spoken.text('table.accuracy', value=accuracy)})"
        texts.append(text)
    return list(dict.fromkeys(texts))


def _count(value: int | None, spoken: Words) -> str:
    return "" if value is None else spoken.digits(float(value), "count")


def missing_table(area: StudyArea, lang: str = "en", *, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """Return which layers a prepared city lacks, why, and which metrics that makes unknown.

    Parameters
    ----------
    area : StudyArea
        A prepared city.
    lang : str
        Language of all words.
    metrics : sequence of str, optional
        Ids, ids without variants, or themes to look at; default: all.
    """
    from urbanplan.metrics import load  # noqa: PLC0415 - importing all metrics takes a second

    load()
    spoken = words(lang)
    entries = select(metrics).metrics if metrics else [REGISTRY[key] for key in sorted(REGISTRY)]
    rows = missing_rows(area.manifest, [entry.record() for entry in entries], spoken)
    columns = ["layer", "why_missing", "makes_unknown"]
    frame = pd.DataFrame([{column: row[column] for column in columns} for row in rows], columns=columns)
    frame.columns = pd.Index([spoken.text(f"table.{column}") for column in columns])
    return frame


def missing_rows(
    provenance: Mapping[str, Any], metrics: Sequence[Mapping[str, Any]], spoken: Words
) -> list[dict[str, str]]:
    """Return one row of words per missing layer; a metric with all its variants is named once."""
    rows = []
    for layer, why in sorted(provenance.get("missing", {}).items()):
        hit = evidence.made_unknown(layer, metrics)
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for facts in hit:
            groups.setdefault(str(facts.get("base")), []).append(facts)
        names = [group_name(group, spoken) for group in groups.values()]
        rows.append(
            {
                "id": layer,
                "layer": spoken.word("layers", layer),
                "why_missing": evidence.why_missing(why, spoken),
                "makes_unknown": "; ".join(names) if names else spoken.text("table.nothing_unknown"),
            }
        )
    return rows


def group_name(group: Sequence[Mapping[str, Any]], spoken: Words) -> str:
    """Return the name of a metric with the words of its variants in brackets."""
    if len(group) == 1:
        return spoken.metric_name(group[0])
    variants = [spoken.variant_name(facts) for facts in group]
    return f"{spoken.group_name(group)}{NBSP}({spoken.list(variants)})"
