"""Chapters of a report: each metric with its variants, as a figure, a table and what must be said beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pandas as pd

from urbanplan.model.results import Results
from urbanplan.report import evidence, maps
from urbanplan.report.cartography import Backdrop
from urbanplan.report.pictures import Picture, picture
from urbanplan.report.tables import LOW_COVERAGE, shown_rows
from urbanplan.report.words import Words, display_unit

TABLE_SUPPORTS = ("zone", "asset", "viewpoint")
"""Supports whose units are few enough to be read one by one."""

_MOST_ROWS = 400
_MOST_PANELS = 9
_MANY = 1000

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Number:
    """One value as a table shows it."""

    text: str
    anchor: str = ""
    value: str = ""
    coverage: str = ""
    low: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class Row:
    """One unit with its numbers."""

    code: str
    name: str
    numbers: list[Number]


@dataclass(frozen=True)
class Table:
    """Values of some metrics by unit."""

    caption: str
    columns: list[tuple[str, str]]
    rows: list[Row]
    more: str = ""


@dataclass(frozen=True)
class Shown:
    """One figure with all that its caption says."""

    picture: Picture
    alt: str
    caption: list[str]
    hover: bool


@dataclass
class Section:
    """One metric with all its variants."""

    anchor: str
    title: str
    summary: str
    reading: str
    notes: list[str]
    remarks: list[dict[str, str]]
    figures: list[Shown] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    unknown: str = ""


@dataclass
class Maker:
    """What all sections of one report share."""

    results: Results
    words: Words
    ground: Backdrop
    shapes: dict[str, str]

    def section(self, group: Sequence[Facts]) -> Section:
        """Return the section of one metric with its variants."""
        facts, words, provenance = group[0], self.words, self.results.provenance
        layers = evidence.read_layers(facts)
        about = {str(one["id"]) for one in group} | {str(facts["base"])}
        made = Section(
            anchor=quote(str(facts["base"]), safe="."),
            title=words.group_name(group),
            summary=words.metric_summary(facts),
            reading=words.text(f"directions.{facts.get('direction', 'neutral')}"),
            notes=evidence.notes(provenance, layers, words),
            remarks=told_remarks(provenance, about, words),
        )
        for part in panels(group):
            made.figures += self._figure(part)
        made.tables = [table for name in TABLE_SUPPORTS if (table := self._table(group, name)) is not None]
        if not made.figures:
            made.unknown = self._why_no_figure(group)
        return made

    def _figure(self, group: Sequence[Facts]) -> list[Shown]:
        """Return the figure of some variants; none where no value is known or none is given for a place."""
        ids = [str(one["id"]) for one in group]
        support = maps.default_support(self.results, ids[0])
        rows = shown_rows(self.results, support) if support else pd.DataFrame()
        rows = rows[rows["metric"].isin(ids)] if len(rows) else rows
        if support in {None, "city"} or not len(rows) or rows["value"].isna().all():
            return []
        look: dict[str, Any] = {"support": support, "lang": self.words.lang, "ground": self.ground}
        if len(ids) == 1:
            drawn = maps.metric_map(self.results, ids[0], title=False, **look)
        else:
            drawn = maps.panels(self.results, ids, **look)
        told = (
            [self._told(rows[rows["metric"] == one["id"]], one) for one in group]
            if support == "zone"
            else None
        )
        shot = picture(drawn, told)  # type: ignore[arg-type] # without `ax` it is always a MapFigure
        return [
            Shown(
                shot,
                self._alt(group, rows, str(support)),
                self._caption(group, rows, str(support)),
                bool(told),
            )
        ]

    def _told(self, rows: pd.DataFrame, facts: Facts) -> dict[str, str]:
        """Return what each zone tells when it is pointed at."""
        values = {str(row["unit_id"]): row for row in rows.to_dict("records")}
        names = unit_names(self.results, "zone", self.words)
        told = {}
        for unit_id, shape in self.shapes.items():
            if unit_id in values:
                shown = number(values[unit_id], facts, self.words)
                unit = "" if shown.unknown else self.words.unit(display_unit(facts))
                told[shape] = f"{names.get(unit_id, unit_id)}: {shown.text} {unit}".strip()
        return told

    def _caption(self, group: Sequence[Facts], rows: pd.DataFrame, support: str) -> list[str]:
        words, provenance = self.words, self.results.provenance
        layers = [*{name: None for facts in group for name in evidence.read_layers(facts)}]
        many = words.support(support, many=True)
        unit = words.unit_legend(display_unit(group[0]))
        parts = [
            words.text("report.caption_what", metric=words.group_name(group), support=words.support(support)),
            words.text("report.caption_unit", unit=unit),
        ]
        sources = evidence.attributions(provenance, [*layers, *evidence.BACKDROP], words)
        if sources:
            parts.append(words.text("report.caption_source", sources="; ".join(sources)))
        found = evidence.dates(provenance, layers)
        if found:
            parts.append(words.text("report.caption_date", date=evidence.date_span(found, words)))
        share = words.number(float(rows["value"].notna().mean()), "share")
        parts.append(words.text("report.caption_coverage", share=share, units=many))
        licences = evidence.licences(provenance, [*layers, *evidence.BACKDROP])
        if licences:
            parts.append(words.text("report.caption_licence", licences=words.list(licences)))
        if support == "zone":
            parts.append(words.text("report.hover"))
        return parts

    def _alt(self, group: Sequence[Facts], rows: pd.DataFrame, support: str) -> str:
        words, unit = self.words, display_unit(group[0])
        known = rows["value"].dropna()
        low, high = words.number(known.min(), unit), words.number(known.max(), unit)
        parts = [words.text("alt.range", low=low, high=high)]
        unknown = float(rows["value"].isna().mean())
        if unknown:
            many = words.support(support, many=True)
            parts.append(words.text("alt.unknown", share=words.number(unknown, "share"), units=many))
        facts = {
            "city": evidence.city_name(self.results.provenance, words),
            "support": words.support(support),
            "facts": " ".join(parts),
        }
        if len(group) == 1:
            return words.text("alt.map", metric=words.metric_name(group[0]), **facts)
        names = words.list([words.variant_name(one) for one in group])
        return words.text("alt.panels", count=len(group), names=names, **facts)

    def _table(self, group: Sequence[Facts], support: str) -> Table | None:
        if support not in self.results.units:
            return None
        rows = shown_rows(self.results, support)
        rows = rows[rows["metric"].isin([str(one["id"]) for one in group])]
        if not len(rows):
            return None
        words = self.words
        given = [one for one in group if one["id"] in set(rows["metric"])]
        values = dict(zip(_keys(rows), rows.to_dict("records"), strict=True))
        names = unit_names(self.results, support, words)
        made = [
            Row(code, name, [number(values.get((str(one["id"]), code)), one, words) for one in given])
            for code, name in sorted(names.items())[:_MOST_ROWS]
        ]
        unit = words.unit(display_unit(given[0]))
        columns = [(words.variant_name(one) or words.metric_name(one), unit) for one in given]
        caption = words.text(
            "report.asset_caption", metric=words.group_name(group), support=words.support(support)
        )
        more = ""
        if len(names) > _MOST_ROWS:
            total = words.digits(len(names), "count")
            more = words.text("report.rows_shown", shown=words.digits(_MOST_ROWS, "count"), total=total)
        return Table(caption, columns, made, more)

    def _why_no_figure(self, group: Sequence[Facts]) -> str:
        rows = self.results.tidy[self.results.tidy["metric"].isin([str(one["id"]) for one in group])]
        reasons = sorted(set(rows.loc[rows["value"].isna(), "reason"]) - {""})
        if not len(rows) or rows["value"].notna().any() or not reasons:
            return ""
        return " ".join(self.words.reason(reason, long=True) for reason in reasons)


def _keys(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["metric"].astype(str), rows["unit_id"].astype(str), strict=True))


def number(row: Mapping[Any, Any] | None, facts: Facts, words: Words) -> Number:
    """Return one tidy row as a table shows it, with the reference that others can cite."""
    if row is None or pd.isna(row["value"]):
        reason = str(row["reason"]) if row is not None else ""
        text = words.reason(reason) if reason else words.text("table.not_stated")
        return Number(
            words.text("table.unknown_because", reason=text), reference(row) if row else "", unknown=True
        )
    coverage = float(row.get("coverage", math.nan))
    return Number(
        text=words.digits(row["value"], display_unit(facts)),
        anchor=reference(row),
        value=f"{row['value']:.8g}",
        coverage=words.number(coverage, "share") if math.isfinite(coverage) else "",
        low=coverage < LOW_COVERAGE,
    )


def reference(row: Mapping[Any, Any]) -> str:
    """Return the name by which a number is cited: metric/support/unit, and its scenario where it is not actual.

    It stands as an anchor in the page, so that signs that an address cannot hold are written as %XX.
    """
    parts = [row["metric"], row["support"], row["unit_id"]]
    if row.get("scenario", "actual") != "actual":
        parts.append(row["scenario"])
    return "/".join(quote(str(part), safe="._-") for part in parts)


def unit_names(results: Results, support: str, words: Words) -> dict[str, str]:
    """Return the names of units by id."""
    frame = results.units.get(support)
    if frame is None:
        return {}
    columns = [name for name in ("name", "name_en", "name_th") if name in frame]
    rows = frame[columns].to_dict("records")
    return {str(key): words.name_of(row, key) for key, row in zip(frame.index, rows, strict=True)}


def told_remarks(provenance: Facts, about: set[str], words: Words) -> list[dict[str, str]]:
    """Return the remarks on some subjects in words."""
    return [
        remark_words(entry, words)
        for entry in evidence.remarks(provenance)
        if str(entry.get("about")) in about
    ]


def remark_words(entry: Facts, words: Words) -> dict[str, str]:
    """Return one remark in words."""
    return {
        "about": str(entry.get("about", "")),
        "by": str(entry.get("by", "")),
        "date": words.date(str(entry.get("date", ""))),
        "text": words.words_of(entry.get("text")),
    }


def groups(results: Results) -> dict[str, list[list[Facts]]]:
    """Return the metrics of results by theme, each with its variants, in the order of their ids."""
    found: dict[str, dict[str, list[Facts]]] = {}
    for key in sorted(results.metrics):
        facts = {"id": key, "base": key, "theme": key.split(".", 1)[0], **results.metrics[key]}
        found.setdefault(str(facts["theme"]), {}).setdefault(str(facts["base"]), []).append(facts)
    return {theme: [bases[base] for base in sorted(bases)] for theme, bases in sorted(found.items())}


def panels(group: Sequence[Facts]) -> list[list[Facts]]:
    """Split variants into figures: side by side those that differ in the knob with the most values."""
    if len(group) <= _MOST_PANELS:
        return [list(group)]
    values: dict[str, set[str]] = {}
    for facts in group:
        for knob, value in (facts.get("variant") or {}).items():
            values.setdefault(knob, set()).add(str(value))
    inner = max(sorted(values), key=lambda knob: len(values[knob]), default="")
    parts: dict[str, list[Facts]] = {}
    for facts in group:
        rest = {knob: value for knob, value in (facts.get("variant") or {}).items() if knob != inner}
        parts.setdefault(repr(sorted(rest.items())), []).append(facts)
    return [
        part[start : start + _MOST_PANELS]
        for part in parts.values()
        for start in range(0, len(part), _MOST_PANELS)
    ]
