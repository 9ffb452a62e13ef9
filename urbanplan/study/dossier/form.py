"""The table that an assessor fills in, written for spreadsheets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from urbanplan.base.spreadsheet import write_csv
from urbanplan.model.assessment import COMPUTED_FIELDS, FIELDS
from urbanplan.model.results import Results
from urbanplan.study.dossier.evidence import evidence

COLUMNS = (
    "row",
    "name",
    "name_en",
    "scenario",
    "measure",
    "change",
    "field",
    "computed",
    "value",
    "by",
    "date",
    "reason",
)
"""Columns of the table; a person fills in value, by, date and reason."""


def basis(row: dict[str, object], field: str) -> tuple[str, str]:
    """Return what the dossier says of a row, as texts: the change, and the word that it proposes for a field."""
    change = row["change"]
    told = f"{change:.4g}" if isinstance(change, float) and change == change else "unknown"  # noqa: PLR0124 - NaN
    column = {"likelihood_of_impact": "how_sure"}.get(field, field)
    return told, str(row[column]) if field in COMPUTED_FIELDS else ""


def form(results: Results) -> pd.DataFrame:
    """Return the table with one line for each row and field, ready to be filled in.

    Parameters
    ----------
    results : Results
        Whose evidence; rows in which nothing changes are left out.
    """
    found = evidence(results)
    lines = []
    for row in found.drop(columns="geometry").to_dict("records"):
        if row["direction"] == "none":
            continue
        for field in FIELDS:
            change, computed = basis(row, field)
            same = {name: str(row[name] or "") for name in ("row", "name", "name_en", "scenario", "measure")}
            told = {**same, "change": change, "field": field, "computed": computed}
            lines.append(dict.fromkeys(COLUMNS, "") | told)
    return pd.DataFrame(lines, columns=list(COLUMNS))


def write_form(results: Results, target: Path) -> int:
    """Write the table as CSV that spreadsheets open with Thai letters, and no cell of it runs; return its lines."""
    table = form(results)
    write_csv(table, target)
    return len(table)
