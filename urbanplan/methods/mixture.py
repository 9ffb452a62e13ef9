"""Which uses share the land of each unit, and for how much of it that is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.areas import areas_by_class
from urbanplan.methods.grid_areas import Floats
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.reason import Reason

MIXED: tuple[str, ...] = (
    "residential",
    "commercial",
    "industrial",
    "institutional",
    "religious",
    "open_space",
)
"""Uses of the scheme whose mixture is measured; their number is K. Fields, forests and roads are not mixed with."""


def measured_mixture(
    uses: GeoDataFrame, units: GeoDataFrame, measure: Callable[[Floats], Floats], *, min_area_m2: float
) -> pd.DataFrame:
    """Measure the mixture of the uses in `MIXED` in each unit.

    Parameters
    ----------
    uses : GeoDataFrame
        Polygons with `class`, which do not overlap.
    units : GeoDataFrame
        Cells, zones or the city.
    measure : callable
        Takes areas (units x uses) and gives one value per unit.
    min_area_m2 : float
        With less land than this in the uses that are mixed there is nothing to measure.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (share of the unit whose use is known, of any class), n (number of
        uses present), reason. Less than half known is unknown.
    """
    area = areas_by_class(uses, "class", MIXED, units)
    coverage = known_share(uses, units)
    empty = np.full(len(units), not uses["class"].isin(MIXED).any())
    little = area.sum(axis=1) < max(min_area_m2, np.finfo(float).tiny)
    table = explained(
        units,
        measure(area),
        (empty, Reason.NO_PLACES),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
        (little, Reason.NOTHING_TO_MEASURE),
    )
    return table.assign(coverage=coverage, n=(area > 0).sum(axis=1).astype(float))


def known_share(uses: GeoDataFrame, units: GeoDataFrame) -> Floats:
    """Return the share (0-1) of each unit's land whose use is known, of whatever class."""
    known = areas_by_class(uses, "class", LAND_USE_CLASSES, units).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Floats = np.clip(known / shapely.area(units.geometry.to_numpy()), 0.0, 1.0)
    return share
