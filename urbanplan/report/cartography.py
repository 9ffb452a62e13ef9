"""What every map needs: its extent, a backdrop, a scale bar, a north arrow; geometries as one drawn path each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.patches import Polygon as PolygonPatch
from matplotlib.path import Path
from numpy.typing import NDArray
from shapely import Polygon

from urbanplan.model.results import Results
from urbanplan.report import style
from urbanplan.report.marks import Mark, marks_of
from urbanplan.report.words import NBSP, Words

KILOMETRE = 1000.0
_LINE, _POLYGON = 1, 3
_DETAIL = 2500
"""Lines are drawn with an error of at most this part of the map's width: less than a printed dot."""


@dataclass(frozen=True)
class Backdrop:
    """What lies beneath and above the values on all maps of one city.

    Attributes
    ----------
    extent : tuple
        West, south, east, north of the map in metres.
    boundary, water_areas, water_lines, streets : Path or None
        One path for each kind of thing.
    zones, proxies : Path or None
        Outlines of heritage zones; those that only stand in for a legal boundary apart.
    marks : tuple of Mark
        Viewpoints and what they look at, for maps of views.
    sights : Path or None
        The lines between them.
    """

    extent: style.Box
    boundary: Path | None
    water_areas: Path | None
    water_lines: Path | None
    streets: Path | None
    zones: Path | None
    proxies: Path | None
    marks: tuple[Mark, ...] = ()
    sights: Path | None = None


def backdrop(results: Results) -> Backdrop:
    """Read the backdrop of a city's maps from its results; what they do not hold is not drawn."""
    frames = [results.context.get("boundary"), *results.units.values()]
    first = next((frame for frame in frames if frame is not None and len(frame)), None)
    bounds = first.total_bounds if first is not None else np.array([0.0, 0.0, 1.0, 1.0])
    sights = results.listings.get("views.sight_lines")
    ground = backdrop_of(results.context, bounds)
    return ground if sights is None else replace(ground, sights=line_path(sights.geometry.array))


def backdrop_of(context: Mapping[str, GeoDataFrame], bounds: NDArray[np.float64]) -> Backdrop:
    """Build the backdrop from layers, for a map of these bounds (west, south, east, north)."""
    extent = _padded(bounds)
    water = _drawn(context.get("water"), extent)
    heritage = context.get("heritage_zones")
    proxy = np.zeros(0, dtype=bool) if heritage is None else _flags(heritage)
    zones = None if heritage is None else heritage.geometry.array
    return Backdrop(
        extent=extent,
        boundary=area_path(_without_specks(_drawn(context.get("boundary"), extent), extent)),
        water_areas=area_path(water),
        water_lines=line_path(water),
        streets=line_path(_drawn(context.get("streets"), extent)),
        zones=None if zones is None else area_path(zones[~proxy]),
        proxies=None if zones is None else area_path(zones[proxy]),
        marks=marks_of(context, extent),
    )


def closer(ground: Backdrop, things: GeoDataFrame) -> Backdrop:
    """Return the backdrop of the part of a map around some things, in the map's proportions."""
    west, south, east, north = ground.extent
    left, low, right, high = (float(edge) for edge in things.total_bounds)
    share = (north - south) / (east - west)
    wide = max(1.3 * (right - left), 1.3 * (high - low) / share, (east - west) / 10)
    if wide >= east - west:
        return ground
    x, y = (left + right) / 2, (low + high) / 2
    return replace(ground, extent=(x - wide / 2, y - wide * share / 2, x + wide / 2, y + wide * share / 2))


def _flags(frame: GeoDataFrame) -> NDArray[np.bool_]:
    if "proxy" not in frame:
        return np.zeros(len(frame), dtype=bool)
    flags: NDArray[np.bool_] = frame["proxy"].fillna(value=False).to_numpy(dtype=bool)
    return flags


