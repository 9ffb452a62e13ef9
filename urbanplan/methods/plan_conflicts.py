"""Pieces of land whose use a plan's rules do not permit, with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.areas import class_shares
from urbanplan.methods.conformance import within_quota
from urbanplan.methods.grid_areas import Floats, Ints, Shapes
from urbanplan.methods.permissions import Permissions
from urbanplan.methods.plan_table import uses_within
from urbanplan.model.layers import LAND_USE_CLASSES

BUILDING_QUALITY, LAND_QUALITY = 0.8, 0.6
"""How far a use is believed: that of a building's own tag, and that of the area around."""
HIGH, MEDIUM = 0.6, 0.4
"""Confidence from which on it is called high, or medium."""

_WHOLE = 1e-6


@dataclass(frozen=True)
class Pieces:
    """Pieces of observed use, each in one area of a plan.

    Attributes
    ----------
    use, area : ndarray of int64, shape (k,)
        Positions of the observed use and of the plan's area.
    kind : ndarray of int64, shape (k,)
        Class of the use; a piece of two classes stands twice.
    shapes : ndarray of polygons, shape (k,)
        The pieces.
    area_m2 : ndarray of float64, shape (k,)
        Land in this class.
    cut : ndarray of bool, shape (k,)
        Whether the plan's border cut the piece from a larger one.
    """

    use: Ints
    area: Ints
    kind: Ints
    shapes: Shapes
    area_m2: Floats
    cut: np.ndarray


def use_pieces(observed_use: GeoDataFrame, areas: GeoDataFrame) -> Pieces:
    """Cut uses as found at the borders of a plan's areas; what lies in no area is left out."""
    shapes: Shapes = np.asarray(observed_use.geometry.to_numpy(), dtype=object)
    ground: Shapes = np.asarray(areas.geometry.to_numpy(), dtype=object)
    area, use = shapely.STRtree(shapes).query(ground, predicate="intersects")
    inner_area, inner = shapely.STRtree(shapes).query(ground, predicate="covers")
    width = max(len(shapes), 1)
    whole = np.isin(area * width + use, inner_area * width + inner)
    pieces = shapes[use].copy()
    pieces[~whole] = shapely.intersection(shapes[use[~whole]], ground[area[~whole]])
    size = shapely.area(pieces)
    kept = np.flatnonzero(size > _WHOLE)
    use, area, pieces, size, whole = use[kept], area[kept], pieces[kept], size[kept], whole[kept]
    first, share, second = class_shares(observed_use, "class", LAND_USE_CLASSES)
    rows, kinds, parts = [], [], []
    for kind, part in ((first, share), (second, 1.0 - share)):
        there = np.flatnonzero(kind[use] >= 0)
        rows.append(there)
        kinds.append(kind[use[there]])
        parts.append(part[use[there]] * size[there])
    row = np.concatenate(rows)
    return Pieces(
        use[row].astype(np.int64),
        area[row].astype(np.int64),
        np.concatenate(kinds),
        pieces[row],
        np.concatenate(parts),
        ~whole[row],
    )


def over_quota(
    observed_use: GeoDataFrame, areas: GeoDataFrame, rules: Permissions
) -> tuple[Floats, Floats, Floats]:
    """Return for each area of a plan the land under its quota, all land whose use is known, and the share covered.

    Returns
    -------
    tuple of ndarray of float64, shape (areas,)
        Square metres, square metres, and the share (0-1) of the first that the quota covers, NaN without a quota.
    """
    uses = uses_within(observed_use, areas)
    other = np.where(rules.quota, uses, 0.0).sum(axis=1)
    return (
        other,
        uses.sum(axis=1),
        within_quota(other, shapely.area(areas.geometry.to_numpy()), rules.quota_share),
    )


def believed(pieces: Pieces, observed_use: GeoDataFrame, areas: GeoDataFrame, *, error_m: float) -> Floats:
    """Return how far each piece is believed to lie there and to be used so, from 0 to 1.

    Parameters
    ----------
    pieces : Pieces
        Some pieces.
    observed_use, areas : GeoDataFrame
        As `use_pieces` took them.
    error_m : float
        Error of the plan's borders and of the map, one standard deviation.

    Returns
    -------
    ndarray of float64, shape (k,)
        Quality of the source (a building's own use more than that of the land; half of it where a code names two uses)
        times the share of the piece that lies farther than the error from the border of its area. An order, no
        probability.
    """
    basis = observed_use["basis"].to_numpy(dtype=object)[pieces.use]
    quality = np.where(basis == "building", BUILDING_QUALITY, LAND_QUALITY)
    size = shapely.area(pieces.shapes)
    quality = np.where(pieces.area_m2 < size * (1 - 1e-9), quality / 2, quality)
    ground: Shapes = np.asarray(areas.geometry.to_numpy(), dtype=object)
    used = np.unique(pieces.area)
    core = np.full(len(ground), shapely.Polygon(), dtype=object)
    core[used] = shapely.buffer(ground[used], -error_m)
    shapely.prepare(core[used])
    deep = shapely.covers(core[pieces.area], pieces.shapes)
    share = np.ones(len(size))
    rest = np.flatnonzero(~deep)
    share[rest] = (
        shapely.area(shapely.intersection(pieces.shapes[rest], core[pieces.area[rest]])) / size[rest]
    )
    return quality * np.clip(share, 0.0, 1.0)


def is_sliver(pieces: Pieces, *, min_area_m2: float, error_m: float) -> np.ndarray:
    """Tell which pieces are too small, or were cut off narrower than twice the error of the borders."""
    small = pieces.area_m2 < min_area_m2
    narrow = np.zeros(len(small), dtype=bool)
    at = np.flatnonzero(pieces.cut & ~small)
    narrow[at] = shapely.is_empty(shapely.buffer(pieces.shapes[at], -error_m))
    return small | narrow


def level(confidence: Floats) -> np.ndarray:
    """Return the word for each confidence: high, medium or low."""
    return np.where(confidence >= HIGH, "high", np.where(confidence >= MEDIUM, "medium", "low")).astype(
        object
    )
