"""What proposals do together, beside the sum of what each does alone: both measured, neither added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.assessment import interaction
from urbanplan.model.results import Results

COLUMNS: dict[str, str] = {
    "row": "",
    "attribute_kind": "",
    "attribute": "",
    "name": "",
    "name_en": "",
    "scenario": "",
    "measure": "",
    "unit": "",
    "alone_each": "",
    "alone_sum": "1",
    "together": "1",
    "interaction": "1",
    "interaction_low": "1",
    "interaction_high": "1",
    "adds_up": "",
    "run": "",
}
_CHANGE = ("change", "change_low", "change_high")


def together(results: Results, evidence: GeoDataFrame) -> GeoDataFrame:
    """Return for each scenario that builds several others at once what they do together and alone.

    Parameters
    ----------
    results : Results
        Whose scenarios.
    evidence : GeoDataFrame
        From `evidence`.

    Returns
    -------
    GeoDataFrame
        Columns as in `COLUMNS`; rows of which nothing changes are left out, unknown ones are not.
    """
    facts, rows = results.provenance.get("scenarios") or {}, []
    keys = (
        evidence[["attribute_kind", "attribute", "measure"]].agg("\0".join, axis=1) if len(evidence) else []
    )
    for _, group in evidence.groupby(keys, sort=False) if len(evidence) else []:
        by = {str(row["scenario"]): row for row in group.to_dict("records")}
        for name, row in by.items():
            parts = [str(part) for part in (facts.get(name) or {}).get("of") or ()]
            if not parts or not set(parts) <= set(by):
                continue
            alone = {part: _change(by[part]) for part in parts}
            found = interaction(alone, _change(row))
            if found.kind == "none":
                continue
            rows.append(
                {
                    **{column: row[column] for column in COLUMNS if column in row},
                    "alone_each": "; ".join(f"{part}: {_told(alone[part])}" for part in parts),
                    "alone_sum": found.alone,
                    "together": found.together,
                    "interaction": found.interaction,
                    "interaction_low": found.low,
                    "interaction_high": found.high,
                    "adds_up": found.kind,
                    "geometry": row["geometry"],
                }
            )
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=evidence.crs)


def _change(row: Mapping[Any, Any]) -> tuple[float, float, float]:
    value, low, high = (float(row[column]) for column in _CHANGE)
    return value, low, high


def _told(change: tuple[float, float, float]) -> str:
    """Return a change as a text: its value, or the bounds between which it lies."""
    value, low, high = change
    if np.isfinite(value):
        return f"{value:+.4g}"
    return f"{low:+.4g} to {high:+.4g}" if np.isfinite([low, high]).all() else "?"
