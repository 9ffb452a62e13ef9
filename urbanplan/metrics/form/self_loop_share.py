"""Share of loops."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.streets import averaged, segments_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Share of loop streets",
    unit="share",
    direction="lower",
    supports=("zone", "city"),
    formula=r"\frac{\left|\{(a, b) \in E_u : a = b\}\right|}{|E_u|}",
    references=("boeing2017",),
)
def self_loop_share(drive: StreetNetwork, units: GeoDataFrame) -> pd.DataFrame:
    """Measure which share of the street segments end where they begin.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), n (segments), reason.

    Notes
    -----
    A segment belongs to the unit in which its middle lies.
    """
    edge, unit = segments_by_unit(drive, units)
    loops = np.bincount(unit, weights=drive.edge_u[edge] == drive.edge_v[edge], minlength=len(units))
    return averaged(loops, np.bincount(unit, minlength=len(units)), units, drive)
