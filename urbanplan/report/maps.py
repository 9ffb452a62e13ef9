"""Maps of one metric, or of its variants side by side on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import shapely
from geopandas import GeoDataFrame
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from numpy.typing import NDArray
from xarray import DataArray

from urbanplan.base.errors import UsageError
from urbanplan.model.results import Results
from urbanplan.report import evidence, sheets, style
from urbanplan.report.cartography import (
    Backdrop,
    area_path,
    backdrop,
    line_path,
    paint_backdrop,
    paint_ground,
    paint_heritage,
    squares_path,
)
from urbanplan.report.legend import HERITAGE_THEME, Entry, backdrop_entries, class_entries
from urbanplan.report.marks import VIEWS_THEME, paint_marks
from urbanplan.report.rows import Rows, Shown
from urbanplan.report.scales import Scale, scale
from urbanplan.report.words import Words, words

_LABELLED_UNITS = 30


def metric_map(
    results: Results,
    metric: str,
    *,
    support: str | None = None,
    lang: str = "en",
    scenario: str = "actual",
    period: str | None = None,
    title: bool = True,
    ax: Axes | None = None,
    ground: Backdrop | None = None,
) -> Figure:
    """Draw the map of a metric.

    Parameters
    ----------
    results : Results
        What was measured.
    metric : str
        Id of a metric in these results.
    support : str, optional
        Which units to show; default: cells where the metric has them, else zones, else what there is.
    lang : str
        Language of all words on the map.
    scenario, period : str
        Which values; of several periods the last, unless one is named.
    title : bool
        Whether the map bears its title.
    ax : Axes, optional
        An axes of your own figure to draw the map into, without title and legend column.
    ground : Backdrop, optional
        The backdrop, where many maps share one.

    Returns
    -------
    Figure
        It shows itself in a notebook; `savefig` writes it.

    Raises
    ------
    UsageError
        If the results do not hold the metric or the support.
    """
    spoken, ground = words(lang), ground or backdrop(results)
    shown = Rows(results, [metric], scenario=scenario, period=period).shown(metric, support)
    classes = scale(shown.value, shown.facts, spoken) if np.isfinite(shown.value).any() else None
    with style.drawing():
        if ax is not None:
            _paint(ax, shown, classes, ground, spoken, labels=False)
            return cast("Figure", ax.get_figure(root=True))
        sheet = sheets.single(
            results.provenance,
            ground,
            spoken,
            title=spoken.metric_name(shown.facts) if title else "",
            layers=_layers([shown]),
            reach=_reach([shown], spoken),
        )
        _paint(sheet.maps[0], shown, classes, ground, spoken, labels=True)
        _legend(sheet, [shown], classes, ground, spoken)
    return sheet.figure


def panels(
    results: Results,
    metrics: Sequence[str],
    *,
    support: str | None = None,
    lang: str = "en",
    scenario: str = "actual",
    period: str | None = None,
    title: str = "",
    ground: Backdrop | None = None,
) -> style.MapFigure:
    """Draw maps of several metrics of one unit side by side on one scale, so that they can be compared.

    Parameters
    ----------
    results : Results
        What was measured.
    metrics : sequence of str
        Ids of metrics of one unit, usually the variants of one metric.
    support, lang, scenario, period, ground
        As for `metric_map`.
    title : str
        A title for all of them.

    Returns
    -------
    Figure
        Three maps in a row, the legend beneath.
    """
    if not metrics:
        raise UsageError("there is no metric to draw; name at least one")
    spoken, ground = words(lang), ground or backdrop(results)
    rows = Rows(results, metrics, scenario=scenario, period=period)
    shown = [rows.shown(metric, support) for metric in metrics]
    together = np.concatenate([one.value for one in shown])
    classes = scale(together, shown[0].facts, spoken) if np.isfinite(together).any() else None
    names = [spoken.variant_name(one.facts) or spoken.metric_name(one.facts) for one in shown]
    with style.drawing():
        sheet = sheets.several(
            results.provenance,
            ground,
            spoken,
            names,
            title=title,
            layers=_layers(shown),
            reach=_reach(shown, spoken),
        )
        for ax, one in zip(sheet.maps, shown, strict=True):
            _paint(ax, one, classes, ground, spoken, labels=False, size=0.6)
        _legend(sheet, shown, classes, ground, spoken)
    return sheet.figure


def _layers(shown: Sequence[Shown]) -> list[str]:
    return [*{name: None for one in shown for name in evidence.read_layers(one.facts)}, *evidence.BACKDROP]


def _reach(shown: Sequence[Shown], spoken: Words) -> str:
    """Say of which share of the units the maps tell something."""
    known = float(np.isfinite(np.concatenate([one.value for one in shown])).mean())
    share, units = spoken.number(known, "share"), spoken.support(shown[0].support, many=True)
    return spoken.text("report.caption_coverage", share=share, units=units)


def _legend(
    sheet: sheets.Sheet, shown: Sequence[Shown], classes: Scale | None, ground: Backdrop, spoken: Words
) -> None:
    facts, others = shown[0].facts, []
    unknown = np.concatenate([np.isnan(one.value) for one in shown])
    if unknown.any():
        share, units = (
            spoken.number(float(unknown.mean()), "share"),
            spoken.support(shown[0].support, many=True),
        )
        label = spoken.text("map.unknown_share", share=share, units=units)
        others.append(Entry(label, style.UNKNOWN, "unknown"))
    others += backdrop_entries(
        ground, spoken, heritage=facts.get("theme") == HERITAGE_THEME, views=facts.get("theme") == VIEWS_THEME
    )
    heading = spoken.unit_legend(classes.unit) if classes else spoken.text("map.no_values")
    note = spoken.find(f"map.better_{facts.get('direction')}") or ""
    sheet.legend(heading, note, class_entries(classes) if classes else [], others)


def _paint(
    ax: Axes,
    shown: Shown,
    classes: Scale | None,
    ground: Backdrop,
    spoken: Words,
    *,
    labels: bool,
    size: float = 1.0,
) -> None:
    paint_ground(ax, ground)
    found = classes.classes(shown.value) if classes else np.full(len(shown.value), -1)
    colours = classes.colours if classes else ()
    if shown.support == "cell":
        paint_cells(ax, shown.units, found, colours, ground)
    else:
        paint_units(ax, shown.units, found, colours, size)
    paint_backdrop(ax, ground, size=size)
    if shown.facts.get("theme") == HERITAGE_THEME:
        paint_heritage(ax, ground, size=size)
    if shown.facts.get("theme") == VIEWS_THEME:
        paint_marks(ax, ground.marks, size=size, viewpoints=shown.support != "viewpoint")
    if labels and shown.support == "zone" and len(shown.units) <= _LABELLED_UNITS:
        sheets.label_units(ax, shown.units, ground, spoken)


def paint_cells(
    ax: Axes, cells: GeoDataFrame, found: NDArray[np.int64], colours: Sequence[str], ground: Backdrop
) -> None:
    """Paint squares as one picture, a dot for each square, cut to the city's boundary."""
    bounds = shapely.bounds(np.asarray(cells.geometry.array))
    side = float(bounds[0, 2] - bounds[0, 0])
    west, south, east, north = bounds[:, 0].min(), bounds[:, 1].min(), bounds[:, 2].max(), bounds[:, 3].max()
    col = np.rint((bounds[:, 0] - west) / side).astype(int)
    row = np.rint((north - bounds[:, 3]) / side).astype(int)
    picture = np.zeros((row.max() + 1, col.max() + 1, 4))
    table = np.array([*(to_rgba(colour) for colour in colours), to_rgba(style.UNKNOWN)])
    picture[row, col] = table[found]
    drawn = [ax.imshow(picture, extent=(west, east, south, north), interpolation="nearest", zorder=1)]
    if (found < 0).any():
        drawn.append(_hatch(ax, squares_path(bounds[found < 0])))
    ax.set_xlim(ground.extent[0], ground.extent[2])
    ax.set_ylim(ground.extent[1], ground.extent[3])
    if ground.boundary is not None:
        for artist in drawn:
            artist.set_clip_path(ground.boundary, ax.transData)


