"""Figures as a page holds them: a small picture inside the file, and shapes that answer to the pointer."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from geopandas import GeoDataFrame
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from urbanplan.report import style

DPI = 200
"""Two dots for each dot of an ordinary screen; 210 an inch on A4."""

_GRAIN = 1000
"""Shapes for the pointer are drawn on a grid of so many steps across the map."""


@dataclass(frozen=True)
class Hotspot:
    """One unit of a map that tells its value when it is pointed at."""

    shape: str
    text: str


@dataclass(frozen=True)
class Layer:
    """The hotspots of one map in a figure and where that map stands, in dots."""

    transform: str
    spots: list[Hotspot]


@dataclass(frozen=True)
class Picture:
    """One figure: its bytes as an address, its size in dots, and its hotspots."""

    address: str
    width: int
    height: int
    layers: list[Layer] = field(default_factory=list)


def picture(figure: style.MapFigure, texts: list[Mapping[str, str]] | None = None) -> Picture:
    """Turn a figure into a picture that stands inside a page.

    Parameters
    ----------
    figure : MapFigure
        What to show; it is drawn with at most 256 colours, which maps do not exceed to the eye.
    texts : list of mapping, optional
        For each map in the figure: what each shape (see `shape_paths`) tells.
    """
    with style.drawing():
        figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        dots = np.asarray(canvas.buffer_rgba())
    height, width = dots.shape[:2]
    image = Image.fromarray(dots[:, :, :3].copy())
    image = image.quantize(colors=256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    address = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    layers = [
        Layer(_transform(box, width, height), [Hotspot(shape, text) for shape, text in told.items()])
        for (box, _), told in zip(figure.frames, texts or [], strict=False)
    ]
    return Picture(address, width, height, layers)


def _transform(box: style.Box, width: int, height: int) -> str:
    """Return how the grid of `shape_paths` is laid over a map that takes this share of the figure."""
    scale = box[2] * width / _GRAIN
    top = height * (1 - box[1] - box[3])
    return f"translate({box[0] * width:.1f} {top:.1f}) scale({scale:.5f})"


def shape_paths(units: GeoDataFrame, extent: style.Box) -> dict[str, str]:
    """Return the outlines of units as SVG paths on a grid that is `_GRAIN` steps wide, by the id of the unit."""
    step = (extent[2] - extent[0]) / _GRAIN
    shapes = shapely.simplify(np.asarray(units.geometry.array), 1.5 * step)
    paths = {}
    for unit_id, shape in zip(units.index.astype(str), shapes, strict=True):
        parts = []
        for part in shapely.get_parts(shape):
            if shapely.get_dimensions(part) == 2:  # noqa: PLR2004 - of areas
                ring = shapely.get_coordinates(shapely.get_exterior_ring(part))
                grid = np.rint((ring - (extent[0], extent[3])) / (step, -step)).astype(int)
                parts.append("M" + " ".join(f"{x},{y}" for x, y in grid[:-1]) + "z")
        if parts:
            paths[unit_id] = "".join(parts)
    return paths
