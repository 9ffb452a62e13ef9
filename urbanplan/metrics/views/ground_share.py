"""What the ground alone lets each place see: views of mountain scale, for which no building need be known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.far_views import open_over_ground
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Share of the landmarks that the ground leaves open",
    unit="share",
    supports=("viewpoint", "cell"),
    formula=r"|\{p \in T: z(d) \le z_v + (z_p - z_v) d/D - c\,d\,(D - d)\}| / |T|",
    references=("franklin1994",),
)
def ground_share(
    elevation: DataArray, view_targets: GeoDataFrame, units: GeoDataFrame, *, eye_height_m: float = 1.6
) -> pd.DataFrame:
    """Measure which share of the landmarks could be seen from each place if there were nothing but ground.

    Parameters
    ----------
    elevation : DataArray
        Metres above sea level of the bare ground, in cells of any size.
    view_targets : GeoDataFrame
        What must stay visible, with `base_m` and `top_m` over the ground.
    units : GeoDataFrame
        Viewpoints or cells: the eye stands at a point inside each.
    eye_height_m : float
        Height of the eyes over the ground.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, mean over the targets of the share of their points), n (targets), reason.

    Notes
    -----
    A view of mountain scale, on the elevation data themselves (straight between their cells): it says where terrain hides a landmark, nothing
    of streets and buildings. Between buildings less is seen, never more.
    """
    share, count = open_over_ground(elevation, view_targets, units, eye_height_m=eye_height_m)
    reason = np.where(np.isfinite(share), "", Reason.OUTSIDE_RASTER.value)
    return pd.DataFrame({"value": share, "n": float(count), "reason": reason}, index=units.index)