def paint_picture(ax: Axes, grid: DataArray, found: NDArray[np.int64], colours: Sequence[str]) -> None:
    """Paint a grid of classes as one picture; what has no class stays clear."""
    table = np.array([*(to_rgba(colour) for colour in colours), (0, 0, 0, 0)])
    half = float(grid.attrs["cell_m"]) / 2
    west, east = float(grid["x"][0]) - half, float(grid["x"][-1]) + half
    south, north = float(grid["y"][-1]) - half, float(grid["y"][0]) + half
    limits = ax.get_xlim(), ax.get_ylim()
    ax.imshow(table[found], extent=(west, east, south, north), interpolation="nearest", zorder=1)
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])


def _hatch(ax: Axes, path: Any) -> Any:
    return ax.add_artist(
        PathPatch(
            path, facecolor="none", edgecolor=style.UNKNOWN_HATCH, hatch="//////", linewidth=0, zorder=1.5
        )
    )


def paint_units(
    ax: Axes, units: GeoDataFrame, found: NDArray[np.int64], colours: Sequence[str], size: float
) -> None:
    """Paint areas, lines and points by their class; -1 is unknown."""
    shapes = np.asarray(units.geometry.array)
    for number in range(-1, len(colours)):
        members = shapes[found == number]
        colour = style.UNKNOWN if number < 0 else colours[number]
        areas, lines = area_path(members), line_path(members)
        if areas is not None:
            ax.add_artist(
                PathPatch(
                    areas,
                    facecolor=colour,
                    edgecolor=style.PAPER,
                    linewidth=0.5 * size,
                    zorder=1 + number / 100,
                )
            )
            if number < 0:
                _hatch(ax, areas)
        if lines is not None:
            ax.add_artist(
                PathPatch(lines, facecolor="none", edgecolor=colour, linewidth=1.6 * size, zorder=8)
            )
        points = members[shapely.get_dimensions(members) == 0]
        if len(points):
            xy = shapely.get_coordinates(shapely.get_parts(points))
            look: dict[str, Any] = {"s": 16 * size, "edgecolors": style.INK, "linewidths": 0.4, "zorder": 8}
            ax.scatter(xy[:, 0], xy[:, 1], color=colour, **look)
