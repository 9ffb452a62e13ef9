"""The ground that a building's bulk is held against: its plot, or where no plot is given a stated substitute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.areas import without_overlaps
from urbanplan.methods.compliance.streets import PUBLIC, street_widths
from urbanplan.methods.once import Last, digest_of
from urbanplan.methods.tessellation import tessellation

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLOT, SUBSTITUTE = "plot", "nearest_ground"
"""What a ground is: a plot of the land office, or the ground nearer to a building than to any other."""
REACH_M = 20.0
"""How far the substitute goes from the building at most."""
GROUND_SD_SHARE = 0.3
"""How far the substitute may be from the plot that nobody gave, as a share of its area (one standard deviation)."""
OUTLINE_SD_M = 0.5
"""How far a wall may be drawn from where it stands: a map from the air shows roofs, not walls."""
_SEGMENT_M = 2.0
_HALF = 0.5
_SLIVER_M2 = 1.0


@dataclass(frozen=True, eq=False)
class Grounds:
    """Grounds with buildings on them, and the piece of each building on each ground.

    Attributes
    ----------
    frame : GeoDataFrame
        One row per ground with `kind` (`PLOT` or `SUBSTITUTE`); the index is the plot's id, or that of the building.
    area_m2, area_sd_m2 : ndarray of float64, shape (grounds,)
        Area and its standard deviation; plots are taken as exact.
    ground, building : ndarray of int64, shape (k,)
        Positions of a ground and of a building of which a piece stands on it.
    piece_m2, piece_sd_m2 : ndarray of float64, shape (k,)
        Area of the piece and its standard deviation; ground under two footprints counts once.
    """

    frame: GeoDataFrame
    area_m2: Floats
    area_sd_m2: Floats
    ground: Ints
    building: Ints
    piece_m2: Floats
    piece_sd_m2: Floats


_LAST: Last[Grounds] = Last()
"""Metrics and lists of one city ask for the same grounds one after the other."""


def grounds_of(
    buildings: GeoDataFrame,
    plots: GeoDataFrame | None,
    streets: GeoDataFrame | None,
    *,
    within: BaseGeometry,
    reach_m: float = REACH_M,
    ground_sd_share: float = GROUND_SD_SHARE,
    outline_sd_m: float = OUTLINE_SD_M,
) -> Grounds:
    r"""Find the grounds of the buildings in an area.

    Parameters
    ----------
    buildings : GeoDataFrame
        Layer `buildings`, all of the city: a neighbour outside the area bounds the ground of one inside.
    plots : GeoDataFrame or None
        Layer `plots`. A building of which less than half stands on any plot has a substitute.
    streets : GeoDataFrame or None
        Lines with `highway` and `lanes`; a substitute ends at the edge of a public street.
    within : Polygon or MultiPolygon
        Grounds that touch it are found.
    reach_m, ground_sd_share, outline_sd_m : float
        See `REACH_M`, `GROUND_SD_SHARE`, `OUTLINE_SD_M`.

    Notes
    -----
    A footprint whose walls are drawn with the error s, and whose outline is p long, has an area with the standard deviation
    s p: eaves stand out on all sides alike, so that the errors of the four walls go together. A piece has its share of it.
    """
    settings = (within.wkb, reach_m, ground_sd_share, outline_sd_m)
    return _LAST.of(
        digest_of(settings, [buildings, plots, streets]),
        lambda: _found(buildings, plots, streets, within, reach_m, ground_sd_share, outline_sd_m),
    )


def _found(
    buildings: GeoDataFrame,
    plots: GeoDataFrame | None,
    streets: GeoDataFrame | None,
    within: BaseGeometry,
    reach_m: float,
    ground_sd_share: float,
    outline_sd_m: float,
) -> Grounds:
    near = _near(buildings, within, 2 * reach_m)
    order = np.lexsort((buildings.index.astype(str).to_numpy()[near], -_rank(buildings)[near]))
    near = near[
        order
    ]  # of ground under two footprints the higher building has it, whatever the order of the rows
    alone = without_overlaps(np.asarray(buildings.geometry.to_numpy(), dtype=object)[near])
    whole = shapely.area(alone)
    chosen = plots.iloc[np.sort(_near(plots, within, 0.0))] if plots is not None else None
    on_plot = np.zeros(len(near))
    parts = []
    if chosen is not None and len(chosen):
        ground, piece, area = _pieces(chosen.geometry.to_numpy(), alone)
        on_plot = np.bincount(piece, weights=area, minlength=len(near)) / np.maximum(whole, _SLIVER_M2)
        parts.append((_labelled(chosen, PLOT), ground, piece, area))
    lonely = np.flatnonzero((on_plot < _HALF) & (whole >= _SLIVER_M2))
    lonely = lonely[shapely.intersects(within, alone[lonely])]
    if len(lonely):
        own = _substitutes(buildings.iloc[near], chosen, streets, lonely, alone, reach_m)
        parts.append((own, np.arange(len(lonely)), lonely, whole[lonely]))
    return _joined(parts, buildings, near, outline_sd_m, ground_sd_share)


def _near(frame: GeoDataFrame, within: BaseGeometry, reach_m: float) -> Ints:
    """Return the rows within some distance of an area."""
    found = shapely.STRtree(np.asarray(frame.geometry.array)).query(
        within, predicate="dwithin", distance=reach_m
    )
    return np.sort(found).astype(np.int64)


def _rank(buildings: GeoDataFrame) -> Floats:
    """Return what decides which of two buildings has the ground under both: its storeys, else its height."""
    storeys = buildings["levels"].to_numpy(dtype=np.float64)
    metres = buildings["highest_point_m"].to_numpy(dtype=np.float64)
    return np.asarray(np.nan_to_num(np.where(np.isfinite(storeys), storeys, metres / 3.0)))


def _pieces(grounds: NDArray[np.object_], shapes: NDArray[np.object_]) -> tuple[Ints, Ints, Floats]:
    """Return which shapes stand on which grounds, and with how much; what only touches a ground does not stand on it."""
    ground, shape = shapely.STRtree(shapes).query(grounds, predicate="intersects")
    area = shapely.area(shapely.intersection(grounds[ground], shapes[shape]))
    real = area > np.minimum(_SLIVER_M2, _HALF * shapely.area(shapes[shape]))
    return ground[real], shape[real], area[real]


def _labelled(frame: GeoDataFrame, kind: str) -> GeoDataFrame:
    return GeoDataFrame({"kind": kind}, index=frame.index, geometry=frame.geometry.to_numpy(), crs=frame.crs)


def _substitutes(
    near: GeoDataFrame,
    plots: GeoDataFrame | None,
    streets: GeoDataFrame | None,
    lonely: Ints,
    alone: NDArray[np.object_],
    reach_m: float,
) -> GeoDataFrame:
    """Return for buildings without a plot the ground nearer to each than to others, without plots and public streets."""
    cells = tessellation(near, reach_m=reach_m, segment_m=_SEGMENT_M).to_numpy()[lonely]
    own = alone[lonely]
    found = np.where(shapely.is_missing(cells), own, cells)
    taken = [plots.geometry.to_numpy()] if plots is not None and len(plots) else []
    if streets is not None:
        taken.append(_surfaces(streets, found))
    for others in taken:
        cell, other = shapely.STRtree(others).query(found, predicate="intersects")
        order = np.lexsort((other, cell))
        which, begin = np.unique(cell[order], return_index=True)
        for at, own_others in zip(which, np.split(other[order], begin)[1:], strict=True):
            found[at] = shapely.difference(found[at], shapely.union_all(others[own_others]))
    # the footprint itself always belongs to it: a street that is drawn too wide must not take it away
    found = shapely.union(found, own)
    return _labelled(near.iloc[lonely].set_geometry(found), SUBSTITUTE)


def _surfaces(streets: GeoDataFrame, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the surfaces of the public streets beside shapes."""
    public = streets[streets["highway"].astype(str).str.removesuffix("_link").isin(PUBLIC)]
    rows = np.unique(
        shapely.STRtree(public.geometry.to_numpy()).query(shapes, predicate="dwithin", distance=30.0)[1]
    )
    width, _ = street_widths(public.iloc[rows])
    return np.asarray(shapely.buffer(public.geometry.to_numpy()[rows], width / 2, cap_style="flat"))


