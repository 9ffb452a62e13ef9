"""Viewpoints and what they look at, as marks that all maps of views bear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from matplotlib import patheffects
from matplotlib.axes import Axes
from numpy.typing import NDArray

from urbanplan.report import style
from urbanplan.report.style import Box

VIEWS_THEME = "views"
"""The theme whose maps show viewpoints and their targets."""
VIEWPOINT, TARGET = "#6a1b9a", "#00695c"
_MOST = 15


@dataclass(frozen=True)
class Mark:
    """One viewpoint or target: a place on the map, and its id."""

    x: float
    y: float
    text: str
    colour: str


def marks_of(context: Mapping[str, GeoDataFrame], extent: Box) -> tuple[Mark, ...]:
    """Return the marks inside a map; those of many viewpoints bear no ids."""
    out: list[Mark] = []
    for name, colour in (("viewpoints", VIEWPOINT), ("view_targets", TARGET)):
        frame = context.get(name)
        if frame is None or frame.empty:
            continue
        xy = shapely.get_coordinates(shapely.point_on_surface(np.asarray(frame.geometry.array)))
        inside = _inside(xy, extent)
        ids = frame.index.astype(str) if len(frame) <= _MOST else [""] * len(frame)
        out += [
            Mark(float(x), float(y), str(text), colour)
            for (x, y), text, held in zip(xy, ids, inside, strict=True)
            if held
        ]
    return tuple(out)


def _inside(xy: NDArray[np.float64], extent: Box) -> NDArray[np.bool_]:
    west, south, east, north = extent
    held: NDArray[np.bool_] = (xy[:, 0] > west) & (xy[:, 0] < east) & (xy[:, 1] > south) & (xy[:, 1] < north)
    return held


def paint_marks(ax: Axes, marks: tuple[Mark, ...], *, size: float = 1.0, viewpoints: bool = True) -> None:
    """Paint marks on a map; the ids of viewpoints alone where the values are theirs."""
    halo = [patheffects.withStroke(linewidth=2, foreground=style.PAPER)]
    for mark in marks:
        seen_from = mark.colour == VIEWPOINT
        if viewpoints or not seen_from:
            ax.plot(
                [mark.x], [mark.y], marker="^" if seen_from else "D", markersize=6 * size, color=mark.colour,
                markeredgecolor=style.PAPER, markeredgewidth=0.8, linestyle="none", zorder=12,
            )  # fmt: skip
        if mark.text:
            ax.annotate(
                style.drawable(mark.text, 12), (mark.x, mark.y), xytext=(4 if seen_from else -4, 3),
                textcoords="offset points", ha="left" if seen_from else "right", fontsize=7 * size, weight="bold",
                color=mark.colour, path_effects=halo, zorder=13, clip_on=True,
            )  # fmt: skip
