"""Chapters of a report: each metric with its variants, as a figure, a table and what must be said beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from urbanplan.model.results import Results
from urbanplan.report import evidence
from urbanplan.report.canvas import Bar, Canvas
from urbanplan.report.cartography import Backdrop
from urbanplan.report.drawings import Drawing, drawing
from urbanplan.report.groups import panels
from urbanplan.report.legend import HERITAGE_THEME, Entry, backdrop_entries, class_entries
from urbanplan.report.marks import VIEWS_THEME
from urbanplan.report.rows import Facts, Rows, Shown
from urbanplan.report.scales import scale
from urbanplan.report.scenarios import difference_table, states_of
from urbanplan.report.tables import unit_names
from urbanplan.report.values import Row, Table, number
from urbanplan.report.words import Words, display_unit

TABLE_SUPPORTS = ("zone", "heritage_zone", "asset", "viewpoint")
"""Supports whose units are few enough to be read one by one."""

_MOST_ROWS = 400


@dataclass(frozen=True)
class Figure:
    """One map, or several on one scale, with the legend and all that the caption says."""

    maps: list[Drawing]
    panel: bool
    heritage: bool
    views: bool
    bar: Bar
    unit: str
    reading: str
    classes: list[Entry]
    others: list[Entry]
    caption: list[str]
    by_viewpoint: bool = False
    """Whether its values are those of viewpoints, so that no mark may hide them."""
    lines: bool = False
    """Whether it draws sight lines itself."""


@dataclass
class Section:
    """One metric with all its variants, or one listing."""

    anchor: str
    title: str
    summary: str
    reading: str
    notes: list[str]
    remarks: list[dict[str, str]]
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    empty: str = ""
    """What to say of a listing that found nothing."""


@dataclass
class Maker:
    """What all sections of one report share."""

    rows: Rows
    words: Words
    ground: Backdrop
    frame: Canvas

    @property
    def results(self) -> Results:
        """The results of the report."""
        return self.rows.results

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
            remarks=evidence.told_remarks(provenance, about, words),
        )
        for part in panels(group):
            made.figures += self._figure(part)
        made.tables = [table for name in TABLE_SUPPORTS if (table := self._table(group, name)) is not None]
        made.tables += self._differences(group)
        made.unknown = self._nowhere(group)
        return made

    def _figure(self, group: Sequence[Facts]) -> list[Figure]:
        """Return the figure of some variants; none where no value is known or none is given for a place."""
        words = self.words
        supports = self.rows.supports(str(group[0]["id"]))
        if not supports or supports[0] == "city":
            return []
        given = [one for one in group if self._is_known(one, supports[0])]
        if not given:
            return []
        shown = [self.rows.shown(str(one["id"]), supports[0]) for one in given]
        values = np.concatenate([one.value for one in shown])
        classes = scale(values, shown[0].facts, words)
        panel = len(shown) > 1
        names = unit_names(self.results, "zone", words) if supports[0] == "zone" else {}
        maps = [
            drawing(
                one,
                classes,
                self.frame,
                name=words.variant_name(one.facts) or words.metric_name(one.facts) if panel else "",
                alt=self._alt(one),
                told=self._told(one, names),
                names={} if panel else names,
            )
            for one in shown
        ]
        facts = shown[0].facts
        heritage, views = facts.get("theme") == HERITAGE_THEME, facts.get("theme") == VIEWS_THEME
        others = [
            *self._unknown_entry(values, supports[0]),
            *backdrop_entries(self.ground, words, heritage=heritage, views=views),
        ]
        return [
            Figure(
                maps=maps,
                panel=panel,
                heritage=heritage,
                views=views,
                bar=self.frame.bar(words, panel=panel),
                unit=words.unit_legend(classes.unit),
                reading=str(words.find(f"map.better_{facts.get('direction')}") or ""),
                classes=class_entries(classes),
                others=[one for one in others if not (panel and one.label == words.text("map.streets"))],
                caption=self._caption(given, values, supports[0]),
                by_viewpoint=supports[0] == "viewpoint",
            )
        ]

    def _is_known(self, facts: Facts, support: str) -> bool:
        return bool(self.rows.of(str(facts["id"]), support)["value"].notna().any())

    def _unknown_entry(self, values: NDArray[np.float64], support: str) -> list[Entry]:
        unknown = float(np.isnan(values).mean())
        if not unknown:
            return []
        share, units = self.words.number(unknown, "share"), self.words.support(support, many=True)
        return [Entry(self.words.text("map.unknown_share", share=share, units=units), "", "unknown")]

    def _attributions(self, group: Sequence[Facts]) -> list[str]:
        layers = [*_layers(group), *evidence.BACKDROP]
        return evidence.attributions(self.results.provenance, layers, self.words)

    def _told(self, shown: Shown, names: Mapping[str, str]) -> dict[str, str]:
        """Return what each zone tells when it is pointed at."""
        if not names:
            return {}
        told, facts = {}, shown.facts
        for row in self.rows.of(str(facts["id"]), shown.support).to_dict("records"):
            value = number(row, facts, self.words)
            unit = "" if value.unknown else self.words.unit(display_unit(facts))
            told[str(row["unit_id"])] = f"{names.get(str(row['unit_id']), '')}: {value.text} {unit}".strip()
        return told

    def _caption(self, group: Sequence[Facts], values: NDArray[np.float64], support: str) -> list[str]:
        words, provenance = self.words, self.results.provenance
        layers, many = _layers(group), words.support(support, many=True)
        name, unit = words.group_name(group), words.unit_legend(display_unit(group[0]))
        parts = [
            words.text("report.caption_what", metric=name, support=words.support(support)),
            words.text("report.caption_unit", unit=unit),
        ]
        sources = self._attributions(group)
        if sources:
            parts.append(words.text("report.caption_source", sources="; ".join(sources)))
        found = evidence.dates(provenance, layers)
        if found:
            parts.append(words.text("report.caption_date", date=evidence.date_span(found, words)))
        share = words.number(float(np.isfinite(values).mean()), "share")
        parts.append(words.text("report.caption_coverage", share=share, units=many))
        licences = evidence.licences(provenance, [*layers, *evidence.BACKDROP], words)
        if licences:
            parts.append(words.text("report.caption_licence", licences=words.list(licences)))
        if support == "zone":
            parts.append(words.text("report.hover"))
        return parts

    def _alt(self, shown: Shown) -> str:
        words, unit = self.words, display_unit(shown.facts)
        known = shown.value[np.isfinite(shown.value)]
        parts = [words.text("alt.none")]
        if len(known):
            low, high = words.number(known.min(), unit), words.number(known.max(), unit)
            parts = [words.text("alt.range", low=low, high=high)]
        unknown = float(np.isnan(shown.value).mean())
        if unknown and len(known):
            many = words.support(shown.support, many=True)
            parts.append(words.text("alt.unknown", share=words.number(unknown, "share"), units=many))
        return words.text(
            "alt.map",
            city=evidence.city_name(self.results.provenance, words),
            metric=words.metric_name(shown.facts),
            support=words.support(shown.support),
            facts=" ".join(parts),
        )

    def _table(self, group: Sequence[Facts], support: str) -> Table | None:
        if support not in self.results.units:
            return None
        words = self.words
        given = [one for one in group if self._is_known(one, support)]
        if not given:
            return None
        columns_of = [_by_unit(self.rows.of(str(one["id"]), support)) for one in given]
        names = unit_names(self.results, support, words)
        made = [
            Row(
                code,
                name,
                [number(rows.get(code), one, words) for rows, one in zip(columns_of, given, strict=True)],
            )
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

    @cached_property
    def states(self) -> dict[str, Rows]:
        """The rows of the city as it is and of each scenario."""
        return states_of(self.results, self.rows)

    def _differences(self, group: Sequence[Facts]) -> list[Table]:
        """Return values beside those of scenarios, for zones, viewpoints and the city."""
        made: list[Table | None] = []
        if len(self.states) == 1:
            return []
        for support in (*TABLE_SUPPORTS, "city"):
            if support in self.results.units:
                names = unit_names(self.results, support, self.words)
                made += [difference_table(self.states, one, support, names, self.words) for one in group]
        return [table for table in made if table is not None]

    def _nowhere(self, group: Sequence[Facts]) -> list[tuple[str, str]]:
        """Return the variants of which nothing is known at all, by reason."""
        words, by_reason = self.words, dict[str, list[str]]()
        for one in group:
            frames = [self.rows.of(str(one["id"]), name) for name in self.rows.supports(str(one["id"]))]
            if frames and not any(frame["value"].notna().any() for frame in frames):
                reasons = sorted({reason for frame in frames for reason in frame["reason"]} - {""})
                why = words.list(words.reason(reason) for reason in reasons)
                by_reason.setdefault(why, []).append(words.variant_name(one) or words.metric_name(one))
        return [
            (why, words.text("report.all_variants") if len(names) == len(group) > 1 else words.list(names))
            for why, names in by_reason.items()
        ]


def _layers(group: Sequence[Facts]) -> list[str]:
    return list(dict.fromkeys(name for facts in group for name in evidence.read_layers(facts)))


def _by_unit(rows: pd.DataFrame) -> dict[str, Mapping[Any, Any]]:
    return {str(row["unit_id"]): row for row in rows.to_dict("records")}
