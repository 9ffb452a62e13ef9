"""Density of land-cover edges."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Density of land-cover edges",
    unit="m/ha",
    supports=("zone", "city"),
    formula=r"ED = \frac{\sum_{i<k} e_{ik}}{A}",
    references=("mcgarigal2023",),
    standard=False,
)
def edge_density(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Measure the length of the edges between classes of land cover on each hectare.

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
    ED of FRAGSTATS 4. Sides of cells, so that a slanting edge is longer than it is drawn; edges of the unit itself do not count.
    """
    return measure_by_unit(land_cover.latest, units, "ED", neighbours=neighbours)
