"""Pictures, tables and pages of results; nothing here computes, so no map can disagree with a table."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.report.impact import dossier
    from urbanplan.report.layer_maps import layer_map
    from urbanplan.report.listings import listing, listing_map
    from urbanplan.report.maps import metric_map as map  # noqa: A004 - `up.report.map` is the word that planners use
    from urbanplan.report.maps import panels
    from urbanplan.report.page import html
    from urbanplan.report.printing import pdf
    from urbanplan.report.scenarios import difference
    from urbanplan.report.sentences import summary
    from urbanplan.report.tables import missing_table, quality_table, table
    from urbanplan.report.travel import travel_table
    from urbanplan.report.words import words
    from urbanplan.report.writing import write

__all__ = [
    "difference",
    "dossier",
    "html",
    "layer_map",
    "listing",
    "listing_map",
    "map",
    "missing_table",
    "panels",
    "pdf",
    "quality_table",
    "summary",
    "table",
    "travel_table",
    "words",
    "write",
]

_HOMES = {
    "difference": ("urbanplan.report.scenarios", "difference"),
    "dossier": ("urbanplan.report.impact", "dossier"),
    "html": ("urbanplan.report.page", "html"),
    "layer_map": ("urbanplan.report.layer_maps", "layer_map"),
    "listing": ("urbanplan.report.listings", "listing"),
    "listing_map": ("urbanplan.report.listings", "listing_map"),
    "map": ("urbanplan.report.maps", "metric_map"),
    "missing_table": ("urbanplan.report.tables", "missing_table"),
    "panels": ("urbanplan.report.maps", "panels"),
    "pdf": ("urbanplan.report.printing", "pdf"),
    "quality_table": ("urbanplan.report.tables", "quality_table"),
    "summary": ("urbanplan.report.sentences", "summary"),
    "table": ("urbanplan.report.tables", "table"),
    "travel_table": ("urbanplan.report.travel", "travel_table"),
    "write": ("urbanplan.report.writing", "write"),
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for: drawing libraries take a second to import."""
    if name not in _HOMES:
        raise AttributeError(f"module 'urbanplan.report' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(importlib.import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the names of the face."""
    return sorted({*globals(), *__all__})
