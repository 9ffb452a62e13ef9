"""How near to heritage assets tall buildings stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Distance from a heritage asset to the nearest tall building",
    unit="m",
    supports=("asset",),
    direction="higher",
    formula=r"d_a = \min(D, \min_{b: h_b > H} |a, b|)",
    standard=False,
)
def tall_distance(
    buildings: GeoDataFrame,
    heritage_assets: GeoDataFrame,
    units: GeoDataFrame,
    *,
    taller_than_m: float = 12.0,
    max_distance_m: float = 500.0,
) -> pd.DataFrame:
    """Measure how far the nearest building of more than 12 m stands from each heritage asset.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with `highest_point_m`, unknown where nothing tells it.
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    units : GeoDataFrame
        The assets to tell of.
    taller_than_m : float
        Buildings whose estimated highest point lies above this are tall.
    max_distance_m : float
        Farther ones are not looked for: this very distance means that none stands nearer.

    Returns
    -------
    DataFrame
        On the index of the units: value (metres between outlines, 0 where they touch), low and high (if all buildings of
        unknown height were tall, or none), n (tall buildings within reach), reason. Where a building of unknown height stands
        nearer than the nearest tall one the value is unknown, and lies between low and high.

    Notes
    -----
    What stands on the asset's own ground, or touches the point that stands for it, is taken for the asset itself.
    """
    shapes, prints = (np.asarray(frame.geometry.array) for frame in (units, buildings))
    height = buildings["highest_point_m"].to_numpy(dtype=np.float64)
    asset, building = shapely.STRtree(prints).query(shapes, predicate="dwithin", distance=max_distance_m)
    apart = shapely.area(shapely.intersection(shapes[asset], prints[building]))
    own = (apart >= 0.5 * shapely.area(prints[building])) | (
        (shapely.get_dimensions(shapes[asset]) == 0) & shapely.intersects(shapes[asset], prints[building])
    )
    asset, building = asset[~own], building[~own]
    metres = shapely.distance(shapes[asset], prints[building])
    tall, unknown = height[building] > taller_than_m, np.isnan(height[building])
    high, low = np.full((2, len(units)), max_distance_m, dtype=np.float64)
    np.minimum.at(high, asset[tall], metres[tall])
    np.minimum.at(low, asset[tall | unknown], metres[tall | unknown])
    value = np.where(low == high, high, np.nan)
    empty = np.full(len(units), buildings.empty or heritage_assets.empty)
    low[empty], high[empty] = np.nan, np.nan
    causes = ((empty, Reason.NO_PLACES), (np.isnan(value), Reason.HEIGHTS_UNKNOWN))
    count = np.bincount(asset[tall], minlength=len(units)).astype(np.float64)
    return explained(units, value, *causes).assign(n=count, low=low, high=high)
