"""Shape of the land-cover mosaic."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Shape of the land-cover mosaic",
    unit="1",
    supports=("zone", "city"),
    formula=r"LSI = \frac{0.25\,E^*}{\sqrt{A}}",
    references=("mcgarigal2023",),
    standard=False,
)
def landscape_shape(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Measure how much longer the edges are than those of one square of the same size.

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
    LSI of FRAGSTATS 4. One is a single square; the edge of the unit itself counts.
    """
    return measure_by_unit(land_cover.latest, units, "LSI", neighbours=neighbours)
