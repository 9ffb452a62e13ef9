"""A value of built bulk as a metric returns it: with what one storey more or less would make of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.floors import Bulk
from urbanplan.methods.grid_areas import Floats
from urbanplan.model.reason import Reason

_ROUNDING = 1e-9


def bulk_table(
    buildings: GeoDataFrame, units: GeoDataFrame, bulk: Bulk, value: Floats, one: Floats, other: Floats
) -> pd.DataFrame:
    """Put a value with its bounds and reasons together.

    Parameters
    ----------
    buildings, units : GeoDataFrame
        What was measured.
    bulk : Bulk
        Of the units.
    value, one, other : ndarray of float64, shape (units,)
        The value, and what it is with a storey less and a storey more; in either order.

    Returns
    -------
    DataFrame
        On the index of the units: value, low, high, coverage (share of the footprints whose storeys have a number; 1
        where no building stands), n (buildings), reason. Storeys of less than half of the footprints is unknown.
    """
    coverage = np.where(bulk.footprint_m2 > 0, bulk.known_share, 1.0)
    table = explained(
        units,
        value,
        (np.full(len(units), buildings.empty), Reason.NO_PLACES),
        (coverage < MIN_COVERAGE - _ROUNDING, Reason.NO_HEIGHT),
    )
    given = table["value"].notna().to_numpy()
    low, high = np.fmin(one, other), np.fmax(one, other)
    return table.assign(
        coverage=coverage,
        n=bulk.buildings,
        low=np.where(given, np.fmin(low, value), np.nan),
        high=np.where(given, np.fmax(high, value), np.nan),
    )
