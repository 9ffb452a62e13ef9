"""The pattern of land cover within the outlines of places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.landscape.measures import Pattern, pattern
from urbanplan.methods.zonal import class_areas
from urbanplan.methods.zonal.outlines import Frame, Outlines, centres_inside, outlines_of
from urbanplan.model.land_cover import CoverRaster, Window
from urbanplan.model.reason import Reason

_FILL = -2_000_000_000
"""Stands for "outside" where a raster names no number for it."""


def frame_of(raster: CoverRaster) -> Frame:
    """Return where a raster lies."""
    return Frame(raster.west, raster.north, raster.cell_m, *raster.shape)


@dataclass(frozen=True, eq=False)
class Part:
    """The cells of a raster whose centre lies in an outline; can be swept again and again.

    Attributes
    ----------
    raster : CoverRaster
        The whole raster.
    window : tuple of int
        What is looked at.
    shapes : Outlines
        The outlines of all places.
    zone : int
        Which of them.
    """

    raster: CoverRaster
    window: Window
    shapes: Outlines
    zone: int

    @property
    def nodata(self) -> int:
        """Number of cells that belong to no class, or lie outside."""
        return _FILL if self.raster.nodata is None else self.raster.nodata

    def __iter__(self) -> Iterator[NDArray[np.integer[Any]]]:
        """Give the cells from north to south in strips."""
        top, _, left, right = self.window
        for strip in self.raster.strips(self.window):
            inside = centres_inside(self.shapes, self.zone, (top, top + len(strip), left, right))
            wide = strip if self.raster.nodata is not None else strip.astype(np.int32)
            yield np.where(inside, wide, wide.dtype.type(self.nodata))
            top += len(strip)


def parts_of(raster: CoverRaster, units: GeoDataFrame) -> list[Part]:
    """Return the part of a raster that lies in each unit."""
    geometry: NDArray[np.object_] = np.asarray(units.geometry.to_numpy(), dtype=object)
    shapes = outlines_of(geometry, frame_of(raster))
    windows = np.column_stack([shapes.low, shapes.high])[:, [0, 2, 1, 3]]
    return [
        Part(raster, (int(a), int(b), int(c), int(d)), shapes, zone)
        for zone, (a, b, c, d) in enumerate(windows)
    ]


def patterns(
    raster: CoverRaster, units: GeoDataFrame, *, neighbours: int = 8, distances: bool = False
) -> list[Pattern]:
    """Measure the pattern of land cover in each unit; see `pattern`.

    Parameters
    ----------
    raster : CoverRaster
        Land cover at one date.
    units : GeoDataFrame
        Polygons in the raster's CRS; a cell belongs to the unit that its centre lies in.
    neighbours : int
        8 or 4 neighbours join a patch.
    distances : bool
        Whether to measure distances between patches too.
    """
    return [
        pattern(part, cell_m=raster.cell_m, nodata=part.nodata, neighbours=neighbours, distances=distances)
        for part in parts_of(raster, units)
    ]


def measure_by_unit(
    raster: CoverRaster, units: GeoDataFrame, measure: str, *, scale: float = 1.0, neighbours: int = 8
) -> pd.DataFrame:
    """Return one measure of the pattern of land cover in each unit.

    Parameters
    ----------
    raster, units, neighbours
        As in `patterns`.
    measure : str
        Its name in FRAGSTATS, e.g. "ED".
    scale : float
        What to multiply it by, to give it a unit of ours.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (share of the unit whose cover is known), n (patches), reason.
    """
    found = patterns(raster, units, neighbours=neighbours, distances=measure == "ENN_MN")
    value = np.array([one.landscape[measure] * scale for one in found], dtype=np.float64)
    known = np.array([one.landscape["TA"] * HECTARE_M2 for one in found], dtype=np.float64)
    coverage = covered_share(known, units)
    table = explained(units, value, (coverage < MIN_COVERAGE, Reason.NOT_MAPPED))
    return table.assign(coverage=coverage, n=[one.landscape["NP"] for one in found])


def covered_share(known_m2: NDArray[np.float64], units: GeoDataFrame) -> NDArray[np.float64]:
    """Return which share of each unit a known area makes up; at most all of it, nothing of an empty unit."""
    whole = shapely.area(units.geometry.to_numpy())
    share: NDArray[np.float64] = np.divide(known_m2, whole, out=np.zeros(len(whole)), where=whole > 0)
    np.minimum(share, 1.0, out=share)
    return share


def cover_areas(
    raster: CoverRaster, units: GeoDataFrame, classes: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure how much of each unit is covered by some classes; cells on its border count with their part.

    Parameters
    ----------
    raster : CoverRaster
        Land cover at one date.
    units : GeoDataFrame
        Polygons in the raster's CRS.
    classes : tuple of int
        Numbers of the classes.

    Returns
    -------
    covered_m2, known_m2 : ndarray of float64, shape (units,)
        Area of these classes, and of all classes.
    """
    shapes: NDArray[np.object_] = np.asarray(units.geometry.to_numpy(), dtype=object)
    found = class_areas(shapes, raster, frame_of(raster), nodata=raster.nodata)
    chosen = np.isin(found.classes, classes)
    return found.area_m2[:, chosen].sum(axis=1), found.area_m2.sum(axis=1)


def cover_share(raster: CoverRaster, units: GeoDataFrame, classes: tuple[int, ...]) -> pd.DataFrame:
    """Return the share of each unit's land that some classes cover, of the land whose cover is known.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage (share of the unit whose cover is known), low and high (if none,
        or all, of the rest were covered so), reason.
    """
    covered, known = cover_areas(raster, units, classes)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(known > 0, np.minimum(covered / known, 1.0), np.nan)
    coverage = covered_share(known, units)
    table = explained(units, value, (coverage < MIN_COVERAGE, Reason.NOT_MAPPED))
    told = table["value"].notna().to_numpy()
    low = np.where(told, table["value"] * coverage, np.nan)
    return table.assign(coverage=coverage, low=low, high=np.where(told, low + 1 - coverage, np.nan))
