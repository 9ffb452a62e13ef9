"""The common frame of a report's maps: metres to steps, what all maps share, scale bars, and closer views."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from matplotlib.path import Path
from numpy.typing import NDArray

from urbanplan.report.cartography import KILOMETRE, Backdrop, area_path, round_length
from urbanplan.report.marks import VIEWPOINT
from urbanplan.report.style import Box
from urbanplan.report.words import NBSP, Words

WIDE = 2000
"""Width of a drawing in its own steps: finer than a printed dot at the width of a page."""

SINGLE_LETTER, PANEL_LETTER = 36.0, 84.0
"""Height of letters in steps, on a map that stands alone and on one of several."""

_CLOSEST = 0.1
"""A map shows at least this part of the city's width."""


@dataclass(frozen=True)
class Sight:
    """A viewpoint (or else a target) on a map, with its id."""

    x: int
    y: int
    text: str
    colour: str
    viewpoint: bool


@dataclass(frozen=True)
class Bar:
    """A scale bar with its texts, and the size of letters on its map."""

    length: int
    letter: float
    half: str
    whole: str


@dataclass(frozen=True)
class Zoom:
    """The part of a map that is shown: a box in steps, how much smaller than the whole it is, and its scale bar."""

    x: int
    y: int
    width: int
    height: int
    part: float
    bar: Bar


@dataclass(frozen=True)
class Canvas:
    """The common frame of all maps of one report: metres to steps, and what they share.

    Attributes
    ----------
    extent : tuple
        West, south, east, north in metres.
    city, water_areas, water_lines, streets, zones, proxies : str
        Outlines that all maps share, as SVG paths; empty where there is none.
    shapes : dict of str to (str, str)
        Of each zone by its id: the id of its shape in the page, and its path.
    marks : tuple of Sight
        Viewpoints and targets.
    sights : str
        The lines between them, as an SVG path.
    """

    extent: Box
    city: str
    water_areas: str
    water_lines: str
    streets: str
    zones: str
    proxies: str
    shapes: dict[str, tuple[str, str]]
    marks: tuple[Sight, ...] = ()
    sights: str = ""

    @property
    def step(self) -> float:
        """Metres of one step."""
        return (self.extent[2] - self.extent[0]) / WIDE

    @property
    def height(self) -> int:
        """Height of the drawing in steps."""
        return math.ceil((self.extent[3] - self.extent[1]) / self.step)

    def bar(self, words: Words, *, panel: bool) -> Bar:
        """Return the scale bar of a map, as long as a third of a small map or a fifth of a large one."""
        metres = round_length(WIDE * self.step * (0.36 if panel else 0.22))
        unit = "km" if metres >= KILOMETRE else "m"
        size = metres / KILOMETRE if unit == "km" else metres
        letter = PANEL_LETTER if panel else SINGLE_LETTER
        return Bar(round(metres / self.step), letter, f"{size / 2:g}", f"{size:g}{NBSP}{words.unit(unit)}")

    def place(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points in metres as steps from the upper left corner."""
        west, _, _, north = self.extent
        placed: NDArray[np.float64] = (points - (west, north)) / (self.step, -self.step)
        return placed


def canvas(ground: Backdrop, zones: GeoDataFrame | None) -> Canvas:
    """Lay out the common frame of a report's maps."""
    plain = Canvas(ground.extent, "", "", "", "", "", "", {})
    shared = {
        name: svg_path(path, plain)
        for name, path in (
            ("city", ground.boundary),
            ("water_areas", ground.water_areas),
            ("water_lines", ground.water_lines),
            ("streets", ground.streets),
            ("zones", ground.zones),
            ("proxies", ground.proxies),
            ("sights", ground.sights),
        )
    }
    if not shared["city"]:
        shared["city"] = f"M0,0h{WIDE}v{plain.height}h-{WIDE}z"
    shapes: dict[str, tuple[str, str]] = {}
    if zones is not None and len(zones):
        outlines = shapely.simplify(np.asarray(zones.geometry.array), plain.step)
        for place, (unit_id, outline) in enumerate(zip(zones.index.astype(str), outlines, strict=True)):
            shapes[unit_id] = (f"z{place}", svg_path(area_path([outline]), plain))
    places = plain.place(np.array([(mark.x, mark.y) for mark in ground.marks]).reshape(-1, 2))
    sights = tuple(
        Sight(round(x), round(y), mark.text, mark.colour, mark.colour == VIEWPOINT)
        for (x, y), mark in zip(places, ground.marks, strict=True)
    )
    return Canvas(ground.extent, shapes=shapes, marks=sights, **shared)


def svg_path(path: Path | None, frame: Canvas) -> str:
    """Return a path in the steps of a frame: whole numbers, each point told by its way from the last one."""
    if path is None:
        return ""
    points = np.rint(frame.place(np.asarray(path.vertices))).astype(int)
    codes = np.asarray(path.codes)
    starts = np.flatnonzero(codes == Path.MOVETO)
    parts = []
    for start, end in zip(starts, [*starts[1:], len(points)], strict=True):
        closed = codes[end - 1] == Path.CLOSEPOLY
        ring = points[start : end - 1] if closed else points[start:end]
        moves = np.diff(ring, axis=0)
        moves = moves[(moves != 0).any(axis=1)]
        if len(moves):
            way = " ".join(f"{x},{y}" for x, y in moves.tolist())
            parts.append(f"M{ring[0, 0]},{ring[0, 1]}l{way}{'z' if closed else ''}")
    return "".join(parts)


def zoom_on(shapes: GeoDataFrame, frame: Canvas, words: Words) -> Zoom | None:
    """Return the part of a map around some things; None where they fill more than half of it anyway."""
    west, south, east, north = shapes.total_bounds
    (left, top), (right, bottom) = frame.place(np.array([(west, north), (east, south)]))
    share = frame.height / WIDE
    wide = max(1.3 * (right - left), 1.3 * (bottom - top) / share, WIDE * _CLOSEST)
    if wide > WIDE / 2:
        return None
    x, y = (left + right - wide) / 2, (top + bottom - wide * share) / 2
    part = wide / WIDE
    metres = round_length(wide * frame.step * 0.22)
    letter = SINGLE_LETTER * part
    unit = "km" if metres >= KILOMETRE else "m"
    size = metres / KILOMETRE if unit == "km" else metres
    bar = Bar(
        round(metres / frame.step), round(letter, 2), f"{size / 2:g}", f"{size:g}{NBSP}{words.unit(unit)}"
    )
    return Zoom(round(x), round(y), round(wide), round(wide * share), round(part, 4), bar)
