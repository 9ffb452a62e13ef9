"""Listings as a reader sees them: a map of the rows and a table of their columns, on a page and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.base.errors import UsageError
from urbanplan.model.results import Results
from urbanplan.report import evidence, sheets, style
from urbanplan.report.canvas import zoom_on
from urbanplan.report.cartography import (
    backdrop,
    closer,
    paint_backdrop,
    paint_ground,
    paint_heritage,
    paint_sights,
)
from urbanplan.report.chapters import Figure, Maker, Section
from urbanplan.report.drawings import Drawing, grid_drawing, things_drawing
from urbanplan.report.groups import listing_order
from urbanplan.report.legend import HERITAGE_THEME, Entry, backdrop_entries, class_entries
from urbanplan.report.listed_units import drawn_rows, unit_words
from urbanplan.report.listing_paint import Painted, code, grid_scale, heading, paint, paint_grid, reading
from urbanplan.report.maps import paint_picture, paint_units
from urbanplan.report.marks import VIEWS_THEME, paint_marks
from urbanplan.report.rows import Facts
from urbanplan.report.scenarios import hidden_in_scenario, scenario_name
from urbanplan.report.values import Number, Row, Table
from urbanplan.report.words import Words, words

_SHOWN_ROWS = 50


def listing(results: Results, key: str, *, lang: str = "en", rows: int = _SHOWN_ROWS) -> pd.DataFrame:
    """Return a listing as a table to read: columns and codes in words, numbers with honest digits.

    Parameters
    ----------
    results : Results
        What was measured.
    key : str
        Id of a listing.
    lang : str
        Language of all words.
    rows : int
        At most so many rows, in the order of the listing. For all of them, and for numbers to count with, use
        `results.listings[key]`.

    Raises
    ------
    UsageError
        If the results do not hold the listing.
    """
    spoken, (frame, facts) = words(lang), _held(results, key)
    if facts["geometry"] == "raster":
        raise UsageError(
            f"{key}: is a grid, not a list of rows; draw it with `listing_map`, or count with `results.grids`"
        )
    named = unit_words(results, spoken)
    made = {
        heading(column, unit, spoken): [
            named.get(column, {}).get(str(value)) or _cell(value, column, unit, spoken).text
            for value in frame[column][:rows]
        ]
        for column, unit in facts["columns"].items()
    }
    return pd.DataFrame(made, index=pd.RangeIndex(1, min(rows, len(frame)) + 1))


def listing_map(
    results: Results, key: str, *, lang: str = "en", title: bool = True, near: bool = False
) -> style.MapFigure:
    """Draw the rows of a listing, coloured by the column that it names, or its grid; `near` shows only where they lie.

    Raises
    ------
    UsageError
        If the results do not hold the listing.
    """
    spoken, (frame, facts) = words(lang), _held(results, key)
    grid = facts["geometry"] == "raster"
    frame = frame if grid else drawn_rows(frame, results)
    ground, painted = (
        closer(backdrop(results), frame) if near and not grid and len(frame) else backdrop(results),
        paint_grid(frame, facts, spoken) if grid else paint(frame, facts, spoken),
    )
    heritage, views = facts["theme"] == HERITAGE_THEME, facts["theme"] == VIEWS_THEME
    with style.drawing():
        sheet = sheets.single(
            results.provenance,
            ground,
            spoken,
            title=titled(facts, results, spoken) if title else "",
            layers=[*evidence.read_layers(facts), *evidence.BACKDROP],
            reach=spoken.text(
                "listing.known_share", share=spoken.number(float(facts["known_share"]), "share")
            ),
        )
        paint_ground(sheet.maps[0], ground)
        if grid:
            paint_picture(sheet.maps[0], frame, painted.classes, painted.colours)
        paint_backdrop(sheet.maps[0], ground)
        if not grid:
            paint_units(sheet.maps[0], frame, painted.classes, painted.colours, 1.0)
        if heritage:
            paint_heritage(sheet.maps[0], ground)
        if views:
            if facts["geometry"] != "line":
                paint_sights(sheet.maps[0], ground)
            paint_marks(sheet.maps[0], ground.marks)
        unknown = not grid and bool((painted.classes < 0).any())
        others = [Entry(spoken.text("map.unknown"), style.UNKNOWN, "unknown")] if unknown else []
        others += backdrop_entries(ground, spoken, heritage=heritage, views=views)
        sheet.legend(painted.heading, reading(facts, spoken), painted.entries, others)
    return sheet.figure


def titled(facts: Facts, results: Results, spoken: Words) -> str:
    """Return a listing's name, with that of its scenario where it is not of the city as it is."""
    name, scenario = spoken.metric_name(facts), str(facts.get("scenario", "actual"))
    if scenario == "actual":
        return name
    return spoken.text(
        "scenario.titled", name=name, scenario=scenario_name(results.provenance, scenario, spoken)
    )


