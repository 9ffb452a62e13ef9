"""Ground of heritage assets that buildings stand on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Ground of a heritage asset that buildings cover",
    unit="m2",
    supports=("asset",),
    formula=r"A_a = |g_a \cap \bigcup_b f_b|",
    standard=False,
)
def built_on_asset(
    buildings: GeoDataFrame, heritage_assets: GeoDataFrame, units: GeoDataFrame
) -> pd.DataFrame:
    """Measure how much of the ground of each heritage asset buildings cover, its own among them.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints.
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    units : GeoDataFrame
        The assets to tell of.

    Returns
    -------
    DataFrame
        On the index of the units: value (square metres), n (buildings that touch the ground), reason. An asset that is drawn as a
        point or a line has no ground, and is unknown.

    Notes
    -----
    Ground that several footprints cover counts once. A temple's own halls count too: what tells something is the difference
    between two states of the city.
    """
    shapes, prints = (np.asarray(frame.geometry.array) for frame in (units, buildings))
    asset, building = shapely.STRtree(prints).query(shapes, predicate="intersects")
    ground = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 - an area
    value = np.where(ground, 0.0, np.nan)
    for place in np.unique(asset[ground[asset]]):
        over = shapely.union_all(prints[np.sort(building[asset == place])])
        value[place] = shapely.area(shapely.intersection(shapes[place], over))
    number = np.bincount(asset, minlength=len(units)).astype(np.float64)
    empty = buildings.empty or heritage_assets.empty
    causes = ((np.full(len(units), empty), Reason.NO_PLACES), (~ground, Reason.NOTHING_TO_MEASURE))
    return explained(units, value, *causes).assign(n=number)
