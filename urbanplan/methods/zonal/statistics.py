"""Sums, means and areas of classes by zone: the raster is read once, strip by strip, whatever the number of zones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import ConservationError, InputError
from urbanplan.methods.class_book import MAX_CLASSES, ClassBook
from urbanplan.methods.engine.kernel import kernel
from urbanplan.methods.zonal.outlines import Floats, Frame, Ints, Outlines, cover, outlines_of

TOLERANCE = 1e-6
"""Share of a zone's area inside the raster that may at most be lost or made by adding up its cells."""


class Statistics(NamedTuple):
    """What a raster of numbers says of each zone; a cell on the border counts with its part.

    Attributes
    ----------
    area_m2 : ndarray of float64, shape (zones,)
        Area of the zone inside the raster.
    known_m2 : ndarray of float64, shape (zones,)
        Area of its cells that have a value.
    sum : ndarray of float64, shape (zones,)
        Sum of values by the share of each cell: for counts (people), which spread evenly over their cell.
    mean : ndarray of float64, shape (zones,)
        Mean of values by area; NaN where nothing is known.
    low, high : ndarray of float64, shape (zones,)
        Lowest and highest value of any cell that the zone touches; NaN where nothing is known.
    """

    area_m2: Floats
    known_m2: Floats
    sum: Floats
    mean: Floats
    low: Floats
    high: Floats


class ClassAreas(NamedTuple):
    """The area of each class in each zone.

    Attributes
    ----------
    classes : ndarray of int64, shape (m,)
        Classes met, ascending.
    area_m2 : ndarray of float64, shape (zones, m)
        Area of each class.
    total_m2 : ndarray of float64, shape (zones,)
        Area of the zone inside the raster, with or without a class.
    """

    classes: Ints
    area_m2: Floats
    total_m2: Floats


def statistics(
    zones: NDArray[np.object_], strips: Iterable[NDArray[Any]], frame: Frame, *, nodata: float | None = None
) -> Statistics:
    """Summarise a raster of numbers by zones.

    Parameters
    ----------
    zones : ndarray of valid polygons, shape (n,)
        In the raster's CRS; they may overlap, each is measured alone.
    strips : iterable of ndarray, shape (rows, columns)
        The raster from north to south in strips of any height.
    frame : Frame
        Where it lies.
    nodata : float, optional
        Number that stands for "unknown", besides NaN.

    Raises
    ------
    InputError
        If the strips do not make up the frame.
    ConservationError
        If the cells of a zone do not add up to its area.
    """
    shapes = outlines_of(zones, frame)
    sums = np.zeros((len(zones), 3))
    ends = np.empty((len(zones), 2))
    ends[:, 0], ends[:, 1] = np.inf, -np.inf
    for top, strip in _placed(strips, frame):
        values = np.asarray(strip, dtype=np.float64)
        if nodata is not None:
            values = np.where(values == nodata, np.nan, values)
        chosen, window = _zones_of(shapes, top, top + len(values))
        _add(values, top, chosen, window, *shapes[:5], sums, ends)
    cell = frame.cell_m**2
    _conserved(zones, frame, sums[:, 0] * cell)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(sums[:, 1] > 0, sums[:, 2] / sums[:, 1], np.nan)
    ends[~np.isfinite(ends)] = np.nan
    return Statistics(sums[:, 0] * cell, sums[:, 1] * cell, sums[:, 2], mean, ends[:, 0], ends[:, 1])


def class_areas(
    zones: NDArray[np.object_], strips: Iterable[NDArray[Any]], frame: Frame, *, nodata: int | None = None
) -> ClassAreas:
    """Measure the area of each class of a raster in each zone.

    Parameters
    ----------
    zones, strips, frame
        As in `statistics`; the strips hold whole numbers.
    nodata : int, optional
        Number of cells that belong to no class.

    Raises
    ------
    InputError
        If the strips do not make up the frame, or are not of classes.
    ConservationError
        If the cells of a zone do not add up to its area.
    """
    shapes, book = outlines_of(zones, frame), ClassBook(nodata)
    areas, total = np.zeros((len(zones), 8)), np.zeros(len(zones))
    for top, strip in _placed(strips, frame):
        codes = book.codes(np.asarray(strip))
        while len(book.numbers) > areas.shape[1]:
            areas = np.hstack([areas, np.zeros_like(areas)])[:, :MAX_CLASSES]
        chosen, window = _zones_of(shapes, top, top + len(codes))
        _tally(codes, top, chosen, window, *shapes[:5], areas, total)
    cell = frame.cell_m**2
    _conserved(zones, frame, total * cell)
    order = np.argsort(book.numbers)
    return ClassAreas(np.array(book.numbers, dtype=np.int64)[order], areas[:, order] * cell, total * cell)


