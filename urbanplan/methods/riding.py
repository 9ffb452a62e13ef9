"""Minutes of a ride from cells to the nearest place, at the speeds and waits of its mode."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import causes, explained
from urbanplan.methods.travel.access import distances
from urbanplan.methods.travel.assumed import as_usual
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


def minutes_to_nearest(
    places: GeoDataFrame,
    network: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str,
    max_time_s: float,
    max_off_street_m: float,
) -> pd.DataFrame:
    """Measure how long the ride from each cell to the nearest place of a kind takes.

    Parameters
    ----------
    places : GeoDataFrame
        With `category`.
    network : StreetNetwork
        Streets of the mode: as the city declares that people travel on them, or else as is usual.
    cells : GeoDataFrame
        Where rides begin.
    category : str
        Which places.
    max_time_s : float
        Longer than this is unknown: beyond the limit.
    max_off_street_m : float
        As in `access.distances`.

    Returns
    -------
    DataFrame
        On the index of the cells: value (min), reason.
    """
    seconds, reason = distances(
        places, as_usual(network), cells, category=category, cost="seconds", max_off_street_m=max_off_street_m
    )
    minutes = seconds / 60
    return explained(
        cells, minutes, *causes(reason), (np.nan_to_num(seconds) > max_time_s, Reason.BEYOND_LIMIT)
    )
