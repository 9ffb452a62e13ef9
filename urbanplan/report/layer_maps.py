"""Maps of the layers themselves: what the data hold, before anything is measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.patches import PathPatch
from numpy.typing import NDArray

from urbanplan.base.errors import UsageError
from urbanplan.model.layers import LAYERS
from urbanplan.model.scheme import default_scheme
from urbanplan.model.study_area import StudyArea
from urbanplan.report import evidence, sheets, style
from urbanplan.report.cartography import (
    Backdrop,
    area_path,
    backdrop_of,
    line_path,
    paint_backdrop,
    paint_ground,
    paint_heritage,
)
from urbanplan.report.legend import Entry, backdrop_entries, class_entries
from urbanplan.report.maps import paint_cells
from urbanplan.report.scales import scale
from urbanplan.report.words import Words, words

COLOURS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a900", "#5b4a8a", "#8c6d46", "#8a9aa3",
)  # fmt: skip
"""Colours for kinds, which colour-blind readers can tell apart (Okabe and Ito 2008, and four more)."""

LAND_COLOURS = {
    "residential": "#f4d35e",
    "commercial": "#d1495b",
    "industrial": "#8d6a9f",
    "institutional": "#3d6fb4",
    "religious": "#a0522d",
    "open_space": "#7cc576",
    "agriculture": "#cfe3a5",
    "forest": "#2f7d4f",
    "transport": "#9aa3a8",
    "other": "#d8cfc4",
}
"""Land-use colours in the tradition of plans: yellow to live in, red to trade in, green for open land."""


_KINDS = {
    "places": ("category", "categories"),
    "land_use": ("class", "land_use"),
    "observed_use": ("class", "land_use"),
    "zoning": ("class", "zoning"),
}
_MOST_KINDS = 9
_RASTER_UNITS = {"elevation": "m", "surface": "m", "building_heights": "m", "buildings_seen": "share"}


def layer_map(area: StudyArea, name: str, *, lang: str = "en", title: bool = True) -> style.MapFigure:
    """Draw the map of a layer of a prepared city.

    Parameters
    ----------
    area : StudyArea
        A prepared city.
    name : str
        A layer: places, buildings, land_use, heritage_zones, walk, population, …
    lang : str
        Language of all words on the map.
    title : bool
        Whether the map bears its title.

    Returns
    -------
    Figure
        The layer on the city's backdrop; hatched where the layer is not complete. A layer that the city
        does not have gives a map that says so.

    Raises
    ------
    UsageError
        If there is no layer of that name.
    """
    if name not in LAYERS:
        raise UsageError(f"{name!r} is not a layer; layers are {', '.join(LAYERS)}")
    spoken, ground = words(lang), _ground(area)
    with style.drawing():
        heading = _title(area, name, spoken) if title else ""
        layers = [name, *evidence.BACKDROP]
        sheet = sheets.single(area.manifest, ground, spoken, title=heading, layers=layers)
        ax = sheet.maps[0]
        paint_ground(ax, ground)
        classes: list[Entry] = []
        others: list[Entry] = []
        heading = spoken.word("layers", name)
        if not area.has(name):
            heading = spoken.text("map.no_values")
            others.append(
                Entry(evidence.why_missing(area.missing.get(name, ""), spoken), style.UNKNOWN, "unknown")
            )
        elif name == "population":
            classes, heading = _paint_people(ax, area, ground, spoken)
        elif LAYERS[name].kind == "raster":
            classes, heading = _paint_raster(ax, area, name, ground, spoken)
        elif LAYERS[name].kind == "network":
            edges = area.network(name).edges()
            others.append(_paint_kind(ax, np.asarray(edges.geometry.array), "", "#37505e", thin=True))
            ground = _without_streets(ground)
        else:
            others += _paint_vector(ax, area.layer(name), name, spoken)
        if area.has(name) and LAYERS[name].mapped:
            others += _paint_gap(ax, area, name, spoken)
        paint_backdrop(ax, ground)
        heritage = name == "heritage_assets"
        if heritage:
            paint_heritage(ax, ground)
        others = [entry for entry in others if entry.label] + backdrop_entries(
            ground, spoken, heritage=heritage
        )
        sheet.legend(heading, _date(area, name, spoken), classes, others)
    return sheet.figure


def _ground(area: StudyArea) -> Backdrop:
    context = {name: area.layer(name) for name in ("boundary", "water", "heritage_zones") if area.has(name)}
    if area.has("drive"):
        streets = area.network("drive").edges()
        main = streets["highway"].astype(str).str.contains("motorway|trunk|primary|secondary|tertiary")
        context["streets"] = streets[main]
    frame = area.boundary if len(area.boundary) else area.cells
    return backdrop_of(context, frame.total_bounds)


def _without_streets(ground: Backdrop) -> Backdrop:
    return Backdrop(**{**vars(ground), "streets": None})


def _title(area: StudyArea, name: str, spoken: Words) -> str:
    city = evidence.city_name(area.manifest, spoken)
    return f"{style.drawable(city)}: {spoken.word('layers', name)}"


def _date(area: StudyArea, name: str, spoken: Words) -> str:
    found = evidence.dates(area.manifest, [name])
    return spoken.text("map.date", date=evidence.date_span(found, spoken)) if found else ""


def _paint_vector(ax: Axes, frame: GeoDataFrame, name: str, spoken: Words) -> list[Entry]:
    shapes = np.asarray(frame.geometry.array)
    if not len(shapes):
        return [Entry(spoken.text("map.layer_empty"), style.UNKNOWN, "unknown")]
    if name in {"boundary", "water"}:
        return []
    if name == "heritage_zones":
        return _paint_zones(ax, frame, spoken)
    if name not in _KINDS:
        return [
            _paint_kind(ax, shapes, _counted(spoken.word("layers", name), len(shapes), spoken), "#5b7083")
        ]
    column, family = _KINDS[name]
    named = kind_colours(family)
    kinds = frame[column].fillna("other").astype(str)
    entries = []
    for place, kind in enumerate(_ranked(kinds, spoken.tree.get(family, {}))):
        rest = kind is None
        members = ~kinds.isin(_ranked(kinds, spoken.tree.get(family, {}))) if rest else kinds == kind
        label = spoken.text("map.other") if rest else spoken.word(family, kind)
        colour = named.get(str(kind), COLOURS[place])
        label = _counted(label, int(members.sum()), spoken)
        entries.append(_paint_kind(ax, shapes[members.to_numpy()], label, colour))
    return entries


def _paint_zones(ax: Axes, frame: GeoDataFrame, spoken: Words) -> list[Entry]:
    """Paint each heritage zone in a colour of its own, with its version; a proxy broken and called one."""
    entries = []
    for place, (code, row) in enumerate(zip(frame.index, frame.to_dict("records"), strict=True)):
        colour, proxy = COLOURS[place % len(COLOURS)], bool(row.get("proxy"))
        parts = [spoken.name_of(row, code), row.get("version"), spoken.text("map.proxy") if proxy else None]
        label = ", ".join(style.drawable(part, 48) for part in parts if isinstance(part, str) and part)
        path = area_path([row["geometry"]])
        if path is not None:
            look: dict[str, Any] = {"edgecolor": colour, "linestyle": (0, (4, 2)) if proxy else "solid"}
            ax.add_artist(PathPatch(path, facecolor=(*to_rgb(colour), 0.13), linewidth=1.6, zorder=6, **look))
            entries.append(Entry(label, colour, "broken" if proxy else "line"))
    return entries


def _ranked(kinds: pd.Series, known: Any) -> list[str | None]:
    """Return the kinds to show, those of the vocabulary first in its order; None stands for all the others."""
    counts = kinds.value_counts()
    ordered = [kind for kind in known if kind in counts]
    ordered += sorted(
        (kind for kind in counts.index if kind not in known), key=lambda kind: (-counts[kind], kind)
    )
    return [*ordered[:_MOST_KINDS], None] if len(ordered) > _MOST_KINDS + 1 else list(ordered)


def _counted(label: str, count: int, spoken: Words) -> str:
    return f"{style.drawable(label, 40)} ({spoken.digits(count, 'count')})"


def _paint_kind(ax: Axes, shapes: NDArray[Any], label: str, colour: str, *, thin: bool = False) -> Entry:
    """Paint what is of one kind: areas filled, lines as lines, points as dots."""
    areas, lines = area_path(shapes), line_path(shapes)
    if areas is not None:
        ax.add_artist(PathPatch(areas, facecolor=colour, edgecolor=colour, linewidth=0.2, zorder=2))
    if lines is not None:
        ax.add_artist(
            PathPatch(lines, facecolor="none", edgecolor=colour, linewidth=0.35 if thin else 1.2, zorder=4)
        )
    points = shapely.get_parts(shapes[shapely.get_dimensions(shapes) == 0])
    if not len(points):
        return Entry(label, colour, "fill" if areas is not None else "line")
    xy = shapely.get_coordinates(points)
    size = float(np.clip(6000 / len(points), 5, 20))
    ax.scatter(xy[:, 0], xy[:, 1], s=size, color=colour, edgecolors=style.PAPER, linewidths=0.3, zorder=8)
    return Entry(label, colour, "point")


def _paint_gap(ax: Axes, area: StudyArea, name: str, spoken: Words) -> list[Entry]:
    """Hatch the part of the city in which the layer is not complete."""
    if not len(area.boundary):
        return []
    gap = shapely.difference(shapely.union_all(area.boundary.geometry.array), area.known(name))
    path = area_path([gap])
    if path is None:
        return []
    look: dict[str, Any] = {"edgecolor": style.UNKNOWN_HATCH, "hatch": "//////", "linewidth": 0}
    ax.add_artist(PathPatch(path, facecolor=style.UNKNOWN, zorder=1, **look))
    return [Entry(spoken.reason("not_mapped"), style.UNKNOWN, "unknown")]


def _paint_people(ax: Axes, area: StudyArea, ground: Backdrop, spoken: Words) -> tuple[list[Entry], str]:
    """Paint how many people live in each cell."""
    cells = area.cells
    values = cells["population"].to_numpy(dtype=np.float64)
    if not np.isfinite(values).any():
        return [], spoken.text("map.no_values")
    classes = scale(values, {"base": "population", "unit": "people", "direction": "neutral"}, spoken)
    paint_cells(ax, cells, classes.classes(values), classes.colours, ground)
    return class_entries(classes), spoken.unit_legend(classes.unit)


def _paint_raster(
    ax: Axes, area: StudyArea, name: str, ground: Backdrop, spoken: Words
) -> tuple[list[Entry], str]:
    raster = area.raster(name)
    values = raster.to_numpy().astype(np.float64)
    facts = {"base": name, "unit": _RASTER_UNITS.get(name, "1"), "direction": "neutral"}
    if not np.isfinite(values).any():
        return [], spoken.text("map.no_values")
    classes = scale(values.ravel(), facts, spoken)
    colours = np.array([*(to_rgba(colour) for colour in classes.colours), (0, 0, 0, 0)])
    x, y = raster["x"].to_numpy(), raster["y"].to_numpy()
    half_x, half_y = abs(x[1] - x[0]) / 2 if len(x) > 1 else 0.5, abs(y[1] - y[0]) / 2 if len(y) > 1 else 0.5
    picture = colours[classes.classes(values.ravel()).reshape(values.shape)]
    extent = (x.min() - half_x, x.max() + half_x, y.min() - half_y, y.max() + half_y)
    drawn = ax.imshow(
        picture, extent=extent, origin="upper" if y[0] > y[-1] else "lower", interpolation="nearest", zorder=1
    )
    ax.set_xlim(ground.extent[0], ground.extent[2])
    ax.set_ylim(ground.extent[1], ground.extent[3])
    if ground.boundary is not None:
        drawn.set_clip_path(ground.boundary, ax.transData)
    return class_entries(classes), spoken.unit_legend(classes.unit)


def kind_colours(family: str) -> dict[str, str]:
    """Return the colours that the kinds of a family have by tradition: land use, and zones of Thai statutory plans."""
    if family == "land_use":
        return LAND_COLOURS
    if family == "zoning":
        return {zone.class_: zone.paint for zone in default_scheme().plan_zones} | {
            "other": LAND_COLOURS["other"]
        }
    return {}
