"""Minutes of a ride from cells to the nearest place, at the speeds and waits of its mode."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.access_intervals import nearest_interval
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
    draws: int = 0,
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
    draws : int
        How often to measure again with places drawn anew and another speed, for the interval; 0 for none.

    Returns
    -------
    DataFrame
        On the index of the cells: value (min), reason; low and high where draws are asked for.
    """
    travelled = as_usual(network)
    seconds, reason = distances(
        places, travelled, cells, category=category, cost="seconds", max_off_street_m=max_off_street_m
    )
    far = (np.nan_to_num(seconds) > max_time_s, Reason.BEYOND_LIMIT)
    return nearest_interval(
        explained(cells, seconds / 60, *causes(reason), far),
        places,
        travelled,
        cells,
        category=category,
        limit=max_time_s,
        cost="seconds",
        unit=1 / 60,
        max_off_street_m=max_off_street_m,
        draws=draws,
    )
