"""Maps as drawings inside a page: squares as a small picture, all else as lines that are stored once."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from geopandas import GeoDataFrame
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from numpy.typing import NDArray
from PIL import Image
from xarray import DataArray

from urbanplan.report.cartography import KILOMETRE, Backdrop, area_path, line_path, round_length
from urbanplan.report.marks import VIEWPOINT
from urbanplan.report.rows import Shown
from urbanplan.report.scales import Scale
from urbanplan.report.style import Box, width_of
from urbanplan.report.words import NBSP, Words

WIDE = 2000
"""Width of a drawing in its own steps: finer than a printed dot at the width of a page."""

_PICTURE, _FINEST = 600, 900
_CLOSEST = 0.1
"""A map shows at least this part of the city's width."""
_SINGLE_LETTER, _PANEL_LETTER = 36.0, 84.0
_LABELLED_UNITS = 30
_WIDEST_LABEL = 1.3
"""A name may be so many times as wide as its zone."""


@dataclass(frozen=True)
class Fill:
    """One unit, by the id of its shape, with its colour (none is unknown) and what it tells when pointed at."""

    shape: str
    colour: str
    text: str


@dataclass(frozen=True)
class Patch:
    """Areas or lines of one class."""

    path: str
    colour: str
    line: bool = False


@dataclass(frozen=True)
class Label:
    """A text on a map."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Sight:
    """A viewpoint (or else a target) on a map, with its id."""

    x: int
    y: int
    text: str
    colour: str
    viewpoint: bool


@dataclass(frozen=True)
class Picture:
    """Squares as a picture, and where it lies."""

    address: str
    x: float
    y: float
    width: float
    height: float


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
class Drawing:
    """One map."""

    name: str
    alt: str
    picture: Picture | None = None
    zoom: Zoom | None = None
    bare: bool = False
    """Whether what the picture leaves clear is nothing, not unknown."""
    fills: list[Fill] = field(default_factory=list)
    patches: list[Patch] = field(default_factory=list)
    dots: list[Label] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


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
        letter = _PANEL_LETTER if panel else _SINGLE_LETTER
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


def drawing(
    shown: Shown,
    classes: Scale | None,
    frame: Canvas,
    *,
    name: str,
    alt: str,
    told: Mapping[str, str],
    names: Mapping[str, str],
) -> Drawing:
    """Draw the values of one metric.

    Parameters
    ----------
    shown : Shown
        The values and their units.
    classes : Scale or None
        Their colours; None where no value is known.
    frame : Canvas
        The frame of the report's maps.
    name, alt : str
        The map's name, and what it shows for those who cannot see it.
    told : mapping
        What each zone tells when it is pointed at, by its id.
    names : mapping
        Names to write on zones, by their id; empty for small maps.
    """
    found = classes.classes(shown.value) if classes else np.full(len(shown.value), -1)
    colours = classes.colours if classes else ()
    if shown.support == "cell":
        return Drawing(name, alt, picture=_squares(shown.units, found, colours, frame))
    if shown.support == "zone" and frame.shapes:
        fills = [
            Fill(frame.shapes[unit_id][0], colours[number] if number >= 0 else "", told.get(unit_id, ""))
            for unit_id, number in zip(shown.units.index.astype(str), found.tolist(), strict=True)
            if frame.shapes[unit_id][1]
        ]
        return Drawing(name, alt, fills=fills, labels=_labels(shown.units, names, frame))
    return things_drawing(shown.units, found, colours, frame, name=name, alt=alt)


def _squares(cells: GeoDataFrame, found: NDArray[np.int64], colours: Sequence[str], frame: Canvas) -> Picture:
    """Return squares as a picture in which the unknown ones are clear, so that the hatching beneath shows."""
    bounds = shapely.bounds(np.asarray(cells.geometry.array))
    side = float(bounds[0, 2] - bounds[0, 0])
    west, north = bounds[:, 0].min(), bounds[:, 3].max()
    col = np.rint((bounds[:, 0] - west) / side).astype(int)
    row = np.rint((north - bounds[:, 3]) / side).astype(int)
    clear = len(colours)
    grid = np.full((row.max() + 1, col.max() + 1), clear, dtype=np.uint8)
    grid[row, col] = np.where(found < 0, clear, found)
    return _picture(grid, colours, frame, west=float(west), north=float(north), side=side)


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
    letter = _SINGLE_LETTER * part
    unit = "km" if metres >= KILOMETRE else "m"
    size = metres / KILOMETRE if unit == "km" else metres
    bar = Bar(
        round(metres / frame.step), round(letter, 2), f"{size / 2:g}", f"{size:g}{NBSP}{words.unit(unit)}"
    )
    return Zoom(round(x), round(y), round(wide), round(wide * share), round(part, 4), bar)


def grid_drawing(values: DataArray, classes: Scale | None, frame: Canvas, *, name: str, alt: str) -> Drawing:
    """Draw a grid of numbers; of fine cells every so many, so that a picture is no larger than it can be seen."""
    every = max(1, max(values.shape) // _FINEST)
    part = values[every // 2 :: every, every // 2 :: every]
    numbers = part.to_numpy().astype(np.float64)
    found = classes.classes(numbers) if classes else np.full(numbers.shape, -1)
    colours = classes.colours if classes else ()
    grid = np.where(found < 0, len(colours), found).astype(np.uint8)
    side = float(values.attrs["cell_m"])
    west, north = float(values["x"][0]) - side / 2, float(values["y"][0]) + side / 2
    picture = _picture(grid, colours, frame, west=west, north=north, side=side * every)
    return Drawing(name, alt, picture=picture, bare=True)


def _picture(
    grid: NDArray[np.uint8], colours: Sequence[str], frame: Canvas, *, west: float, north: float, side: float
) -> Picture:
    """Return classes of squares as a picture in which those beyond the last are clear."""
    clear = len(colours)
    height, width = grid.shape
    times = max(1, _PICTURE // max(grid.shape))  # browsers that smooth pictures then only smooth the borders
    image = Image.fromarray(grid.repeat(times, axis=0).repeat(times, axis=1), mode="P")
    image.putpalette([round(255 * part) for colour in (*colours, "#ffffff") for part in to_rgb(colour)])
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", transparency=clear, compress_level=9)
    address = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    x, y = frame.place(np.array([west, north]))
    return Picture(
        address,
        round(x, 2),
        round(y, 2),
        round(width * side / frame.step, 2),
        round(height * side / frame.step, 2),
    )


def _labels(units: GeoDataFrame, names: Mapping[str, str], frame: Canvas) -> list[Label]:
    """Return the names of units where there is room for them, the largest unit first."""
    if len(names) > _LABELLED_UNITS:
        return []
    shapes = np.asarray(units.geometry.array)
    points = frame.place(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    ids = units.index.astype(str)
    bounds = shapely.bounds(shapes)
    widths = (bounds[:, 2] - bounds[:, 0]) / frame.step
    labels, taken = [], np.empty((0, 4))
    for place in np.argsort(-shapely.area(shapes), kind="stable"):
        text = names.get(ids[place], "")
        half = 0.29 * _SINGLE_LETTER * width_of(text), 0.75 * _SINGLE_LETTER
        x, y = points[place]
        box = np.array([x - half[0], y - half[1], x + half[0], y + half[1]])
        apart = (
            (box[2] < taken[:, 0]) | (taken[:, 2] < box[0]) | (box[3] < taken[:, 1]) | (taken[:, 3] < box[1])
        )
        fits = box[2] - box[0] < _WIDEST_LABEL * widths[place]
        if text and fits and box[0] > 0 and box[2] < WIDE and apart.all():
            taken = np.vstack([taken, box])
            labels.append(Label(round(x), round(y + 0.3 * _SINGLE_LETTER), text))
    return labels


def things_drawing(
    units: GeoDataFrame,
    found: NDArray[np.int64],
    colours: Sequence[str],
    frame: Canvas,
    *,
    name: str,
    alt: str,
) -> Drawing:
    """Draw things (buildings, assets, rows of a listing): those of one class as one patch, points as dots.

    Parameters
    ----------
    units : GeoDataFrame
        Points, lines or areas.
    found : ndarray of int, shape (n,)
        Class of each, -1 for unknown.
    colours : sequence of str
        Colour of each class.
    frame : Canvas
        The frame of the report's maps.
    name, alt : str
        The map's name, and what it shows for those who cannot see it.
    """
    shapes = np.asarray(units.geometry.array)
    patches, dots = [], []
    for number in range(-1, len(colours)):
        members = shapes[found == number]
        colour = colours[number] if number >= 0 else ""
        patches += [Patch(svg_path(path, frame), colour) for path in [area_path(members)] if path is not None]
        patches += [
            Patch(svg_path(path, frame), colour, line=True)
            for path in [line_path(members)]
            if path is not None
        ]
        points = shapely.get_parts(members[shapely.get_dimensions(members) == 0])
        steps = np.rint(frame.place(shapely.get_coordinates(points))).astype(int)
        dots += [Label(x, y, colour) for x, y in steps.tolist()]
    return Drawing(name, alt, patches=patches, dots=dots)