def _padded(bounds: NDArray[np.float64]) -> style.Box:
    west, south, east, north = (float(edge) for edge in bounds)
    pad = 0.03 * max(east - west, north - south, 1.0)
    return west - pad, south - pad, east + pad, north + pad


def _drawn(frame: GeoDataFrame | None, extent: style.Box) -> NDArray[Any]:
    """Return the geometries that meet the map, with no more detail than it can show."""
    if frame is None or not len(frame):
        return np.zeros(0, dtype=object)
    shapes = np.asarray(frame.geometry.array)
    shapes = shapes[shapely.intersects(shapes, shapely.box(*extent))]
    drawn: NDArray[Any] = shapely.simplify(shapes, (extent[2] - extent[0]) / _DETAIL)
    return drawn


def _without_specks(shapes: NDArray[Any], extent: style.Box) -> NDArray[Any]:
    """Return areas without holes that are too small to be seen, as borders that do not quite meet leave them."""
    smallest = ((extent[2] - extent[0]) / _DETAIL) ** 2
    solid = []
    for part in shapely.get_parts(shapes):
        holes = [hole for hole in getattr(part, "interiors", ()) if Polygon(hole).area > smallest]
        solid.append(Polygon(part.exterior, holes) if hasattr(part, "exterior") else part)
    return np.array(solid, dtype=object)


def area_path(shapes: Any) -> Path | None:
    """Return the polygons among some geometries as one path; None where there are none."""
    areas = _parts(shapes, _POLYGON)
    return _path(shapely.get_rings(shapely.orient_polygons(areas)), close=True) if len(areas) else None


def line_path(shapes: Any) -> Path | None:
    """Return the lines among some geometries as one path; None where there are none."""
    lines = _parts(shapes, _LINE)
    return _path(lines, close=False) if len(lines) else None


def _parts(shapes: Any, kind: int) -> NDArray[Any]:
    simple: NDArray[Any] = shapely.get_parts(shapely.get_parts(np.asarray(shapes, dtype=object)))
    chosen: NDArray[Any] = simple[(shapely.get_type_id(simple) == kind) & ~shapely.is_empty(simple)]
    return chosen


def _path(lines: NDArray[Any], *, close: bool) -> Path:
    points, index = shapely.get_coordinates(lines, return_index=True)
    starts = np.flatnonzero(np.diff(index, prepend=-1))
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    codes[starts] = Path.MOVETO
    if close:
        codes[np.append(starts[1:], len(points)) - 1] = Path.CLOSEPOLY
    return Path(points, codes)


def paint_ground(ax: Axes, ground: Backdrop) -> None:
    """Set the extent of a map and paint the land outside the city."""
    west, south, east, north = ground.extent
    ax.set_xlim(west, east)
    ax.set_ylim(south, north)
    ax.set_aspect("equal", adjustable="box")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_facecolor(style.OUTSIDE)
    for spine in ax.spines.values():
        spine.set_color("#c9c9c4")
        spine.set_linewidth(0.6)


def paint_backdrop(ax: Axes, ground: Backdrop, *, size: float = 1.0) -> None:
    """Paint water, streets, heritage zones and the city's boundary above the values.

    Parameters
    ----------
    ax : Axes
        A map.
    ground : Backdrop
        What to paint.
    size : float
        Width of lines, 1 for a map as wide as a page.
    """
    if ground.water_areas is not None:
        _add(ax, ground.water_areas, 3, facecolor=style.WATER, edgecolor="none", alpha=0.92)
    if ground.water_lines is not None:
        _add(ax, ground.water_lines, 3, facecolor="none", edgecolor=style.WATER, linewidth=0.7 * size)
    if ground.streets is not None:
        _add(
            ax,
            ground.streets,
            4,
            facecolor="none",
            edgecolor=style.STREET_EDGE,
            linewidth=1.1 * size,
            alpha=0.55,
        )
        _add(ax, ground.streets, 5, facecolor="none", edgecolor=style.STREET, linewidth=0.5 * size)
    if ground.boundary is not None:
        _add(ax, ground.boundary, 7, facecolor="none", edgecolor=style.INK, linewidth=0.9 * size)


