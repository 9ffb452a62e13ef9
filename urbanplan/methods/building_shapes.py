"""Shapes of buildings, measured by momepy."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.grid_areas import Floats
from urbanplan.model.reason import Reason

Shape = Literal[
    "circular_compactness", "elongation", "equivalent_rectangular_index", "squareness", "shared_walls"
]
"""Names of momepy's functions that take footprints and return one value for each."""


def shape_values(buildings: GeoDataFrame, shape: Shape) -> Floats:
    """Return momepy's measure of each footprint; NaN for one without area.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints.
    shape : str
        Which measure.

    Returns
    -------
    ndarray of float64, shape (buildings,)
        In the unit of the measure.
    """
    import momepy  # noqa: PLC0415 - seconds to import

    drawn = shapely.area(buildings.geometry.to_numpy()) > 0
    value = np.full(len(buildings), np.nan)
    if drawn.any():
        footprints = buildings.geometry[drawn].reset_index(drop=True)
        value[drawn] = getattr(momepy, shape)(footprints).to_numpy()
    return value


def shape_table(units: GeoDataFrame, shape: Shape) -> pd.DataFrame:
    """Return momepy's measure of each building as a metric does; a footprint without area has nothing to measure."""
    value = shape_values(units, shape)
    reason = np.where(np.isfinite(value), "", Reason.NOTHING_TO_MEASURE.value)
    return pd.DataFrame({"value": value, "reason": reason}, index=units.index)
