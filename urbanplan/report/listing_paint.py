"""Colours of listings: by number, by kind, or all alike; and of grids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from xarray import DataArray

from urbanplan.report import style
from urbanplan.report.layer_maps import COLOURS, kind_colours
from urbanplan.report.legend import Entry, Sign, class_entries
from urbanplan.report.rows import Facts
from urbanplan.report.scales import Scale, diverging, scale
from urbanplan.report.words import Words

_MOST_KINDS = 9
_TRADITIONS = {"use_class": "land_use", "zone_class": "zoning"}
"""Columns whose kinds have colours by the tradition of plans."""


@dataclass(frozen=True)
class Painted:
    """How the rows of a listing are coloured: the class of each, -1 for unknown, and what the colours mean."""

    classes: NDArray[np.int64]
    colours: tuple[str, ...]
    entries: list[Entry]
    heading: str


def paint(frame: GeoDataFrame, facts: Facts, spoken: Words) -> Painted:
    """Choose the colours of a listing's rows: by number, by kind, or all alike."""
    column = facts["by"]
    if not column:
        many = spoken.text("listing.rows", count=spoken.digits(len(frame), "count"))
        entries = [Entry(many, COLOURS[0], _sign(facts))]
        return Painted(np.zeros(len(frame), dtype=np.int64), COLOURS[:1], entries, "")
    unit, title = facts["columns"][column], heading(column, facts["columns"][column], spoken)
    if unit not in {"", "date"}:
        values = frame[column].to_numpy(dtype=np.float64)
        if not np.isfinite(values).any():
            return Painted(np.full(len(frame), -1), (), [], title)
        direction = facts.get("direction", "neutral")
        chosen = scale(values, {"id": column, "unit": unit, "direction": direction}, spoken)
        return Painted(chosen.classes(values), chosen.colours, class_entries(chosen), title)
    kinds = frame[column].astype(object)
    order = [*spoken.tree.get("codes", {}).get(column, {})]
    counts = kinds.value_counts()
    ranked = sorted(
        counts.index,
        key=lambda kind: (order.index(kind) if kind in order else len(order), -counts[kind], kind),
    )
    named = ranked if len(ranked) <= _MOST_KINDS + 1 else ranked[:_MOST_KINDS]
    places = {kind: min(named.index(kind) if kind in named else _MOST_KINDS, _MOST_KINDS) for kind in ranked}
    classes = np.array([places.get(kind, -1) for kind in kinds], dtype=np.int64)
    labels = [code(column, str(kind), unit, spoken) for kind in named]
    labels += [spoken.text("map.other")] if len(ranked) > len(named) else []
    coded = len(labels) == len(named) and all(kind in order[: len(COLOURS)] for kind in named)
    colours = tuple(COLOURS[order.index(kind)] for kind in named) if coded else COLOURS[: len(labels)]
    own = kind_colours(_TRADITIONS.get(column, ""))
    colours = (
        tuple(own.get(str(kind), colour) for kind, colour in zip(named, colours, strict=False))
        + colours[len(named) :]
    )
    entries = [
        Entry(f"{style.drawable(label, 40)} ({spoken.digits(int((classes == n).sum()), 'count')})", colour)
        for n, (label, colour) in enumerate(zip(labels, colours, strict=False))
    ]
    return Painted(classes, colours, entries, title)


def paint_grid(grid: DataArray, facts: Facts, spoken: Words) -> Painted:
    """Choose the colours of a grid's numbers."""
    (column, unit), *_ = facts["columns"].items()
    title, values = heading(column, unit, spoken), grid.to_numpy().astype(np.float64)
    known = values[np.isfinite(values)]
    if not len(known):
        return Painted(np.full(values.shape, -1), (), [], title)
    chosen = grid_scale(known, facts, spoken)
    return Painted(chosen.classes(values), chosen.colours, class_entries(chosen), title)


def grid_scale(known: NDArray[np.float64], facts: Facts, spoken: Words) -> Scale:
    """Return the classes of a grid's numbers."""
    (column, unit), *_ = facts["columns"].items()
    if known.min() < 0 < known.max():
        return diverging(known, unit, spoken)
    return scale(known, {"id": column, "unit": unit, "direction": "neutral"}, spoken)


def _sign(facts: Facts) -> Sign:
    return "point" if facts["geometry"] == "point" else "line" if facts["geometry"] == "line" else "fill"


def reading(facts: Facts, spoken: Words) -> str:
    """Say which way the numbers that colour the map are better, where one is."""
    return str(spoken.find(f"map.better_{facts.get('direction')}") or "")


def heading(column: str, unit: str, spoken: Words) -> str:
    """Return the heading of a column, with its unit."""
    label, sign = spoken.word("columns", column), "" if unit in {"", "date", "m2"} else spoken.unit(unit)
    return f"{label} ({sign})" if sign else label


def code(column: str, text: str, unit: str, spoken: Words) -> str:
    """Return a text of a column in words: a date, what a code stands for, or itself."""
    return spoken.date(text) if unit == "date" else spoken.code(column, text)
