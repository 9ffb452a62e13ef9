"""Aggregation of land cover."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Aggregation of land cover",
    unit="share",
    supports=("zone", "city"),
    formula=r"AI = \sum_i P_i \frac{g_{ii}}{\max g_{ii}}",
    references=("he2000", "mcgarigal2023"),
    standard=False,
)
def aggregation(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Measure how much cells of a class lie together: one is a single compact patch of each.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the last date is used.
    units : GeoDataFrame
        Zones or the city; a cell belongs to the unit that its centre lies in.
    neighbours : int
        8: cells that touch at a corner make one patch; 4: only those that share a side.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (share of the unit whose cover is known), n (patches), reason.
        Less than half is unknown.

    Notes
    -----
    AI of FRAGSTATS 4. Weighted by the area of each class; sides that like cells share count once.
    """
    return measure_by_unit(land_cover.latest, units, "AI", scale=0.01, neighbours=neighbours)
