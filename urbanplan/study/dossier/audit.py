"""The audit of a run: whether every number of its dossier and reports can be followed back to where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.base.errors import NotPreparedError
from urbanplan.base.io import is_there, sha256
from urbanplan.model.results import Results
from urbanplan.study.dossier.baseline import UNKNOWN, Bounds, state_of
from urbanplan.study.dossier.cells import Cell, cells_of
from urbanplan.study.dossier.links import definition, facts_of, run_id
from urbanplan.study.scenario import ACTUAL

_DIGITS = 1e-7
_LAW = ("version", "instrument", "clause", "in_force_from")


def audit(folder: Path, *, data: Path | None = None) -> tuple[list[str], dict[str, int]]:
    """Follow every number of a run's dossier and reports back to run, definition, zone, clause and input.

    Parameters
    ----------
    folder : Path
        A city's folder of a run, with `results` and reports.
    data : Path, optional
        The city's folder of input files; the checksums of files that are there are worked out anew.

    Returns
    -------
    orphans : list of str
        One sentence for each number, or input, that leads nowhere; empty where all is well.
    counts : dict of str to int
        How many were looked at: rows of the dossier, numbers of the reports, inputs.

    Raises
    ------
    NotPreparedError
        If the folder holds no results.
    """
    results = Results.read(folder / "results")
    found = results.listings.get("impact.evidence")
    reports = sorted(folder.glob("report.*.html"))
    if found is None and not reports:
        raise NotPreparedError(
            f"{folder}: holds neither a dossier nor a report; run `urbanplan run` for this city first"
        )
    orphans, counts = [], {"rows": 0, "numbers": 0, "inputs": 0}
    if found is not None:
        counts["rows"] = len(found)
        orphans += list(_rows(results, found))
    for report in reports:
        cells = cells_of(report.read_text(encoding="utf-8"))
        counts["numbers"] += len(cells)
        orphans += [f"{report.name}: {fault}" for cell in cells if (fault := _cell(results, cell))]
    sources: Mapping[str, Mapping[str, Any]] = results.provenance.get("sources") or {}
    counts["inputs"] = len(sources)
    orphans += list(_inputs(sources, data))
    return orphans, counts


def _rows(results: Results, found: GeoDataFrame) -> Iterator[str]:
    """Give a sentence for each link of each row that leads nowhere."""
    run = run_id(results.provenance)
    states = {
        name: state_of(results, name) for name in (ACTUAL, *(results.provenance.get("scenarios") or {}))
    }
    values = {
        name: {(one.kind, one.id, one.measure): bounds for one, bounds in state.items()}
        for name, state in states.items()
    }
    for row in found.drop(columns="geometry").to_dict("records"):
        key, name = (row["attribute_kind"], row["attribute"], row["measure"]), f"row {row['row']}"
        if row["run"] != run:
            yield f"{name}: names the run {row['run']}, but these results are of the run {run}"
        facts = facts_of(results, row["metric"])
        if facts is None:
            yield f"{name}: comes from {row['metric']}, which these results do not hold"
        elif row["definition"] != definition(facts):
            yield f"{name}: was worked out with another definition of {row['metric']} than these results hold"
        for state, column in ((ACTUAL, "before"), (row["scenario"], "after")):
            known = (
                values.get(state, {}).get(key, UNKNOWN) if (state, column) != (ACTUAL, "after") else UNKNOWN
            )
            if not _same(known, row, column):
                yield f"{name}: its {column} value is not that of {row['metric']} in {state}"
        yield from (f"{name}: {fault}" for fault in _law(results, row))
        for source in str(row["sources"] or "").split(";"):
            if not (results.provenance.get("sources") or {}).get(source, {}).get("sha256"):
                yield f"{name}: its source {source!r} has no checksum in the record of the run"


def _same(known: Bounds, row: Mapping[Any, Any], column: str) -> bool:
    told = [float(row[name]) for name in (column, f"{column}_low", f"{column}_high")]
    return bool(np.allclose(known, told, rtol=_DIGITS, atol=1e-12, equal_nan=True))


def _law(results: Results, row: Mapping[Any, Any]) -> Iterator[str]:
    """Tell where a row's zone, version or clause is not in the layers that the run has read."""
    kind = row["attribute_kind"]
    if kind == "view":
        held = {
            text
            for layer in ("viewpoints", "view_targets")
            for column in ("clause", "evidence")
            if layer in results.context
            for text in results.context[layer][column].dropna()
        }
        if isinstance(row["clause"], str) and row["clause"] not in held:
            yield f"the clause {row['clause']!r} stands with none of the viewpoints and targets"
        return
    layer, key = ("heritage_rules", row["attribute"]) if kind == "rule" else ("heritage_zones", row["zone"])
    if not isinstance(key, str):
        return
    frame = results.context.get(layer)
    own = None if frame is None else frame[frame.index.astype(str) == key]
    if own is None or own.empty:
        yield f"{layer} has no {key!r}, on which it hangs"
        return
    names = tuple(name for name in _LAW if not (kind == "rule" and name == "instrument"))
    for name in names:
        there, told = own.iloc[0][name], row[name]
        if (told if isinstance(told, str) else None) != (there if isinstance(there, str) else None):
            yield f"its {name} is {told!r}, but that of {key} in {layer} is {there!r}"
    if kind == "rule" and str(own.iloc[0]["zone"]) != str(row["zone"]):
        yield f"its zone is {row['zone']!r}, but the rule {key} is of {own.iloc[0]['zone']!r}"


