"""The impact dossier as a reader sees it: by scenario, in the fields of both guidances, with whoever disagrees beside it."""

from __future__ import annotations

from urllib.parse import quote

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.model.assessment import MEASURES, VISIBLE
from urbanplan.model.results import Results
from urbanplan.report import evidence
from urbanplan.report import impact_tables as tell
from urbanplan.report.canvas import canvas
from urbanplan.report.cartography import backdrop
from urbanplan.report.chapters import Figure, Maker, Section
from urbanplan.report.drawings import things_drawing
from urbanplan.report.impact_tables import ENTRIES, EVIDENCE, SIZES, TOGETHER
from urbanplan.report.legend import Entry, backdrop_entries
from urbanplan.report.listing_paint import Painted
from urbanplan.report.rows import Rows
from urbanplan.report.scenarios import ACTUAL, scenario_name
from urbanplan.report.words import Words, words

KEYS = (EVIDENCE, TOGETHER, ENTRIES)
"""Listings that are told here, not as other listings are."""
_MAPPED = ("visible_share", "built_on_asset_m2", "tall_distance_m")
_PAINT = {
    "beneficial.major": "#053061",
    "beneficial.moderate": "#2166ac",
    "beneficial.minor": "#4393c3",
    "beneficial.negligible": "#92c5de",
    "beneficial": "#5e93b8",
    "unknown": "#8a8a8a",
    "adverse": "#c4826b",
    "adverse.negligible": "#f4a582",
    "adverse.minor": "#d6604d",
    "adverse.moderate": "#b2182b",
    "adverse.major": "#67001f",
}
"""Colours of directions and magnitudes, in the order of the legend; those without a magnitude are paler."""


def dossier(results: Results, *, lang: str = "en") -> list[pd.DataFrame]:
    """Return the tables of the dossier to read in a notebook, each with its caption over the names of its columns."""
    spoken, ground = words(lang), backdrop(results)
    maker = Maker(Rows(results), spoken, ground, canvas(ground, results.units.get("zone")))
    made = []
    for key in (key for key in KEYS if key in results.listings):
        for table in (table for one in sections(key, maker) for table in one.tables):
            heads = [table.head, *(name for name, _ in table.columns)]
            rows = [[row.name, *(number.text for number in row.numbers)] for row in table.rows]
            frame = pd.DataFrame(rows, columns=heads, index=pd.RangeIndex(1, len(rows) + 1))
            made.append(frame.rename_axis(columns=table.caption))
    return made


def sections(key: str, maker: Maker) -> list[Section]:
    """Return the sections of one part of the dossier; the evidence has one for each scenario, proposals first."""
    results, spoken = maker.results, maker.words
    frame = results.listings[key]
    made = _started(key, "", maker)
    if frame.empty:
        made.empty = spoken.text("impact.nothing" if key == EVIDENCE else "listing.none")
    elif key == TOGETHER:
        made.notes = [spoken.text("impact.together_how")]
        made.tables = [tell.together(frame, maker)]
    elif key == ENTRIES:
        made.notes = [spoken.text("impact.entries_how")]
        made.tables = [tell.entries(frame, maker)]
    else:
        made.notes = _notes(frame, maker)
        return [made, *(_of_scenario(frame, name, maker) for name in _in_order(frame, maker))]
    return [made]


def _started(key: str, scenario: str, maker: Maker) -> Section:
    spoken, facts = maker.words, maker.results.listing_facts[key]
    told = evidence.told_remarks(maker.results.provenance, {key}, spoken)
    return Section(
        anchor=quote(f"{key}.{scenario}" if scenario else key, safe="."),
        title=scenario_name(maker.results.provenance, scenario, spoken)
        if scenario
        else spoken.metric_name(facts),
        summary="" if scenario else spoken.metric_summary(facts),
        reading="",
        notes=[],
        remarks=[] if scenario else told,
    )


def _in_order(frame: GeoDataFrame, maker: Maker) -> list[str]:
    """Return the scenarios: proposals, what builds several at once, and what the plans allow."""
    facts = maker.results.provenance.get("scenarios") or {}
    kinds = ("proposal", "together", "ordinance")
    names = [str(name) for name in dict.fromkeys(frame["scenario"])]
    return sorted(names, key=lambda name: kinds.index(facts.get(name, {}).get("kind", "proposal")))


def _of_scenario(frame: GeoDataFrame, scenario: str, maker: Maker) -> Section:
    part = frame[frame["scenario"] == scenario]
    made, spoken = _started(EVIDENCE, scenario, maker), maker.words
    changed = part if scenario == ACTUAL else part[part["direction"] != "none"]
    if scenario == ACTUAL:
        made.summary = spoken.text("impact.baseline_only", total=spoken.digits(len(part), "count"))
    else:
        counts = part["direction"].value_counts()
        numbers = {name: int(counts.get(name, 0)) for name in ("adverse", "beneficial", "unknown")}
        numbers |= {"changed": len(changed), "total": len(part)}
        told = {name: spoken.digits(count, "count") for name, count in numbers.items()}
        made.summary = spoken.text("impact.rows", **told)
    made.figures = _figure(part, scenario, maker)
    made.tables = tell.tables(changed, scenario, maker)
    return made


