"""How many mapped places have a name."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.completeness import share_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Places with a name",
    unit="share",
    supports=("zone", "city"),
    direction="higher",
    formula=r"n_{\mathrm{named}} / n",
)
def place_names(places: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Count which share of the mapped places has a name.

    Parameters
    ----------
    places : GeoDataFrame
        Places that people go to.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), n (places), reason.

    Notes
    -----
    A place without a name cannot be matched with a register, nor found by those who look for it.
    """
    named = places[["name", "name_en", "name_th"]].notna().any(axis=1).to_numpy(dtype=bool)
    value, n = share_by_unit(places.geometry.representative_point(), named, np.ones(len(places)), units)
    nothing = np.full(len(units), places.empty)
    causes = (nothing, Reason.NO_PLACES), (n == 0, Reason.NOTHING_TO_MEASURE)
    return explained(units, value, *causes).assign(n=n)
