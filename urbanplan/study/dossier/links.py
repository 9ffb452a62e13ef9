"""What each number of a dossier hangs on: the run, the definition of its measure, its sources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from urbanplan.model.assessment import MEASURES
from urbanplan.model.results import Results

_LENGTH = 12
_FRAMES = {"boundary", "zones", "cells", "units"}


def run_id(provenance: Mapping[str, Any]) -> str:
    """Return the name of a run: a digest of all that its numbers come from.

    Parameters
    ----------
    provenance : mapping
        Of its results.

    Returns
    -------
    str
        The same for the same city file, inputs, options of the dossier's measures, and software; another one otherwise. What
        assessors entered is no input of a number, and makes no other run.
    """
    named = {metric for metric, *_ in MEASURES.values()}
    options = {key: knobs for key, knobs in (provenance.get("options") or {}).items() if key in named}
    entries = ((provenance.get("city") or {}).get("assessment") or {}).get("entries")
    sources = {
        key: facts.get("sha256") for key, facts in (provenance.get("sources") or {}).items() if key != entries
    }
    parts = [provenance.get(key) for key in ("urbanplan", "software", "city_file_sha256", "crs")]
    return _digest([*parts, sources, options])


def definition(facts: Mapping[str, Any]) -> str:
    """Return a digest of how a metric or listing is defined: another formula, unit or default has another one."""
    keys = ("base", "name", "unit", "formula", "columns", "layers", "knobs", "summary", "references")
    return _digest({key: facts.get(key) for key in keys})


def facts_of(results: Results, metric: str) -> Mapping[str, Any] | None:
    """Return the record of a metric or listing of some results, or None."""
    return results.metrics.get(metric) or results.listing_facts.get(metric)


def sources_of(results: Results, metric: str, scenario: str) -> list[str]:
    """Return the keys of all sources that a measure read, those of a scenario's own buildings among them."""
    facts = facts_of(results, metric) or {}
    known = results.provenance.get("layers", {})
    names = [name for name in (*facts.get("layers", ()), *facts.get("requires", ())) if name not in _FRAMES]
    keys = {str(key) for name in names for key in known.get(name, {}).get("sources", ())}
    declared = {one["id"]: one for one in results.provenance.get("city", {}).get("scenarios") or ()}
    for name in [scenario, *(declared.get(scenario, {}).get("of") or ())]:
        own = (declared.get(name) or {}).get("buildings") or {}
        keys |= {str(own["source"])} if own.get("source") else set()
    return sorted(keys)


def dates_of(results: Results, keys: list[str]) -> str:
    """Return the dates of some sources: one, or the first and the last with `/` between them."""
    sources = results.provenance.get("sources", {})
    found = sorted({str(sources[key]["date"]) for key in keys if key in sources})
    return "/".join(dict.fromkeys([found[0], found[-1]])) if found else ""


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:_LENGTH]
