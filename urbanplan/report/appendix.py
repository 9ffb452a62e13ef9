"""What stands behind the numbers: what is unknown, the data, the methods, how to cite and how to disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from urbanplan.model.results import Results
from urbanplan.report import evidence
from urbanplan.report.chapters import Facts, groups, reference, remark_words
from urbanplan.report.tables import LOW_COVERAGE, missing_rows, quality_row
from urbanplan.report.words import Words, display_unit

_CHECKSUM_SHOWN = 12
_KILO = 1000.0


def unknowns(results: Results, words: Words) -> dict[str, Any]:
    """Return all that could not be said: missing layers, unmapped areas, reasons with counts, low coverage."""
    tidy, provenance = results.tidy, results.provenance
    unknown = tidy[tidy["value"].isna()]
    shown = tidy[tidy["support"].isin(["zone", "city", "asset", "viewpoint"])]
    low = shown[shown["value"].notna() & (shown["coverage"] < LOW_COVERAGE)]
    known = [
        {
            "id": name,
            "layer": words.word("layers", name),
            "share": words.number(float(entry["known_share"]), "share"),
        }
        for name, entry in sorted(provenance.get("layers", {}).items())
        if entry.get("known_share") is not None
    ]
    return {
        "missing": missing_rows(provenance, list(results.metrics.values()), words),
        "known": known,
        "reasons": _reasons(results, unknown, words),
        "meanings": [
            (words.reason(code), words.reason(code, long=True))
            for code in sorted(set(unknown["reason"]) - {""})
        ],
        "low": words.text("report.coverage_lead", count=_count(len(low), words), share=_limit(words))
        if len(low)
        else words.text("report.coverage_none", share=_limit(words)),
    }


def _limit(words: Words) -> str:
    return words.number(LOW_COVERAGE, "share")


def _count(value: float, words: Words) -> str:
    return words.digits(float(value), "count")


def _reasons(results: Results, unknown: pd.DataFrame, words: Words) -> list[dict[str, str]]:
    rows = []
    for group in (group for theme in groups(results).values() for group in theme):
        ids = [str(facts["id"]) for facts in group]
        of_group = results.tidy[results.tidy["metric"].isin(ids)]
        for support, of_support in of_group.groupby("support", sort=True):
            counts = unknown.loc[unknown.index.intersection(of_support.index), "reason"].value_counts()
            rows += [
                {
                    "metric": words.group_name(group),
                    "anchor": str(group[0]["base"]),
                    "support": words.support(str(support), many=True),
                    "reason": words.reason(reason),
                    "count": _count(counts[reason], words),
                    "total": _count(len(of_support), words),
                    "share": words.number(counts[reason] / len(of_support), "share"),
                }
                for reason in sorted(counts.index)
            ]
    return rows


def heritage_zones(results: Results, words: Words) -> list[dict[str, Any]]:
    """Return heritage zones as the data give them; a proxy is marked as one."""
    frame = results.context.get("heritage_zones")
    if frame is None or not len(frame):
        return []
    plain = frame.drop(columns=frame.geometry.name)
    rows = [
        {str(key): value for key, value in row.items() if not _nothing(value)}
        for row in plain.to_dict("records")
    ]
    return [_zone(code, row, words) for code, row in zip(frame.index, rows, strict=True)]


def _nothing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and pd.isna(value))


def _zone(code: object, row: Facts, words: Words) -> dict[str, Any]:
    ends = [
        words.text(f"report.zone_{end}", date=words.date(str(row[f"in_force_{end}"])))
        for end in ("from", "to")
        if f"in_force_{end}" in row
    ]
    return {
        "code": str(code),
        "name": words.name_of(row, code),
        "kind": words.word("kinds", row["kind"]) if "kind" in row else "",
        "version": str(row.get("version", "")),
        "instrument": words.list(str(row[key]) for key in ("instrument", "clause") if key in row),
        "in_force": " ".join(ends),
        "status": words.word("statuses", row["status"]) if "status" in row else "",
        "proxy": bool(row.get("proxy", False)),
    }


def sources(results: Results, words: Words) -> list[dict[str, str]]:
    """Return every file that was read."""
    rows = []
    for key, entry in sorted(results.provenance.get("sources", {}).items()):
        origin = entry.get("origin") or {}
        where = origin.get("url") or origin.get("note") if isinstance(origin, Mapping) else origin
        rows.append(
            {
                "key": str(key),
                "file": str(entry.get("file", "")),
                "date": words.date(str(entry.get("date", ""))),
                "licence": str(entry.get("licence", "")),
                "attribution": str(entry.get("attribution", "")),
                "checksum": str(entry.get("sha256") or "")[:_CHECKSUM_SHOWN],
                "size": _size(entry.get("bytes"), words),
                "origin": str(where or ""),
            }
        )
    return rows


def _size(count: Any, words: Words) -> str:
    if count is None:
        return ""
    size, sign = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < _KILO:
            break
        size, sign = size / _KILO, larger
    return f"{words.digits(size, 'bytes')} {sign}"


def layers(results: Results, words: Words) -> list[dict[str, Any]]:
    """Return what was read for each layer and what became of it, with the remarks of others on it."""
    provenance = results.provenance
    rows: list[dict[str, Any]] = [
        dict(quality_row(name, provenance, words)) for name in sorted(provenance.get("layers", {}))
    ]
    for row in rows:
        row["remarks"] = [
            remark_words(entry, words)
            for entry in evidence.remarks(provenance)
            if entry.get("about") == row["id"]
        ]
    return rows


def methods(results: Results, words: Words) -> list[dict[str, Any]]:
    """Return each metric with its definition, formula, references and settings."""
    return [_method(group, results, words) for theme in groups(results).values() for group in theme]


def _method(group: Sequence[Facts], results: Results, words: Words) -> dict[str, Any]:
    facts = group[0]
    changed = results.provenance.get("options", {})
    settings = dict.fromkeys(text for one in group for text in _settings(one, changed, words))
    supports = sorted(
        set(results.tidy.loc[results.tidy["metric"].isin([one["id"] for one in group]), "support"])
    )
    return {
        "anchor": str(facts["base"]),
        "ids": [str(one["id"]) for one in group],
        "title": words.group_name(group),
        "summary": words.metric_summary(facts),
        "formula": str(facts.get("formula", "")),
        "unit": words.unit_legend(display_unit(facts)),
        "direction": words.text(f"directions.{facts.get('direction', 'neutral')}"),
        "layers": words.list(words.word("layers", name) for name in evidence.read_layers(facts)),
        "references": [str(key) for key in facts.get("references", ())],
        "settings": list(settings),
        "variants": [words.variant_name(one) for one in group] if len(group) > 1 else [],
        "supports": words.list(words.support(name, many=True) for name in supports),
    }


def _settings(facts: Facts, changed: Facts, words: Words) -> list[str]:
    options = {**changed.get(str(facts.get("base")), {}), **changed.get(str(facts["id"]), {})}
    texts = []
    for knob, default in sorted((facts.get("knobs") or {}).items()):
        if knob in options and options[knob] != default:
            texts.append(words.text("report.knob_changed", knob=knob, value=options[knob], default=default))
        else:
            texts.append(f"{knob} = {default}")
    return texts


def citation(results: Results, words: Words) -> dict[str, Any]:
    """Return how to cite the report and one of its numbers, and how to record a disagreement with it."""
    provenance = results.provenance
    rows = results.tidy[results.tidy["value"].notna()]
    rows = rows[rows["support"].isin(["zone", "city"])] if len(rows) else rows
    example = rows.iloc[-1].to_dict() if len(rows) else None
    return {
        "text": words.text(
            "report.citation",
            version=provenance.get("urbanplan", ""),
            city=evidence.city_name(provenance, words),
            dates=evidence.date_span(evidence.dates(provenance), words),
            attribution=words.list(evidence.attributions(provenance, [], words)),
        ),
        "version": str(provenance.get("urbanplan", "")),
        "example": reference(example) if example else "",
        "remark": {
            "about": str(example["metric"]) if example else "places",
            "by": words.text("report.disagree_by"),
            "text": words.text("report.disagree_text"),
        },
    }


def loose_remarks(results: Results, words: Words) -> list[dict[str, str]]:
    """Return the remarks whose subject stands nowhere in the report, so that none is lost."""
    shown = {*results.metrics, *(str(facts.get("base")) for facts in results.metrics.values())}
    shown |= set(results.provenance.get("layers", {}))
    return [
        remark_words(entry, words)
        for entry in evidence.remarks(results.provenance)
        if str(entry.get("about")) not in shown
    ]
