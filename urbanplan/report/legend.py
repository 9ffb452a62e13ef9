"""Legends: what each colour, hatch and line of a map means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from urbanplan.report import style
from urbanplan.report.cartography import Backdrop
from urbanplan.report.marks import TARGET, VIEWPOINT
from urbanplan.report.scales import Scale
from urbanplan.report.words import Words

HERITAGE_THEME = "heritage"
"""The theme whose maps also show heritage zones."""

_BOX, _GAP, _LINE_HEIGHT = 0.2, 0.07, 0.165
_LETTERS = 29
_MARKERS = {"point": "o", "viewpoint": "^", "target": "D"}


Sign = Literal["fill", "unknown", "line", "broken", "point", "viewpoint", "target"]


@dataclass(frozen=True)
class Entry:
    """One line of a legend."""

    label: str
    colour: str
    kind: Sign = "fill"


def class_entries(scale: Scale) -> list[Entry]:
    """Return the legend of a scale, from low to high."""
    return [Entry(label, colour) for label, colour in zip(scale.labels, scale.colours, strict=True)]


def backdrop_entries(
    ground: Backdrop, words: Words, *, heritage: bool = False, views: bool = False
) -> list[Entry]:
    """Return the legend of what a backdrop shows."""
    entries = []
    if ground.water_areas is not None or ground.water_lines is not None:
        entries.append(Entry(words.text("map.water"), style.WATER))
    if ground.streets is not None:
        entries.append(Entry(words.text("map.streets"), style.STREET_EDGE, "line"))
    if heritage and ground.zones is not None:
        entries.append(Entry(words.text("map.heritage_zones"), style.HERITAGE, "line"))
    if heritage and ground.proxies is not None:
        entries.append(Entry(words.text("map.heritage_proxy"), style.HERITAGE, "broken"))
    held = {mark.colour for mark in ground.marks} if views else set()
    if VIEWPOINT in held:
        entries.append(Entry(words.text("map.viewpoints"), VIEWPOINT, "viewpoint"))
    if TARGET in held:
        entries.append(Entry(words.text("map.view_targets"), TARGET, "target"))
    if ground.boundary is not None:
        entries.append(Entry(words.text("map.boundary"), style.INK, "line"))
    return entries


def column(ax: Axes, top: float, heading: str, note: str, entries: Sequence[Entry]) -> None:
    """Write entries below each other on an axes that is measured in inches."""
    y = top - 0.13
    for line in wrap(heading, _LETTERS):
        ax.text(0, y, line, fontsize=8.5, weight="bold")
        y -= _LINE_HEIGHT
    for line in wrap(note, _LETTERS + 4) if note else []:
        ax.text(0, y, line, fontsize=7.5, color=style.QUIET)
        y -= _LINE_HEIGHT
    y -= 0.05
    for entry in entries:
        _sign(ax, entry, 0.0, y)
        for line in wrap(entry.label, _LETTERS - 4):
            ax.text(_BOX + _GAP, y, line, fontsize=8.5)
            y -= _LINE_HEIGHT
        y -= 0.035


def strip(ax: Axes, top: float, heading: str, note: str, entries: Sequence[Entry], width: float) -> None:
    """Write entries beside each other, in as many lines as they need."""
    x, y = 0.0, top - 0.13
    ax.text(0, y, heading, fontsize=8.5, weight="bold")
    ax.text(0.09 + 0.075 * style.width_of(heading), y, note, fontsize=7.5, color=style.QUIET)
    y -= _LINE_HEIGHT + 0.05
    for entry in entries:
        needed = _BOX + _GAP + 0.066 * style.width_of(entry.label) + 0.16
        if x + needed > width and x > 0:
            x, y = 0.0, y - _LINE_HEIGHT - 0.045
        _sign(ax, entry, x, y)
        ax.text(x + _BOX + _GAP, y, entry.label, fontsize=8.5)
        x += needed


def _sign(ax: Axes, entry: Entry, left: float, base: float) -> None:
    bottom = base - 0.022
    look: dict[str, Any] = {"facecolor": entry.colour, "edgecolor": "#00000033", "linewidth": 0.5}
    middle = bottom + 0.06
    if entry.kind == "unknown":
        look.update(hatch="//////", edgecolor=style.UNKNOWN_HATCH, linewidth=0.0)
    if entry.kind in {"fill", "unknown"}:
        ax.add_patch(Rectangle((left, bottom), _BOX, 0.125, **look))
    elif entry.kind in _MARKERS:
        mark = Line2D(
            [left + _BOX / 2],
            [middle],
            marker=_MARKERS[entry.kind],
            markersize=5,
            color=entry.colour,
            linestyle="none",
        )
        mark.set_markeredgecolor(style.PAPER)
        ax.add_line(mark)
    else:
        dashes = (0, (3, 1.6)) if entry.kind == "broken" else "solid"
        ax.add_line(
            Line2D([left, left + _BOX], [middle, middle], color=entry.colour, linewidth=1.4, linestyle=dashes)
        )


def wrap(text: str, letters: int) -> list[str]:
    """Break a text into lines; a piece without spaces, as Thai has, is broken between clusters."""
    lines: list[str] = []
    for piece in text.split(" "):
        if lines and style.width_of(lines[-1]) + 1 + style.width_of(piece) <= letters:
            lines[-1] += f" {piece}"
        else:
            lines.extend(_clusters(piece, letters))
    return lines or [""]


def _clusters(piece: str, letters: int) -> list[str]:
    lines = [""]
    for place, sign in enumerate(piece):
        before = piece[place - 1] if place else " "
        if style.breakable(before, sign) and style.width_of(lines[-1]) >= letters:
            lines.append("")
        lines[-1] += sign
    return lines
