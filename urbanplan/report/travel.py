"""How travel was assumed, in sentences: what the city file declares of each mode, or else what is usual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from urbanplan.model.layers import MODES
from urbanplan.report.words import Words, words

if TYPE_CHECKING:
    from urbanplan.model.results import Results
    from urbanplan.model.study_area import StudyArea


def travel_table(area: StudyArea, lang: str = "en") -> pd.DataFrame:
    """Return how travel by each mode is assumed in a city, as a table to read.

    Parameters
    ----------
    area : StudyArea
        A prepared city.
    lang : str
        Language of all words.
    """
    spoken = words(lang)
    rows = [
        (spoken.word("modes", mode), " ".join(assumed(area.manifest, mode, spoken)))
        for mode in MODES
        if area.has(mode)
    ]
    return pd.DataFrame(rows, columns=[spoken.text("travel.mode"), spoken.text("travel.assumed")])


def told(results: Results, spoken: Words) -> list[tuple[str, list[str]]]:
    """Return what is assumed of travel by each mode that the results use."""
    used = modes_of([*results.metrics.values(), *results.listing_facts.values()])
    return [
        (spoken.word("modes", mode), [" ".join(assumed(results.provenance, mode, spoken))]) for mode in used
    ]


def modes_of(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the modes of travel that metrics or listings use."""
    used = {name for record in records for name in record.get("layers", ())}
    return [mode for mode in MODES if mode in used]


def assumed(provenance: Mapping[str, Any], mode: str, spoken: Words) -> list[str]:
    """Return what is assumed of travel by one mode, in sentences."""
    given = ((provenance.get("city") or {}).get("travel") or {}).get(mode)
    if given is None:
        return [spoken.text(f"travel.undeclared_{'walk' if mode == 'walk' else 'others'}")]
    told = [spoken.text("travel.declared"), _speeds(given, spoken)]
    told += [spoken.text(f"travel.{given['slopes']}")] if "slopes" in given else []
    told.append(_waits(given, spoken))
    if given.get("max_stress"):
        told.append(spoken.text("travel.stress", level=spoken.digits(given["max_stress"], "count")))
    if given.get("push_kmh"):
        told.append(spoken.text("travel.push", speed=_number(given["push_kmh"], spoken)))
    told += [spoken.text("travel.step_free")] if given.get("step_free") else []
    told += [] if mode in {"walk", "bike"} else [spoken.text("travel.forbidden_turns")]
    if given.get("turn_s"):
        told.append(spoken.text("travel.turn", seconds=_number(given["turn_s"], spoken)))
    return told


def _speeds(given: Mapping[str, Any], spoken: Words) -> str:
    if given.get("speed_kmh"):
        return spoken.text("travel.speed_one", speed=_number(given["speed_kmh"], spoken))
    each = [
        spoken.text("travel.speed_item", what=spoken.word("highways", name), speed=_number(speed, spoken))
        for name, speed in (given.get("speeds_kmh") or {}).items()
    ]
    return (
        spoken.text("travel.speeds", items=spoken.list(each)) if each else spoken.text("travel.speeds_usual")
    )


def _waits(given: Mapping[str, Any], spoken: Words) -> str:
    each = [
        spoken.text("travel.closed_item", what=spoken.word("met", name))
        if wait == "closed"
        else spoken.text("travel.wait_item", what=spoken.word("met", name), seconds=_number(wait, spoken))
        for name, wait in (given.get("delays_s") or {}).items()
    ]
    return spoken.text("travel.waits", items=spoken.list(each)) if each else spoken.text("travel.waits_usual")


def _number(value: float, spoken: Words) -> str:
    return spoken.digits(float(value), "count") if float(value).is_integer() else f"{value:g}"
