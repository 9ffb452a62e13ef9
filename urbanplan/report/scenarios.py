"""Scenarios in words: what each assumes, and its values beside those of the city as it is; never mixed with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from urbanplan.model.results import Results
from urbanplan.report.rows import Facts, Rows
from urbanplan.report.values import Number, Row, Table, number
from urbanplan.report.words import Words, display_unit

ACTUAL = "actual"
_COUNTS = (
    "buildings",
    "at_limit",
    "raised",
    "lowered",
    "no_limit",
    "exempt",
    "added",
    "removed",
    "unknown_height",
    "on_one_ground",
)
_SAME = 1e-9
_IN_DATA_ONLY = frozenset({"views.plots", "views.routes"})


def scenario_name(provenance: Mapping[str, Any], key: str, words: Words) -> str:
    """Return the name of a scenario; "actual" is the city as it is."""
    if key == ACTUAL:
        return words.text("scenario.actual")
    facts = (provenance.get("scenarios") or {}).get(key, {})
    return words.words_of(facts.get("name")) or key


def scenarios_of(results: Results) -> list[str]:
    """Return the scenarios of results, without the city as it is, in the order in which the city file declares them."""
    held = set(results.tidy["scenario"]) | {
        str(f.get("scenario", ACTUAL)) for f in results.listing_facts.values()
    }
    declared = [str(one["id"]) for one in results.provenance.get("city", {}).get("scenarios") or ()]
    return [key for key in [*declared, *sorted(held - set(declared))] if key in held and key != ACTUAL]


def hidden_in_scenario(facts: Facts) -> bool:
    """Tell whether a listing of a scenario stands in the open data only: grids, and long lists that change little."""
    if str(facts.get("scenario", ACTUAL)) == ACTUAL:
        return False
    return facts.get("geometry") == "raster" or facts.get("base") in _IN_DATA_ONLY


def assumptions(results: Results, words: Words) -> list[tuple[str, str, list[str]]]:
    """Return name, what it assumes and its counts in words, for each scenario of the results."""
    out = []
    for key in scenarios_of(results):
        facts = (results.provenance.get("scenarios") or {}).get(key, {})
        counts = [
            words.text(f"scenario.{name}", count=words.digits(int(facts[name]), "count"))
            for name in _COUNTS
            if facts.get(name) is not None
        ]
        kind = words.find(f"scenario.kind_{facts.get('kind')}") or ""
        out.append((scenario_name(results.provenance, key, words), str(kind), counts))
    return out


def states_of(results: Results, actual: Rows | None = None) -> dict[str, Rows]:
    """Return the rows of the city as it is and of each scenario, found at once."""
    others = {key: Rows(results, scenario=key) for key in scenarios_of(results)}
    return {ACTUAL: actual or Rows(results), **others}


def difference_table(
    states: Mapping[str, Rows], facts: Facts, support: str, names: Mapping[str, str], words: Words
) -> Table | None:
    """Return a metric's values of the city as it is beside those of each scenario.

    Parameters
    ----------
    states : mapping
        From `states_of`.
    facts : mapping
        The metric's record.
    support : str
        Whose units make the rows.
    names : mapping
        Names of the units by id.
    words : Words
        Of the page.

    Returns
    -------
    Table or None
        None where no scenario has a value for the support. Units in which nothing changes are left out where there are many.
    """
    metric, results = str(facts["id"]), states[ACTUAL].results
    if not any(len(rows.of(metric, support)) for state, rows in states.items() if state != ACTUAL):
        return None
    columns = {
        state: {str(row["unit_id"]): row for row in rows.of(metric, support).to_dict("records")}
        for state, rows in states.items()
    }
    given = [state for state in states if state == ACTUAL or columns[state]]
    made = []
    for code, name in sorted(names.items()):
        rows = [columns[state].get(code) for state in given]
        made.append((_changes(rows), Row(code, name, [_cell(row, facts, words) for row in rows])))
    few = len(made) <= _ALL
    kept = [row for changed, row in made if changed or few]
    unit = words.unit(display_unit(facts))
    caption = words.text("scenario.table", metric=words.metric_name(facts), support=words.support(support))
    heads = [(scenario_name(results.provenance, state, words), unit) for state in given]
    return Table(caption, heads, kept[:_MOST], _left_out(len(kept), len(made), words)) if kept else None


_ALL, _MOST = 60, 60


def _left_out(kept: int, total: int, words: Words) -> str:
    if kept == total and kept <= _MOST:
        return ""
    shown = words.digits(min(kept, _MOST), "count")
    return words.text(
        "scenario.rows", shown=shown, changed=words.digits(kept, "count"), total=words.digits(total, "count")
    )


def _changes(rows: Sequence[Mapping[Any, Any] | None]) -> bool:
    """Tell whether a scenario changes a value, or makes it known or unknown."""
    values = np.array([np.nan if row is None else float(row["value"]) for row in rows])
    first = values[0]
    if np.isnan(first):
        return bool(np.isfinite(values[1:]).any())
    return bool((np.isnan(values[1:]) | (np.abs(values[1:] - first) > _SAME * max(abs(first), 1))).any())


def _cell(row: Mapping[Any, Any] | None, facts: Facts, words: Words) -> Number:
    return Number(words.text("scenario.gone"), unknown=True) if row is None else number(row, facts, words)


def difference(results: Results, metric: str, *, support: str, lang: str = "en") -> pd.DataFrame:
    """Return a metric's values of the city as it is beside those of each scenario, as a table to read in a notebook."""
    from urbanplan.report.tables import unit_names  # noqa: PLC0415 - tables ask for rows too
    from urbanplan.report.words import words as spoken_in  # noqa: PLC0415

    spoken = spoken_in(lang)
    names = unit_names(results, support, spoken)
    made = difference_table(states_of(results), results.metrics[metric], support, names, spoken)
    if made is None:
        return pd.DataFrame()
    table = {spoken.text("table.unit_name"): [row.name for row in made.rows]}
    for place, (head, unit) in enumerate(made.columns):
        table[f"{head} ({unit})" if unit else head] = [row.numbers[place].text for row in made.rows]
    return pd.DataFrame(
        table, index=pd.Index([row.code for row in made.rows], name=spoken.text("table.code"))
    )
