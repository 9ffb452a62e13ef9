"""What stands behind a number: its layers, their sources, dates, licences, notes and remarks, read from provenance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from urbanplan.model.layers import MODES
from urbanplan.report.words import Words

BACKDROP = ("boundary", "water", "drive")
"""Layers that maps show beneath the values."""

_FRAMES = {"boundary", "zones", "cells", "units"}


def read_layers(facts: Mapping[str, Any]) -> list[str]:
    """Return the layers that a metric reads, without the units that it is given for."""
    names = [*facts.get("layers", ()), *facts.get("requires", ())]
    return [name for name in dict.fromkeys(names) if name not in _FRAMES]


def sources_of(provenance: Mapping[str, Any], layers: Iterable[str]) -> list[str]:
    """Return the keys of the sources behind some layers, in the order of their keys."""
    known = provenance.get("layers", {})
    return sorted({str(key) for name in layers for key in known.get(name, {}).get("sources", ())})


def attributions(provenance: Mapping[str, Any], layers: Iterable[str], words: Words) -> list[str]:
    """Return how the sources behind some layers want to be named; OpenStreetMap in its full form.

    Where the provenance names no sources for the layers, all sources of the city are named.
    """
    sources = provenance.get("sources", {})
    keys = sources_of(provenance, layers) or sorted(sources)
    texts = [str(sources[key].get("attribution") or key) for key in keys if key in sources]
    named = [words.text("map.osm") if "openstreetmap" in text.lower() else text for text in texts]
    return list(dict.fromkeys(named))


def licences(provenance: Mapping[str, Any], layers: Iterable[str], words: Words) -> list[str]:
    """Return the licences of the sources behind some layers."""
    sources = provenance.get("sources", {})
    keys = sources_of(provenance, layers)
    return sorted({licence(sources[key], words) for key in keys if key in sources} - {""})


def licence(source: Mapping[str, Any], words: Words) -> str:
    """Return the licence of a source, in words where the city file says that none is stated."""
    text = str(source.get("licence", ""))
    return words.text("table.not_stated") if text.lower() in {"not stated", "unknown"} else text


def dates(provenance: Mapping[str, Any], layers: Iterable[str] | None = None) -> list[str]:
    """Return the dates of some layers (or of all sources), oldest first."""
    if layers is None:
        entries: Iterable[Mapping[str, Any]] = provenance.get("sources", {}).values()
    else:
        known = provenance.get("layers", {})
        entries = [known[name] for name in layers if name in known]
    found = [entry.get("dates") or [entry.get("date")] for entry in entries]
    return sorted({str(date) for each in found for date in each if date})


def date_span(found: list[str], words: Words) -> str:
    """Return dates as "first to last", in words."""
    if not found:
        return words.text("table.not_stated")
    if len(found) == 1:
        return words.date(found[0])
    return words.text("report.dates_span", first=words.date(found[0]), last=words.date(found[-1]))


def notes(provenance: Mapping[str, Any], layers: Iterable[str], words: Words) -> list[str]:
    """Return what the city file says that a reader of some layers must know."""
    known = provenance.get("layers", {})
    texts = [words.words_of(note) for name in layers for note in known.get(name, {}).get("notes") or ()]
    return [text for text in dict.fromkeys(texts) if text]


def remarks(provenance: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the remarks of others, in the order in which they stand in the city file."""
    return list(provenance.get("city", {}).get("remarks") or ())


def city(provenance: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the city file as the provenance holds it."""
    found: Mapping[str, Any] = provenance.get("city") or {}
    return found


def is_synthetic(provenance: Mapping[str, Any]) -> bool:
    """Tell whether the city is invented."""
    return bool(city(provenance).get("synthetic"))


def city_name(provenance: Mapping[str, Any], words: Words) -> str:
    """Return the city's name in the language of the words."""
    facts = city(provenance)
    return words.words_of(facts.get("name")) or str(facts.get("id", ""))


def why_missing(code: object, words: Words) -> str:
    """Return why a layer is missing: the words for a code, or the sentence that `prepare` wrote."""
    found = words.find(f"missing.{code}")
    return found if isinstance(found, str) else str(code)


def made_unknown(layer: str, metrics: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the metrics that a missing layer makes unknown."""
    hit = {layer, *(MODES if layer == "streets" else ())}
    return [facts for facts in metrics if hit & {*facts.get("layers", ()), *facts.get("requires", ())}]


def told_remarks(provenance: Mapping[str, Any], about: set[str], words: Words) -> list[dict[str, str]]:
    """Return the remarks on some subjects in words."""
    return [remark_words(entry, words) for entry in remarks(provenance) if str(entry.get("about")) in about]


def remark_words(entry: Mapping[str, Any], words: Words) -> dict[str, str]:
    """Return one remark in words."""
    return {
        "about": str(entry.get("about", "")),
        "by": str(entry.get("by", "")),
        "date": words.date(str(entry.get("date", ""))),
        "text": words.words_of(entry.get("text")),
    }
