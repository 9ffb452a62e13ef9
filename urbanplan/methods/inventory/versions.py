"""How two versions of a zone differ: what was kept, gained and lost, and what is only the width of a drawn line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Difference:
    """Two versions of a zone laid over each other.

    Attributes
    ----------
    kept, gained, lost, sliver : Polygon or MultiPolygon
        In both; only in the later; only in the earlier; and strips of either that are no wider than the lines are sure.
    iou : float
        Area in both over area in either (0-1), slivers counted as they were drawn; NaN where both are empty.
    """

    kept: BaseGeometry
    gained: BaseGeometry
    lost: BaseGeometry
    sliver: BaseGeometry
    iou: float


def compare(before: BaseGeometry, after: BaseGeometry, *, uncertainty_m: float = 0.0) -> Difference:
    """Lay two versions of a zone over each other.

    Parameters
    ----------
    before, after : Polygon or MultiPolygon
        In metres; invalid outlines are repaired.
    uncertainty_m : float
        How far a boundary line may lie from where it is meant to be.

    Notes
    -----
    A part of the difference is a sliver where its area is less than the uncertainty times its perimeter: a strip along a line
    that was drawn twice, less than twice as wide as the line is sure.
    """
    before, after = shapely.make_valid(before), shapely.make_valid(after)
    kept = _areal(shapely.intersection(before, after))
    union = shapely.area(before) + shapely.area(after) - shapely.area(kept)
    gained, thin_gain = _without_slivers(shapely.difference(after, before), uncertainty_m)
    lost, thin_loss = _without_slivers(shapely.difference(before, after), uncertainty_m)
    iou = float(shapely.area(kept) / union) if union > 0 else float("nan")
    return Difference(kept, gained, lost, shapely.union_all([thin_gain, thin_loss]), iou)


def _areal(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - dimensions of an area


def _without_slivers(shape: BaseGeometry, uncertainty_m: float) -> tuple[BaseGeometry, BaseGeometry]:
    parts = shapely.get_parts(_areal(shape))
    thin = np.asarray(shapely.area(parts) < uncertainty_m * shapely.length(parts))
    return shapely.union_all(parts[~thin]), shapely.union_all(parts[thin])
