"""Metrics in groups: by theme, each with its variants, and the variants that one figure can hold."""

from __future__ import annotations

from collections.abc import Sequence

from urbanplan.model.results import Results
from urbanplan.report.rows import Facts

_MOST_PANELS = 9


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