def _cell(results: Results, cell: Cell) -> str:
    """Return why a number of a report leads nowhere, or nothing."""
    if not cell.parts:
        return f"the number {cell.text} does not say what it is a value of"
    where, (base, *parts) = f"the number {cell.text} at {'/'.join(cell.parts)}", cell.parts
    if base in results.metrics:
        return _of_metric(results, base, parts, cell, where)
    frame = results.listings.get(base)
    if frame is None:
        return f"{where}: these results hold no {base!r}"
    place = int(parts[0]) - 1 if parts and parts[0].isdigit() else -1
    if not 0 <= place < len(frame):
        return f"{where}: {base} has no such row"
    row = frame.iloc[place].drop("geometry")
    numbers = [float(value) for value in row if isinstance(value, int | float | np.number)]
    if not any(abs(value - cell.value) <= _DIGITS * max(1.0, abs(value)) for value in numbers):
        return f"{where}: no column of that row holds it"
    return ""


def _of_metric(results: Results, metric: str, parts: list[str], cell: Cell, where: str) -> str:
    if not str(results.metrics[metric].get("formula") or ""):
        return f"{where}: {metric} has no formula"
    support, unit, *state = [*parts, "", ""][: max(len(parts), 2)]
    tidy = results.tidy
    rows = tidy[
        (tidy["metric"] == metric)
        & (tidy["support"] == support)
        & (tidy["unit_id"] == unit)
        & (tidy["scenario"] == (state[0] if state else ACTUAL))
    ]
    if rows.empty:
        return f"{where}: these results hold no such value"
    told = rows["value"].iloc[-1]
    if not abs(told - cell.value) <= _DIGITS * max(1.0, abs(told)):
        return f"{where}: the results say {told:.8g}"
    return ""


def _inputs(sources: Mapping[str, Mapping[str, Any]], data: Path | None) -> Iterator[str]:
    """Tell which inputs have no checksum, or another one than the file that lies there now."""
    for key, facts in sorted(sources.items()):
        if not facts.get("sha256"):
            yield f"input {key}: has no checksum in the record of the run"
            continue
        path = None if data is None else data / str(facts["file"])
        if path is not None and is_there(path) and sha256(path) != facts["sha256"]:
            yield f"input {key}: {facts['file']} is not the file that the run has read; run the city again"
