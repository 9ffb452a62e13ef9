"""What a proposed mapping would lose: tried out on the file's own rows with the reader that a run uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from urbanplan.base.errors import UrbanPlanError
from urbanplan.base.quantities import STOREYS, STOREYS_OF, dimension_of, length_m
from urbanplan.model.layers import LAYERS
from urbanplan.model.quality import QualityRecord
from urbanplan.model.scheme import LandUseScheme
from urbanplan.sources.municipal.heritage_checks import check_heritage
from urbanplan.sources.municipal.mapping import DATES, NOT_COLUMNS, Where, keep, map_columns, plain
from urbanplan.sources.municipal.proposal.evidence import is_area, is_date, is_length, is_number
from urbanplan.sources.municipal.proposal.guess import Guess

_SHOWN = 3
_ROWS = 5
_TESTS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "date": ("not_a_date", is_date),
    "area": ("not_an_area", is_area),
    "length": ("not_a_length", is_length),
    "storeys": ("not_a_length", is_length),
}
_NEEDED = {"places": "category", "land_use": "class"}
"""Columns without which a feature is left out."""


def try_out(
    table: pd.DataFrame, layer: str, found: list[Guess], where: Where, scheme: LandUseScheme
) -> tuple[list[dict[str, Any]], str]:
    """Map the rows as proposed; return what becomes unknown and why, and what the reader refuses, if it does.

    Parameters
    ----------
    table : DataFrame
        The file's attributes.
    layer : str
        The layer.
    found : list of Guess
        The mapping.
    where : mapping
        Which rows are kept.
    scheme : LandUseScheme
        What words for land use mean.

    Returns
    -------
    tuple of (list of dict, str)
        Each loss: `column` of the file, `ours`, `count` of `total` filled rows, `reason`, first `rows`, `examples`.
    """
    record = QualityRecord(layer=layer, file="")
    try:
        kept = keep(table, where, "")
        rows = table[kept]
        mapped = map_columns(
            rows,
            layer,
            columns={each.ours: each.column for each in found if each.ours not in {"lon", "lat", "x", "y"}},
            values={each.ours: each.meanings for each in found if each.meanings},
            constants={},
            units={each.ours: each.unit for each in found if each.unit},
            record=record,
            scheme=scheme,
        )
        check_heritage(mapped, layer, record)
    except UrbanPlanError as error:
        return [], str(error).removeprefix(": ")
    losses = [_filtered(table, kept, column) for column in where if not kept.all()]
    ours = {layer} if LAYERS[layer].kind == "raster" else set(LAYERS[layer].columns)
    for each in found:
        if each.ours in NOT_COLUMNS or each.ours not in ours:
            continue
        loss = _lost(rows[each.column], mapped[each.ours], each, layer)
        losses += [loss] if loss else []
    return losses, ""


def _filtered(table: pd.DataFrame, kept: pd.Series, column: str) -> dict[str, Any]:
    return {**_told(table[column], ~kept, column, "", "word_unknown"), "dropped": True}


def _lost(given: pd.Series, got: pd.Series, guess: Guess, layer: str) -> dict[str, Any] | None:
    filled = given.map(plain) != ""
    gone = filled & got.isna().to_numpy()
    if not gone.any():
        return None
    told = _told(given, gone, guess.column, guess.ours, _reason(given[gone], guess))
    return {**told, "total": int(filled.sum()), "dropped": _NEEDED.get(layer) == guess.ours}


def _reason(given: pd.Series, guess: Guess) -> str:
    """Say why values became unknown: the first thing that none of them is."""
    if guess.ours == "class":
        return "class_of_nothing"
    code, fits = _TESTS.get(_measure(guess.ours), ("not_a_number", is_number))
    texts = [plain(value) for value in given]
    if not any(fits(text) for text in texts):
        return code
    if guess.ours in STOREYS_OF and (guess.unit == STOREYS or any(map(_is_storeys, texts))):
        return "storeys"
    return "none_or_less"


def _measure(ours: str) -> str:
    return "date" if ours in DATES else dimension_of(ours) or ""


def _is_storeys(text: str) -> bool:
    found = length_m(text)
    return found is not None and found.storeys


def _told(given: pd.Series, gone: pd.Series, column: str, ours: str, reason: str) -> dict[str, Any]:
    lost = given[gone.to_numpy()]
    common = lost.map(plain).value_counts()
    examples = sorted(common.items(), key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]
    return {
        "column": column,
        "ours": ours,
        "count": int(gone.sum()),
        "total": len(given),
        "reason": reason,
        "rows": [int(row) for row in lost.index[:_ROWS]],
        "examples": [str(text)[:40] for text, _ in examples],
    }
