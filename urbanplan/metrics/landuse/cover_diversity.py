"""Diversity of land cover."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Diversity of land cover",
    unit="nat",
    supports=("zone", "city"),
    formula=r"SHDI = -\sum_i P_i \ln P_i",
    references=("mcgarigal2023",),
    standard=False,
)
def cover_diversity(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Measure how many kinds of land cover share the land, and how evenly.

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
    SHDI of FRAGSTATS 4. Of shares of area; a well-known Python library takes shares of adjacent cells instead and differs a little.
    """
    return measure_by_unit(land_cover.latest, units, "SHDI", neighbours=neighbours)
