"""Results in sentences: what was found, how far it reaches, how old it is."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from urbanplan.model.results import Results
from urbanplan.report import evidence
from urbanplan.report.groups import headlines
from urbanplan.report.rows import Facts, Rows
from urbanplan.report.words import Words, display_unit, words


class Sentences(tuple[str, ...]):
    """Sentences that show themselves as a list in a notebook, with every text from data escaped."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(self)

    def _repr_html_(self) -> str:
        return "<ul>" + "".join(f"<li>{html.escape(text)}</li>" for text in self) + "</ul>"


def summary(results: Results, metrics: Sequence[str] | None = None, lang: str = "en") -> Sentences:
    """Tell the value of each metric for the whole city, its coverage, the range over the zones and the data's date.

    Parameters
    ----------
    results : Results
        What was measured.
    metrics : sequence of str, optional
        Ids of metrics; default: those that a summary tells, see `urbanplan.report.groups.headlines`.
    lang : str
        Language of the sentences.

    Returns
    -------
    Sentences
        One text per metric; a notebook shows them as a list.
    """
    spoken = words(lang)
    rows = Rows(results, metrics)
    if metrics is not None:
        told = [" ".join(parts) for metric in metrics if (parts := told_parts(rows, metric, spoken))]
    else:
        told = [" ".join(parts) for group in headlines(results) if (parts := told_group(rows, group, spoken))]
    return Sentences(told or [spoken.text("summary.nothing")])


def told_group(rows: Rows, group: Sequence[Facts], spoken: Words) -> list[str]:
    """Tell a metric in sentences, its variants side by side: what is known first, then what is not."""
    given = [(facts, found.iloc[0]) for facts in group if len(found := rows.of(str(facts["id"]), "city"))]
    if len(given) < 2:  # noqa: PLR2004 - a list of one is a sentence of its own
        return told_parts(rows, str(group[0]["id"]), spoken)
    known = [(facts, row) for facts, row in given if not pd.isna(row["value"])]
    told = [
        f"{spoken.variant_name(facts)} {spoken.value(row['value'], display_unit(facts))}"
        for facts, row in known
    ]
    name = spoken.group_name(group)
    parts = [spoken.text("summary.sentence", metric=name, value=", ".join(told))] if told else []
    covered = [row["coverage"] for _, row in known if not pd.isna(row["coverage"])]
    if covered:
        least = min(covered)
        key = "coverage_whole" if least >= 1 else "coverage_least"
        parts.append(spoken.text(f"summary.{key}", share=spoken.number(least, "share")))
    reasons: dict[str, list[str]] = {}
    for facts, row in given:
        if pd.isna(row["value"]):
            reasons.setdefault(str(row["reason"]), []).append(spoken.variant_name(facts))
    for reason, names in sorted(reasons.items()):
        parts.append(spoken.text("summary.unknown", metric=spoken.list(names), reason=spoken.reason(reason)))
    dated = evidence.dates(rows.results.provenance, evidence.read_layers(group[0]))
    return [*parts, spoken.text("summary.date", date=evidence.date_span(dated, spoken))] if dated else parts


def told_parts(rows: Rows, metric: str, spoken: Words) -> list[str]:
    """Tell one metric in sentences, the value first; none where it is given neither for the city nor for zones."""
    results, parts = rows.results, []
    facts = results.metrics[metric]
    city, zones = rows.of(metric, "city"), rows.of(metric, "zone")
    if len(city):
        parts += _of_city(city.iloc[0].to_dict(), facts, spoken)
    if len(zones) and not (len(city) and city["value"].isna().all() and zones["value"].isna().all()):
        parts += _of_zones(zones, results, facts, spoken)
    found = evidence.dates(results.provenance, evidence.read_layers(facts))
    if parts and found:
        parts.append(spoken.text("summary.date", date=evidence.date_span(found, spoken)))
    if parts and not len(city):
        parts[0] = f"{spoken.metric_name(facts)}: {parts[0]}"
    return parts


def _of_city(row: Mapping[Any, Any], facts: Mapping[str, Any], spoken: Words) -> list[str]:
    name = spoken.metric_name(facts)
    if pd.isna(row["value"]):
        return [spoken.text("summary.unknown", metric=name, reason=spoken.reason(row["reason"]))]
    value = spoken.value(row["value"], display_unit(facts))
    parts = [spoken.text("summary.sentence", metric=name, value=value)]
    coverage = row.get("coverage")
    if coverage is not None and not pd.isna(coverage):
        key = "coverage_whole" if coverage >= 1 else "coverage"
        parts.append(spoken.text(f"summary.{key}", share=spoken.number(coverage, "share")))
    return parts


def _of_zones(zones: pd.DataFrame, results: Results, facts: Mapping[str, Any], spoken: Words) -> list[str]:
    known = zones[zones["value"].notna()].sort_values(["value", "unit_id"])
    parts = []
    if len(known) > 1:
        low, high = known.iloc[0], known.iloc[-1]
        unit = display_unit(facts)
        if low["value"] == high["value"]:
            parts.append(spoken.text("summary.zones_same"))
        else:
            parts.append(
                spoken.text(
                    "summary.zones",
                    low=spoken.value(low["value"], unit),
                    low_zone=_zone_name(results, low["unit_id"], spoken),
                    high=spoken.value(high["value"], unit),
                    high_zone=_zone_name(results, high["unit_id"], spoken),
                )
            )
    unknown = len(zones) - len(known)
    if unknown:
        parts.append(spoken.text("summary.zones_unknown", count=unknown, total=len(zones)))
    return parts


def _zone_name(results: Results, unit_id: str, spoken: Words) -> str:
    units = results.units.get("zone")
    if units is None or unit_id not in units.index:
        return unit_id
    return spoken.name_of(units.loc[unit_id].to_dict(), unit_id)