def _held(results: Results, key: str) -> tuple[Any, Facts]:
    if key not in results.listing_facts:
        held = ", ".join(sorted(results.listing_facts)) or "none"
        raise UsageError(f"these results hold no listing {key!r}; they hold {held}")
    if key in results.grids:
        return results.grids[key], results.listing_facts[key]
    if key not in results.listings:
        missing = ", ".join(results.listing_facts[key]["missing"])
        raise UsageError(f"{key}: could not be made, because this city lacks the layers {missing}")
    return results.listings[key], results.listing_facts[key]


def section(key: str, maker: Maker) -> Section:
    """Return the section of one listing in a report."""
    results, spoken = maker.results, maker.words
    facts = results.listing_facts[key]
    layers = evidence.read_layers(facts)
    made = Section(
        anchor=quote(key, safe="."),
        title=titled(facts, results, spoken),
        summary=spoken.metric_summary(facts),
        reading="",
        notes=evidence.notes(results.provenance, layers, spoken),
        remarks=evidence.told_remarks(results.provenance, {key}, spoken),
    )
    if facts["missing"]:
        names = spoken.list(spoken.word("layers", name) for name in facts["missing"])
        made.unknown = [(spoken.reason("layer_missing"), names)]
    elif facts.get("reason"):
        made.unknown = [(spoken.reason(str(facts["reason"])), spoken.metric_name(facts))]
    elif key in results.grids:
        made.figures = [_grid_figure(results.grids[key], facts, maker)]
    elif len(results.listings[key]):
        made.figures = _figures(results.listings[key], facts, maker)
        made.tables = [_table(results.listings[key], facts, spoken, unit_words(results, spoken))]
    else:
        own = spoken.find(f"listing.none_{str(facts['base']).replace('.', '_')}")
        made.empty = str(own or spoken.text("listing.none"))
    return made


def _figures(frame: GeoDataFrame, facts: Facts, maker: Maker) -> list[Figure]:
    """Return the map of the rows, and for views and for lines one of the part in which they lie where that is small."""
    shown = drawn_rows(frame, maker.results)
    spoken, painted = maker.words, paint(shown, facts, maker.words)
    count = spoken.text("listing.rows", count=spoken.digits(len(frame), "count"))
    name = titled(facts, maker.results, spoken)
    alt = f"{evidence.city_name(maker.results.provenance, spoken)}: {name}. {count}."
    drawn = things_drawing(shown, painted.classes, painted.colours, maker.frame, name="", alt=alt)
    unknown = [Entry(spoken.text("map.unknown"), "", "unknown")] if (painted.classes < 0).any() else []
    small = facts["theme"] == VIEWS_THEME or facts["geometry"] == "line"
    zoom = zoom_on(shown, maker.frame, spoken) if small else None
    closer = [] if zoom is None else [replace(drawn, zoom=zoom)]
    caption = _caption(name, count, facts, maker)
    return [_framed(one, painted, unknown, caption, facts, maker) for one in (drawn, *closer)]


def _grid_figure(grid: DataArray, facts: Facts, maker: Maker) -> Figure:
    spoken, name = maker.words, titled(facts, maker.results, maker.words)
    values = grid.to_numpy().astype(np.float64)
    known = values[np.isfinite(values)]
    chosen = grid_scale(known, facts, spoken) if len(known) else None
    alt = f"{evidence.city_name(maker.results.provenance, spoken)}: {name}."
    drawn = grid_drawing(grid, chosen, maker.frame, name="", alt=alt)
    painted = Painted(
        np.zeros(0, dtype=np.int64),
        chosen.colours if chosen else (),
        class_entries(chosen) if chosen else [],
        paint_grid(grid, facts, spoken).heading,
    )
    blank = [Entry(spoken.text("map.no_number"), "#ffffff")]
    file = spoken.text("listing.grid_file", file=f"rasters/{facts['id']}.tif")
    return _framed(drawn, painted, blank, _caption(name, file, facts, maker), facts, maker)