def _placed(strips: Iterable[NDArray[Any]], frame: Frame) -> Iterable[tuple[int, NDArray[Any]]]:
    """Give each strip with its first row; together they must make up the frame."""
    top = 0
    for strip in strips:
        if strip.ndim != 2 or strip.shape[1] != frame.columns:  # noqa: PLR2004 - rows and columns
            raise InputError(f"a strip is {strip.shape}, but the raster is {frame.columns} cells wide")
        yield top, strip
        top += len(strip)
    if top != frame.rows:
        raise InputError(f"the strips have {top} rows together, but the raster has {frame.rows}")


def _zones_of(shapes: Outlines, top: int, bottom: int) -> tuple[Ints, Ints]:
    """Return the zones that meet rows of the raster, and the window of each: first and beyond, row and column."""
    chosen = np.flatnonzero(
        (shapes.low[:, 0] < bottom) & (shapes.high[:, 0] > top) & (shapes.high[:, 1] > shapes.low[:, 1])
    )
    low, high = shapes.low[chosen], shapes.high[chosen]
    window = np.column_stack(
        [np.maximum(low[:, 0], top), np.minimum(high[:, 0], bottom), low[:, 1], high[:, 1]]
    )
    return chosen, window


def _conserved(zones: NDArray[np.object_], frame: Frame, found: Floats) -> None:
    """Stop if the cells of a zone do not add up to the area that it has inside the raster."""
    import shapely  # noqa: PLC0415 - beside the kernels only this check needs geometry

    box = shapely.box(
        frame.west,
        frame.north - frame.rows * frame.cell_m,
        frame.west + frame.columns * frame.cell_m,
        frame.north,
    )
    shapely.prepare(box)
    inside = shapely.covers(box, zones)
    area = np.nan_to_num(shapely.area(zones))
    part = ~inside & shapely.intersects(box, zones)
    area[part] = shapely.area(shapely.intersection(zones[part], box))
    area[~inside & ~part] = 0.0
    lost = np.abs(found - area) > TOLERANCE * np.maximum(area, frame.cell_m**2)
    if lost.any():
        worst = int(np.argmax(np.abs(found - area)))
        raise ConservationError(
            f"zone {worst}: {area[worst]:,.2f} m2 became {found[worst]:,.2f} m2 of cells; its outline may cross itself:"
            " repair it first"
        )


@kernel
def _add(
    values: Floats,
    top: int,
    chosen: Ints,
    window: Ints,
    begin: Ints,
    x0: Floats,
    y0: Floats,
    x1: Floats,
    y1: Floats,
    sums: Floats,
    ends: Floats,
) -> None:
    """Add the cells of a strip to the sums of the zones that meet it."""
    for k in range(len(chosen)):
        zone = chosen[k]
        first, beyond, left, right = window[k, 0], window[k, 1], window[k, 2], window[k, 3]
        own = np.zeros((beyond - first, right - left))
        rise = np.zeros((beyond - first, right - left))
        cover(x0, y0, x1, y1, begin[zone], begin[zone + 1], first, left, own, rise)
        for row in range(beyond - first):
            before = 0.0
            for col in range(right - left):
                share = abs(before + own[row, col])
                before += rise[row, col]
                if share < 1e-12:  # noqa: PLR2004 - nothing, to rounding
                    continue
                sums[zone, 0] += share
                value = values[first - top + row, left + col]
                if np.isfinite(value):
                    sums[zone, 1] += share
                    sums[zone, 2] += share * value
                    ends[zone, 0] = min(ends[zone, 0], value)
                    ends[zone, 1] = max(ends[zone, 1], value)


@kernel
def _tally(
    codes: NDArray[np.int16],
    top: int,
    chosen: Ints,
    window: Ints,
    begin: Ints,
    x0: Floats,
    y0: Floats,
    x1: Floats,
    y1: Floats,
    areas: Floats,
    total: Floats,
) -> None:
    """Add the cells of a strip to the areas of classes in the zones that meet it."""
    for k in range(len(chosen)):
        zone = chosen[k]
        first, beyond, left, right = window[k, 0], window[k, 1], window[k, 2], window[k, 3]
        own = np.zeros((beyond - first, right - left))
        rise = np.zeros((beyond - first, right - left))
        cover(x0, y0, x1, y1, begin[zone], begin[zone + 1], first, left, own, rise)
        for row in range(beyond - first):
            before = 0.0
            for col in range(right - left):
                share = abs(before + own[row, col])
                before += rise[row, col]
                code = codes[first - top + row, left + col]
                total[zone] += share
                if code >= 0:
                    areas[zone, code] += share
