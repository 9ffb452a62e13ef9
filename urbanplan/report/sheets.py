"""Sheets: where map, legend, scale bar, title and attribution stand on a figure, in inches."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from matplotlib import patheffects
from matplotlib.axes import Axes

from urbanplan.report import cartography, evidence, legend, style
from urbanplan.report.cartography import Backdrop
from urbanplan.report.words import Words

WIDTH = 7.2
_COLUMN, _GAP, _MARGIN = 1.95, 0.14, 0.05
_TALLEST, _LOWEST = 7.2, 3.3
_TITLE, _FOOT = 0.27, 0.17
_IN_A_ROW = 3


@dataclass(frozen=True)
class Sheet:
    """A figure with its empty maps and an axes, measured in inches, for the legend."""

    figure: style.MapFigure
    maps: list[Axes]
    side: Axes
    words: Words
    metres_per_inch: float
    beside: bool

    def legend(
        self, heading: str, note: str, classes: Sequence[legend.Entry], others: Sequence[legend.Entry]
    ) -> None:
        """Write the legend, and draw scale bar and north arrow; classes come from low to high."""
        width, height = self.side.get_xlim()[1], self.side.get_ylim()[1]
        if self.beside:
            legend.column(self.side, height, heading, note, [*reversed(classes), *others])
            cartography.north_arrow(self.side, 0.12, 0.06, self.words)
            cartography.scale_bar(self.side, 0.42, 0.1, self.metres_per_inch, 1.2, self.words)
        else:
            legend.strip(self.side, height, heading, note, [*classes, *others], width - 1.95)
            cartography.north_arrow(self.side, width - 1.75, height - 0.6, self.words)
            cartography.scale_bar(
                self.side, width - 1.45, height - 0.55, self.metres_per_inch, 1.1, self.words
            )


def single(
    provenance: Mapping[str, Any],
    ground: Backdrop,
    words: Words,
    *,
    title: str,
    layers: Sequence[str],
    reach: str = "",
) -> Sheet:
    """Lay out one map with its legend beside it; `reach` says how far its data reach."""
    width = WIDTH - _COLUMN - _GAP - 2 * _MARGIN
    metres_per_inch, width, height = _fitted(ground, width, _TALLEST)
    lines = legend.wrap(style.drawable(title, 200), 84) if title else []
    foot = _foot_lines(provenance, layers, words, reach)
    top, bottom = _TITLE * len(lines) + _MARGIN, _FOOT * max(len(foot), 1) + 0.14
    panel = max(height, _LOWEST)
    figure = style.figure(width + _COLUMN + _GAP + 2 * _MARGIN, panel + top + bottom)
    ax = _map(figure, ground, (_MARGIN, bottom + panel - height, width, height))
    side = _inches(figure, (_MARGIN + width + _GAP, bottom, _COLUMN, panel))
    _write(figure, provenance, lines, foot, words)
    return Sheet(figure, [ax], side, words, metres_per_inch, beside=True)


def several(
    provenance: Mapping[str, Any],
    ground: Backdrop,
    words: Words,
    names: Sequence[str],
    *,
    title: str,
    layers: Sequence[str],
    reach: str = "",
) -> Sheet:
    """Lay out maps in rows of three with one legend beneath them; `reach` says how far their data reach."""
    columns = min(_IN_A_ROW, len(names))
    rows = math.ceil(len(names) / columns)
    room = (WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    metres_per_inch, width, height = _fitted(ground, room, 3.2)
    lines = legend.wrap(style.drawable(title, 200), 84) if title else []
    foot = _foot_lines(provenance, layers, words, reach)
    top, bottom, below, name = _TITLE * len(lines) + _MARGIN, _FOOT * max(len(foot), 1) + 0.14, 1.1, 0.25
    total = top + rows * (height + name + 0.06) + below + bottom
    figure = style.figure(WIDTH, total)
    maps = []
    for place, label in enumerate(names):
        row, column = divmod(place, columns)
        left = _MARGIN + column * (room + _GAP) + (room - width) / 2
        low = total - top - (row + 1) * (height + name) - row * 0.06
        maps.append(_map(figure, ground, (left, low, width, height)))
        figure.text(
            left / WIDTH, (low + height + 0.05) / total, style.drawable(label, 40), fontsize=9, weight="bold"
        )
    side = _inches(figure, (_MARGIN, bottom, WIDTH - 2 * _MARGIN, below - 0.1))
    _write(figure, provenance, lines, foot, words)
    return Sheet(figure, maps, side, words, metres_per_inch, beside=False)


def _fitted(ground: Backdrop, width: float, tallest: float) -> tuple[float, float, float]:
    """Return metres per inch, width and height of the largest map that fits."""
    west, south, east, north = ground.extent
    metres_per_inch = max((east - west) / width, (north - south) / tallest)
    return metres_per_inch, (east - west) / metres_per_inch, (north - south) / metres_per_inch


def _map(figure: style.MapFigure, ground: Backdrop, inches: style.Box) -> Axes:
    box = _share(figure, inches)
    figure.frames.append((box, ground.extent))
    return figure.add_axes(box)


def _inches(figure: style.MapFigure, inches: style.Box) -> Axes:
    ax = figure.add_axes(_share(figure, inches))
    ax.set_axis_off()
    ax.set_xlim(0, inches[2])
    ax.set_ylim(0, inches[3])
    return ax


def _share(figure: style.MapFigure, inches: style.Box) -> style.Box:
    width, height = figure.get_size_inches()
    return inches[0] / width, inches[1] / height, inches[2] / width, inches[3] / height


def _foot_lines(
    provenance: Mapping[str, Any], layers: Sequence[str], words: Words, reach: str = ""
) -> list[str]:
    named = [style.drawable(text, 90) for text in evidence.attributions(provenance, layers, words)]
    lines = [style.drawable(reach, 118)] if reach else []
    return [*lines, *legend.wrap(" · ".join(named), 118)] if named else lines


def _write(
    figure: style.MapFigure,
    provenance: Mapping[str, Any],
    title: Sequence[str],
    foot: Sequence[str],
    words: Words,
) -> None:
    width, height = figure.get_size_inches()
    for place, line in enumerate(title):
        y = 1 - (_MARGIN + (place + 0.68) * _TITLE) / height
        figure.text(_MARGIN / width, y, line, fontsize=12.5, weight="bold", va="baseline")
    for place, line in enumerate(reversed(foot)):
        y = (0.09 + place * _FOOT) / height
        figure.text(_MARGIN / width, y, line, fontsize=7, color=style.QUIET, va="baseline")
    if evidence.is_synthetic(provenance):
        mark_synthetic(figure, words)


def mark_synthetic(figure: style.MapFigure, words: Words) -> None:
    """Write across the foot of a figure that its city is invented."""
    width, height = figure.get_size_inches()
    figure.text(
        1 - 0.1 / width,
        0.1 / height,
        words.text("map.synthetic"),
        fontsize=8,
        weight="bold",
        color=style.PAPER,
        ha="right",
        va="baseline",
        bbox={"facecolor": style.WARNING, "edgecolor": "none", "pad": 2.5},
    )


def label_units(ax: Axes, units: GeoDataFrame, ground: Backdrop, words: Words) -> None:
    """Write the units' names where there is room for them, the largest unit first."""
    shapes = np.asarray(units.geometry.array)
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    metres = (ground.extent[2] - ground.extent[0]) / (ax.get_position().width * WIDTH)
    halo = [patheffects.withStroke(linewidth=2, foreground=style.PAPER)]
    taken: list[style.Box] = []
    for place in np.argsort(-shapely.area(shapes), kind="stable"):
        text = style.drawable(words.name_of(units.iloc[place], units.index[place]), 26)
        half = 0.034 * metres * style.width_of(text), 0.085 * metres
        x, y = points[place]
        box = (x - half[0], y - half[1], x + half[0], y + half[1])
        inside = ground.extent[0] < box[0] and box[2] < ground.extent[2]
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            ax.text(x, y, text, fontsize=7.5, ha="center", va="center", path_effects=halo, zorder=9)


def _overlap(one: style.Box, other: style.Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
