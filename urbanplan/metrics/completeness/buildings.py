"""How much of the built-up ground has its buildings on the map."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained, membership
from urbanplan.methods.completeness import over_built_ground
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Built-up ground whose buildings are mapped",
    unit="share",
    supports=("cell", "zone", "city"),
    direction="higher",
    formula=r"\sum_c U_c \min(1, B_c / U_c) \Big/ \sum_c U_c",
    references=("herfort2023",),
    requires=("built_up",),
)
def buildings(cells: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure which share of the built-up ground has mapped buildings.

    Parameters
    ----------
    cells : GeoDataFrame
        The analysis grid with `built_up_m2` and `complete_buildings`, which preparing the city measured.
    units : GeoDataFrame
        Cells, zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), n (cells judged), reason.

    Notes
    -----
    Mapped footprints :math:`B_c` beside built-up ground :math:`U_c` of a raster, cell by cell, so that footprints in
    one cell never make up for gaps in another. Cells with less than 2 % built up are not judged. A raster that counts
    roads and yards as built up makes the share too small everywhere: compare places, not absolute numbers.
    """
    share = cells["complete_buildings"].to_numpy(dtype="float64")
    value, judged = over_built_ground(share, cells, membership(cells, units))
    return (
        explained(units, value, (judged == 0, Reason.NOTHING_TO_MEASURE))
        .assign(n=judged)
        .astype({"n": np.float64})
    )
