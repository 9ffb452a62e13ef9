"""What a report says, whatever its shape: the page and the document of one city hold the same words and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from urbanplan.model.results import Results
from urbanplan.report import appendix, evidence, impact, listings, scenarios, sentences, travel
from urbanplan.report.canvas import WIDE, canvas
from urbanplan.report.cartography import backdrop
from urbanplan.report.chapters import Maker, Section
from urbanplan.report.groups import groups, headlines, in_reading_order
from urbanplan.report.rows import Facts, Rows
from urbanplan.report.tables import LOW_COVERAGE
from urbanplan.report.values import Number, number
from urbanplan.report.words import Words, display_unit, words


@dataclass(frozen=True)
class KeyNumber:
    """One metric's value for the whole city."""

    anchor: str
    name: str
    unit: str
    number: Number
    date: str


class Counter:
    """Numbers for figures and tables, in the order in which the page shows them."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def next(self, kind: str) -> int:
        """Return the next number of a kind."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.counts[kind]


def content(results: Results, lang: str) -> dict[str, Any]:
    """Return all that the report of a city says in one language, by the names that its templates use."""
    spoken = words(lang)
    ground, rows = backdrop(results), Rows(results)
    maker = Maker(rows, spoken, ground, canvas(ground, results.units.get("zone")))
    themes, listed = groups(results), listings.by_theme(results.listing_facts)
    summary, untold = _summary(rows, spoken)
    chapters = [
        (
            theme,
            spoken.word("themes", theme),
            [
                *(maker.section(group) for group in themes.get(theme, [])),
                *(one for key in listed.get(theme, []) for one in _listed(key, maker)),
            ],
        )
        for theme in in_reading_order({*themes, *listed})
    ]
    return {
        "t": spoken.text,
        "frame": maker.frame,
        "wide": WIDE,
        "chapters": chapters,
        "facts": _facts(results, spoken),
        "synthetic": evidence.is_synthetic(results.provenance),
        "city": evidence.city_name(results.provenance, spoken),
        "summary": summary,
        "untold": untold,
        "key_numbers": _key_numbers(rows, themes.values(), spoken),
        "low_coverage": spoken.number(LOW_COVERAGE, "share"),
        "unknowns": appendix.unknowns(rows, spoken),
        "zones": appendix.heritage_zones(results, spoken),
        "scenarios": scenarios.assumptions(results, spoken),
        "sources": appendix.sources(results, spoken),
        "layers": appendix.layers(results, spoken),
        "repairs": appendix.repairs(results),
        "layer_notes": appendix.layer_notes(results, spoken),
        "travel": travel.told(results, spoken),
        "methods": appendix.methods(rows, spoken),
        "cite": appendix.citation(rows, spoken),
        "remarks": appendix.loose_remarks(results, spoken),
        "attributions": evidence.attributions(results.provenance, [], spoken),
        "software": sorted((results.provenance.get("software") or {}).items()),
    }


def _listed(key: str, maker: Maker) -> list[Section]:
    """Return the sections of a listing: one, or those of a part of the dossier."""
    return impact.sections(key, maker) if key in impact.KEYS else [listings.section(key, maker)]


def _summary(rows: Rows, spoken: Words) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Return the known headlines in sentences, and the unknown ones by reason."""
    told: list[list[str]] = []
    untold: dict[str, list[str]] = {}
    for group in headlines(rows.results):
        found = [row.iloc[0] for facts in group if len(row := rows.of(str(facts["id"]), "city"))]
        if any(not pd.isna(row["value"]) for row in found):
            told.append(sentences.told_group(rows, group, spoken))
        elif found:
            untold.setdefault(str(found[0]["reason"]), []).append(spoken.group_name(group))
    by_reason = [(spoken.reason(reason), spoken.list(names)) for reason, names in sorted(untold.items())]
    return told, by_reason


def _facts(results: Results, spoken: Words) -> list[tuple[str, str]]:
    """Return the lines at the head of the report."""
    provenance, tidy = results.provenance, results.tidy
    city = evidence.city(provenance)
    tidy = tidy[tidy["scenario"] == "actual"]
    unknown, total = int(tidy["value"].isna().sum()), len(tidy)
    facts = [(spoken.text("report.facts_dates"), evidence.date_span(evidence.dates(provenance), spoken))]
    facts.append((spoken.text("report.facts_metrics"), spoken.digits(len(results.metrics), "count")))
    if total:
        share = spoken.number(unknown / total, "share")
        count, whole = spoken.digits(unknown, "count"), spoken.digits(total, "count")
        text = spoken.text("report.unknown_of", share=share, count=count, total=whole)
        facts.append((spoken.text("report.facts_unknown"), text))
    if city.get("cell_m"):
        facts.append((spoken.text("report.facts_cell"), spoken.number(float(city["cell_m"]), "m")))
    crs = provenance.get("crs") or city.get("crs")
    if crs:
        facts.append((spoken.text("report.facts_crs"), str(crs)))
    return facts


def _key_numbers(rows: Rows, themes: Iterable[list[list[Facts]]], spoken: Words) -> list[KeyNumber]:
    made = []
    for facts in (facts for theme in themes for group in theme for facts in group):
        found = rows.of(str(facts["id"]), "city")
        if not len(found):
            continue
        row = found.iloc[0].to_dict()
        dates = evidence.dates(rows.results.provenance, evidence.read_layers(facts))
        made.append(
            KeyNumber(
                anchor=str(facts["base"]),
                name=spoken.metric_name(facts),
                unit=spoken.unit(display_unit(facts)),
                number=number(row, facts, spoken),
                date=evidence.date_span(dates, spoken) if dates else "",
            )
        )
    return made
