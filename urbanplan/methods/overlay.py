"""Overlay of areas: one layer without overlaps, whatever overlapped in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from urbanplan.methods.areas import without_overlaps
from urbanplan.methods.conservation import check_conserved
from urbanplan.methods.grid_areas import Shapes
from urbanplan.model.layers import LAND_USE_CLASSES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_POLYGON = 2
"""Dimension of an area."""
_SLIVER_M2 = 1e-6
"""What rounding leaves of an area that was taken away whole."""


def planar(frame: GeoDataFrame, *, rank: NDArray[np.int64] | None = None) -> GeoDataFrame:
    """Give every place to one area only: the smaller area wins over the larger one that it lies in or overlaps.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in a projected CRS; other geometries and empty ones are left out, invalid ones are repaired.
    rank : ndarray of int64, shape (n,), optional
        What wins before size does: a lower number over a higher one.

    Returns
    -------
    GeoDataFrame
        The same columns, CRS and order; on the index given, less the areas of which nothing is left.

    Raises
    ------
    ConservationError
        If what was cut away and what is left do not add up to what there was.

    Notes
    -----
    Of areas of the same size the one that stands first wins. The union of all areas is not changed.
    """
    shapes = polygonal(np.asarray(frame.geometry.to_numpy(), dtype=object))
    size = shapely.area(shapes)
    first = np.zeros(len(shapes), dtype=np.int64) if rank is None else np.asarray(rank)
    place = np.empty(len(shapes), dtype=np.int64)
    place[np.lexsort((np.arange(len(shapes)), size, first))] = np.arange(len(shapes))
    larger, smaller = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    wins = place[smaller] < place[larger]
    larger, smaller = larger[wins], smaller[wins]
    # neighbours that only touch are the usual case and cost nothing to leave alone
    overlap = ~shapely.touches(shapes[larger], shapes[smaller])
    shapes = cut_away(shapes, larger[overlap], smaller[overlap], what="area of overlapping land")
    left = shapely.area(shapes) > _SLIVER_M2
    out = frame[left].copy()
    return out.set_geometry(
        type(frame.geometry)(shapes[left], index=out.index, crs=frame.crs, name=frame.geometry.name)
    )


def cut_away(
    shapes: Shapes,
    loser: NDArray[np.int64],
    winner: NDArray[np.int64],
    *,
    what: str,
    winners: Shapes | None = None,
) -> Shapes:
    """Cut from areas what others take of them.

    Parameters
    ----------
    shapes : ndarray of polygons, shape (n,)
        Valid.
    loser, winner : ndarray of int64, shape (k,)
        Positions: the area that loses ground, in rising order, and the one that takes it.
    what : str
        What is cut, for the message of the gate.
    winners : ndarray of polygons, optional
        Where `winner` counts; by default `shapes`.

    Returns
    -------
    ndarray of polygons, shape (n,)
        Empty where nothing is left.

    Raises
    ------
    ConservationError
        If what was cut away and what is left do not add up to what there was.
    """
    takers = shapes if winners is None else winners
    out = shapes.copy()
    rows, begin = np.unique(loser, return_index=True)
    taken = np.empty(len(rows), dtype=object)
    for number, part in enumerate(np.split(winner, begin[1:]) if len(rows) else ()):
        taken[number] = takers[part[0]] if len(part) == 1 else shapely.union_all(takers[part])
    out[rows] = polygonal(shapely.difference(shapes[rows], taken))
    given, left = shapely.area(shapes[rows]).sum(), shapely.area(out[rows]).sum()
    check_conserved(given, left + shapely.area(shapely.intersection(shapes[rows], taken)).sum(), what=what)
    return out


def observed_use(land_use: GeoDataFrame, buildings: GeoDataFrame) -> GeoDataFrame:
    """Lay the uses of buildings over those of the land: one layer of what is found, without overlaps.

    Parameters
    ----------
    land_use : GeoDataFrame
        Areas with `class` that do not overlap.
    buildings : GeoDataFrame
        Footprints with `use`; where that is not known, the land keeps the word.

    Returns
    -------
    GeoDataFrame
        Columns class, class_2, share, kind, source and basis ("building" or "land"); land comes first. What neither
        says anything of is in no area.

    Raises
    ------
    ConservationError
        If area was lost or made.

    Notes
    -----
    A building within land of its own class adds nothing, and is not cut out of it.
    """
    told = buildings[buildings["use"].isin(LAND_USE_CLASSES)]
    walls = without_overlaps(polygonal(np.asarray(told.geometry.to_numpy(), dtype=object)))
    ground: Shapes = np.asarray(land_use.geometry.to_numpy(), dtype=object)
    use, of = told["use"].to_numpy(dtype=object), land_use["class"].to_numpy(dtype=object)
    wall, land = shapely.STRtree(ground).query(walls, predicate="intersects")
    tree_wall, tree_land = shapely.STRtree(ground).query(walls, predicate="covered_by")
    alike = use[tree_wall] == of[tree_land]
    if "class_2" in land_use:
        alike &= land_use["class_2"].isna().to_numpy()[tree_land]
    idle = np.zeros(len(walls), dtype=bool)
    idle[tree_wall[alike]] = True
    idle |= shapely.area(walls) <= _SLIVER_M2
    kept = ~idle[wall]
    order = np.lexsort((wall[kept], land[kept]))
    left = cut_away(
        ground, land[kept][order], wall[kept][order], what="area of land under buildings", winners=walls
    )
    some = shapely.area(left) > _SLIVER_M2
    lower = land_use[some].set_geometry(left[some], crs=land_use.crs).assign(basis="land")
    upper = told[~idle].set_geometry(walls[~idle], crs=told.crs)
    upper = upper.assign(**{"class": upper["use"], "share": 1.0, "basis": "building"})
    upper["kind"] = "building=" + upper["use"].astype(str)
    if not upper.index.intersection(lower.index).empty:
        upper.index = "building " + upper.index.astype(str)
    frames = [frame for frame in (lower, upper) if len(frame)]
    if not frames:
        return lower
    return type(lower)(pd.concat(frames), geometry="geometry", crs=land_use.crs)


def polygonal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the areal part of each geometry, repaired where it is invalid; an empty polygon where there is none.

    Parameters
    ----------
    shapes : ndarray of object, shape (n,)
        Geometries of any kind; None counts as empty.

    Returns
    -------
    ndarray of object, shape (n,)
        Polygons and MultiPolygons.
    """
    out = np.array(shapes, dtype=object)
    out[shapely.is_missing(out)] = shapely.Polygon()
    invalid = np.flatnonzero(~shapely.is_valid(out))
    out[invalid] = shapely.make_valid(out[invalid])
    kind = shapely.get_type_id(out)
    mixed = np.flatnonzero(
        (kind != shapely.GeometryType.POLYGON) & (kind != shapely.GeometryType.MULTIPOLYGON)
    )
    for row in mixed:
        parts = shapely.get_parts(shapely.get_parts(out[row]))
        areas = parts[shapely.get_dimensions(parts) == _POLYGON]
        out[row] = shapely.Polygon() if not len(areas) else shapely.union_all(areas)
    return out
