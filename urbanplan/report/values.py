"""Values as a page shows them: a text, a reference that can be cited, and how far it can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pandas as pd

from urbanplan.report.rows import Facts
from urbanplan.report.tables import LOW_COVERAGE
from urbanplan.report.words import EN_DASH, Words, display_unit


@dataclass(frozen=True)
class Number:
    """One value as a table shows it."""

    text: str
    anchor: str = ""
    value: str = ""
    coverage: str = ""
    low: bool = False
    unknown: bool = False
    plain: bool = False
    """Whether it is words, not a number."""


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
    head: str = ""
    """Heading of the names; empty: the name of the unit."""


def number(row: Mapping[Any, Any] | None, facts: Facts, words: Words) -> Number:
    """Return one tidy row as a table shows it, with the reference that others can cite."""
    if row is None or pd.isna(row["value"]):
        reason = str(row["reason"]) if row is not None else ""
        text = words.reason(reason) if reason else words.text("table.not_stated")
        if row is not None and (bounds := _bounds(row, facts, words)):
            return Number(
                words.text("table.between_because", bounds=bounds, reason=text), reference(row), unknown=True
            )
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


def _bounds(row: Mapping[Any, Any], facts: Facts, words: Words) -> str:
    """Return the bounds of a value that is not known but bounded, with its unit; empty where it is not."""
    low, high = float(row.get("low", math.nan)), float(row.get("high", math.nan))
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    unit = display_unit(facts)
    return f"{words.digits(low, unit)}{EN_DASH}{words.number(high, unit)}"


def reference(row: Mapping[Any, Any]) -> str:
    """Return the name by which a number is cited: metric/support/unit, and its scenario where it is not actual.

    It stands as an anchor in the page, so that signs that an address cannot hold are written as %XX.
    """
    parts = [row["metric"], row["support"], row["unit_id"]]
    if row.get("scenario", "actual") != "actual":
        parts.append(row["scenario"])
    return "/".join(quote(str(part), safe="._-") for part in parts)
