"""How apart housing and work lie."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.allotment import units_of_points
from urbanplan.methods.areas import areas_by_class
from urbanplan.methods.segregation import dissimilarity
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

WORK = ("commercial", "industrial", "institutional")


@metric(
    name="Dissimilarity of housing and work",
    unit="share",
    direction="lower",
    supports=("zone", "city"),
    formula=r"D = \frac{1}{2} \sum_i \left|\frac{x_i}{X} - \frac{y_i}{Y}\right|",
    references=("duncan1955",),
    standard=False,
)
def home_work_dissimilarity(land_use: GeoDataFrame, cells: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure which share of the housing land would have to move to lie spread over the cells as work does.

    Parameters
    ----------
    land_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    cells : GeoDataFrame
        The analysis grid with `known`; a cell belongs to the unit that its middle lies in.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (0: spread alike, 1: never in one cell), coverage (share of the unit's cells whose
        land use is mapped by half or more), n (cells with either), reason.

    Notes
    -----
    Work is land of commerce, industry and institutions. It grows as cells shrink: compare only grids of one size.
    """
    home = areas_by_class(land_use, "class", ("residential",), cells)[:, 0]
    work = areas_by_class(land_use, "class", WORK, cells).sum(axis=1)
    mapped = areas_by_class(land_use, "class", LAND_USE_CLASSES, cells).sum(axis=1)
    known = cells["known"].to_numpy(dtype=bool) if "known" in cells else np.ones(len(cells), dtype=bool)
    told = known & (mapped >= MIN_COVERAGE * shapely.area(cells.geometry.to_numpy()))
    at = units_of_points(shapely.centroid(cells.geometry.to_numpy()), units)
    value, coverage, n = np.full(len(units), np.nan), np.zeros(len(units)), np.zeros(len(units))
    for unit in range(len(units)):
        mine = at == unit
        coverage[unit] = told[mine].mean() if mine.any() else 0.0
        some = mine & known & (home + work > 0)
        value[unit], n[unit] = dissimilarity(home[some], work[some]), some.sum()
    table = explained(
        units,
        np.minimum(value, 1.0),
        (np.full(len(units), land_use.empty), Reason.NO_PLACES),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
    )
    return table.assign(coverage=coverage, n=n)
