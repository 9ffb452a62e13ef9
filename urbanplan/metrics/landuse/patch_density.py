"""Density of land-cover patches."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import measure_by_unit
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Density of land-cover patches",
    unit="1/km2",
    supports=("zone", "city"),
    formula=r"PD = \frac{n}{A}",
    references=("mcgarigal2023",),
    standard=False,
)
def patch_density(land_cover: LandCover, units: GeoDataFrame, *, neighbours: int = 8) -> pd.DataFrame:
    """Count the patches of land cover on each square kilometre.

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
    PD of FRAGSTATS 4. Patches of all classes; small ones count as much as large ones.
    """
    return measure_by_unit(land_cover.latest, units, "PD", neighbours=neighbours)
