"""From the columns of a file to ours: names, values, constants, filters, numbers and dates."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from math import isnan
from typing import Any

import pandas as pd

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.base.thai_dates import iso_date, number
from urbanplan.base.units import arabic_digits
from urbanplan.model.layers import CATEGORIES, LAND_USE_CLASSES, LAYERS
from urbanplan.model.quality import QualityRecord
from urbanplan.model.scheme import LandUseScheme, default_scheme
from urbanplan.sources.municipal.classing import classed
from urbanplan.sources.municipal.measures import measured

Where = Mapping[str, str | int | float | list[str | int | float]]
Values = Mapping[str, Mapping[str, str | int | float | bool]]
Scalar = str | int | float | bool

NOT_COLUMNS = ("id", "lon", "lat", "x", "y", "geometry")
"""Words of `columns` that name no column of a layer: the id of a feature, and where its coordinates stand."""
DATES = {"in_force_from", "in_force_to", "listed_on", "built"}
_VOCABULARY = {("places", "category"): CATEGORIES, ("land_use", "class"): LAND_USE_CLASSES}
_MANY = 8
_SHAPEFILE_NAME = 10


def plain(value: object) -> str:
    """Return a value as text: a whole number without a point, nothing for what is unknown."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def same(value: object) -> str:
    """Return a value as the text by which it is compared: 1, 1.0 and "1" are the same, "01" is another."""
    return unicodedata.normalize("NFKC", plain(value))


def nearest(name: str, names: list[str]) -> Fault:
    """Say which of the names was probably meant, and list them all."""
    close = difflib.get_close_matches(name.lower(), [each.lower() for each in names], n=1, cutoff=0.4)
    near = next((each for each in names if close and each.lower() == close[0]), None)
    hint = Fault("mean_this_then", near=near) if near is not None else ""
    return Fault("file_has", hint=hint, names=", ".join(names)) if names else Fault("file_has_none")


def keep(table: pd.DataFrame, where: Where, file: str) -> pd.Series:
    """Return which rows a filter keeps.

    Raises
    ------
    LayerError
        If a column is not there, or nothing is kept.
    """
    kept = pd.Series(data=True, index=table.index)
    for column, wanted in where.items():
        name = find_column(table, column, f"{file}: where", "")
        values = table[name].map(same)
        choices = [same(value) for value in (wanted if isinstance(wanted, list) else [wanted])]
        kept &= values.isin(choices)
        lacking = [choice for choice in choices if choice not in set(values)]
        if len(lacking) == len(choices):
            there = sorted(set(values) - {""})
            shown = ", ".join(there[:_MANY]) + (" …" if len(there) > _MANY else "")
            raise LayerError(
                Fault(
                    "where_none",
                    file=file,
                    name=name,
                    choices=", ".join(choices),
                    there=shown or Fault("no_values"),
                )
            )
    if not kept.any():
        raise LayerError(Fault("where_all_none", file=file, where=dict(where)))
    return kept


def find_column(table: pd.DataFrame, name: str, where: str, ours: str) -> str:
    """Return the file's spelling of a column name; the ten letters of a Shapefile may have cut it."""
    for wanted in (name, *_cut(name)):
        for column in table.columns:
            if same(column) == same(wanted):
                return str(column)
    mapping = Fault("for_ours", ours=ours) if ours else ""
    raise LayerError(
        Fault(
            "column_unknown",
            file=where,
            name=name,
            ours=mapping,
            hint=nearest(name, list(map(str, table.columns))),
        )
    )


def _cut(name: str) -> list[str]:
    """Return what a Shapefile's ten bytes leave of a longer name."""
    cut = [
        name.encode(code, errors="replace")[:_SHAPEFILE_NAME].decode(code, errors="ignore")
        for code in ("utf-8", "cp874")
    ]
    return [each for each in cut if each != name]


