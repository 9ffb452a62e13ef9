"""How much of the built-up ground has a street on the map near it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained, membership
from urbanplan.methods.completeness import over_built_ground
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Built-up ground with a mapped street within 100 m",
    unit="share",
    supports=("cell", "zone", "city"),
    direction="higher",
    formula=r"\sum_c U_c \, s_c \Big/ \sum_c U_c",
    references=("barringtonleigh2017",),
    requires=("built_up",),
)
def streets(cells: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure which share of the built-up ground lies near a mapped street.

    Parameters
    ----------
    cells : GeoDataFrame
        The analysis grid with `built_up_m2` and `complete_streets`, which preparing the city measured.
    units : GeoDataFrame
        Cells, zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), n (cells judged), reason.

    Notes
    -----
    :math:`s_c` is the share of 5 x 5 points of a cell that lie within 100 m of a mapped street or path. Cells with less
    than 2 % built up are not judged. Where people live, a street leads: a low share is a gap of the map.
    """
    share = cells["complete_streets"].to_numpy(dtype="float64")
    value, judged = over_built_ground(share, cells, membership(cells, units))
    return (
        explained(units, value, (judged == 0, Reason.NOTHING_TO_MEASURE))
        .assign(n=judged)
        .astype({"n": np.float64})
    )
