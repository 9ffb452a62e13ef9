"""Distance to the nearest patch of the same class."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Distance to the nearest patch of the same class",
    unit="m",
    supports=("zone", "city"),
    formula=r"ENN = \frac{1}{n} \sum_{ij} h_{ij}",
    references=("mcgarigal2023",),
    standard=False,
)
def patch_distance(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Measure how far patches lie from the nearest one of their class, on average.

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
    ENN_MN of FRAGSTATS 4. Between the centres of cells; patches that are the only one of their class are left out.
    """
    return measure_by_unit(land_cover.latest, units, "ENN_MN", neighbours=neighbours)
