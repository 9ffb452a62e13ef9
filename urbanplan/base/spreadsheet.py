"""Tables for spreadsheets: Thai letters come through, and no text from data runs as a formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from urbanplan.base.io import atomic_path

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Signs with which a spreadsheet takes a text for a formula."""
_GUARD = "'"


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; `unguarded` gives the text back.

    Examples
    --------
    >>> guarded("=1+1"), guarded("ข้อ ๕"), unguarded(guarded("=1+1")), unguarded(guarded("'=1"))
    ("'=1+1", 'ข้อ ๕', '=1+1', "'=1")
    """
    starts = (*FORMULA_STARTS, *(_GUARD + sign for sign in (_GUARD, *FORMULA_STARTS)))
    return f"{_GUARD}{text}" if text.startswith(starts) else text


def unguarded(text: str) -> str:
    """Return a text as it was before `guarded`."""
    inner = text.removeprefix(_GUARD)
    return inner if text.startswith(_GUARD) and guarded(inner) == text else text


def write_csv(table: pd.DataFrame, target: Path) -> None:
    """Write a table as CSV: UTF-8 with the mark by which spreadsheets know it, texts guarded, the file whole or not there."""
    safe = table.copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in safe.dtypes]]:
        codes, texts = pd.factorize(
            safe[column].astype(object), use_na_sentinel=False
        )  # few texts in many rows
        kept = [guarded(text) if isinstance(text, str) else text for text in texts]
        safe[column] = pd.Series(kept, dtype=object).to_numpy()[codes]
    with atomic_path(target) as draft:
        safe.to_csv(draft, index=False, encoding="utf-8-sig", lineterminator="\n")