def _notes(frame: GeoDataFrame, maker: Maker) -> list[str]:
    """Return what must be known before a table is read: who decides, which run, whose thresholds."""
    spoken, provenance = maker.words, maker.results.provenance
    first = frame.iloc[0]
    out = [spoken.text("impact.no_verdict"), spoken.text("impact.lineages")]
    dates = [str(date) for date in frame["data_date"].dropna()]
    span = sorted({part for date in dates for part in date.split("/")})
    out.append(
        spoken.text(
            "impact.run",
            run=first["run"],
            version=str(provenance.get("urbanplan", "")),
            date=evidence.date_span([span[0], span[-1]] if len(span) > 1 else span, spoken),
        )
    )
    for measure, part in frame.groupby("measure", sort=False):
        text = next((str(one) for one in part["thresholds"] if isinstance(one, str) and one), "")
        name = spoken.code("measure", str(measure))
        if not text:
            out.append(spoken.text("impact.no_thresholds", measure=name))
            continue
        kind, _, steps = text.partition(": ")
        unit = "share" if kind == "share" else MEASURES[str(measure)][1]
        told = [spoken.number(float(step), unit) for step in steps.split("; ")]
        source = str(part["thresholds_source"].dropna().iloc[0])
        out.append(
            spoken.text(
                "impact.thresholds_share" if kind == "share" else "impact.thresholds_amount",
                measure=name,
                negligible=told[0],
                minor=told[1],
                moderate=told[2],
                major=told[3],
                source=spoken.text("impact.own_source") if source == VISIBLE.source else source,
            )
        )
    return out


def _figure(part: GeoDataFrame, scenario: str, maker: Maker) -> list[Figure]:
    """Return the map of one scenario: views and assets, coloured by what their change is called."""
    spoken = maker.words
    shown = part[part["measure"].isin(_MAPPED) & (part["direction"] != "none")]
    if shown.empty or scenario == ACTUAL:
        return []
    painted = _painted(shown, spoken)
    name = spoken.text("impact.map", scenario=scenario_name(maker.results.provenance, scenario, spoken))
    alt = f"{evidence.city_name(maker.results.provenance, spoken)}: {name}."
    drawn = things_drawing(shown, painted.classes, painted.colours, maker.frame, name="", alt=alt)
    layers = sorted({name for metric, *_ in MEASURES.values() for name in _layers_of(metric, maker)})
    found = evidence.dates(maker.results.provenance, layers)
    sources = evidence.attributions(maker.results.provenance, [*layers, *evidence.BACKDROP], spoken)
    caption = [name, spoken.text("report.caption_source", sources="; ".join(sources))]
    caption += [spoken.text("report.caption_date", date=evidence.date_span(found, spoken))] if found else []
    caption.append(spoken.text("impact.run_short", run=part["run"].iloc[0]))
    unknown = [Entry(spoken.text("map.unknown"), "", "unknown")] if (painted.classes < 0).any() else []
    return [
        Figure(
            maps=[drawn],
            panel=False,
            heritage=True,
            views=True,
            bar=maker.frame.bar(spoken, panel=False),
            unit=painted.heading,
            reading="",
            classes=painted.entries,
            others=[*unknown, *backdrop_entries(maker.ground, spoken, heritage=True, views=True)],
            caption=caption,
            lines=True,
        )
    ]


def _painted(shown: GeoDataFrame, spoken: Words) -> Painted:
    """Colour rows by direction, and what has a proposed magnitude by that: red is adverse, blue beneficial."""
    kinds = [
        f"{row['direction']}.{row['magnitude']}" if row["magnitude"] in SIZES else str(row["direction"])
        for row in shown[["direction", "magnitude"]].to_dict("records")
    ]
    named = [kind for kind in _PAINT if kind in set(kinds)]
    labels = []
    for kind in named:
        direction, _, size = kind.partition(".")
        words = [spoken.code("direction", direction), spoken.code("magnitude", size) if size else ""]
        count = spoken.digits(kinds.count(kind), "count")
        labels.append(f"{', '.join(word for word in words if word)} ({count})")
    return Painted(
        classes=np.array([named.index(kind) if kind in named else -1 for kind in kinds], dtype=np.int64),
        colours=tuple(_PAINT[kind] for kind in named),
        entries=[Entry(label, _PAINT[kind]) for label, kind in zip(labels, named, strict=True)],
        heading=spoken.word("columns", "magnitude"),
    )


def _layers_of(metric: str, maker: Maker) -> list[str]:
    facts = maker.results.metrics.get(metric) or maker.results.listing_facts.get(metric) or {}
    return evidence.read_layers(facts)