def _joined(
    parts: list[tuple[GeoDataFrame, Ints, Ints, Floats]],
    buildings: GeoDataFrame,
    near: Ints,
    outline_sd_m: float,
    ground_sd_share: float,
) -> Grounds:
    """Put plots and substitutes together, and keep those on which something stands."""
    nothing = GeoDataFrame({"kind": []}, geometry=[], crs=buildings.crs)
    frame = GeoDataFrame(pd.concat([part[0] for part in parts]), crs=buildings.crs) if parts else nothing
    starts = np.cumsum([0, *(len(part[0]) for part in parts)])
    empty = [np.empty(0, dtype=np.int64)]
    ground = np.concatenate([part[1] + start for part, start in zip(parts, starts, strict=False)] or empty)
    piece = np.concatenate([part[2] for part in parts] or empty)
    area = np.concatenate([part[3] for part in parts] or [np.empty(0)])
    built = np.unique(ground)
    row = near[piece]
    shapes = buildings.geometry.to_numpy()
    share = area / np.maximum(shapely.area(shapes)[row], _SLIVER_M2)
    kept = frame.iloc[built]
    size = shapely.area(kept.geometry.to_numpy())
    return Grounds(
        frame=kept,
        area_m2=size,
        area_sd_m2=np.where(kept["kind"].to_numpy() == PLOT, 0.0, ground_sd_share * size),
        ground=np.searchsorted(built, ground),
        building=row,
        piece_m2=area,
        piece_sd_m2=outline_sd_m * shapely.length(shapes)[row] * np.minimum(share, 1.0),
    )