def paint_heritage(ax: Axes, ground: Backdrop, *, size: float = 1.0) -> None:
    """Paint the outlines of heritage zones, proxies broken."""
    for path, dashes in ((ground.zones, "solid"), (ground.proxies, (0, (4, 2)))):
        if path is not None:
            _add(ax, path, 6, facecolor="none", edgecolor=style.PAPER, linewidth=2.6 * size)
            _add(
                ax,
                path,
                6.5,
                facecolor="none",
                edgecolor=style.HERITAGE,
                linewidth=1.3 * size,
                linestyle=dashes,
            )


def paint_sights(ax: Axes, ground: Backdrop) -> None:
    """Paint the lines between viewpoints and what they look at, thin and broken."""
    if ground.sights is not None:
        look: dict[str, Any] = {
            "edgecolor": "#6a1b9a",
            "linewidth": 0.8,
            "linestyle": (0, (4, 3)),
            "alpha": 0.75,
        }
        _add(ax, ground.sights, 11, facecolor="none", **look)


def _add(ax: Axes, path: Path, order: float, **look: Any) -> None:
    ax.add_artist(PathPatch(path, zorder=order, **look))


def squares_path(bounds: NDArray[np.float64]) -> Path:
    """Return squares, given by their bounds, as one path."""
    west, south, east, north = bounds.T
    corners = np.stack(
        [
            np.stack(pair, axis=1)
            for pair in ((west, south), (east, south), (east, north), (west, north), (west, south))
        ],
        axis=1,
    )
    codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(bounds))
    return Path(corners.reshape(-1, 2), codes.astype(Path.code_type))


def scale_bar(
    ax: Axes, left: float, bottom: float, metres_per_inch: float, longest: float, words: Words
) -> None:
    """Draw a scale bar of a round length on an axes that is measured in inches."""
    metres = round_length(metres_per_inch * longest)
    width = metres / metres_per_inch
    for k, colour in enumerate((style.INK, style.PAPER)):
        ax.add_artist(
            Rectangle(
                (left + k * width / 2, bottom),
                width / 2,
                0.055,
                facecolor=colour,
                edgecolor=style.INK,
                linewidth=0.6,
            )
        )
    unit = "km" if metres >= KILOMETRE else "m"
    size = metres / KILOMETRE if unit == "km" else metres
    texts = ((0.0, "0"), (0.5, f"{size / 2:g}"), (1.0, f"{size:g}{NBSP}{words.unit(unit)}"))
    for share, text in texts:
        ax.text(left + share * width, bottom + 0.085, text, fontsize=7, ha="center", va="bottom")


def round_length(metres: float) -> float:
    """Return the longest of 1, 2, 5 times a power of ten that is not longer than this."""
    power = 10.0 ** np.floor(np.log10(max(metres, 1.0)))
    return float(max(step * power for step in (1, 2, 5) if step * power <= max(metres, 1.0)))


def north_arrow(ax: Axes, middle: float, bottom: float, words: Words) -> None:
    """Draw an arrow to grid north on an axes that is measured in inches."""
    left = [(middle, bottom + 0.3), (middle - 0.085, bottom), (middle, bottom + 0.07)]
    right = [(middle, bottom + 0.3), (middle + 0.085, bottom), (middle, bottom + 0.07)]
    ax.add_artist(PolygonPatch(left, facecolor=style.INK, edgecolor=style.INK, linewidth=0.6))
    ax.add_artist(PolygonPatch(right, facecolor=style.PAPER, edgecolor=style.INK, linewidth=0.6))
    ax.text(
        middle, bottom + 0.34, words.text("map.north"), fontsize=7.5, ha="center", va="bottom", weight="bold"
    )
