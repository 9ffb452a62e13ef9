"""What cannot be true in a heritage layer: words without a meaning, dates the wrong way round, shares above one."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import LayerError
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
        _check_between(frame["eye_height_m"], 0.0, _TALLEST_EYE_M, "m above the ground", record)
    for column in ("max_height_m", "boundary_uncertainty_m", "accuracy_m"):
        if column in frame:
            _check_between(frame[column], 0.0, float("inf"), "m", record)


def _check_words(values: pd.Series, known: tuple[str, ...], name: str, record: QualityRecord) -> None:
    strange = values.dropna()
    strange = strange[~strange.isin(known)]
    if strange.empty:
        return
    shown = ", ".join(sorted(set(strange.astype(str)))[:_MANY])
    if name in _STRICT:
        near = difflib.get_close_matches(str(strange.iloc[0]), known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise LayerError(
            f"{record.file}: {values.name} of {strange.index[0]!r} is {strange.iloc[0]!r}; {hint}"
            f"Map it under `values` to {', '.join(known)}"
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
            raise LayerError(
                f"{record.file}: {unit!r} is in force to {last} and from {first}, the wrong way round; correct the dates"
            )


def _check_rules(frame: pd.DataFrame, record: QualityRecord) -> None:
    for column in ("zone", "kind"):
        if column not in frame or frame[column].isna().any():
            row = frame.index[frame[column].isna()][0] if column in frame else "any rule"
            raise LayerError(
                f"{record.file}: {row!r} has no {column}; map it with `columns: {{{column}: …}}` or give one with `constants`"
            )
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
        raise LayerError(
            f"{record.file}: unit of {key!r} is {unit!r}; a {kind} is given in {' or '.join(UNITS[kind])}; correct it in the file"
        )
    low, high = BOUNDS.get(kind, (0.0, float("inf")))
    if low <= value * times <= high or value != value:  # noqa: PLR0124 - NaN: the number is not given
        return
    shown = counted_in(kind)
    hint = " (60 % is 0.6, or 60 with the unit %)" if "%" in UNITS.get(kind, {}) else ""
    raise LayerError(
        f"{record.file}: value of {key!r} is {value:g}; a {kind} must lie between {low:g} and {high:g}"
        f"{'' if shown == '1' else ' ' + shown}{hint}; correct it in the file"
    )


def _check_targets(frame: pd.DataFrame, record: QualityRecord) -> None:
    if {"base_m", "top_m"} <= set(frame):
        wrong = frame.index[frame["top_m"] <= frame["base_m"]]
        if len(wrong):
            raise LayerError(
                f"{record.file}: the top of {wrong[0]!r} is not above its base; correct top_m or base_m"
            )
    if "min_visible_share" in frame:
        _check_between(frame["min_visible_share"], 0.0, 1.0, "(0.8 is 80 %)", record)


def _check_between(values: pd.Series, low: float, high: float, unit: str, record: QualityRecord) -> None:
    wrong = values[(values < low) | (values > high)]
    if len(wrong):
        raise LayerError(
            f"{record.file}: {values.name} of {wrong.index[0]!r} is {wrong.iloc[0]:g}; "
            f"it must lie between {low:g} and {high:g} {unit}".rstrip()
            + "; correct it in the file"
        )
