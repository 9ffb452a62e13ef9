"""What stands behind the numbers: what is unknown, the data, the methods, how to cite and how to disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from urbanplan.model.results import Results
from urbanplan.report import evidence
from urbanplan.report.groups import groups
from urbanplan.report.rows import Facts, Rows
from urbanplan.report.tables import LOW_COVERAGE, missing_rows, note_texts, quality_row
from urbanplan.report.values import reference
from urbanplan.report.words import Words, display_unit

_CHECKSUM_SHOWN = 12
_KILO = 1000.0
_READ_SUPPORTS = ("zone", "city", "asset", "viewpoint")


def unknowns(rows: Rows, words: Words) -> dict[str, Any]:
    """Return all that could not be said: missing layers, unmapped areas, reasons with counts, low coverage."""
    results = rows.results
    provenance = results.provenance
    low = 0
    for support in _READ_SUPPORTS:
        for frame in (rows.of(name, support) for name in rows.metrics(support)):
            low += int((frame["value"].notna() & (frame["coverage"] < LOW_COVERAGE)).sum())
    known = [
        {
            "id": name,
            "layer": words.word("layers", name),
            "share": words.number(float(entry["known_share"]), "share"),
        }
        for name, entry in sorted(provenance.get("layers", {}).items())
        if entry.get("known_share") is not None
    ]
    reasons, codes = _reasons(rows, words)
    lead = words.text("report.coverage_lead", count=_count(low, words), share=_limit(words))
    return {
        "missing": missing_rows(provenance, list(results.metrics.values()), words),
        "known": known,
        "reasons": reasons,
        "meanings": [(words.reason(code), words.reason(code, long=True)) for code in sorted(codes)],
        "low": lead if low else words.text("report.coverage_none", share=_limit(words)),
    }


def _limit(words: Words) -> str:
    return words.number(LOW_COVERAGE, "share")


def _count(value: float, words: Words) -> str:
    return words.digits(float(value), "count")


def _reasons(rows: Rows, words: Words) -> tuple[list[dict[str, str]], set[str]]:
    """Return how many values are unknown for which reason, by metric with its variants, and all reasons."""
    told, codes = [], set()
    for group in (group for theme in groups(rows.results).values() for group in theme):
        for support in rows.supports(str(group[0]["id"])):
            frames = [rows.of(str(facts["id"]), support) for facts in group]
            total = sum(len(frame) for frame in frames)
            unknown = [frame.loc[frame["value"].isna(), "reason"].value_counts() for frame in frames]
            counts: dict[str, int] = {}
            for one in unknown:
                for reason, count in one.items():
                    counts[str(reason)] = counts.get(str(reason), 0) + int(count)
            codes |= set(counts)
            told += [
                {
                    "metric": words.group_name(group),
                    "anchor": str(group[0]["base"]),
                    "support": words.support(support, many=True),
                    "reason": words.reason(reason),
                    "count": _count(count, words),
                    "total": _count(total, words),
                    "share": words.number(count / total, "share"),
                }
                for reason, count in sorted(counts.items())
            ]
    return told, codes - {""}


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
    return bool(pd.isna(value)) or value == ""  # type: ignore[call-overload] # any scalar of a table


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
        "height": words.number(float(row["max_height_m"]), "m") if "max_height_m" in row else "",
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
                "licence": evidence.licence(entry, words),
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
            evidence.remark_words(entry, words)
            for entry in evidence.remarks(provenance)
            if entry.get("about") == row["id"]
        ]
    return rows


def repairs(results: Results) -> str:
    """Return where the features that were mended or left out lie, from the folder of the report; nothing where none are."""
    file = (results.provenance.get("repairs") or {}).get("file", "")
    return f"layers/{file}" if file else ""


def layer_notes(results: Results, words: Words) -> list[tuple[str, list[str]]]:
    """Return what a careful reader must know of the layers; what is said of several layers is told once."""
    provenance = results.provenance
    about: dict[str, list[str]] = {}
    for name in sorted(provenance.get("layers", {})):
        for text in note_texts(name, provenance, words):
            about.setdefault(text, []).append(name)
    told: dict[tuple[str, ...], list[str]] = {}
    for text, names in about.items():
        told.setdefault(tuple(names), []).append(text)
    return [
        (words.list(words.word("layers", name) for name in names), texts) for names, texts in told.items()
    ]


def methods(rows: Rows, words: Words) -> list[dict[str, Any]]:
    """Return each metric with its definition, formula, references and settings."""
    return [_method(group, rows, words) for theme in groups(rows.results).values() for group in theme]


def _method(group: Sequence[Facts], rows: Rows, words: Words) -> dict[str, Any]:
    facts = group[0]
    changed = rows.results.provenance.get("options", {})
    settings = dict.fromkeys(text for one in group for text in _settings(one, changed, words))
    supports = rows.supports(str(facts["id"]))
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


def citation(rows: Rows, words: Words) -> dict[str, Any]:
    """Return how to cite the report and one of its numbers, and how to record a disagreement with it."""
    provenance = rows.results.provenance
    example = _example(rows)
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


def _example(rows: Rows) -> Facts | None:
    """Return a known value to show how values are cited: the first zone's, else the city's."""
    for support in ("zone", "city"):
        for metric in rows.metrics(support):
            frame = rows.of(metric, support)
            known = frame[frame["value"].notna()].sort_values("unit_id", kind="stable")
            if len(known):
                return {str(key): value for key, value in known.iloc[0].to_dict().items()}
    return None


def loose_remarks(results: Results, words: Words) -> list[dict[str, str]]:
    """Return the remarks whose subject stands nowhere in the report, so that none is lost."""
    shown = {*results.metrics, *(str(facts.get("base")) for facts in results.metrics.values())}
    shown |= set(results.provenance.get("layers", {}))
    return [
        evidence.remark_words(entry, words)
        for entry in evidence.remarks(results.provenance)
        if str(entry.get("about")) not in shown
    ]
