"""What assessors decided: read from their table, checked, and laid beside what was computed; it never replaces it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import LayerError
from urbanplan.base.locale import tree_of
from urbanplan.base.spreadsheet import unguarded
from urbanplan.base.thai_dates import iso_date
from urbanplan.methods.assessment import significance
from urbanplan.model.assessment import FIELDS, MAGNITUDES, VALUES
from urbanplan.study.dossier.form import basis

if TYPE_CHECKING:
    from urbanplan.study.prepare import Preparation

FILE = "assessor_entries.parquet"
NEEDED = ("row", "field", "value", "by", "date", "reason")
TOLD = ("change", "computed")
"""Columns by which it is seen whether a number has changed since somebody judged it; they may be missing."""
COLUMNS: dict[str, str] = {
    "row": "",
    "attribute": "",
    "name": "",
    "name_en": "",
    "scenario": "",
    "measure": "",
    "field": "",
    "computed": "",
    "entered": "",
    "by": "",
    "entered_on": "date",
    "why": "",
    "agreement": "",
    "stale": "",
    "contested": "",
    "matrix_then": "",
    "line": "count",
}


def add_entries(job: Preparation, folder: Path) -> None:
    """Read the table of assessors that a city declares, and keep it with the prepared layers."""
    key = job.city.assessment.entries
    if key is None:
        return
    source = job.city.sources[key]
    try:
        read_entries(job.path(key), encoding=source.encoding).to_parquet(folder / FILE)
    except LayerError as error:
        raise type(error)(f"{job.city.id}: assessment.entries: {error}") from error


def read_entries(path: Path, *, encoding: str | None = None) -> pd.DataFrame:
    """Read a table that assessors have filled in.

    Parameters
    ----------
    path : Path
        CSV as `write_form` writes it and spreadsheets save it: with commas, semicolons or tabs, in UTF-8 or cp874.
    encoding : str, optional
        Its encoding, where it is not found rightly.

    Returns
    -------
    DataFrame
        row, field, value (a word of the field, or free text), by, date (Common Era, YYYY[-MM[-DD]]), reason, change and computed (what
        the assessor saw; None where the table does not tell), line. Lines that nobody filled in are left out.

    Raises
    ------
    LayerError
        If a column is missing, or a line names an unknown field or word, no person, no date or no reason.
    """
    from urbanplan.sources.municipal.table import read_rows  # noqa: PLC0415 - only cities with such a table

    table, _ = read_rows(path, encoding=encoding)
    lacking = [name for name in NEEDED if name not in table]
    if lacking:
        raise LayerError(
            f"{path.name}: has no column {lacking[0]!r}; write the table with `urbanplan assess CITY` and fill it in"
        )
    rows = []
    for line, cells in enumerate(table.to_dict("records"), start=2):
        texts = {str(name): unguarded(str(cell).strip()) for name, cell in cells.items()}
        if any(texts[name] for name in ("value", "by", "date", "reason")):
            rows.append(_entry(texts, f"{path.name}: line {line}") | {"line": float(line)})
    columns = [*NEEDED, *TOLD, "line"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys((*NEEDED, *TOLD), object))


def _entry(texts: Mapping[str, str], where: str) -> dict[str, Any]:
    """Return one line with its date and word as the rest of the package knows them."""
    for name in NEEDED:
        if not texts[name]:
            raise LayerError(
                f"{where}: {name} is empty; a decision needs its row, field, value, name, date and reason"
            )
    field = texts["field"]
    if field not in FIELDS:
        raise LayerError(f"{where}: there is no field {field!r}; fields are {', '.join(FIELDS)}")
    date = iso_date(texts["date"])
    if date is None:
        raise LayerError(
            f"{where}: {texts['date']!r} is not a date; write it as 2026-03-01, 1/3/2569 or 1 มีนาคม 2569"
        )
    value = _word(field, texts["value"])
    if value is None:
        raise LayerError(
            f"{where}: {field} cannot be {texts['value'][:60]!r}; its words are {', '.join(FIELDS[field])}"
        )
    told = {name: texts.get(name) or None for name in TOLD}
    return {
        **{name: texts[name] for name in ("row", "field", "by", "reason")},
        "value": value,
        "date": date,
        **told,
    }


def _word(field: str, text: str) -> str | None:
    """Return the word of a field that somebody wrote, as its code or as one of the languages has it; None for another."""
    if not FIELDS[field]:
        return text
    return _spellings(field).get(_plain(text))


@cache
def _spellings(field: str) -> dict[str, str]:
    known = {_plain(word): word for word in FIELDS[field]}
    for lang in ("en", "th"):
        words = tree_of(lang).get("codes", {}).get(field, {})
        known |= {_plain(str(words[word])): word for word in FIELDS[field] if word in words}
    return known


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").replace("/", " ").split())


def beside(entries: pd.DataFrame, evidence: GeoDataFrame) -> GeoDataFrame:
    """Lay what assessors entered beside what was computed.

    Parameters
    ----------
    entries : DataFrame
        From `read_entries`.
    evidence : GeoDataFrame
        From `urbanplan.study.dossier.evidence`; it is not changed.

    Returns
    -------
    GeoDataFrame
        Columns as in `COLUMNS`: `agreement` is agrees, disagrees, recorded (nothing was computed for the field) or gone (there is no
        such row any more); `stale` tells whether what was computed has changed since (yes, no, or not_told); `contested` whether
        another entry says otherwise of the same field; `matrix_then` is the field of the matrix of 2011 with what was entered.
    """
    known = {row["row"]: row for row in evidence.to_dict("records")}
    said = {
        (str(row), str(field)): sorted(set(group["value"]))
        for (row, field), group in entries.groupby(["row", "field"])
    }
    rows = []
    for entry in entries.sort_values(["row", "field", "date", "line"], kind="stable").to_dict("records"):
        key, field = entry["row"], entry["field"]
        row = known.get(key)
        names = ("attribute", "name", "name_en", "scenario", "measure")
        rows.append(
            {
                "row": key,
                **{name: row[name] if row else None for name in names},
                "field": field,
                "computed": (basis(row, field)[1] or None) if row else None,
                "entered": entry["value"],
                "by": entry["by"],
                "entered_on": entry["date"],
                "why": entry["reason"],
                "agreement": _agreement(entry, row),
                "stale": _stale(entry, row),
                "contested": "yes" if len(said[key, field]) > 1 else "no",
                "matrix_then": _matrix(row, said) if row and field in {"asset_value", "magnitude"} else None,
                "line": entry["line"],
                "geometry": row["geometry"] if row else None,
            }
        )
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=evidence.crs)


def _agreement(entry: Mapping[Any, Any], row: Mapping[Any, Any] | None) -> str:
    if row is None:
        return "gone"
    _, computed = basis(dict(row), entry["field"])
    if computed in {"", "unknown", "no_thresholds", "no_value", "no_proposal"}:
        return "recorded"
    return "agrees" if computed == entry["value"] else "disagrees"


def _stale(entry: Mapping[Any, Any], row: Mapping[Any, Any] | None) -> str:
    """Tell whether the change or the proposed word is no longer what the assessor saw."""
    if row is None:
        return "yes"
    now = dict(zip(TOLD, basis(dict(row), entry["field"]), strict=True))
    seen = {name: entry[name] for name in TOLD if isinstance(entry[name], str)}
    if "change" not in seen:
        return "not_told"
    return "yes" if any(_differs(seen[name], now[name]) for name in seen) else "no"


def _differs(seen: str, now: str) -> bool:
    """Compare texts, and numbers as numbers: a spreadsheet writes -0.50 for -0.5."""
    try:
        return abs(float(seen.replace("\u2212", "-")) - float(now)) > 1e-3 * max(abs(float(now)), 1e-9)
    except ValueError:
        return seen != now


def _matrix(row: Mapping[Any, Any], said: Mapping[tuple[str, str], list[str]]) -> str | None:
    """Return the matrix's field with the assessors' words where they agree, and the computed ones elsewhere."""
    words = []
    for field, known in (("asset_value", VALUES), ("magnitude", MAGNITUDES)):
        entered = said.get((row["row"], field), [])
        word = entered[0] if len(entered) == 1 else "conflict" if entered else str(row[field])
        if word not in known:
            return None
        words.append(word)
    return significance(words[0], words[1])
