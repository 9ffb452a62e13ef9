"""Propose how an unknown file is mapped: which layer it is, which column is what, and what would be lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.model.scheme import LandUseScheme, default_scheme
from urbanplan.sources.municipal.proposal.choice import Candidate, candidates, decided
from urbanplan.sources.municipal.proposal.columns import guesses
from urbanplan.sources.municipal.proposal.evidence import Values, values_of
from urbanplan.sources.municipal.proposal.guess import Guess
from urbanplan.sources.municipal.proposal.losses import try_out
from urbanplan.sources.municipal.proposal.piece_of_evidence import Evidence
from urbanplan.sources.municipal.proposal.places import coordinates, spacing_m
from urbanplan.sources.municipal.repair import areas_m2
from urbanplan.sources.municipal.table import coordinate_columns

MOST_ROWS = 100_000
_SHOWN_CANDIDATES = 3
_KINDS = {0: "point", 1: "line", 2: "polygon"}
_NEEDED = {"places": "category", "land_use": "class", "zoning": "class", "population": "population"}
_WORD_OF = {"places": "category", "land_use": "class", "venues": "use"}
"""Columns of words by which rows are filtered: those whose word is not known are left out."""


def propose(
    table: pd.DataFrame,
    frame: GeoDataFrame | None,
    titles: Sequence[str],
    *,
    by_columns: bool = False,
    to: str | None = None,
    scheme: LandUseScheme | None = None,
) -> dict[str, Any]:
    """Propose a mapping for a file, with the evidence for each part of it; nothing is decided that nothing speaks for.

    Parameters
    ----------
    table : DataFrame
        The file's attributes, on a plain range; the first 100,000 rows are looked at.
    frame : GeoDataFrame or None
        Its usable features in their own CRS, with the rows of the table as positions in column `row`; None for a
        table without coordinates.
    titles : sequence of str
        What the file and its layer are called.
    by_columns : bool
        Whether columns of the table hold the coordinates.
    to : str, optional
        The layer that it is to be, one of `MAPPED`, where the reader says it.
    scheme : LandUseScheme, optional
        What words for land use mean; by default the package's.

    Returns
    -------
    dict
        Plain values: `layer` (None where nothing tells it), `candidates`, `entry` (what stands in the city file),
        `evidence` by column of ours, `unmapped`, `lost`, `questions`, and `refused`, what a run would refuse.
    """
    scheme, table = scheme or default_scheme(), table.iloc[:MOST_ROWS]
    placed = set(coordinate_columns(table)) if by_columns else set()
    columns = [values_of(str(name), table[name]) for name in table.columns if name not in placed]
    ranked = candidates(columns, titles, _kinds(frame), scheme)
    chosen = Candidate(to) if to else decided(ranked)
    out: dict[str, Any] = {
        "layer": chosen.layer if chosen else None,
        "told": to is not None,
        "candidates": [_candidate(each) for each in ranked[:_SHOWN_CANDIDATES] if each.score > 0],
        "rows": len(table),
    }
    found = guesses(columns, chosen.layer, scheme, _drawn(frame, len(table))) if chosen else []
    if frame is None:
        found = [*coordinates(columns), *found]
    entry, questions = _entry(chosen.layer if chosen else "", found, columns, frame)
    lost, refused = (
        try_out(table, chosen.layer, found, entry.get("where", {}), scheme) if chosen else ([], "")
    )
    return {
        **out,
        "entry": entry,
        "evidence": {each.ours: _notes(each.evidence) for each in found},
        "questions": _notes([*questions, *(doubt for each in found for doubt in each.doubts)]),
        "unmapped": [
            _unmapped(each) for each in columns if each.name not in {guess.column for guess in found}
        ],
        "lost": lost,
        "refused": refused,
    }


def _candidate(found: Candidate) -> dict[str, Any]:
    return {"layer": found.layer, "score": round(found.score, 2), "evidence": _notes(found.evidence)}


def _notes(notes: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [note.to_dict() for note in notes]


def _unmapped(values: Values) -> dict[str, Any]:
    share = round(values.filled / values.total, 4) if values.total else 0.0
    return {
        "column": values.name,
        "filled": share,
        "different": values.different,
        "examples": values.examples(),
    }


def _kinds(frame: GeoDataFrame | None) -> set[str]:
    if frame is None:
        return {"point"}  # a table's rows become points, where they have coordinates
    held = set(shapely.get_dimensions(frame.geometry.to_numpy()).tolist())
    return {_KINDS[dimension] for dimension in held if dimension in _KINDS}


def _drawn(frame: GeoDataFrame | None, rows: int) -> np.ndarray | None:
    """Return the drawn area of each row of the table in square metres; NaN for rows that are not drawn."""
    if frame is None or "polygon" not in _kinds(frame):
        return None
    out = np.full(rows, np.nan)
    held = frame[frame["row"] < rows]
    out[held["row"].to_numpy()] = areas_m2(held.geometry, held.crs)
    return out


def _entry(
    layer: str, found: Sequence[Guess], columns: Sequence[Values], frame: GeoDataFrame | None
) -> tuple[dict[str, Any], list[Evidence]]:
    """Return what stands under the layer in the city file, and what the reader must still say."""
    entry: dict[str, Any] = {}
    questions: list[Evidence] = []
    if found:
        entry["columns"] = {each.ours: each.column for each in found}
    meanings = {each.ours: each.meanings for each in found if each.meanings}
    units = {each.ours: each.unit for each in found if each.unit}
    entry.update({key: held for key, held in (("values", meanings), ("units", units)) if held})
    needed = _NEEDED.get(layer)
    if needed and all(each.ours != needed for each in found):
        questions.append(Evidence("needs_column", {"layer": layer, "column": needed}))
    word = next((each for each in found if each.ours == _WORD_OF.get(layer)), None)
    if word is not None and word.strange:
        held = next(each for each in columns if each.name == word.column)
        entry["where"] = {word.column: sorted(text for text in held.counts if text not in word.strange)}
    if layer == "population" and frame is not None:
        apart = spacing_m(frame.geometry[frame["row"] < MOST_ROWS])
        if apart is not None and apart[1]:
            entry["point_cell_m"] = apart[0]
        code = "points_regular" if apart and apart[1] else "points_irregular"
        questions.append(Evidence(code, {"side_m": apart[0] if apart else 0.0}))
    return entry, questions
