"""Share of dead ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.streets import averaged, nodes_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Share of dead ends",
    unit="share",
    direction="lower",
    supports=("zone", "city"),
    formula=r"\frac{\left|\{v \in V_u : \deg v = 1\}\right|}{|V_u|}",
    references=("boeing2017",),
)
def dead_end_share(drive: StreetNetwork, units: GeoDataFrame) -> pd.DataFrame:
    """Measure which share of the nodes of the streets are dead ends.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), n (nodes), reason.

    Notes
    -----
    Ends that only the edge of the data made are neither nodes nor dead ends. A street that goes on as a footpath is a
    dead end for cars.
    """
    node, unit = nodes_by_unit(drive, units)
    ends = np.bincount(unit, weights=drive.street_count[node] == 1, minlength=len(units))
    return averaged(ends, np.bincount(unit, minlength=len(units)), units, drive)
