"""What cannot be true in a heritage layer: words without a meaning, dates the wrong way round, shares above one."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault, Several
from urbanplan.model.heritage_words import WORDS
from urbanplan.model.rule_units import BOUNDS, UNITS, counted_in, factor

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from urbanplan.model.quality import QualityRecord

_STRICT = {"heritage_rules"}
"""Layers in which a word without a meaning is refused: a rule of an unknown kind would be left unheeded."""
_TALLEST_EYE_M = 500.0
_MANY = 5


def check_heritage(frame: pd.DataFrame, name: str, record: QualityRecord) -> None:
    """Refuse or note what cannot be true in a layer of heritage; other layers pass as they are.

    Parameters
    ----------
    frame : DataFrame
        The layer with our columns, indexed by the ids of its rows; columns that are not there are not looked at.
    name : str
        The layer, by urbanplan's vocabulary.
    record : QualityRecord
        Takes the notes.

    Raises
    ------
    LayerError
        If a rule has an unknown kind, a unit or number that its kind cannot have, dates are the wrong way round, or a target lies above its top.
    """
    for (layer, column), known in WORDS.items():
        if layer == name and column in frame:
            _check_words(frame[column], known, name, record)
    if {"in_force_from", "in_force_to"} <= set(frame):
        _check_dates(frame, record)
    if name == "heritage_rules":
        _check_rules(frame, record)
    if name == "view_targets":
        _check_targets(frame, record)
    if "eye_height_m" in frame:
        _check_between(frame["eye_height_m"], 0.0, _TALLEST_EYE_M, Fault("m_above_ground"), record)
    for column in ("max_height_m", "boundary_uncertainty_m", "accuracy_m"):
        if column in frame:
            _check_between(frame[column], 0.0, float("inf"), Fault("in_m"), record)


def _check_words(values: pd.Series, known: tuple[str, ...], name: str, record: QualityRecord) -> None:
    strange = values.dropna()
    strange = strange[~strange.isin(known)]
    if strange.empty:
        return
    shown = ", ".join(sorted(set(strange.astype(str)))[:_MANY])
    if name in _STRICT:
        near = difflib.get_close_matches(str(strange.iloc[0]), known, n=1, cutoff=0.4)
        hint = Fault("mean_this_then", near=near[0]) if near else ""
        raise LayerError(
            Fault(
                "heritage_word",
                file=record.file,
                name=values.name,
                unit=strange.index[0],
                word=strange.iloc[0],
                hint=hint,
                known=", ".join(known),
            )
        )
    record.note("words_unknown", column=str(values.name), words=shown, known=", ".join(known))


def _check_dates(frame: pd.DataFrame, record: QualityRecord) -> None:
    start, end = frame["in_force_from"], frame["in_force_to"]
    both = start.notna() & end.notna()
    shortest = [
        min(len(str(a)), len(str(b))) if known else 0 for a, b, known in zip(start, end, both, strict=True)
    ]
    for unit, first, last, length in zip(frame.index, start, end, shortest, strict=True):
        if length and str(last)[:length] < str(first)[:length]:
            raise LayerError(Fault("dates_wrong_way", file=record.file, unit=unit, last=last, first=first))


def _check_rules(frame: pd.DataFrame, record: QualityRecord) -> None:
    for column in ("zone", "kind"):
        if column not in frame or frame[column].isna().any():
            row = frame.index[frame[column].isna()][0] if column in frame else "*"
            raise LayerError(Fault("rule_lacks", file=record.file, row=row, column=column))
    measured = ~frame["kind"].isin(["use_ban", "style", "colour"])
    unknown = measured & (frame["value"].isna() if "value" in frame else True)
    if unknown.any():
        record.note("rules_without_number", count=int(unknown.sum()))
    for row in frame[measured].to_dict("index").items() if "value" in frame else ():
        _check_number(*row, record)
    heights = frame["kind"] == "max_height"
    unsaid = heights & (frame["height_reference"].isna() if "height_reference" in frame else True)
    if unsaid.any():
        record.note("height_reference_unsaid", count=int(unsaid.sum()))


def _check_number(key: object, rule: Mapping[Hashable, Any], record: QualityRecord) -> None:
    """Refuse a number in a unit that the kind of rule is not given in, or that it cannot be: 60 where 0.6 is meant."""
    kind, value, unit = str(rule["kind"]), rule["value"], rule.get("unit")
    times = factor(kind, unit)
    if times is None:
        known = Several(UNITS[kind], between=Fault("or"))
        raise LayerError(Fault("rule_unit", file=record.file, key=key, unit=unit, kind=kind, known=known))
    low, high = BOUNDS.get(kind, (0.0, float("inf")))
    if low <= value * times <= high or value != value:  # noqa: PLR0124 - NaN: the number is not given
        return
    counted = counted_in(kind)
    counted = "" if counted == "1" else f" {counted}"
    hint = Fault("percent_60") if "%" in UNITS.get(kind, {}) else ""
    raise LayerError(
        Fault(
            "rule_value",
            file=record.file,
            key=key,
            value=value,
            kind=kind,
            low=low,
            high=high,
            counted=counted,
            hint=hint,
        )
    )


def _check_targets(frame: pd.DataFrame, record: QualityRecord) -> None:
    if {"base_m", "top_m"} <= set(frame):
        wrong = frame.index[frame["top_m"] <= frame["base_m"]]
        if len(wrong):
            raise LayerError(Fault("top_below_base", file=record.file, unit=wrong[0]))
    if "min_visible_share" in frame:
        _check_between(frame["min_visible_share"], 0.0, 1.0, Fault("share_80"), record)


def _check_between(
    values: pd.Series, low: float, high: float, unit: Fault | str, record: QualityRecord
) -> None:
    wrong = values[(values < low) | (values > high)]
    if len(wrong):
        raise LayerError(
            Fault(
                "not_between",
                file=record.file,
                column=values.name,
                unit_id=wrong.index[0],
                value=wrong.iloc[0],
                low=low,
                high=high,
                unit=unit,
            )
        )
