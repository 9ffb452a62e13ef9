"""Columns of lengths, areas and storeys: their unit said in the city file or in the text itself, metres inside."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from urbanplan.base.quantities import (
    AREAS,
    LENGTHS,
    STOREYS,
    STOREYS_OF,
    Quantity,
    area_m2,
    dimension_of,
    length_m,
)
from urbanplan.base.units import arabic_digits
from urbanplan.model.quality import QualityRecord

_NEVER_NEGATIVE = {"height_m", "roof_height_m", "min_height_m", "levels", "roof_levels"}
"""Columns whose negative values are unknown; limits below zero are refused by the checks of their layer."""
_SHOWN = 40


def measured(table: pd.DataFrame, units: Mapping[str, str], record: QualityRecord) -> pd.DataFrame:
    """Return the table with all lengths and areas in metres and square metres, storeys as numbers.

    Parameters
    ----------
    table : DataFrame
        With our columns, as the file gives their values; it is not changed.
    units : mapping of str to str
        Our column: the unit that its numbers are in, where it is not that of its name.
    record : QualityRecord
        Takes notes of units that were read, and of what is unknown because it could not be.
    """
    out = table.copy()
    for column in [column for column in table.columns if dimension_of(str(column))]:
        lengths, storeys = _column(table[column], str(column), units.get(str(column)), record)
        out[column] = lengths
        other = STOREYS_OF.get(str(column))
        if other is None or storeys.isna().all():
            continue
        record.note("storeys_read", column=str(column), count=int(storeys.notna().sum()), levels=other)
        known = (
            pd.to_numeric(out[other], errors="coerce") if other in out else pd.Series(float("nan"), out.index)
        )
        out[other] = known.where(known.notna(), storeys)
    return out


def _column(
    values: pd.Series, column: str, unit: str | None, record: QualityRecord
) -> tuple[pd.Series, pd.Series]:
    """Return a column in SI, and the storeys that stand in it in place of a length."""
    none = pd.Series(float("nan"), index=values.index)
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and unit == STOREYS and column in STOREYS_OF:
        return none, _possible(values.astype("float64"), STOREYS_OF[column], record)
    if numeric:
        found = values.astype("float64") * _factor(column, unit)
        counts = none
    else:
        found, counts = _texts(values, column, unit, record)
    if unit is not None and unit != STOREYS:
        record.note("unit_read", column=column, unit=unit, factor=_factor(column, unit))
    return _possible(found, column, record), _possible(counts, STOREYS_OF.get(column, column), record)


def _factor(column: str, unit: str | None) -> float:
    if unit is None:
        return 1.0
    return (AREAS if dimension_of(column) == "area" else LENGTHS).get(unit, 1.0)


def _texts(
    values: pd.Series, column: str, unit: str | None, record: QualityRecord
) -> tuple[pd.Series, pd.Series]:
    texts = ["" if pd.isna(value) else str(value).strip() for value in values]
    read = {text: _read(text, column, unit) for text in set(texts) - {""}}
    lost = [text for text in texts if text and read[text] is None]
    if lost:
        record.note(
            "not_numbers", column=column, count=len(lost), total=len(texts), example=repr(lost[0][:_SHOWN])
        )
    if any(arabic_digits(text) != text for text in texts):
        record.note("thai_digits", column=column)
    found = [read.get(text) for text in texts]
    own = sum(each is not None and each.unit is not None and not each.storeys for each in found)
    if own:
        record.note("units_in_text", column=column, count=own)
    counted = dimension_of(column) == "storeys"
    lengths = [each.value if each and (counted or not each.storeys) else None for each in found]
    storeys = [each.value if each and each.storeys and not counted else None for each in found]
    return (
        pd.Series(lengths, index=values.index, dtype="float64"),
        pd.Series(storeys, index=values.index, dtype="float64"),
    )


def _read(text: str, column: str, unit: str | None) -> Quantity | None:
    """Read one text; storeys count only where the column has a place for them."""
    dimension = dimension_of(column)
    if dimension == "area":
        return area_m2(text, unit or "m2")
    found = length_m(text, STOREYS if dimension == "storeys" else unit or "m")
    if found is None:
        return None
    if dimension == "storeys":
        return found if found.storeys else None
    return found if not found.storeys or column in STOREYS_OF else None


def _possible(values: pd.Series, column: str, record: QualityRecord) -> pd.Series:
    """Take what cannot be for unknown: an area that is none, a height below zero."""
    area = dimension_of(column) == "area"
    wrong = values <= 0 if area else values < 0
    if not wrong.any() or not (area or column in _NEVER_NEGATIVE):
        return values
    record.note(
        "impossible_measures", column=column, count=int(wrong.sum()), example=f"{values[wrong].iloc[0]:g}"
    )
    return values.where(~wrong)
