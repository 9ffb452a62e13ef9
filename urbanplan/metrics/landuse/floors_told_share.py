"""How much of the floor area is told, not guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.floors import measure_bulk
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Built ground whose storeys are known",
    unit="share",
    supports=("zone", "city"),
    formula=r"\frac{\sum_{b \in \mathrm{told}} B_b}{\sum_b B_b}",
)
def floors_told_share(buildings: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure for which share of the built ground the data tell storeys or height of the building itself.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the footprints), n (buildings), reason. Without a building it is unknown.

    Notes
    -----
    The rest of every floor area is a guess: storeys of buildings that have neither are taken from the median of their
    like. Read `landuse.far` together with this share.
    """
    bulk = measure_bulk(buildings, units)
    table = explained(
        units, np.clip(bulk.told_share, 0.0, 1.0), (np.full(len(units), buildings.empty), Reason.NO_PLACES)
    )
    return table.assign(n=bulk.buildings)
