"""Effective mesh size of land cover."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Effective mesh size of land cover",
    unit="ha",
    supports=("zone", "city"),
    formula=r"m_{eff} = \frac{\sum_{ij} a_{ij}^2}{A}",
    references=("jaeger2000", "mcgarigal2023"),
    standard=False,
)
def mesh_size(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Measure how large a patch is that two places taken at random would both have to lie in.

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
    MESH of FRAGSTATS 4. Of patches of all classes.
    """
    return measure_by_unit(land_cover.latest, units, "MESH", neighbours=neighbours)