def map_columns(
    table: pd.DataFrame,
    name: str,
    *,
    columns: Mapping[str, str],
    values: Values,
    constants: Mapping[str, Scalar],
    units: Mapping[str, str] | None = None,
    record: QualityRecord,
    scheme: LandUseScheme | None = None,
) -> pd.DataFrame:
    """Give a table our columns.

    Parameters
    ----------
    table : DataFrame
        The file's attributes; it is not changed.
    name : str
        The layer, by urbanplan's vocabulary.
    columns : mapping of str to str
        Our column: column in the file. A file's column that already has our name needs no entry.
    values : mapping
        Our column: value in the file: our value. Values that are not listed stay as they are.
    constants : mapping
        Our column: one value for all features.
    units : mapping of str to str, optional
        Our column: the unit that the file's numbers are in, where it is not that of the column's name.
    record : QualityRecord
        Takes notes of what could not be read.
    scheme : LandUseScheme, optional
        What the words of land use and plan zones mean; by default the package's.

    Raises
    ------
    LayerError
        If a column is not there or not ours, or a word is not of the vocabulary.
    """
    ours = (
        {**LAYERS[name].columns, name: "float64"} if LAYERS[name].kind == "raster" else LAYERS[name].columns
    )
    _check_ours({*columns, *values, *constants, *(units or {})}, ours, record)
    taken = {
        column: find_column(table, given, f"{record.file}: columns", column)
        for column, given in columns.items()
    }
    out = table[[column for column in table.columns if column in ours and column not in taken]].copy()
    for column, given in taken.items():
        if column not in NOT_COLUMNS:
            out[column] = table[given]
    for column, pairs in values.items():
        if column not in out.columns:
            raise LayerError(Fault("values_without_column", file=record.file, column=column))
        out[column] = _mapped(out[column], {same(key): value for key, value in pairs.items()}, column, record)
    out = measured(out, units or {}, record)
    for column, value in constants.items():
        out[column] = value
    out = classed(out, name, scheme or default_scheme(), record)
    for column in [column for column in out.columns if column in ours]:
        out[column] = _typed(out[column], column, ours[column], record)
    _check_vocabulary(out, name, record)
    return out


def _check_ours(names: set[str], ours: Mapping[str, str], record: QualityRecord) -> None:
    for column in sorted(names - set(ours) - set(NOT_COLUMNS)):
        near = difflib.get_close_matches(column, list(ours), n=1, cutoff=0.4)
        hint = Fault("mean_this_then", near=near[0]) if near else ""
        raise LayerError(
            Fault(
                "column_not_ours",
                file=record.file,
                column=column,
                layer=record.layer,
                hint=hint,
                ours=", ".join(ours),
            )
        )


def _mapped(values: pd.Series, pairs: Mapping[str, Scalar], column: str, record: QualityRecord) -> pd.Series:
    texts = values.map(same)
    rest = sorted(set(texts) - set(pairs) - {""})
    if rest:
        shown = ", ".join(rest[:_MANY]) + (" …" if len(rest) > _MANY else "")
        record.note("values_unmapped", column=column, count=len(rest), values=shown)
    unused = sorted(set(pairs) - set(texts))
    if unused and len(unused) == len(pairs):
        raise LayerError(
            Fault(
                "values_none_occur",
                file=record.file,
                column=column,
                unused=", ".join(unused),
                rest=", ".join(rest[:_MANY]),
            )
        )
    return pd.Series(
        [pairs.get(text, value) for text, value in zip(texts, values, strict=True)],
        index=values.index,
        dtype=object,
    )


def _typed(values: pd.Series, column: str, dtype: str, record: QualityRecord) -> pd.Series:
    if column in DATES:
        return _parsed(values, column, iso_date, "date", record)
    if dtype == "float64":
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            return values.astype("float64")
        return _parsed(values, column, number, "number", record).astype("float64")
    if dtype == "str":
        texts = [plain(value) or None for value in values]
        return pd.Series(texts, index=values.index, dtype=object)
    if dtype == "bool":
        words = values.map(same).map(str.lower)
        return words.isin({"true", "1", "yes", "ใช่"})
    return values


def _parsed(values: pd.Series, column: str, read: Any, what: str, record: QualityRecord) -> pd.Series:
    texts = [plain(value) for value in values]
    found = [read(text) if text else None for text in texts]
    lost = [text for text, value in zip(texts, found, strict=True) if text and value is None]
    if lost:
        record.note(
            f"not_{what}s", column=column, count=len(lost), total=len(texts), example=repr(lost[0][:40])
        )
    if any(arabic_digits(text) != text for text in texts):
        record.note("thai_digits", column=column)
    return pd.Series(found, index=values.index, dtype=object)


def _check_vocabulary(out: pd.DataFrame, name: str, record: QualityRecord) -> None:
    for (layer, column), words in _VOCABULARY.items():
        if layer != name:
            continue
        if column not in out.columns:
            raise LayerError(Fault("layer_needs_column", file=record.file, name=name, column=column))
        strange = out[column].dropna()
        strange = strange[~strange.isin(words)]
        if len(strange):
            counts = strange.value_counts()
            shown = ", ".join(
                f"{word} ({count:,})"
                for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MANY]
            )
            raise LayerError(
                Fault(
                    "words_unknown",
                    file=record.file,
                    column=column,
                    name=name,
                    shown=shown,
                    words=", ".join(words),
                )
            )
