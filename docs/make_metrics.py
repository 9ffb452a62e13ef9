"""Write docs/metrics.md, a card of each metric, from the registry and the locales: python docs/make_metrics.py."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from urbanplan.metrics import load
from urbanplan.model.listing import LISTINGS
from urbanplan.model.metric import REGISTRY
from urbanplan.report.words import words

HERE = Path(__file__).resolve().parent


def cards() -> str:
    """Return the cards as Markdown, one per metric with its variants together, in the order of their ids."""
    load()
    cited = YAML(typ="safe").load((HERE.parent / "data" / "references.yml").read_text(encoding="utf-8"))
    bases: dict[str, list[dict[str, Any]]] = {}
    for key in sorted(REGISTRY):
        bases.setdefault(REGISTRY[key].base, []).append(REGISTRY[key].record())
    lists = [_listing_card(LISTINGS[key].record(), cited) for key in sorted(LISTINGS)]
    head = "# Metrics\n\nWritten by `python docs/make_metrics.py`; `urbanplan metrics ID` shows the same.\n"
    return "\n".join([head, *(_card(base, group, cited) for base, group in bases.items()), *lists])


def _card(base: str, group: list[dict[str, Any]], cited: Mapping[str, Any]) -> str:
    facts = group[0]
    lines = [
        f"## {base}",
        "",
        f"{words('en').group_name(group)} · {words('th').group_name(group)}",
        "",
        facts["summary"],
        "",
        f"$${facts['formula']}$$",
        "",
        f"- unit: {facts['unit']}; better: {facts['direction']}; for each: {', '.join(facts['supports'])}",
        f"- reads: {', '.join([*facts['layers'], *facts['requires']])}",
    ]
    if facts["knobs"]:
        lines.append("- knobs: " + ", ".join(f"`{name}={value}`" for name, value in facts["knobs"].items()))
    if not facts["standard"]:
        lines.append("- on request: its theme's word does not name it, its own id does")
    if len(group) > 1:
        lines.append("- ids: " + ", ".join(f"`{entry['id']}`" for entry in group))
    lines += [f"- source: {_reference(cited[key])}" for key in facts["references"]]
    return "\n".join(lines) + "\n"


def _listing_card(facts: dict[str, Any], cited: Mapping[str, Any]) -> str:
    columns = [f"`{name}` ({unit})" if unit else f"`{name}`" for name, unit in facts["columns"].items()]
    lines = [
        f"## {facts['id']}",
        "",
        f"{words('en').metric_name(facts)} · {words('th').metric_name(facts)}",
        "",
        facts["summary"],
        "",
        f"- a listing; rows are: {facts['geometry']}; columns: {', '.join(columns)}",
        f"- reads: {', '.join([*facts['layers'], *facts['requires']])}",
    ]
    if facts["knobs"]:
        lines.append("- knobs: " + ", ".join(f"`{name}={value}`" for name, value in facts["knobs"].items()))
    if not facts["standard"]:
        lines.append("- on request: its theme's word does not name it, its own id does")
    lines += [f"- source: {_reference(cited[key])}" for key in facts["references"]]
    return "\n".join(lines) + "\n"


def _reference(entry: Any) -> str:
    return " ".join(str(value) for value in entry.values()) if isinstance(entry, dict) else str(entry)


if __name__ == "__main__":
    (HERE / "metrics.md").write_text(cards(), encoding="utf-8")
