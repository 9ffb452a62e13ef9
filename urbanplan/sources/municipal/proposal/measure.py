"""Lengths and areas in a file: their unit by the texts, by what is drawn, or by the column's name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from urbanplan.base.quantities import STOREYS, STOREYS_OF, dimension_of, units_for
from urbanplan.sources.municipal.proposal import evidence as of
from urbanplan.sources.municipal.proposal.evidence import Values
from urbanplan.sources.municipal.proposal.guess import Guess
from urbanplan.sources.municipal.proposal.piece_of_evidence import Evidence
from urbanplan.sources.municipal.proposal.vocabulary import parts, plain, vocabulary

_HALF = 0.5
_LOW_STOREYS = 8.0
_LONG_ENOUGH = 3
_ALSO_WORK = "งาน"
"""Ngan, and the word for work: it stands in many names (สำนักงาน) that have nothing to do with areas."""


def measured_guess(guess: Guess, values: Values, drawn_m2: np.ndarray | None) -> Guess | None:
    """Find the unit of a length or an area: in the texts, by the drawn areas, in the column's name; else say that none is said."""
    dimension = dimension_of(guess.ours)
    area = dimension == "area"
    out = guess.with_share("measures_read", values.share(of.is_area if area else of.is_length))
    if out is None or dimension == "storeys":
        return out
    if area and (share := values.share(of.says_area)) >= _HALF:
        out.evidence.append(Evidence("unit_in_values", {"percent": round(100 * share)}))
        return out
    drawn = of.drawn_unit(values, drawn_m2) if area else None
    named = _unit_in_name(values.name, units_for(dimension, storeys=guess.ours in STOREYS_OF))
    if drawn is not None:
        out.unit, share = drawn
        out.evidence.append(Evidence("unit_as_drawn", {"unit": out.unit, "percent": round(100 * share)}))
    elif named is not None:
        out.unit = named
        out.evidence.append(Evidence("unit_in_name", {"unit": named}))
    else:
        assumed = "m2" if area else "m"
        out.doubts.append(Evidence("unit_assumed", {"column": values.name, "unit": assumed}))
        if not area and guess.ours in STOREYS_OF and _like_storeys(values):
            out.doubts.append(Evidence("perhaps_storeys", {"column": values.name, "unit": STOREYS}))
    if out.unit in {"m", "m2"}:
        out.unit = None  # that of our column's name
    return out


def _unit_in_name(name: str, units: Sequence[str]) -> str | None:
    """Return the unit that a column's name holds beside what it measures: `AREA_RAI`, `ความสูง (ม.)`."""
    words = vocabulary().units
    held = parts(name)
    for unit in units:
        if any(plain(word) in {plain(part) for part in held[1:]} for word in words.get(unit, [])):
            return unit
    thai = [(unit, plain(word)) for unit in units for word in words.get(unit, []) if not word.isascii()]
    held_in = [
        unit
        for unit, word in thai
        if len(word) >= _LONG_ENOUGH and word != _ALSO_WORK and word in plain(name)
    ]
    return held_in[0] if held_in else None


def _like_storeys(values: Values) -> bool:
    """Tell whether numbers called heights are rather counts of storeys: small and whole."""
    numbers = [
        float(text) for text in values.counts if of.is_number(text) and text.replace(".", "", 1).isdigit()
    ]
    return (
        bool(numbers)
        and all(each.is_integer() for each in numbers)
        and float(np.median(numbers)) < _LOW_STOREYS
    )
