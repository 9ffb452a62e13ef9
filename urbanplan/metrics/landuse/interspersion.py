"""Interspersion of land cover."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Interspersion of land cover",
    unit="share",
    supports=("zone", "city"),
    formula=r"IJI = \frac{-\sum_{i<k} p_{ik} \ln p_{ik}}{\ln (m (m - 1) / 2)},\quad p_{ik} = e_{ik} / E",
    references=("mcgarigal2023",),
    standard=False,
)
def interspersion(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Measure how evenly each class borders on all others.

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
    IJI of FRAGSTATS 4. Unknown with fewer than three classes.
    """
    return measure_by_unit(land_cover.latest, units, "IJI", scale=0.01, neighbours=neighbours)
