"""Share of land under trees."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import cover_share
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric


@metric(
    name="Share of land under trees",
    unit="share",
    direction="higher",
    supports=("cell", "zone", "city"),
    formula=r"s = \frac{\sum_{k \in K} a_k}{\sum_k a_k}",
    references=("zanaga2022",),
)
def canopy_share(
    land_cover: LandCover, units: GeoDataFrame, *, classes: tuple[int, ...] = (10, 95)
) -> pd.DataFrame:
    """Measure which share of the land is covered by the crowns of trees.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the last date is used.
    units : GeoDataFrame
        Cells, zones or the city.
    classes : tuple of int
        Numbers of the classes that count.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the land whose cover is known), coverage (share of such land), low and
        high (if none, or all, of the rest were covered so), reason. Less than half is unknown.

    Notes
    -----
    Trees and mangroves of the raster; a cell counts as covered or not, so that single trees in streets are lost in cells much larger than they are.
    Cells of the raster on the border of a unit count with their part.
    """
    return cover_share(land_cover.latest, units, classes)
