"""Streets per node."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.streets import averaged, nodes_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Streets per node",
    unit="1",
    direction="higher",
    supports=("zone", "city"),
    formula=r"\frac{1}{|V_u|} \sum_{v \in V_u} \deg v",
    references=("boeing2017",),
)
def streets_per_node(drive: StreetNetwork, units: GeoDataFrame) -> pd.DataFrame:
    """Measure how many streets meet at a junction or dead end, on average: more means better connected.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value, n (nodes), reason.

    Notes
    -----
    A loop counts twice at its node. Streets that leave the unit count at the nodes inside it; ends that only the edge
    of the data made are no nodes.
    """
    node, unit = nodes_by_unit(drive, units)
    total = np.bincount(unit, weights=drive.street_count[node], minlength=len(units))
    return averaged(total, np.bincount(unit, minlength=len(units)), units, drive)
