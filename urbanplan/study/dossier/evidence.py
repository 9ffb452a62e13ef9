"""The evidence table: what each scenario changes of each attribute, what that is called by stated thresholds, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.assessment import magnitude, magnitude_between, significance
from urbanplan.model.assessment import MEASURES, Assessment
from urbanplan.model.results import Results
from urbanplan.study.dossier.baseline import (
    Attribute,
    Bounds,
    Cells,
    State,
    cells_of,
    names_of,
    state_of,
    value_of_asset,
    view_state,
)
from urbanplan.study.dossier.links import dates_of, definition, facts_of, run_id, sources_of
from urbanplan.study.scenario import ACTUAL

COLUMNS: dict[str, str] = {
    "row": "",
    "attribute_kind": "",
    "attribute": "",
    "name": "",
    "name_en": "",
    "scenario": "",
    "measure": "",
    "unit": "",
    "before": "1",
    "before_low": "1",
    "before_high": "1",
    "after": "1",
    "after_low": "1",
    "after_high": "1",
    "change": "1",
    "change_low": "1",
    "change_high": "1",
    "state_before": "",
    "state_after": "",
    "direction": "",
    "magnitude": "",
    "magnitude_low": "",
    "magnitude_high": "",
    "thresholds": "",
    "thresholds_source": "",
    "asset": "",
    "asset_value": "",
    "value_by": "",
    "significance": "",
    "impact_kind": "",
    "how_sure": "",
    "zone": "",
    "version": "",
    "instrument": "",
    "clause": "",
    "in_force_from": "date",
    "metric": "",
    "definition": "",
    "sources": "",
    "data_date": "",
    "run": "",
}
_SAME = 1e-9
_ALWAYS = ("view", "rule")
"""Kinds of attributes of which every one is listed; of assets only those that some scenario changes."""


def evidence(results: Results) -> GeoDataFrame:
    """Return what each scenario changes of each attribute.

    Parameters
    ----------
    results : Results
        Views, rules and assets of the city as it is and of its scenarios.

    Returns
    -------
    GeoDataFrame
        Columns as in `COLUMNS`, one row for each attribute, measure and scenario; without scenarios one row for each attribute as it
        is. What nothing in the results tells is unknown (NaN, or "unknown"), never no change.
    """
    states = {name: state_of(results, name) for name in (ACTUAL, *scenarios_of(results))}
    city = results.provenance.get("city") or {}
    assumed = Assessment.model_validate(city.get("assessment") or {})
    run, added = run_id(results.provenance), _only_add(results)
    before, cells = states.pop(ACTUAL), cells_of(results)
    kept = [one for one in before if one.kind in _ALWAYS or _touched(one, before, states)]
    kept.sort(key=lambda one: (("view", "rule", "asset").index(one.kind), one.id, one.measure))
    rows = []
    for attribute in kept:
        named = _named(cells, attribute)
        for scenario, state in states.items() or {ACTUAL: {}}.items():
            after = state.get(attribute)
            rows.append(
                {
                    "row": attribute.row(scenario),
                    **named,
                    "scenario": scenario,
                    **_measured(
                        attribute,
                        before[attribute],
                        after,
                        assumed,
                        paired=scenario in added and _may_pair(attribute, before, state),
                    ),
                    **_states(results, attribute, scenario),
                    **_links(results, attribute, scenario),
                    "run": run,
                    "geometry": attribute.geometry,
                }
            )
    facts = results.provenance.get("scenarios") or {}
    for row in rows:
        row["significance"] = _significance(row)
        if (facts.get(str(row["scenario"])) or {}).get("of"):
            row["impact_kind"] = "cumulative"
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=results.provenance.get("crs"))


def scenarios_of(results: Results) -> list[str]:
    """Return the scenarios that results hold, in the order of the city file."""
    declared = [str(one["id"]) for one in results.provenance.get("city", {}).get("scenarios") or ()]
    held = results.provenance.get("scenarios") or {}
    return [name for name in declared if name in held]


def _states(results: Results, attribute: Attribute, scenario: str) -> dict[str, str | None]:
    """Return what is said of a view in words, as it is and in a scenario: also where it cannot be measured, and why."""
    if attribute.kind != "view":
        return {"state_before": None, "state_after": None}
    viewpoint, _, target = attribute.id.partition(">")
    names = {"state_before": ACTUAL, "state_after": scenario}
    return {
        column: None
        if column == "state_after" and scenario == ACTUAL
        else view_state(results, viewpoint, target, name)
        for column, name in names.items()
    }


def _only_add(results: Results) -> set[str]:
    """Return the scenarios that only put buildings in: no ordinance is among their parts."""
    facts = results.provenance.get("scenarios") or {}
    return {name for name, one in facts.items() if "at_limit" not in one}


def _may_pair(attribute: Attribute, before: State, after: State) -> bool:
    """Tell whether bounds of two states may be compared with their own kind.

    Whether a view keeps its required share jumps: between its bounds it may do anything, unless nothing of the view changes.
    """
    if attribute.measure != "required_kept":
        return True
    seen = replace(attribute, measure="visible_share")
    return seen in after and np.allclose(before[seen], after[seen], rtol=0, atol=_SAME, equal_nan=True)


def _touched(attribute: Attribute, before: State, states: Mapping[str, State]) -> bool:
    """Tell whether a scenario changes a value of an attribute, or makes it known or unknown."""
    here = np.array(before[attribute])
    for state in states.values():
        there = np.array(state.get(attribute, here))
        if (np.isnan(here) != np.isnan(there)).any() or np.nansum(np.abs(there - here)) > _SAME:
            return True
    return False


def _named(cells: Cells, attribute: Attribute) -> dict[str, str]:
    name, name_en = names_of(cells, attribute)
    value, by = value_of_asset(cells, attribute.asset)
    return {
        "attribute_kind": attribute.kind,
        "attribute": attribute.id,
        "name": name,
        "name_en": name_en,
        "asset": attribute.asset,
        "asset_value": value or "unknown",
        "value_by": by,
    }


def _measured(
    attribute: Attribute, before: Bounds, after: Bounds | None, assumed: Assessment, *, paired: bool
) -> dict[str, Any]:
    """Return the two states, the change with its bounds, and what thresholds call it."""
    _, unit, better, works = MEASURES[attribute.measure]
    then = after or (np.nan, np.nan, np.nan)
    low, high = change_between(before, then, paired=paired)
    change = then[0] - before[0]
    change = low if np.isnan(change) and high - low <= _SAME else change
    steps = assumed.steps(attribute.measure)
    out = {
        "measure": attribute.measure,
        "unit": unit,
        **_bounds("before", before),
        **_bounds("after", then),
        **_bounds("change", (change, low, high)),
        "direction": direction_of(change, low, high, better),
        "impact_kind": works,
        "how_sure": _how_sure(change, low, high),
    }
    sizes = ("magnitude", "magnitude_low", "magnitude_high")
    if after is None:
        return out | dict.fromkeys((*sizes, "direction", "how_sure"), "no_proposal")
    if steps is None:
        return out | dict.fromkeys(sizes, "no_thresholds")
    share = steps.of == "share"
    told = relative(change, before[0]) if share and change else change
    ends = _relative_bounds(before, then, paired=paired) if share else (low, high)
    least, most = magnitude_between(*ends, steps.at)
    return out | {
        "magnitude": least if least == most else magnitude(told, steps.at),
        "magnitude_low": least,
        "magnitude_high": most,
        "thresholds": f"{steps.of}: {'; '.join(f'{value:g}' for value in steps.at)}",
        "thresholds_source": steps.source,
    }


def _bounds(name: str, values: Bounds) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def change_between(before: Bounds, after: Bounds, *, paired: bool) -> tuple[float, float]:
    """Return the bounds of a change.

    Where a scenario only puts buildings in (`paired`), what is unknown is unknown in both states alike, and bounds are compared with
    their own kind; otherwise the least of one is set against the most of the other. Of a greatest value that has no upper bound the
    change lies between nothing and what the known part of it grew by.
    """
    if paired and np.isnan([before[2], after[2]]).all() and np.isfinite([before[1], after[1]]).all():
        grown = after[1] - before[1]
        return min(grown, 0.0), max(grown, 0.0)
    ends = (
        [after[1] - before[1], after[2] - before[2], after[0] - before[0]]
        if paired
        else [after[1] - before[2], after[2] - before[1]]
    )
    known = [end for end in ends if np.isfinite(end)]
    if not np.isfinite(ends[:2]).all():
        return np.nan, np.nan
    return float(min(known)), float(max(known))


def relative(change: float, before: float) -> float:
    """Return a change as a share of what there was; of nothing the change itself, so that nothing lost of nothing is nothing."""
    return change / before if abs(before) > _SAME else change


def _relative_bounds(before: Bounds, after: Bounds, *, paired: bool) -> tuple[float, float]:
    pairs = [(1, 1), (2, 2), (0, 0)] if paired else [(2, 1), (1, 2)]
    ends = [relative(after[there] - before[here], before[here]) for here, there in pairs]
    known = [end for end in ends if np.isfinite(end)]
    if not np.isfinite(ends[:2]).all():
        return np.nan, np.nan
    return float(min(known)), float(max(known))


def direction_of(change: float, low: float, high: float, better: str) -> str:
    """Tell whether a change is adverse or beneficial for the heritage, none, or unknown."""
    ends = [end for end in (change, low, high) if np.isfinite(end)]
    if not ends or (np.isnan(change) and (np.isnan(low) or np.isnan(high))):
        return "unknown"
    if np.isfinite(change):
        ends = [change]
    worst, best = min(ends), max(ends)
    if max(abs(worst), abs(best)) <= _SAME:
        return "none"
    if worst < -_SAME and best > _SAME:
        return "unknown"
    rises = best > _SAME
    return "beneficial" if rises == (better == "higher") else "adverse"


def _how_sure(change: float, low: float, high: float) -> str:
    """Tell how sure a change is, should the scenario be built: certain, possible, or unknown."""
    if np.isfinite(change) and not (np.isfinite(low) and np.isfinite(high) and high - low > _SAME):
        return "certain"
    if np.isfinite(change) or (np.isfinite(low) and np.isfinite(high)):
        return "possible"
    return "unknown"


def _links(results: Results, attribute: Attribute, scenario: str) -> dict[str, Any]:
    base = MEASURES[attribute.measure][0]
    key = base if scenario == ACTUAL or base in results.metrics else f"{base}.{scenario}"
    keys = sources_of(results, key, scenario)
    law = {name: attribute.law.get(name) or None for name in ("zone", "version", "instrument", "clause", "in_force_from")}  # fmt: skip
    return {
        **law,
        "metric": base,
        "definition": definition(facts_of(results, base) or {}),
        "sources": ";".join(keys),
        "data_date": dates_of(results, keys),
    }


def _significance(row: Mapping[str, Any]) -> str:
    """Return the field of the matrix of 2011, or why there is none."""
    if row["magnitude"] in {"unknown", "no_thresholds", "no_proposal"}:
        return str(row["magnitude"])
    if row["asset_value"] == "unknown":
        return "no_value"
    return significance(str(row["asset_value"]), str(row["magnitude"]))
