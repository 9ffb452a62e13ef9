"""How much of the street network says what it is like."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.methods.aggregate import explained
from urbanplan.methods.completeness import share_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Street length whose {tag} is mapped",
    unit="share",
    supports=("zone", "city"),
    direction="higher",
    formula=r"\sum_{\mathrm{tagged}} l_e / \sum_e l_e",
    variants={
        "tag": {"name": "name", "surface": "surface", "lanes": "number of lanes", "maxspeed": "speed limit"}
    },
)
def street_tags(drive: StreetNetwork, units: GeoDataFrame, *, tag: str = "name") -> pd.DataFrame:
    """Measure which share of the length of streets carries a tag that other measures need.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.
    tag : str
        `name`, `surface`, `lanes` or `maxspeed`.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), n (streets), reason. A street belongs where its middle lies.

    Notes
    -----
    By length, not by number of streets: a long road without a name weighs more than a short one.
    """
    middles = GeoSeries(shapely.line_interpolate_point(drive.lines, 0.5, normalized=True), crs=drive.crs)
    told = drive.tags[tag].notna().to_numpy(dtype=bool)
    value, n = share_by_unit(middles, told, drive.length_m, units)
    nothing = np.full(len(units), len(drive.edge_u) == 0)
    causes = (nothing, Reason.NO_PLACES), (n == 0, Reason.NOTHING_TO_MEASURE)
    return explained(units, value, *causes).assign(n=n)
