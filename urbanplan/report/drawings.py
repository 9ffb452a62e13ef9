"""Maps as drawings inside a page: squares as a small picture, all else as lines that are stored once."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from geopandas import GeoDataFrame
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from PIL import Image
from xarray import DataArray

from urbanplan.report.canvas import SINGLE_LETTER, WIDE, Canvas, Zoom, svg_path
from urbanplan.report.cartography import area_path, line_path
from urbanplan.report.rows import Shown
from urbanplan.report.scales import Scale
from urbanplan.report.style import width_of

_PICTURE, _FINEST = 600, 900
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
class Picture:
    """Squares as a picture, and where it lies."""

    address: str
    x: float
    y: float
    width: float
    height: float


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
        half = 0.29 * SINGLE_LETTER * width_of(text), 0.75 * SINGLE_LETTER
        x, y = points[place]
        box = np.array([x - half[0], y - half[1], x + half[0], y + half[1]])
        apart = (
            (box[2] < taken[:, 0]) | (taken[:, 2] < box[0]) | (box[3] < taken[:, 1]) | (taken[:, 3] < box[1])
        )
        fits = box[2] - box[0] < _WIDEST_LABEL * widths[place]
        if text and fits and box[0] > 0 and box[2] < WIDE and apart.all():
            taken = np.vstack([taken, box])
            labels.append(Label(round(x), round(y + 0.3 * SINGLE_LETTER), text))
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
