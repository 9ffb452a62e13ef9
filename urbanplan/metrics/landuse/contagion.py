"""Contagion of land cover."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Contagion of land cover",
    unit="share",
    supports=("zone", "city"),
    formula=r"1 + \sum_i \sum_k \frac{q_{ik} \ln q_{ik}}{2 \ln m},\quad q_{ik} = P_i \frac{g_{ik}}{\sum_k g_{ik}}",
    references=("riitters1996", "mcgarigal2023"),
    standard=False,
)
def contagion(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Measure how clumped classes are: one is a few large clumps, near zero is a fine mixture.

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
    CONTAG of FRAGSTATS 4. Unknown with fewer than two classes.
    """
    return measure_by_unit(land_cover.latest, units, "CONTAG", scale=0.01, neighbours=neighbours)