def _framed(
    drawn: Drawing, painted: Painted, blank: list[Entry], caption: list[str], facts: Facts, maker: Maker
) -> Figure:
    """Return a figure of one map with its legend."""
    spoken = maker.words
    heritage, views = facts["theme"] == HERITAGE_THEME, facts["theme"] == VIEWS_THEME
    return Figure(
        maps=[drawn],
        panel=False,
        heritage=heritage,
        views=views,
        bar=maker.frame.bar(spoken, panel=False),
        unit=painted.heading,
        reading=reading(facts, spoken),
        classes=painted.entries,
        others=[*blank, *backdrop_entries(maker.ground, spoken, heritage=heritage, views=views)],
        caption=caption,
        lines=facts["geometry"] == "line",
    )


def _caption(name: str, count: str, facts: Facts, maker: Maker) -> list[str]:
    spoken, provenance = maker.words, maker.results.provenance
    layers = evidence.read_layers(facts)
    sources = evidence.attributions(provenance, [*layers, *evidence.BACKDROP], spoken)
    found = evidence.dates(provenance, layers)
    share = spoken.number(float(facts["known_share"]), "share")
    parts = [name, count]
    parts += [spoken.text("report.caption_source", sources="; ".join(sources))] if sources else []
    parts += [spoken.text("report.caption_date", date=evidence.date_span(found, spoken))] if found else []
    parts += [spoken.text("listing.known_share", share=share)]
    licences = evidence.licences(provenance, [*layers, *evidence.BACKDROP], spoken)
    parts += [spoken.text("report.caption_licence", licences=spoken.list(licences))] if licences else []
    return parts


def _table(frame: GeoDataFrame, facts: Facts, spoken: Words, named: Mapping[str, Mapping[str, str]]) -> Table:
    (first, first_unit), *others = facts["columns"].items()
    rows = []
    for place, row in enumerate(frame.head(_SHOWN_ROWS).to_dict("records")):
        cells = [_named(row[column], column, unit, spoken, named) for column, unit in others]
        name = _named(row[first], first, first_unit, spoken, named).text
        reference = f"{quote(str(facts['id']), safe='.')}/{place + 1}"
        rows.append(Row("", name, [_anchored(cells[0], reference), *cells[1:]] if cells else []))
    more = ""
    if len(frame) > _SHOWN_ROWS:
        total = spoken.digits(len(frame), "count")
        more = spoken.text("listing.more", shown=spoken.digits(_SHOWN_ROWS, "count"), total=total)
    return Table(
        caption=spoken.metric_name(facts),
        columns=[(heading(column, unit, spoken), "") for column, unit in others],
        rows=rows,
        more=more,
        head=heading(first, first_unit, spoken),
    )


def _named(
    value: object, column: str, unit: str, spoken: Words, named: Mapping[str, Mapping[str, str]]
) -> Number:
    """Return one value as a table shows it; ids of viewpoints and targets with their names."""
    text = named.get(column, {}).get(str(value))
    return Number(text, plain=True) if text else _cell(value, column, unit, spoken)


def _anchored(cell: Number, reference: str) -> Number:
    return Number(cell.text, reference, cell.value, unknown=cell.unknown, plain=cell.plain)


def _cell(value: object, column: str, unit: str, spoken: Words) -> Number:
    """Return one value as a table shows it; areas with their own unit, codes in words."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is unlike itself
        return Number(spoken.text("table.not_stated"), unknown=True)
    if unit in {"", "date"}:
        return Number(code(column, str(value), unit, spoken), plain=True)
    number = float(value)  # type: ignore[arg-type] # a column of numbers
    text = spoken.area(number) if unit == "m2" else spoken.digits(number, unit)
    return Number(text, value=f"{number:.8g}")


def by_theme(facts: Mapping[str, Facts]) -> dict[str, list[str]]:
    """Return the ids of listings by theme, in their order; those of scenarios follow those of the city as it is."""
    found: dict[str, list[str]] = {}
    shown = [key for key, one in facts.items() if not hidden_in_scenario(one)]
    for key in sorted(shown, key=lambda one: (*listing_order(str(facts[one].get("base", one))), one)):
        found.setdefault(str(facts[key]["theme"]), []).append(key)
    return found
